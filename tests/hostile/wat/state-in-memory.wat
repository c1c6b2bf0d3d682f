;; Counts its deliveries in memory: its message has ten bytes for each that came before.
(global $deliveries (mut i32) (i32.const 0))
(data (i32.const 1024) "I remember")
(func $hooks-handler (param $event i32) (result i32)
  (i32.store8 (i32.const 292) (i32.const 1))
  (i32.store (i32.const 296) (i32.const 1024))
  (i32.store (i32.const 300) (i32.mul (global.get $deliveries) (i32.const 10)))
  (global.set $deliveries (i32.add (global.get $deliveries) (i32.const 1)))
  (i32.const 256))
