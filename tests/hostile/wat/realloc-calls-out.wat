;; It calls the host while the host is writing.
(import "wasi:logging/logging@0.1.0-draft" "log" (func $log (param i32 i32 i32 i32 i32)))
(func $realloc (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
  (call $log (i32.const 2) (i32.const 16) (i32.const 7) (i32.const 16) (i32.const 7))
  (i32.const 65536))
