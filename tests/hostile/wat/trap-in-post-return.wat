(func $tidy (export "cabi_post_sclera:hooks/module@1.0.0#hooks-handler") (param i32)
  (unreachable))
