(table $table 1 funcref)
(func $hooks-handler (param $event i32) (result i32)
  (if (i32.eq (table.grow $table (ref.null func) (i32.const 9000000)) (i32.const -1)) (then (unreachable)))
  (i32.const 256))
