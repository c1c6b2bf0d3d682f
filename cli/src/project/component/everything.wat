;; A core module that calls what a runtime may want of WASI preview 1, and fails with the number of the first step whose
;; answer is wrong. When the payload is long it ends its process.
(module
  (import "sclera:hooks/registry@1.0.0" "register-to-hook"
    (func $register-to-hook (param i32 i32 i32 i32 i32 i32 i32 i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_res_get" (func $clock_res_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_send" (func $sock_send (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "adapter_monotonic_clock_set_paused" (func $pause (param i32)))

  (memory (export "memory") 2)
  ;; What the adapter borrows, and must give back.
  (data (i32.const 0) "never to be seen changed")
  (data (i32.const 32) "everything")
  (data (i32.const 48) "1.0.0")
  (data (i32.const 64) "on_preload_ioc_create")
  (data (i32.const 128) "\20\00\00\00\0a\00\00\00\30\00\00\00\05\00\00\00\20\00\00\00\0a\00\00\00")
  ;; Two parts of one line, and a byte that is not UTF-8.
  (data (i32.const 512) "half a \fe line\n")
  (data (i32.const 544) "\00\02\00\00\07\00\00\00\07\02\00\00\07\00\00\00")

  (global $next (mut i32) (i32.const 65536))
  (global $failed (mut i32) (i32.const 0))

  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $next))
    (global.set $next
      (i32.and (i32.add (i32.add (global.get $next) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (local.get $at))

  (func (export "sclera:hooks/module@1.0.0#describe") (result i32) (i32.const 128))

  (func (export "sclera:hooks/module@1.0.0#register-hooks") (param $id i32) (result i32)
    (call $register-to-hook
      (local.get $id) (i32.const 64) (i32.const 21) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
      (i32.const 320))
    (i32.const 320))

  (func $expect (param $step i32) (param $got i32) (param $wanted i32)
    (if (i32.and (i32.eqz (global.get $failed)) (i32.ne (local.get $got) (local.get $wanted)))
      (then (global.set $failed (local.get $step)))))

  (func $fill (param $at i32)
    (i64.store (local.get $at) (i64.const -1)))

  ;; A subscription of 48 bytes at 1024: a clock, relative, in nanoseconds.
  (func $sleep (param $clock i32) (param $nanoseconds i64) (param $flags i32)
    (i64.store (i32.const 1024) (i64.const 77))
    (i64.store (i32.const 1032) (i64.const 0))
    (i32.store (i32.const 1040) (local.get $clock))
    (i64.store (i32.const 1048) (local.get $nanoseconds))
    (i64.store (i32.const 1064) (i64.extend_i32_u (local.get $flags))))

  (func $everything
    (local $then i64) (local $first i64)
    (call $fill (i32.const 400))
    (call $expect (i32.const 1) (call $args_sizes_get (i32.const 400) (i32.const 404)) (i32.const 0))
    (call $expect (i32.const 2) (i32.or (i32.load (i32.const 400)) (i32.load (i32.const 404))) (i32.const 0))
    (call $fill (i32.const 400))
    (call $expect (i32.const 3) (call $environ_sizes_get (i32.const 400) (i32.const 404)) (i32.const 0))
    (call $expect (i32.const 4) (i32.or (i32.load (i32.const 400)) (i32.load (i32.const 404))) (i32.const 0))
    (call $expect (i32.const 5) (call $args_get (i32.const 400) (i32.const 404)) (i32.const 0))
    (call $expect (i32.const 6) (call $environ_get (i32.const 400) (i32.const 404)) (i32.const 0))

    ;; It is later than 2025, in nanoseconds.
    (call $expect (i32.const 10) (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 11)
      (i64.gt_u (i64.load (i32.const 400)) (i64.const 1735689600000000000)) (i32.const 1))
    (call $expect (i32.const 12) (call $clock_time_get (i32.const 9) (i64.const 0) (i32.const 400)) (i32.const 28))
    (call $expect (i32.const 13) (call $clock_res_get (i32.const 1) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 14) (i64.gt_u (i64.load (i32.const 400)) (i64.const 0)) (i32.const 1))
    (call $expect (i32.const 15) (call $sched_yield) (i32.const 0))

    ;; Five milliseconds of sleep are that, by the monotonic clock.
    (call $expect (i32.const 20) (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 400)) (i32.const 0))
    (local.set $then (i64.load (i32.const 400)))
    (call $sleep (i32.const 1) (i64.const 5000000) (i32.const 0))
    (call $expect (i32.const 21)
      (call $poll_oneoff (i32.const 1024) (i32.const 1200) (i32.const 1) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 22) (i32.load (i32.const 400)) (i32.const 1))
    (call $expect (i32.const 23) (i32.wrap_i64 (i64.load (i32.const 1200))) (i32.const 77))
    (call $expect (i32.const 24) (i32.load (i32.const 1208)) (i32.const 0))
    (drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 400)))
    (call $expect (i32.const 25)
      (i64.ge_u (i64.sub (i64.load (i32.const 400)) (local.get $then)) (i64.const 5000000)) (i32.const 1))
    ;; A moment that is past is there at once, by both clocks; and a file that is not there is an error, at once.
    (call $sleep (i32.const 0) (i64.const 1) (i32.const 1))
    (i64.store (i32.const 1072) (i64.const 78))
    (i64.store (i32.const 1080) (i64.const 1))
    (i32.store (i32.const 1088) (i32.const 5))
    (call $expect (i32.const 26)
      (call $poll_oneoff (i32.const 1024) (i32.const 1200) (i32.const 2) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 27) (i32.load (i32.const 400)) (i32.const 2))
    (call $expect (i32.const 28) (i32.load (i32.const 1240)) (i32.const 0x00010008))
    (call $expect (i32.const 29)
      (call $poll_oneoff (i32.const 1024) (i32.const 1200) (i32.const 0) (i32.const 400)) (i32.const 28))

    ;; Eleven random bytes, and not one more; not twice the same.
    (i64.store (i32.const 400) (i64.const 0))
    (i64.store (i32.const 408) (i64.const 0))
    (call $expect (i32.const 30) (call $random_get (i32.const 400) (i32.const 11)) (i32.const 0))
    (call $expect (i32.const 31) (i32.load8_u (i32.const 411)) (i32.const 0))
    (call $expect (i32.const 32) (i64.eqz (i64.load (i32.const 400))) (i32.const 0))
    (local.set $first (i64.load (i32.const 400)))
    (call $expect (i32.const 33) (call $random_get (i32.const 400) (i32.const 8)) (i32.const 0))
    (call $expect (i32.const 34) (i64.eq (i64.load (i32.const 400)) (local.get $first)) (i32.const 0))

    ;; Both parts are one line.
    (call $expect (i32.const 40)
      (call $fd_write (i32.const 1) (i32.const 544) (i32.const 2) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 41) (i32.load (i32.const 400)) (i32.const 14))
    (call $expect (i32.const 42)
      (call $fd_write (i32.const 2) (i32.const 544) (i32.const 1) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 43)
      (call $fd_write (i32.const 2) (i32.const 552) (i32.const 1) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 44)
      (call $fd_write (i32.const 0) (i32.const 544) (i32.const 2) (i32.const 400)) (i32.const 8))
    (call $expect (i32.const 45)
      (call $fd_write (i32.const 3) (i32.const 544) (i32.const 2) (i32.const 400)) (i32.const 8))
    ;; 10,000 bytes are more than a stream takes at once.
    (memory.fill (i32.const 70000) (i32.const 0x78) (i32.const 10000))
    (i32.store (i32.const 420) (i32.const 70000))
    (i32.store (i32.const 424) (i32.const 10000))
    (call $expect (i32.const 46)
      (call $fd_write (i32.const 1) (i32.const 420) (i32.const 1) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 47) (i32.load (i32.const 400)) (i32.const 10000))

    ;; Standard input is at its end; nothing seeks; the streams are terminals.
    (call $fill (i32.const 400))
    (call $expect (i32.const 50)
      (call $fd_read (i32.const 0) (i32.const 544) (i32.const 1) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 51) (i32.load (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 52)
      (call $fd_seek (i32.const 1) (i64.const 0) (i32.const 0) (i32.const 400)) (i32.const 70))
    (call $expect (i32.const 53) (call $fd_fdstat_get (i32.const 2) (i32.const 400)) (i32.const 0))
    (call $expect (i32.const 54) (i32.load8_u (i32.const 400)) (i32.const 2))
    (call $expect (i32.const 55) (call $fd_fdstat_get (i32.const 3) (i32.const 400)) (i32.const 8))
    (call $expect (i32.const 56) (call $fd_close (i32.const 3)) (i32.const 8))

    ;; No folder, no file, no socket.
    (call $expect (i32.const 60) (call $fd_prestat_get (i32.const 3) (i32.const 400)) (i32.const 8))
    (call $expect (i32.const 61)
      (call $path_open
        (i32.const 3) (i32.const 0) (i32.const 32) (i32.const 10) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0)
        (i32.const 400))
      (i32.const 8))
    (call $expect (i32.const 62)
      (call $sock_send (i32.const 3) (i32.const 544) (i32.const 1) (i32.const 0) (i32.const 400)) (i32.const 8))

    ;; While paused the clocks stand, and what is printed is dropped.
    (call $pause (i32.const 1))
    (drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 400)))
    (call $expect (i32.const 70) (i64.ge_u (i64.load (i32.const 400)) (local.get $then)) (i32.const 1))
    (call $expect (i32.const 71)
      (call $fd_write (i32.const 2) (i32.const 544) (i32.const 2) (i32.const 400)) (i32.const 0))
    (call $pause (i32.const 0))

    (call $expect (i32.const 90) (i32.load (i32.const 0)) (i32.const 0x6576656e))
    (call $expect (i32.const 91) (i32.load (i32.const 8)) (i32.const 0x20656220)))

  ;; The outcome `unchanged`; or, after a failed step, an error whose code is its number.
  (func (export "sclera:hooks/module@1.0.0#hooks-handler") (param $event i32) (result i32)
    (call $everything)
    ;; A payload of more than 40 bytes is one too many: the process ends.
    (if (i32.gt_u (i32.load offset=80 (local.get $event)) (i32.const 40)) (then (call $proc_exit (i32.const 3))))
    (memory.fill (i32.const 256) (i32.const 0) (i32.const 48))
    (if (global.get $failed) (then
      (i32.store8 (i32.const 256) (i32.const 1))
      (i32.store (i32.const 260) (i32.const 310))
      (i32.store (i32.const 264) (i32.const 2))
      (i32.store8 (i32.const 310) (i32.add (i32.const 48) (i32.div_u (global.get $failed) (i32.const 10))))
      (i32.store8 (i32.const 311) (i32.add (i32.const 48) (i32.rem_u (global.get $failed) (i32.const 10))))
      (i32.store (i32.const 268) (i32.const 310))
      (i32.store (i32.const 272) (i32.const 2))))
    (i32.const 256))
)
