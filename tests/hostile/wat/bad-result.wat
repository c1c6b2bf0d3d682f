(func $hooks-handler (param $event i32) (result i32)
  (i32.store8 (i32.const 256) (i32.const 2))
  (i32.const 256))
