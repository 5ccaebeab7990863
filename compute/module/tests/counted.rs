//! What a module counts is what runs. Programs that nobody would write are run once with a count before each single operator,
//! and once instrumented: both come to the same number, at whichever limit, and a limit stops them soon.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::{collections::BTreeMap, fmt::Write as _};

use compute_module::{LEFT, instrument};
use rand::{Rng, SeedableRng, rngs::StdRng};
use wasm_encoder::{
    CodeSection, Function, Instruction, Module, RawSection, ValType,
    reencode::{Reencode as _, RoundtripReencoder},
};
use wasmi::{Instance, Store, Val};
use wasmparser::{FunctionBody, KnownCustom, Operator, Parser, Payload};

use support::started;

/// The global that counts in programs that count each operator.
const TICKS: u32 = 0;
/// Calls within each other that a program makes at most, with `step`.
const CALLS: i64 = 6;
/// Beyond so many operators a program is taken for endless.
const ENDLESS: i64 = 30_000;

/// What an operator costs, as `compute_module` says in words. `bytes` is the constant before it.
fn cost(operator: &Operator<'_>, bytes: i64) -> i64 {
    match operator {
        Operator::Block { .. } | Operator::Loop { .. } | Operator::Else | Operator::End | Operator::Nop => 0,
        Operator::MemoryFill { .. } | Operator::MemoryCopy { .. } => 1 + bytes / 8,
        Operator::MemoryGrow { .. } => 1 + bytes * 65_536 / 8,
        // The only import.
        Operator::Call { function_index: 0 } => 1 + bytes / 8,
        _ => 1,
    }
}

/// The module with a count before each operator, stopped where it is more than this; of operators alone, or of what they move
/// too.
fn ticking(module: &[u8], most: i64, with_moved: bool) -> (Vec<u8>, i64) {
    let (mut out, mut code, mut functions, mut operators) = (Module::new(), CodeSection::new(), 0, 0);
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.unwrap();
        match &payload {
            Payload::CodeSectionStart { count, .. } => {
                functions = *count;
                continue;
            }
            Payload::CodeSectionEntry(body) => {
                operators += body.get_operators_reader().unwrap().into_iter().count() as i64;
                code.function(&ticking_body(body, most, with_moved));
                if code.len() == functions {
                    out.section(&code);
                }
                continue;
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            out.section(&RawSection { id, data: &module[range.start as usize..range.end as usize] });
        }
    }
    (out.finish(), operators)
}

fn ticking_body(body: &FunctionBody<'_>, most: i64, with_moved: bool) -> Function {
    let locals = body.get_locals_reader().unwrap().into_iter().map(Result::unwrap);
    let locals: Vec<(u32, ValType)> =
        locals.map(|(many, ty)| (many, RoundtripReencoder.val_type(ty).unwrap())).collect();
    let (mut function, mut constant) = (Function::new(locals), 0);
    for operator in body.get_operators_reader().unwrap() {
        let operator = operator.unwrap();
        let cost = if with_moved { cost(&operator, constant) } else { cost(&operator, 0) };
        if cost > 0 {
            function.instruction(&Instruction::GlobalGet(TICKS));
            function.instruction(&Instruction::I64Const(cost));
            function.instruction(&Instruction::I64Add);
            function.instruction(&Instruction::GlobalSet(TICKS));
        }
        // Where nothing else stops it.
        if with_moved && cost > 0 {
            function.instruction(&Instruction::GlobalGet(TICKS));
            function.instruction(&Instruction::I64Const(most));
            function.instruction(&Instruction::I64GtS);
            function.instruction(&Instruction::If(wasm_encoder::BlockType::Empty));
            function.instruction(&Instruction::Unreachable);
            function.instruction(&Instruction::End);
        }
        constant = if let Operator::I32Const { value } = operator { i64::from(value) } else { 0 };
        function.instruction(&RoundtripReencoder.instruction(operator).unwrap());
    }
    function
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    done: bool,
    written: Vec<u8>,
    /// What its globals of these names hold, where they are there.
    left: Option<i64>,
    ticks: i64,
}

fn run(module: &[u8], left: i64) -> Ran {
    let (mut store, instance) = started(module, left);
    let step = instance.get_typed_func::<(), i32>(&store, "step").unwrap();
    let done = step.call(&mut store, ()).is_ok();
    let (left, ticks) = (number(&instance, &store, LEFT), number(&instance, &store, "ticks").unwrap());
    Ran { done, left, ticks, written: store.into_data() }
}

fn number(instance: &Instance, store: &Store<Vec<u8>>, name: &str) -> Option<i64> {
    match instance.get_global(store, name)?.get(store) {
        Val::I64(value) => Some(value),
        _ => None,
    }
}

/// A program's author. Which way it goes is drawn by the program itself, from a number that it keeps in `$dice`.
struct Author {
    random: StdRng,
    text: String,
    /// Labels that a branch may name, and whether each wants a number.
    labels: Vec<(String, bool)>,
    names: u32,
    /// Functions that may be called here.
    callees: u32,
}

/// A number that the program draws, below a power of two.
const DRAWN: &str = "(local.tee $dice (i32.add (i32.mul (local.get $dice) (i32.const 1103515245)) (i32.const 12345)))";

impl Author {
    fn program(random: StdRng) -> String {
        let mut author = Self { random, text: String::new(), labels: Vec::new(), names: 0, callees: 0 };
        author.text = r#"(module (import "job" "write" (func $write (param i32 i32)))
            (global $ticks (export "ticks") (mut i64) (i64.const 0)) (memory (export "memory") 1 3)
            (type $one (func (param i32) (result i32))) (table funcref (elem $f0 $f1 $f2 $f3))"#
            .into();
        for function in 0..4 {
            writeln!(author.text, "(func $f{function} (type $one) (local $dice i32)").unwrap();
            let numbers: String = (0..40).map(|number| format!(" (local $n{number} i32)")).collect();
            author.text += &numbers;
            writeln!(author.text, "(local.set $dice (i32.xor (local.get 0) (i32.const {function})))").unwrap();
            author.callees = function;
            author.names = 0;
            author.lines(3);
            author.text += "(i32.store (i32.const 8) (local.get $dice)) (local.get $dice))";
        }
        let begin: i32 = author.random.random();
        writeln!(
            author.text,
            r#"(func (export "step") (result i32) (drop (call $f3 (i32.const {begin})))
                (call $write (i32.const 8) (i32.const 4)) (i32.const 0)))"#
        )
        .unwrap();
        author.text
    }

    fn condition(&mut self) -> String {
        let one_of = [1, 3, 7][self.random.random_range(0..3)];
        format!("(i32.and (i32.shr_u {DRAWN} (i32.const 16)) (i32.const {one_of}))")
    }

    fn name(&mut self, what: &str) -> String {
        self.names += 1;
        format!("${what}{}", self.names)
    }

    fn lines(&mut self, depth: u32) {
        for _ in 0..self.random.random_range(1..5) {
            self.line(depth);
        }
    }

    fn within(&mut self, label: String, depth: u32) {
        self.labels.push((label, false));
        self.lines(depth);
        self.labels.pop();
    }

    fn line(&mut self, depth: u32) {
        match self.random.random_range(0..if depth == 0 { 9 } else { 19 }) {
            0..3 => {
                let value = self.value(depth.min(2));
                writeln!(self.text, "(i32.store (i32.const 16) {value})").unwrap();
            }
            3 => {
                let (from, count) = (self.random.random_range(0..64), self.random.random_range(0..100));
                let line = self.random.random_range(0..3);
                let line = ["memory.fill", "memory.copy", "call $write"][line];
                let first = if line == "call $write" { "" } else { "(i32.const 128)" };
                writeln!(self.text, "({line} {first} (i32.const {from}) (i32.const {count}))").unwrap();
            }
            4 => {
                let condition = self.condition();
                writeln!(self.text, "(if {condition} (then) (else (drop (memory.grow (i32.const 1)))))").unwrap();
            }
            5..9 => self.branch(),
            9..11 => {
                let label = self.name("block");
                writeln!(self.text, "(block {label}").unwrap();
                self.within(label, depth - 1);
                self.text += ")";
            }
            11..14 => {
                let (label, condition) = (self.name("if"), self.condition());
                writeln!(self.text, "(if {label} {condition} (then").unwrap();
                self.within(label.clone(), depth - 1);
                if self.random.random_ratio(1, 2) {
                    self.text += ") (else";
                    self.within(label, depth - 1);
                }
                self.text += "))";
            }
            _ => self.round(depth),
        }
    }

    /// A loop, which mostly ends. Its counter goes up or down, to zero or to another number.
    fn round(&mut self, depth: u32) {
        let (label, times) = (self.name("loop"), self.random.random_range(1..6));
        let counter = format!("$n{}", self.names % 40);
        let size = [1, 2, 4, 3][self.random.random_range(0..4)];
        let (step, until) = ([size, -size][self.random.random_range(0..2)], [0, 7][self.random.random_range(0..2)]);
        let begin = until - times * step;
        writeln!(self.text, "(local.set {counter} (i32.const {begin})) (loop {label}").unwrap();
        if self.random.random_ratio(1, 2) {
            self.within(label.clone(), depth - 1);
        } else {
            let value = self.value(0);
            writeln!(self.text, "(i32.store (i32.const 24) {value})").unwrap();
        }
        let next = format!("(i32.add (local.get {counter}) (i32.const {step}))");
        let again = format!("(local.tee {counter} {next})");
        let (inner, perhaps) = (self.name("inner"), self.condition());
        let line = match self.random.random_range(0..12) {
            0..3 if until == 0 => format!("(br_if {label} {again})"),
            0..6 => format!("(br_if {label} (i32.ne {again} (i32.const {until})))"),
            6 => format!(
                "(local.set {counter} {next}) (br_if {label} (i32.ne (i32.const {until}) (local.get {counter})))"
            ),
            7..9 => format!("(if (i32.ne {again} (i32.const {until})) (then (br {label})))"),
            9..11 => format!(
                "(block {inner} (br_if {inner} (i32.ne {again} (i32.const {until})))) (br_if {label} {perhaps})"
            ),
            _ => format!("(br {label})"),
        };
        writeln!(self.text, "{line})").unwrap();
    }

    fn branch(&mut self) {
        let labels: Vec<String> =
            self.labels.iter().filter(|(_, wants)| !wants).map(|(label, _)| label.clone()).collect();
        let condition = self.condition();
        let some = |random: &mut StdRng| labels[random.random_range(0..labels.len())].clone();
        let line = match self.random.random_range(0..16) {
            0 => format!("(if {condition} (then (return (i32.const 3))))"),
            1 | 13 => format!("(if (i32.eqz (i32.and {DRAWN} (i32.const 0x700000))) (then unreachable))"),
            2 => "(return (local.get $dice))".into(),
            _ if labels.is_empty() => format!("(drop {condition})"),
            3..6 => format!("(br {})", some(&mut self.random)),
            6..13 => format!("(br_if {} {condition})", some(&mut self.random)),
            _ => {
                let ways: Vec<String> = (0..self.random.random_range(1..5)).map(|_| some(&mut self.random)).collect();
                format!("(br_table {} {condition})", ways.join(" "))
            }
        };
        self.text += &line;
        self.text += "\n";
    }

    fn value(&mut self, depth: u32) -> String {
        if depth == 0 {
            return DRAWN.into();
        }
        let condition = self.condition();
        match self.random.random_range(0..6) {
            0 => format!("(i32.add {} {})", self.value(depth - 1), self.value(depth - 1)),
            1 => format!(
                "(if (result i32) {condition} (then {}) (else {}))",
                self.value(depth - 1),
                self.value(depth - 1)
            ),
            2 => {
                let label = self.name("value");
                let (one, other) = (self.value(depth - 1), self.value(depth - 1));
                format!("(block {label} (result i32) (br_if {label} {one} {condition}) drop {other})")
            }
            3 if self.callees > 0 => {
                let callee = self.random.random_range(0..self.callees);
                format!("(call $f{callee} {})", self.value(depth - 1))
            }
            4 if self.callees > 0 => {
                let callee = self.random.random_range(0..self.callees);
                format!("(call_indirect (type $one) {} (i32.const {callee}))", self.value(depth - 1))
            }
            _ => format!("(i32.load (i32.and {DRAWN} (i32.const 0xffc)))"),
        }
    }
}

#[test]
fn what_is_counted_is_what_ran_and_a_limit_stops_it_soon() {
    let seed = std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("MODELMARKET_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let [mut ended, mut trapped, mut endless] = [0; 3];
    for _ in 0..200 {
        let text = Author::program(StdRng::seed_from_u64(random.random()));
        let plain = wat::parse_str(&text).unwrap();
        let instrumented = instrument(&plain).unwrap().bytes;
        let (ticking_plain, operators) = ticking(&plain, ENDLESS, true);
        let real = run(&ticking_plain, 0);
        if real.ticks > ENDLESS {
            endless += 1;
            assert_stops(&instrumented, random.random_range(0..ENDLESS), &text);
        } else {
            let plenty = run(&instrumented, 2 * ENDLESS);
            let count = 2 * ENDLESS - plenty.left.unwrap();
            // Where it traps, what calls it has paid for all that it does behind the call.
            let ahead = if real.done { 0 } else { operators };
            assert!((real.ticks..=real.ticks + ahead).contains(&count), "{count}, {}: {text}", real.ticks);
            // It needs what it needs and no more, and comes to the same with it.
            let just = run(&instrumented, count);
            assert_eq!(just, Ran { left: Some(0), ticks: 0, ..real }, "{text}");
            assert_stops(&instrumented, count - 1, &text);
            assert_stops(&instrumented, random.random_range(0..count), &text);
            *(if real.done { &mut ended } else { &mut trapped }) += 1;
        }
        // Each operator that ran has four more before it, which are counted like others.
        let limit = random.random_range(0..ENDLESS);
        let counted = instrument(&ticking(&plain, 0, false).0).unwrap().bytes;
        let stopped = run(&counted, limit);
        assert!(5 * stopped.ticks <= limit + CALLS * 5 * operators, "{limit}, {}: {text}", stopped.ticks);
    }
    assert!(
        ended > 50 && trapped > 3 && endless > 20,
        "there are programs of all kinds: {ended}, {trapped}, {endless}"
    );
}

fn assert_stops(module: &[u8], limit: i64, text: &str) {
    let ran = run(module, limit);
    assert!(!ran.done && ran.left.is_some_and(|left| left < 0), "{limit}, {ran:?}: {text}");
}

/// A step with this body, which has six counters.
fn step(body: &str) -> String {
    format!(
        r#"(module (import "job" "write" (func $write (param i32 i32)))
        (global $ticks (export "ticks") (mut i64) (i64.const 0)) (memory (export "memory") 1 3)
        (type $none (func)) (table funcref (elem $again))
        (func $again (type $none) (call $nothing)) (func $nothing (type $none))
        (func (export "step") (result i32) (local $a i32) (local $b i32) (local $c i32) (local $d i64)
            {body} (i32.const 0)))"#
    )
}

/// A body counts what runs of it.
fn assert_counts(body: &str) {
    let text = step(body);
    let plain = wat::parse_str(&text).unwrap();
    let (instrumented, real) = (instrument(&plain).unwrap().bytes, run(&ticking(&plain, ENDLESS, true).0, 0));
    assert!(real.done, "it ends: {body}");
    assert_eq!(run(&instrumented, real.ticks), Ran { left: Some(0), ticks: 0, ..real }, "{body}");
    assert_stops(&instrumented, real.ticks - 1, body);
}

/// What a loop does between its label and its end, in several forms: it counts from a number by steps until another one.
fn loops(begin: i32, step: i32, until: i32) -> Vec<String> {
    let next = format!("(i32.add (local.get $a) (i32.const {step}))");
    let begin = format!(
        "(local.set $a (i32.const {begin})) (local.set $b (i32.const {until})) (loop $next (local.set $c (local.get $a))"
    );
    let mut loops = vec![
        format!("{begin} (br_if $next (i32.ne (local.tee $a {next}) (i32.const {until}))))"),
        format!("{begin} (br_if $next (i32.ne (local.get $b) (local.tee $a {next}))))"),
        format!("{begin} (local.set $a {next}) nop (br_if $next (i32.ne (local.get $a) (local.get $b))))"),
    ];
    if until == 0 {
        loops.push(format!("{begin} (br_if $next (local.tee $a {next})))"));
        loops.push(format!("{begin} (local.set $a {next}) (br_if $next (local.get $a)))"));
    }
    loops
}

/// Whether what became of a body subtracts nothing in a loop.
fn counts_before(body: &str) -> bool {
    let instrumented = instrument(&wat::parse_str(step(body)).unwrap()).unwrap().bytes;
    let (mut inside, mut subtracts) = (false, false);
    for payload in Parser::new(0).parse_all(&instrumented) {
        let Payload::CodeSectionEntry(body) = payload.unwrap() else { continue };
        for operator in body.get_operators_reader().unwrap() {
            match operator.unwrap() {
                Operator::Loop { .. } => inside = true,
                Operator::End => inside = false,
                Operator::I64Sub => subtracts |= inside,
                _ => {}
            }
        }
    }
    !subtracts
}

#[test]
fn loops_whose_rounds_are_known_are_counted_before_they_begin() {
    const LOWEST: i32 = i32::MIN;
    let known = [
        (10, -1, 0),
        (0, 1, 10),
        (-3, 1, 4),
        (-6, 2, 0),
        (7, -4, -1),
        (100, 32, 1_060),
        (i32::MAX, 1, LOWEST),
        (LOWEST, -1, i32::MAX),
        // All the way around.
        (0, 1 << 28, 0),
        (5, -(1 << 28), 5),
        (0, LOWEST, 0),
        (0, LOWEST, LOWEST),
    ];
    for (begin, step, until) in known {
        for body in loops(begin, step, until) {
            assert!(counts_before(&body), "{body}");
            assert_counts(&body);
            // In another one, beside something else, and not at all.
            let rounds = "(local.set $d (i64.const 3)) (loop $more";
            let again = "(br_if $more (i64.ne (local.tee $d (i64.sub (local.get $d) (i64.const 1))) (i64.const 0))))";
            assert_counts(&format!("{rounds} {body} (if (local.get $c) (then {body})) {again}"));
            assert_counts(&format!("(block (br_if 0 (i32.const 1)) {body})"));
        }
    }
    // Those that go by, or need more than anybody pays for, stop at once.
    for (begin, step, until) in [(1, 2, 0), (7, -4, 0), (3, 1, 3), (9, -1, 9), (0, 1 << 28, 1), (1, LOWEST, 0)] {
        for body in loops(begin, step, until) {
            assert!(counts_before(&body), "{body}");
            let instrumented = instrument(&wat::parse_str(self::step(&body)).unwrap()).unwrap().bytes;
            assert_stops(&instrumented, 1 << 33, &body);
        }
    }
}

#[test]
fn loops_that_may_go_otherwise_are_counted_as_they_go() {
    let next = "(local.tee $a (i32.add (local.get $a) (i32.const 1)))";
    let begin = "(local.set $a (i32.const 2)) (local.set $b (i32.const 12)) (loop $next";
    let others = [
        // What it is compared with changes, or the counter changes twice, or by something else.
        format!("{begin} (local.set $b (i32.const 6)) (br_if $next (i32.ne {next} (local.get $b))))"),
        format!("{begin} (drop {next}) (br_if $next (i32.ne {next} (local.get $b))))"),
        format!(
            "{begin} (local.set $a (i32.or (local.get $a) (i32.const 1))) (br_if $next (i32.ne {next} (local.get $b))))"
        ),
        format!("{begin} (br_if $next (i32.ne (local.tee $a (i32.add (local.get $a) (i32.const 5))) (local.get $b))))"),
        format!(
            "{begin} (br_if $next (i32.ne (local.tee $a (i32.add (local.get $c) (i32.const 12))) (local.get $b))))"
        ),
        // It is compared before it changes, or otherwise.
        format!("{begin} (local.get $a) (drop {next}) (br_if $next (i32.ne (i32.const 9))))"),
        format!("{begin} (br_if $next (i32.lt_s {next} (local.get $b))))"),
        format!("{begin} (br_if $next (i32.ne {next} (i32.add (local.get $b) (i32.const 0)))))"),
        // What looks like the way back leads out of a block in it.
        format!("{begin} (block $in (br_if $in (i32.ne {next} (local.get $b)))))"),
        format!(
            "{begin} (block $in (local.set $c (i32.const 1)) (br_if $in (i32.ne {next} (i32.const 3)))) \
             (br_if $next (i32.lt_s (local.get $a) (i32.const 20))))"
        ),
        format!("{begin} (br_if $next (block (result i32) (br_if 0 (i32.const 0) (i32.ne {next} (local.get $b))))))"),
        // Another way leads out of it, or back, or into a function.
        format!(
            "(block $out {begin} (br_if $out (i32.eq (local.get $a) (i32.const 5))) (br_if $next (i32.ne {next} (local.get $b)))))"
        ),
        format!(
            "{begin} (if (i32.lt_s {next} (i32.const 5)) (then (br $next))) (br_if $next (i32.ne {next} (local.get $b))))"
        ),
        format!("{begin} (call $again) (br_if $next (i32.ne {next} (local.get $b))))"),
        format!(
            "{begin} (memory.fill (i32.const 0) (i32.const 0) (i32.const 80)) (br_if $next (i32.ne {next} (local.get $b))))"
        ),
        format!("{begin} (call $write (i32.const 0) (i32.const 80)) (br_if $next (i32.ne {next} (local.get $b))))"),
        format!("{begin} (br_if $next (i32.ne {next} (local.get $b))) (local.set $c (i32.const 1)))"),
    ];
    for body in others {
        assert_counts(&body);
    }
}

#[test]
fn nothing_goes_on_without_being_paid() {
    let draw = "(local.tee $a (i32.add (i32.mul (local.get $a) (i32.const 1103515245)) (i32.const 12345)))";
    let much = "(local.set $c (i32.add (local.get $c) (i32.const 1)))".repeat(1_000);
    let endless = [
        "(loop (br 0))".into(),
        "(loop (br_if 0 (i32.const 1)))".into(),
        "(loop (if (i32.const 1) (then (br 1))))".into(),
        "(loop (if (i32.const 0) (then) (else (br 1))))".into(),
        format!("(loop (block (block (br_table 0 1 2 {draw}))) (br 0))"),
        "(loop $next (br_table $next $next (i32.const 5)))".into(),
        format!("(loop $next (block $out (br_if $next {draw}) (br_if $out {draw}) (br $next)) (br $next))"),
        "(loop $out (loop $in (br_if $out (local.tee $a (i32.eqz (local.get $a)))) (br $in)))".into(),
        "(loop (loop (br_if 0 (i32.const 0))) (br 0))".into(),
        "(loop (loop (br_if 0 (local.tee $a (i32.add (local.get $a) (i32.const -1))))) (br 0))".into(),
        "(loop (br_if 0 (local.tee $b (i32.add (local.get $b) (i32.const 0)))) (local.set $b (i32.const 1)) (br 0))"
            .into(),
        "(loop (call $again) (br 0))".into(),
        "(loop (call_indirect (type $none) (i32.const 0)) (br 0))".into(),
        "(loop (call $write (i32.const 0) (i32.const 0)) (br 0))".into(),
        "(loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)) (br 0))".into(),
        "(loop (drop (memory.grow (i32.const 0))) (br 0))".into(),
        "(loop (block (br 1) (loop (br 0)) unreachable))".into(),
        "(loop (result i32) (br 0)) drop".into(),
        format!("(loop {much} (br 0))"),
        format!("(loop (if {draw} (then {much}) (else (call $again))) (br 0))"),
    ];
    for body in endless {
        let text = step(&body);
        let plain = wat::parse_str(&text).unwrap();
        let instrumented = instrument(&plain).unwrap().bytes;
        let (ticking, operators) = ticking(&plain, 0, false);
        let counted = instrument(&ticking).unwrap().bytes;
        for limit in [0, 1, 7, 1_000, 50_000] {
            assert_stops(&instrumented, limit, &body);
            // Four operators count one here.
            let ran = run(&counted, limit).ticks;
            assert!(5 * ran <= limit + 3 * 5 * operators, "{limit}, {ran}: {body}");
        }
    }
}

#[test]
fn hints_are_at_branches() {
    let text = Author::program(StdRng::seed_from_u64(7));
    let instrumented = instrument(&wat::parse_str(&text).unwrap()).unwrap().bytes;
    let mut hints: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    // The first function is imported.
    let (mut function, mut hinted) = (1, 0);
    for payload in Parser::new(0).parse_all(&instrumented) {
        match payload.unwrap() {
            Payload::CustomSection(section) => {
                let KnownCustom::BranchHints(found) = section.as_known() else { panic!("{}", section.name()) };
                for of in found.into_iter().map(Result::unwrap) {
                    assert!(
                        hints.last_key_value().is_none_or(|(last, _)| *last < of.func),
                        "in the order of functions"
                    );
                    hints.insert(of.func, of.hints.into_iter().map(|hint| hint.unwrap().func_offset).collect());
                }
            }
            Payload::CodeSectionEntry(body) => {
                let branches: Vec<u32> = body
                    .get_operators_reader()
                    .unwrap()
                    .into_iter_with_offsets()
                    .map(Result::unwrap)
                    .filter(|(operator, _)| matches!(operator, Operator::BrIf { .. }))
                    .map(|(_, at)| (at - body.range().start) as u32)
                    .collect();
                let places = hints.remove(&function).unwrap_or_default();
                assert!(places.is_sorted());
                assert!(places.iter().all(|place| branches.contains(place)), "{places:?}, {branches:?}");
                hinted += places.len();
                function += 1;
            }
            _ => {}
        }
    }
    assert!(hints.is_empty() && hinted > function as usize, "all are of functions, and most have several");
}
