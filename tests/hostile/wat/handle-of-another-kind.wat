;; A pollable, said to be a registration.
(import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $subscribe (param i64) (result i32)))
(import "sclera:hooks/registry@1.0.0" "[method]registration.submit" (func $submit (param i32 i32)))
(func $register-hooks (param $id i32) (result i32)
  (call $submit (call $subscribe (i64.const 1)) (i32.const 320))
  (i32.const 320))
