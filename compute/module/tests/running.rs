//! Modules do what they did before, and count what was counted by hand. They run in wasmi, once as they came and once
//! instrumented.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use compute_module::{DEPTH, Instrumented, Kind, LEFT, MOST_SLOTS, NO_MEMORY, instrument};
use wasmi::{Caller, Config, Engine, Extern, Instance, Linker, Module, Store, StoreLimits, StoreLimitsBuilder, Val};

/// What a job can see of the world: one input, a result, a log.
#[derive(Default)]
struct World {
    input: Vec<u8>,
    result: Vec<u8>,
    log: Vec<u8>,
    room: StoreLimits,
}

fn bytes<'a>(caller: &'a mut Caller<'_, World>, pointer: i32, count: i32) -> (&'a mut [u8], &'a mut World) {
    let memory = caller.get_export("memory").and_then(Extern::into_memory).unwrap();
    let (data, world) = memory.data_and_store_mut(caller);
    let from = pointer as u32 as usize;
    (&mut data[from..from + count as u32 as usize], world)
}

struct Running {
    store: Store<World>,
    instance: Instance,
}

impl Running {
    fn start(module: &[u8], input: &[u8]) -> Self {
        // Its own limits are below the count of slots.
        let mut config = Config::default();
        config.set_max_recursion_depth(MOST_SLOTS as usize).set_max_stack_height(1 << 20);
        let engine = Engine::new(&config);
        let module = Module::new(&engine, module).unwrap();
        let mut store = Store::new(&engine, World { input: input.to_vec(), ..World::default() });
        let mut linker = Linker::<World>::new(&engine);
        linker
            .func_wrap("job", "read", |mut caller: Caller<'_, World>, number: i32, offset: i64, to: i32, count: i32| {
                let (memory, world) = bytes(&mut caller, to, count);
                if number != 0 {
                    return -1;
                }
                let rest = world.input.get(offset as usize..).unwrap_or_default();
                let many = rest.len().min(memory.len());
                memory[..many].copy_from_slice(&rest[..many]);
                many as i32
            })
            .unwrap();
        linker
            .func_wrap("job", "write", |mut caller: Caller<'_, World>, from: i32, count: i32| {
                let (memory, world) = bytes(&mut caller, from, count);
                world.result.extend_from_slice(memory);
            })
            .unwrap();
        linker
            .func_wrap("job", "log", |mut caller: Caller<'_, World>, from: i32, count: i32| {
                let (memory, world) = bytes(&mut caller, from, count);
                world.log.extend_from_slice(memory);
            })
            .unwrap();
        let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
        Self { store, instance }
    }

    /// Instrumented, with this many instructions to run.
    fn counted(module: &Instrumented, input: &[u8], left: i64) -> Self {
        let mut running = Self::start(&module.bytes, input);
        let global = running.instance.get_global(&running.store, LEFT).unwrap();
        global.set(&mut running.store, Val::I64(left)).unwrap();
        running
    }

    /// The machine has this many pages, whatever the module may use.
    fn pages(&mut self, pages: usize) {
        self.store.data_mut().room = StoreLimitsBuilder::new().memory_size(pages * 65_536).build();
        self.store.limiter(|world| &mut world.room);
    }

    /// Steps until it is done: whether it got there.
    fn run(&mut self) -> bool {
        let step = self.instance.get_typed_func::<(), i32>(&self.store, "step").unwrap();
        loop {
            match step.call(&mut self.store, ()) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }

    fn left(&self) -> i64 {
        match self.instance.get_global(&self.store, LEFT).unwrap().get(&self.store) {
            Val::I64(left) => left,
            other => panic!("{other:?}"),
        }
    }

    fn depth(&self) -> u32 {
        match self.instance.get_global(&self.store, DEPTH).unwrap().get(&self.store) {
            Val::I32(depth) => depth as u32,
            other => panic!("{other:?}"),
        }
    }
}

const PLENTY: i64 = 1 << 40;

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// What a body of `step` counts, where it ends.
fn count(body: &str) -> i64 {
    let text = format!(
        r#"(module
            (import "job" "read" (func $read (param i32 i64 i32 i32) (result i32)))
            (import "job" "write" (func $write (param i32 i32)))
            (import "job" "log" (func $log (param i32 i32)))
            (memory (export "memory") 1 4)
            (data $bytes "0123456789abcdef")
            (func $twice (param i32) (result i32) local.get 0 i32.const 2 i32.mul)
            (func (export "step") (result i32) (local i32 i64 f32) {body}))"#
    );
    let mut running = Running::counted(&instrument(&module(&text)).unwrap(), &[7; 100], PLENTY);
    assert!(running.run(), "{body}");
    assert_eq!(running.depth(), 0, "{body}");
    PLENTY - running.left()
}

#[test]
fn counts_are_those_made_by_hand() {
    assert_eq!(count("i32.const 0"), 1);
    assert_eq!(count("i32.const 0 return"), 2);
    assert_eq!(count("nop block nop end i32.const 0"), 1, "what gives structure counts nothing");
    // if: const, if; then: const, set; end; const.
    assert_eq!(count("i32.const 1 if i32.const 9 local.set 0 else nop end i32.const 0"), 5);
    assert_eq!(count("i32.const 0 if i32.const 9 local.set 0 else nop end i32.const 0"), 3);
    // const, set; ten times seven (get, const, sub, tee, br_if: five); const.
    assert_eq!(
        count("i32.const 10 local.set 0 loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end i32.const 0"),
        2 + 10 * 5 + 1
    );
    // A call counts one, and its body three.
    assert_eq!(count("i32.const 4 call $twice drop i32.const 0"), 1 + 1 + 3 + 1 + 1);
    // A branch out of the function, with something below its result.
    assert_eq!(count("i32.const 5 i32.const 0 br 0"), 3);
    assert_eq!(count("block i32.const 0 br_table 0 0 end i32.const 0"), 3);
    // 80 bytes are ten more, 79 nine.
    assert_eq!(count("i32.const 0 i32.const 7 i32.const 80 memory.fill i32.const 0"), 4 + 10 + 1);
    assert_eq!(count("i32.const 0 i32.const 7 i32.const 79 memory.fill i32.const 0"), 4 + 9 + 1);
    assert_eq!(count("i32.const 0 i32.const 0 i32.const 16 memory.init $bytes i32.const 0"), 4 + 2 + 1);
    assert_eq!(count("i32.const 64 i32.const 0 i32.const 800 memory.copy i32.const 0"), 4 + 100 + 1);
    assert_eq!(count("i32.const 2 memory.grow drop i32.const 0"), 3 + 2 * 8_192 + 1);
    assert_eq!(
        count("i32.const 4 memory.grow drop i32.const 0"),
        3 + 4 * 8_192 + 1,
        "more than the maximum is refused"
    );
    assert_eq!(count("i32.const 0 i32.const 24 call $write i32.const 0"), 3 + 3 + 1);
    assert_eq!(count("i32.const 0 i32.const 24 call $log i32.const 0"), 3 + 3 + 1);
    assert_eq!(count("i32.const 0 i64.const 0 i32.const 0 i32.const 40 call $read drop i32.const 0"), 5 + 5 + 2);
}

#[test]
fn an_endless_loop_stops_at_its_limit_and_no_sooner() {
    let text = r#"(module (memory (export "memory") 1 1)
        (func (export "step") (result i32) (loop br 0) i32.const 0))"#;
    let instrumented = instrument(&module(text)).unwrap();
    for limit in [0, 1, 17, 1_000_000] {
        let mut running = Running::counted(&instrumented, &[], limit);
        assert!(!running.run());
        assert_eq!(running.left(), -1, "one more than the limit was asked for");
    }
    // What needs exactly its limit ends.
    let ends =
        r#"(module (memory (export "memory") 1 1) (func (export "step") (result i32) i32.const 1 drop i32.const 0))"#;
    let instrumented = instrument(&module(ends)).unwrap();
    assert!(Running::counted(&instrumented, &[], 3).run());
    assert!(!Running::counted(&instrumented, &[], 2).run());
}

#[test]
fn deep_calls_stop_by_the_count_of_slots_whatever_the_engine_could_take() {
    let text = r#"(module (memory (export "memory") 1 1) (global $calls (export "calls") (mut i32) (i32.const 0))
        (func $deeper (param i64 i64) global.get $calls i32.const 1 i32.add global.set $calls
            local.get 0 local.get 1 call $deeper)
        (func (export "step") (result i32) i64.const 1 i64.const 2 call $deeper i32.const 0))"#;
    let mut running = Running::counted(&instrument(&module(text)).unwrap(), &[], PLENTY);
    assert!(!running.run());
    assert!(running.depth() > MOST_SLOTS, "{}", running.depth());
    let Val::I32(calls) = running.instance.get_global(&running.store, "calls").unwrap().get(&running.store) else {
        panic!()
    };
    // Two parameters and two operands, each counted as a vector, and four for the call.
    assert_eq!(calls as u32, (MOST_SLOTS - 8) / 12);
}

#[test]
fn memory_that_the_machine_does_not_have_is_no_answer_to_the_module() {
    let text = r#"(module (memory (export "memory") 1 8)
        (func (export "step") (result i32) (i32.eq (memory.grow (i32.const 7)) (i32.const 1)) drop i32.const 0))"#;
    let instrumented = instrument(&module(text)).unwrap();
    let mut running = Running::counted(&instrumented, &[], PLENTY);
    running.pages(4);
    assert!(!running.run());
    assert_eq!(running.left(), NO_MEMORY);
    let mut running = Running::counted(&instrumented, &[], PLENTY);
    running.pages(8);
    assert!(running.run());
}

#[test]
fn nans_have_the_same_bits_whichever_came_in() {
    // Each line of a table is stored as it was seen: through a float, through a vector's lane, by its sign.
    let text = r#"(module
        (import "job" "read" (func $read (param i32 i64 i32 i32) (result i32)))
        (import "job" "write" (func $write (param i32 i32)))
        (memory (export "memory") 1 1)
        (global $f (mut f32) (f32.const 0))
        (func (export "step") (result i32)
            (drop (call $read (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 16)))
            (f32.store (i32.const 100) (f32.sub (f32.load (i32.const 0)) (f32.const 0)))
            (i32.store (i32.const 104) (i32.reinterpret_f32 (f32.add (f32.load (i32.const 0)) (f32.const 1))))
            (f64.store (i32.const 108) (f64.promote_f32 (f32.neg (f32.load (i32.const 0)))))
            (f32.store (i32.const 116) (f32.copysign (f32.const 1) (f32.load (i32.const 0))))
            (v128.store (i32.const 120) (f32x4.splat (f32.load (i32.const 0))))
            (v128.store (i32.const 136) (f32x4.mul (v128.load (i32.const 0)) (v128.load (i32.const 0))))
            (v128.store (i32.const 152) (f64x2.promote_low_f32x4 (f32x4.add (v128.load (i32.const 0)) (v128.load (i32.const 0)))))
            (global.set $f (f32.load (i32.const 0)))
            (f32.store (i32.const 168) (global.get $f))
            (f32.store (i32.const 172) (f32.load (i32.const 0)))
            (call $write (i32.const 100) (i32.const 76))
            i32.const 0))"#;
    let instrumented = instrument(&module(text)).unwrap();
    let mut seen = Vec::new();
    for bits in [0x7fc0_0000u32, 0xffc0_0000, 0x7fa0_0001, 0xffff_ffff, 0x7f80_0001] {
        let input: Vec<u8> = [bits; 4].iter().flat_map(|bits| bits.to_le_bytes()).collect();
        let mut running = Running::counted(&instrumented, &input, PLENTY);
        assert!(running.run());
        let (settled, copied) = running.store.data().result.split_at(72);
        assert_eq!(copied, bits.to_le_bytes(), "what is only copied is no float yet");
        seen.push(settled.to_vec());
    }
    let (nan32, nan64, one) =
        (0x7fc0_0000u32.to_le_bytes(), 0x7ff8_0000_0000_0000u64.to_le_bytes(), 1f32.to_le_bytes());
    let mut expected = [&nan32[..], &nan32, &nan64, &one].concat();
    expected.extend(nan32.repeat(8));
    expected.extend(nan64.repeat(2));
    expected.extend(nan32);
    assert_eq!(seen, vec![expected; 5]);
}

#[test]
fn what_is_no_float_keeps_its_bits_in_vectors() {
    // Integers that would be NaNs if they were read as floats.
    let text = r#"(module (import "job" "write" (func $write (param i32 i32))) (memory (export "memory") 1 1)
        (func (export "step") (result i32)
            (v128.store (i32.const 0) (i32x4.add (v128.const i32x4 0x7fa00001 -1 0x7f800001 0xffc12345) (v128.const i32x4 0 0 0 0)))
            (v128.store (i32.const 16) (f32x4.abs (v128.const i32x4 0x7fa00001 -1 0x7f800001 0xffc12345)))
            (call $write (i32.const 0) (i32.const 32)) i32.const 0))"#;
    let mut running = Running::counted(&instrument(&module(text)).unwrap(), &[], PLENTY);
    assert!(running.run());
    let words = [0x7fa0_0001u32, 0xffff_ffff, 0x7f80_0001, 0xffc1_2345];
    let positive = words.map(|word| word & 0x7fff_ffff);
    let expected: Vec<u8> = words.iter().chain(&positive).flat_map(|word| word.to_le_bytes()).collect();
    assert_eq!(running.store.data().result, expected);
}

#[test]
fn several_results_tables_and_globals_go_on_as_they_did() {
    let text = r#"(module
        (import "job" "write" (func $write (param i32 i32)))
        (import "job" "log" (func $log (param i32 i32)))
        (type $pair (func (param i32) (result i32 i64)))
        (memory (export "memory") 1 1)
        (table funcref (elem $early $late))
        (global $round (mut i32) (i32.const 0)) (global $fixed i32 (i32.const 3)) (global $sum (mut f64) (f64.const 0))
        (func $early (type $pair) local.get 0 i32.const 2 i32.lt_s if local.get 0 i64.const 1 return end
            local.get 0 i32.const 10 i32.mul i64.const 2)
        (func $late (type $pair) (local i32) local.get 0 local.set 1 block local.get 1 i32.const 3 i32.eq br_if 0
            local.get 1 i64.const 7 br 1 end i32.const -1 i64.const 8)
        (func (export "step") (result i32) (local i64)
            global.get $round i32.const 1 i32.and (i64.store (i32.const 0)
                (i64.extend_i32_s (global.get $round))) drop
            (global.get $round) (i32.and (global.get $round) (i32.const 1)) call_indirect (type $pair)
            local.set 0 i32.const 8 i32.store8 offset=0 align=1 
            i32.const 0))"#;
    // Rounds by turns through the two functions; each leaves what it gave.
    let rounds = text.replace(
        "local.set 0 i32.const 8 i32.store8 offset=0 align=1 \n            i32.const 0))",
        "local.set 0 global.set $last
            (i32.store (i32.const 8) (global.get $last)) (i64.store (i32.const 12) (local.get 0))
            (global.set $sum (f64.add (global.get $sum) (f64.convert_i32_s (global.get $last))))
            (f64.store (i32.const 20) (global.get $sum))
            (call $write (i32.const 0) (i32.const 28))
            (global.set $round (i32.add (global.get $round) (i32.const 1)))
            (i32.lt_s (global.get $round) (i32.const 8))) (global $last (mut i32) (i32.const 0)))",
    );
    let plain = module(&rounds);
    let instrumented = instrument(&plain).unwrap();
    assert_eq!(instrumented.globals, [Kind::I32, Kind::F64, Kind::I32]);
    let (mut one, mut other) = (Running::start(&plain, &[]), Running::counted(&instrumented, &[], PLENTY));
    assert!(one.run() && other.run());
    assert_eq!(one.store.data().result.len(), 8 * 28);
    assert_eq!(one.store.data().result, other.store.data().result);
}

#[test]
fn a_loop_of_known_rounds_that_is_not_paid_for_whole_does_not_begin() {
    // It stores beyond its memory in the last of its rounds: 16 of 4,096 bytes fit.
    let text = r#"(module (memory (export "memory") 1 1)
        (func (export "step") (result i32) (local $at i32)
            (loop $next
                (i32.store (local.get $at) (i32.const 1))
                (br_if $next (i32.ne (local.tee $at (i32.add (local.get $at) (i32.const 4096))) (i32.const 69632))))
            i32.const 0))"#;
    let instrumented = instrument(&module(text)).unwrap();
    let stored = |limit| {
        let mut running = Running::counted(&instrumented, &[], limit);
        assert!(!running.run());
        let memory = running.instance.get_memory(&running.store, "memory").unwrap();
        let stored = memory.data(&running.store).iter().filter(|byte| **byte == 1).count();
        (stored, running.left() < 0)
    };
    // Ten operators in each of 17 rounds. Of a function that traps, the global shows what was counted when it was called.
    let whole = 17 * 10;
    assert_eq!(stored(whole), (16, false), "all could be paid for, and the last round traps");
    assert_eq!(stored(whole - 1), (0, true));
}
