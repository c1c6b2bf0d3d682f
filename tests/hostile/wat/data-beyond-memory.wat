(data (i32.const 0x7fffff00) "beyond")
