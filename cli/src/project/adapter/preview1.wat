;; WASI preview 1 for a world that has nothing of it: what C's and Go's runtimes ask for, put on what modules may import.
;;
;; - Standard output and error go to `wasi:cli`, whose streams the host keeps as log lines; standard input is at its end.
;; - Clocks, sleeping and random numbers are those of `wasi:clocks` and `wasi:random`.
;; - Ending the process is `wasi:cli/exit`, which the host reports as such.
;; - There are no arguments, no environment, no files and no sockets.
;;
;; It keeps no memory of its own, because an adapter shares that of its module, and allocates none: what comes back
;; through a pointer goes to the first 16 bytes of the module's memory, which are as before when a function returns. What a
;; module does not use is taken out when the component is made, with the import behind it.
(module
  (import "env" "memory" (memory 0))

  (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $get_stdout (result i32)))
  (import "wasi:cli/stderr@0.2.12" "get-stderr" (func $get_stderr (result i32)))
  (import "wasi:cli/exit@0.2.12" "exit" (func $exit (param i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush"
    (func $write (param $stream i32) (param $bytes i32) (param $length i32) (param $result i32)))
  (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:io/poll@0.2.12" "[resource-drop]pollable" (func $drop_pollable (param i32)))
  (import "wasi:clocks/wall-clock@0.2.12" "now" (func $wall_clock (param $result i32)))
  (import "wasi:clocks/monotonic-clock@0.2.12" "now" (func $monotonic_clock (result i64)))
  (import "wasi:clocks/monotonic-clock@0.2.12" "resolution" (func $resolution (result i64)))
  (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $after (param i64) (result i32)))
  (import "wasi:random/random@0.2.12" "get-random-u64" (func $random (result i64)))

  ;; errno: 0 success, 8 badf, 28 inval, 52 nosys, 70 spipe.

  ;; The streams, once they have been asked for; -1 before.
  (global $stdout (mut i32) (i32.const -1))
  (global $stderr (mut i32) (i32.const -1))
  ;; What the clocks showed last, for when nothing may be asked.
  (global $last_monotonic (mut i64) (i64.const 0))
  (global $last_wall (mut i64) (i64.const 0))
  ;; Whether the host is in the middle of a call: no import may be called then.
  (global $paused (mut i32) (i32.const 0))

  ;; What Go's `cabi_realloc` says before and after it allocates, because a collection of garbage reads the clock.
  (func (export "adapter_monotonic_clock_set_paused") (param $paused i32)
    (global.set $paused (local.get $paused)))

  ;; --- Arguments and environment: none.

  (func $none (param $count i32) (param $size i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $size) (i32.const 0))
    (i32.const 0))
  (func (export "args_sizes_get") (param i32 i32) (result i32) (call $none (local.get 0) (local.get 1)))
  (func (export "args_get") (param i32 i32) (result i32) (i32.const 0))
  (func (export "environ_sizes_get") (param i32 i32) (result i32) (call $none (local.get 0) (local.get 1)))
  (func (export "environ_get") (param i32 i32) (result i32) (i32.const 0))

  ;; --- Clocks.

  ;; Nanoseconds since 1970.
  (func $wall (result i64)
    (local $first i64) (local $second i64)
    (if (i32.eqz (global.get $paused)) (then
      (local.set $first (i64.load (i32.const 0)))
      (local.set $second (i64.load (i32.const 8)))
      (call $wall_clock (i32.const 0))
      (global.set $last_wall
        (i64.add (i64.mul (i64.load (i32.const 0)) (i64.const 1000000000)) (i64.load32_u (i32.const 8))))
      (i64.store (i32.const 0) (local.get $first))
      (i64.store (i32.const 8) (local.get $second))))
    (global.get $last_wall))

  ;; Never 0: Go's runtime takes that for a broken clock, and while a module is described its clocks stand at 0.
  (func $monotonic (result i64)
    (if (i32.eqz (global.get $paused)) (then
      (global.set $last_monotonic (i64.add (call $monotonic_clock) (i64.const 1)))))
    (global.get $last_monotonic))

  ;; Clock 0 is the wall clock, 1 the monotonic one; 2 and 3, the time of a processor, are as near as can be the latter.
  (func $now (param $clock i32) (result i64)
    (if (result i64) (i32.eqz (local.get $clock)) (then (call $wall)) (else (call $monotonic))))

  (func (export "clock_time_get") (param $clock i32) (param $precision i64) (param $time i32) (result i32)
    (if (i32.gt_u (local.get $clock) (i32.const 3)) (then (return (i32.const 28))))
    (i64.store (local.get $time) (call $now (local.get $clock)))
    (i32.const 0))

  (func (export "clock_res_get") (param $clock i32) (param $resolution i32) (result i32)
    (if (i32.gt_u (local.get $clock) (i32.const 3)) (then (return (i32.const 28))))
    (i64.store (local.get $resolution) (call $resolution))
    (i32.const 0))

  (func (export "sched_yield") (result i32) (i32.const 0))

  ;; A subscription has 48 bytes: userdata at 0, its type at 8 (0 a clock, 1 reading, 2 writing), from 16 on its clock (16),
  ;; timeout (24) and flags (40, 1 for a moment and not a duration), or its file (16). An event has 32: userdata at 0, error
  ;; at 8, type at 10, the rest zero.

  ;; How long, from now, a subscription waits. A file is ready at once: whoever asks has its end, or an error.
  (func $wait_of (param $subscription i32) (result i64)
    (local $timeout i64) (local $now i64)
    (if (i32.load8_u offset=8 (local.get $subscription)) (then (return (i64.const 0))))
    (local.set $timeout (i64.load offset=24 (local.get $subscription)))
    (if (i32.eqz (i32.and (i32.load16_u offset=40 (local.get $subscription)) (i32.const 1)))
      (then (return (local.get $timeout))))
    (local.set $now (call $now (i32.load offset=16 (local.get $subscription))))
    (if (i64.le_u (local.get $timeout) (local.get $now)) (then (return (i64.const 0))))
    (i64.sub (local.get $timeout) (local.get $now)))

  (func (export "poll_oneoff")
    (param $subscriptions i32) (param $events i32) (param $count i32) (param $happened i32) (result i32)
    (local $subscription i32) (local $end i32) (local $event i32)
    (local $wait i64) (local $shortest i64) (local $pollable i32)
    (if (i32.eqz (local.get $count)) (then (return (i32.const 28))))
    (local.set $end (i32.add (local.get $subscriptions) (i32.mul (local.get $count) (i32.const 48))))

    ;; What happens first?
    (local.set $shortest (i64.const -1))
    (local.set $subscription (local.get $subscriptions))
    (loop $next
      (local.set $wait (call $wait_of (local.get $subscription)))
      (if (i64.lt_u (local.get $wait) (local.get $shortest)) (then (local.set $shortest (local.get $wait))))
      (local.set $subscription (i32.add (local.get $subscription) (i32.const 48)))
      (br_if $next (i32.lt_u (local.get $subscription) (local.get $end))))

    (if (i64.ne (local.get $shortest) (i64.const 0)) (then
      (local.set $pollable (call $after (local.get $shortest)))
      (call $block (local.get $pollable))
      (call $drop_pollable (local.get $pollable))))

    ;; It and whatever is not later. A moment was turned into a duration before the wait, and is now past.
    (local.set $event (local.get $events))
    (local.set $subscription (local.get $subscriptions))
    (loop $next
      (local.set $wait (call $wait_of (local.get $subscription)))
      (if (i64.le_u (local.get $wait) (local.get $shortest)) (then
        (i64.store (local.get $event) (i64.load (local.get $subscription)))
        (i64.store offset=8 (local.get $event) (i64.const 0))
        (i64.store offset=16 (local.get $event) (i64.const 0))
        (i64.store offset=24 (local.get $event) (i64.const 0))
        (i32.store8 offset=10 (local.get $event) (i32.load8_u offset=8 (local.get $subscription)))
        (if (i32.load8_u offset=8 (local.get $subscription)) (then
          (i32.store16 offset=8 (local.get $event)
            (call $standard (i32.load offset=16 (local.get $subscription))))))
        (local.set $event (i32.add (local.get $event) (i32.const 32)))))
      (local.set $subscription (i32.add (local.get $subscription) (i32.const 48)))
      (br_if $next (i32.lt_u (local.get $subscription) (local.get $end))))
    (i32.store (local.get $happened)
      (i32.shr_u (i32.sub (local.get $event) (local.get $events)) (i32.const 5)))
    (i32.const 0))

  ;; --- Random numbers.

  (func (export "random_get") (param $bytes i32) (param $length i32) (result i32)
    (local $random i64)
    (block $done
      (loop $eight
        (br_if $done (i32.lt_u (local.get $length) (i32.const 8)))
        (i64.store (local.get $bytes) (call $random))
        (local.set $bytes (i32.add (local.get $bytes) (i32.const 8)))
        (local.set $length (i32.sub (local.get $length) (i32.const 8)))
        (br $eight)))
    (if (local.get $length) (then
      (local.set $random (call $random))
      (loop $one
        (i64.store8 (local.get $bytes) (local.get $random))
        (local.set $random (i64.shr_u (local.get $random) (i64.const 8)))
        (local.set $bytes (i32.add (local.get $bytes) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br_if $one (local.get $length)))))
    (i32.const 0))

  ;; --- The end of the process. A module is called, and does not run: ending it is a fault, which the host explains.

  (func (export "proc_exit") (param $status i32)
    (if (i32.eqz (global.get $paused)) (then (call $exit (i32.ne (local.get $status) (i32.const 0)))))
    (unreachable))
  (func (export "proc_raise") (param i32) (result i32) (i32.const 52))

  ;; --- Files: the three standard ones.

  ;; 0 for one of the three, badf for everything else.
  (func $standard (param $file i32) (result i32)
    (select (i32.const 0) (i32.const 8) (i32.le_u (local.get $file) (i32.const 2))))

  ;; spipe for one of the three.
  (func $not_seekable (param $file i32) (result i32)
    (select (i32.const 70) (i32.const 8) (i32.le_u (local.get $file) (i32.const 2))))

  (func $stream (param $file i32) (result i32)
    (if (i32.eq (local.get $file) (i32.const 1)) (then
      (if (i32.eq (global.get $stdout) (i32.const -1)) (then (global.set $stdout (call $get_stdout))))
      (return (global.get $stdout))))
    (if (i32.eq (global.get $stderr) (i32.const -1)) (then (global.set $stderr (call $get_stderr))))
    (global.get $stderr))

  ;; Writes the whole of it, in the pieces of at most 4096 bytes that a stream takes. The host keeps what it keeps: there is
  ;; nothing to be done about an error.
  (func $print (param $stream i32) (param $bytes i32) (param $length i32)
    (local $first i64) (local $second i64) (local $piece i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $length)))
        (local.set $piece
          (select (local.get $length) (i32.const 4096) (i32.lt_u (local.get $length) (i32.const 4096))))
        (local.set $first (i64.load (i32.const 0)))
        (local.set $second (i64.load (i32.const 8)))
        (call $write (local.get $stream) (local.get $bytes) (local.get $piece) (i32.const 0))
        (i64.store (i32.const 0) (local.get $first))
        (i64.store (i32.const 8) (local.get $second))
        (local.set $bytes (i32.add (local.get $bytes) (local.get $piece)))
        (local.set $length (i32.sub (local.get $length) (local.get $piece)))
        (br $next))))

  (func (export "fd_write") (param $file i32) (param $parts i32) (param $count i32) (param $written i32) (result i32)
    (local $length i32) (local $total i32) (local $stream i32)
    ;; Standard output is 1, standard error 2.
    (if (i32.gt_u (i32.sub (local.get $file) (i32.const 1)) (i32.const 1)) (then (return (i32.const 8))))
    (if (i32.eqz (global.get $paused)) (then (local.set $stream (call $stream (local.get $file)))))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $length (i32.load offset=4 (local.get $parts)))
        (if (i32.eqz (global.get $paused)) (then
          (call $print (local.get $stream) (i32.load (local.get $parts)) (local.get $length))))
        (local.set $total (i32.add (local.get $total) (local.get $length)))
        (local.set $parts (i32.add (local.get $parts) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (i32.store (local.get $written) (local.get $total))
    (i32.const 0))

  (func (export "fd_read") (param $file i32) (param $parts i32) (param $count i32) (param $read i32) (result i32)
    (if (local.get $file) (then (return (i32.const 8))))
    (i32.store (local.get $read) (i32.const 0))
    (i32.const 0))

  ;; Character devices that cannot seek: terminals, to a C library, which then writes a line when it is complete. A module
  ;; never ends, so what is kept back would be lost.
  (func (export "fd_fdstat_get") (param $file i32) (param $status i32) (result i32)
    (if (i32.gt_u (local.get $file) (i32.const 2)) (then (return (i32.const 8))))
    (i64.store (local.get $status) (i64.const 2))
    ;; fd_read or fd_write.
    (i64.store offset=8 (local.get $status)
      (select (i64.const 64) (i64.const 2) (local.get $file)))
    (i64.store offset=16 (local.get $status) (i64.const 0))
    (i32.const 0))

  (func (export "fd_filestat_get") (param $file i32) (param $status i32) (result i32)
    (if (i32.gt_u (local.get $file) (i32.const 2)) (then (return (i32.const 8))))
    (i64.store (local.get $status) (i64.const 0))
    (i64.store offset=8 (local.get $status) (i64.const 0))
    (i64.store offset=16 (local.get $status) (i64.const 2))
    (i64.store offset=24 (local.get $status) (i64.const 1))
    (i64.store offset=32 (local.get $status) (i64.const 0))
    (i64.store offset=40 (local.get $status) (i64.const 0))
    (i64.store offset=48 (local.get $status) (i64.const 0))
    (i64.store offset=56 (local.get $status) (i64.const 0))
    (i32.const 0))

  (func (export "fd_close") (param i32) (result i32) (call $standard (local.get 0)))
  (func (export "fd_fdstat_set_flags") (param i32 i32) (result i32) (call $standard (local.get 0)))
  (func (export "fd_sync") (param i32) (result i32) (call $standard (local.get 0)))
  (func (export "fd_datasync") (param i32) (result i32) (call $standard (local.get 0)))
  (func (export "fd_seek") (param i32 i64 i32 i32) (result i32) (call $not_seekable (local.get 0)))
  (func (export "fd_tell") (param i32 i32) (result i32) (call $not_seekable (local.get 0)))
  (func (export "fd_pread") (param i32 i32 i32 i64 i32) (result i32) (call $not_seekable (local.get 0)))
  (func (export "fd_pwrite") (param i32 i32 i32 i64 i32) (result i32) (call $not_seekable (local.get 0)))

  ;; --- Everything else there is not: a bad file for what begins with a file, and for what needs a folder or a socket.

  (func (export "fd_advise") (param i32 i64 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_allocate") (param i32 i64 i64) (result i32) (i32.const 8))
  (func (export "fd_fdstat_set_rights") (param i32 i64 i64) (result i32) (i32.const 8))
  (func (export "fd_filestat_set_size") (param i32 i64) (result i32) (i32.const 8))
  (func (export "fd_filestat_set_times") (param i32 i64 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_prestat_get") (param i32 i32) (result i32) (i32.const 8))
  (func (export "fd_prestat_dir_name") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "fd_readdir") (param i32 i32 i32 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_renumber") (param i32 i32) (result i32) (i32.const 8))
  (func (export "path_create_directory") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_filestat_get") (param i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_filestat_set_times") (param i32 i32 i32 i32 i64 i64 i32) (result i32) (i32.const 8))
  (func (export "path_link") (param i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_open") (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32) (i32.const 8))
  (func (export "path_readlink") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_remove_directory") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_rename") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_symlink") (param i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_unlink_file") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_accept") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_recv") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_send") (param i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_shutdown") (param i32 i32) (result i32) (i32.const 8))
)
