;; Calls itself until it is stopped.
(module
  (import "job" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1 1)
  (func $deeper (param i32) (result i32)
    (i32.store (i32.const 0) (local.get 0))
    (if (i32.eqz (i32.rem_u (local.get 0) (i32.const 100))) (then (call $log (i32.const 0) (i32.const 4))))
    (i32.add (call $deeper (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func (export "step") (result i32) (call $deeper (i32.const 1))))
