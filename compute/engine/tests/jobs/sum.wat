;; Ten steps: each adds a hundred numbers of the first input to a sum, and writes and logs it.
(module
  (import "job" "read" (func $read (param i32 i64 i32 i32) (result i32)))
  (import "job" "write" (func $write (param i32 i32)))
  (import "job" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1 8)
  (data (i32.const 0) "step")
  (global $step (mut i32) (i32.const 0))
  (func (export "step") (result i32) (local $at i32)
    (drop (call $read (i32.const 0) (i64.extend_i32_u (i32.mul (global.get $step) (i32.const 400))) (i32.const 1024) (i32.const 400)))
    (loop $next
      (i64.store (i32.const 8) (i64.add (i64.load (i32.const 8)) (i64.load32_u (i32.add (i32.const 1024) (local.get $at)))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 400))))
    (call $write (i32.const 8) (i32.const 8))
    (call $log (i32.const 0) (i32.const 4))
    (global.set $step (i32.add (global.get $step) (i32.const 1)))
    (i32.lt_u (global.get $step) (i32.const 10))))
