(func $describe (result i32)
  (i32.store8 (i32.const 16) (i32.const 0xff))
  (i32.const 128))
