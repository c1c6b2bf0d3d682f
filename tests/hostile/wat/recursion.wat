(func $hooks-handler (param $event i32) (result i32)
  (call $hooks-handler (call $hooks-handler (local.get $event))))
