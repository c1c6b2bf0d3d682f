;; A refusal is no reason to stop asking.
(func $hooks-handler (param $event i32) (result i32)
  (loop $more
    (drop (memory.grow (i32.const 1)))
    (br $more))
  (unreachable))
