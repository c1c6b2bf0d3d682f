;; A module that behaves: it listens to `on_preload_ioc_create` and replaces the payload by itself.
;;
;; An attack in `wat/` says only what it does otherwise: each part below (they are parted by empty lines) is left out
;; when the attack has a function, memory or global of the same name. An attack's own data goes to 1024 and above; what
;; the host writes goes to 65536 and above. The offsets are those of the canonical ABI for `wit/`.

(memory $memory 2)

(global $next (mut i32) (i32.const 65536))

;; Allocates, and never frees.
(func $realloc (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
  (local $at i32)
  (local.set $at (global.get $next))
  (global.set $next
    (i32.and (i32.add (i32.add (global.get $next) (local.get $size)) (i32.const 7)) (i32.const -8)))
  (local.get $at))

(data (i32.const 16) "hostile")

(data (i32.const 32) "1.0.0")

(data (i32.const 48) "attacks")

(data (i32.const 64) "on_preload_ioc_create")

;; A description: name, version, description, no schema, no capabilities.
(data (i32.const 128) "\10\00\00\00\07\00\00\00\20\00\00\00\05\00\00\00\30\00\00\00\07\00\00\00")

(func $describe (result i32)
  (i32.const 128))

;; What the registry answers has the shape of what is to be returned.
(func $register-hooks (param $id i32) (result i32)
  (call $register-to-hook
    (local.get $id) (i32.const 64) (i32.const 21)
    (i32.const 0) (i32.const 0) (i32.const 0)
    (i32.const 0)
    (i32.const 320))
  (i32.const 320))

;; The answer at 256: ok, replace, the event's payload, no actions, no message.
(func $hooks-handler (param $event i32) (result i32)
  (i32.store8 (i32.const 260) (i32.const 1))
  (i32.store (i32.const 264) (i32.load offset=76 (local.get $event)))
  (i32.store (i32.const 268) (i32.load offset=80 (local.get $event)))
  (i32.const 256))
