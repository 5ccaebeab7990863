;; Grows its memory step by step until it is refused, and says how large it was.
(module
  (import "job" "write" (func $write (param i32 i32)))
  (memory (export "memory") 1 5)
  (func (export "step") (result i32) (local $was i32)
    (local.set $was (memory.grow (i32.const 1)))
    (i32.store (i32.const 0) (local.get $was))
    (i32.store (i32.const 4) (memory.size))
    (memory.fill (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 100)) (memory.size) (i32.const 100))
    (memory.copy (i32.const 100) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 90)) (i32.const 50))
    (call $write (i32.const 0) (i32.const 200))
    (i32.ne (local.get $was) (i32.const -1))))
