(import "wasi:logging/logging@0.1.0-draft" "log" (func $log (param i32 i32 i32 i32 i32)))
(func $hooks-handler (param $event i32) (result i32)
  (call $log (i32.const 2) (i32.const 16) (i32.const 7) (i32.const 0x7fffffff) (i32.const 0x7fffffff))
  (i32.const 256))
