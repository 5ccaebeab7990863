;; Six steps of a little more than a unit each, each of which logs a line.
(module
  (import "job" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1 1)
  (data (i32.const 0) "step")
  (global $step (mut i32) (i32.const 0))
  (func (export "step") (result i32) (local $at i32)
    (loop $again
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $at) (i32.const 150000))))
    (call $log (i32.const 0) (i32.const 4))
    (global.set $step (i32.add (global.get $step) (i32.const 1)))
    (i32.lt_u (global.get $step) (i32.const 6))))
