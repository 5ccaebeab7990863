;; Adds and copies the numbers of its input, some of them NaNs, in loops whose rounds are known when they begin.
(module
  (import "job" "read" (func $read (param i32 i64 i32 i32) (result i32)))
  (import "job" "write" (func $write (param i32 i32)))
  (memory (export "memory") 1 1)
  (global $step (mut i32) (i32.const 0))
  (func $sum (param $from i32) (param $count i32) (result f32) (local $sum f32)
    (loop $next
      (local.set $sum (f32.add (f32.mul (local.get $sum) (f32.const -3)) (f32.load (local.get $from))))
      (local.set $from (i32.add (local.get $from) (i32.const 4)))
      (br_if $next (local.tee $count (i32.add (local.get $count) (i32.const -1)))))
    (local.get $sum))
  (func $copy (param $from i32) (param $to i32) (param $end i32) (local $number f64)
    (loop $next
      (local.set $number (f64.load (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (f64.store (local.get $to) (local.get $number))
      (br_if $next (i32.ne (local.tee $to (i32.add (local.get $to) (i32.const 8))) (local.get $end)))))
  (func (export "step") (result i32) (local $at i32) (local $sum f32)
    (drop (call $read (i32.const 0) (i64.extend_i32_u (i32.mul (global.get $step) (i32.const 400))) (i32.const 0) (i32.const 400)))
    (loop $each
      (local.set $sum (call $sum (local.get $at) (i32.const 10)))
      (f32.store offset=400 (local.get $at) (local.get $sum))
      (f32.store offset=404 (local.get $at) (local.get $sum))
      (br_if $each (i32.ne (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 360))))
    (call $copy (i32.const 0) (i32.const 800) (i32.const 1200))
    (call $write (i32.const 400) (i32.const 800))
    (global.set $step (i32.add (global.get $step) (i32.const 1)))
    (i32.lt_s (global.get $step) (i32.const 5))))
