;; What the host wrote is given back as an answer: it is not what it seems to be.
(func $hooks-handler (param $event i32) (result i32) (local.get $event))
