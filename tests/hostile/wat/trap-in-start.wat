(start $begin)
(func $begin (unreachable))
