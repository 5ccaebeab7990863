;; Divides by what gets zero.
(module
  (import "job" "write" (func $write (param i32 i32)))
  (memory (export "memory") 1 1)
  (global $left (mut i32) (i32.const 4))
  (func (export "step") (result i32)
    (i32.store (i32.const 0) (i32.div_s (i32.const 1000) (global.get $left)))
    (call $write (i32.const 0) (i32.const 4))
    (global.set $left (i32.sub (global.get $left) (i32.const 1)))
    (i32.const 1)))
