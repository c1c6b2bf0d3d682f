;; An action with an operation that is none.
(func $hooks-handler (param $event i32) (result i32)
  (i32.store8 (i32.const 1024) (i32.const 3))
  (i32.store (i32.const 284) (i32.const 1024))
  (i32.store (i32.const 288) (i32.const 1))
  (i32.const 256))
