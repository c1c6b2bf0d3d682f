;; Everything that it may have is filled again and again: each instruction takes milliseconds.
(func $hooks-handler (param $event i32) (result i32)
  (drop (memory.grow (i32.const 900)))
  (loop $again
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 58000000))
    (br $again))
  (unreachable))
