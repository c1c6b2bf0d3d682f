(func $inner (@name "\1b[2J\1b[1A\e2\80\aeroot logged in") (unreachable))
(func $hooks-handler (param $event i32) (result i32)
  (call $inner)
  (i32.const 256))
