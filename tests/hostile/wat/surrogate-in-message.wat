;; Half of a UTF-16 pair, written as UTF-8 must not.
(data (i32.const 1024) "\ed\a0\80")
(func $hooks-handler (param $event i32) (result i32)
  (i32.store8 (i32.const 292) (i32.const 1))
  (i32.store (i32.const 296) (i32.const 1024))
  (i32.store (i32.const 300) (i32.const 3))
  (i32.const 256))
