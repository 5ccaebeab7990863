//! Which NaN an operator gives can be told by nothing that a module does. Modules are run once as they are instrumented, and
//! then with other NaNs behind each operator that may give any: the same has to come out.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::fmt::Write as _;

use compute_module::instrument;
use rand::{Rng, SeedableRng, rngs::StdRng};
use wasm_encoder::{
    CodeSection, Function, Ieee32, Ieee64, Instruction, Module, RawSection, ValType,
    reencode::{Reencode as _, RoundtripReencoder},
};
use wasmparser::{FunctionBody, Operator, Parser, Payload};

use support::started;

/// Quiet NaNs with what no engine gives by itself.
const NANS: [u32; 3] = [0x7fc1_2345, 0xffc0_0001, 0x7fff_ffff];

/// As what an operator may give any NaN.
fn gives(operator: &Operator<'_>) -> Option<ValType> {
    let name = format!("{operator:?}");
    let is = |of: &str| {
        let arithmetic = ["Add", "Sub", "Mul", "Div", "Min", "Max", "Sqrt", "Ceil", "Floor", "Trunc", "Nearest"];
        arithmetic.iter().any(|end| name == format!("{of}{end}"))
    };
    match name.as_str() {
        "F32DemoteF64" => Some(ValType::F32),
        "F64PromoteF32" => Some(ValType::F64),
        "F32x4DemoteF64x2Zero" | "F64x2PromoteLowF32x4" => Some(ValType::V128),
        _ if is("F32") => Some(ValType::F32),
        _ if is("F64") => Some(ValType::F64),
        _ if is("F32x4") || is("F64x2") => Some(ValType::V128),
        _ => None,
    }
}

/// The module with this NaN wherever an operator may give any.
fn with(module: &[u8], nan: u32) -> Vec<u8> {
    let (mut out, mut code) = (Module::new(), CodeSection::new());
    let mut functions = 0;
    let mut types = Vec::new();
    let mut of = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.unwrap();
        match &payload {
            Payload::TypeSection(section) => {
                types = section.clone().into_iter_err_on_gc_types().map(|ty| ty.unwrap().params().len()).collect();
            }
            Payload::FunctionSection(section) => of = section.clone().into_iter().map(|ty| ty.unwrap()).collect(),
            Payload::CodeSectionStart { count, .. } => {
                functions = *count;
                continue;
            }
            Payload::CodeSectionEntry(body) => {
                let own = code.len() as usize;
                code.function(&other(body, types[of[own] as usize], nan));
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
    out.finish()
}

fn other(body: &FunctionBody<'_>, parameters: usize, nan: u32) -> Function {
    let locals: Vec<(u32, ValType)> = body
        .get_locals_reader()
        .unwrap()
        .into_iter()
        .map(|local| local.map(|(many, ty)| (many, RoundtripReencoder.val_type(ty).unwrap())).unwrap())
        .collect();
    let first = parameters as u32 + locals.iter().map(|(many, _)| many).sum::<u32>();
    let own = [(1, ValType::F32), (1, ValType::F64), (1, ValType::V128)];
    let mut function = Function::new(locals.into_iter().chain(own).collect::<Vec<_>>());
    let wide = 0x7ff8_0000_0000_0000 | u64::from(nan) << 8;
    for operator in body.get_operators_reader().unwrap() {
        let operator = operator.unwrap();
        function.instruction(&RoundtripReencoder.instruction(operator.clone()).unwrap());
        let is_wide = format!("{operator:?}").starts_with("F64x2");
        let (local, constant) = match gives(&operator) {
            Some(ValType::F32) => (first, Instruction::F32Const(Ieee32::new(nan))),
            Some(ValType::F64) => (first + 1, Instruction::F64Const(Ieee64::new(wide))),
            Some(ValType::V128) => {
                let bits = if is_wide { wide.to_le_bytes().repeat(2) } else { nan.to_le_bytes().repeat(4) };
                (first + 2, Instruction::V128Const(i128::from_le_bytes(bits.try_into().unwrap())))
            }
            _ => continue,
        };
        let (equal, choose) = match gives(&operator) {
            Some(ValType::F32) => (Instruction::F32Eq, Instruction::Select),
            Some(ValType::F64) => (Instruction::F64Eq, Instruction::Select),
            _ if is_wide => (Instruction::F64x2Eq, Instruction::V128Bitselect),
            _ => (Instruction::F32x4Eq, Instruction::V128Bitselect),
        };
        let get = Instruction::LocalGet(local);
        for instruction in [Instruction::LocalTee(local), constant, get.clone(), get, equal, choose] {
            function.instruction(&instruction);
        }
    }
    function
}

/// What a module writes; counted, where it is instrumented.
fn written(module: &[u8]) -> Vec<u8> {
    let (mut store, instance) = started(module, 1 << 40);
    instance.get_typed_func::<(), i32>(&store, "step").unwrap().call(&mut store, ()).unwrap();
    store.into_data()
}

/// Whether other NaNs are seen: in the plain module, and in the instrumented one.
fn seen(text: &str) -> [bool; 2] {
    let plain = wat::parse_str(text).unwrap();
    let instrumented = instrument(&plain).unwrap().bytes;
    [plain, instrumented].map(|module| {
        let expected = written(&module);
        NANS.iter().any(|nan| written(&with(&module, *nan)) != expected)
    })
}

/// A step around a body that has four vectors, three floats and a counter.
fn step(body: &str) -> String {
    format!(
        r#"(module
        (import "job" "write" (func $write (param i32 i32)))
        (memory (export "memory") 1 1)
        (func $same (param $v v128) (result v128) (local.get $v))
        (func $through (param $v v128) (result v128) (f32x4.sqrt (local.get $v)))
        (func $store (param $f f32) (f32.store (i32.const 0) (local.get $f)))
        (func (export "step") (result i32)
            (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $f f32) (local $h f32) (local $g f64) (local $i i32)
            {body}
            (v128.store (i32.const 256) (local.get $a)) (v128.store (i32.const 272) (local.get $b))
            (v128.store (i32.const 288) (local.get $c)) (v128.store (i32.const 304) (local.get $d))
            (f32.store (i32.const 320) (local.get $f)) (f64.store (i32.const 328) (local.get $g))
            (f32.store (i32.const 336) (local.get $h))
            (call $write (i32.const 0) (i32.const 372)) i32.const 0))"#
    )
}

/// A program that nobody would write.
struct Author {
    random: StdRng,
    text: String,
    loops: u32,
}

impl Author {
    fn one_of(&mut self, all: &[&str]) -> String {
        all[self.random.random_range(0..all.len())].to_owned()
    }

    fn vector(&mut self, depth: u32) -> String {
        let leaf = depth == 0 || self.random.random_ratio(1, 4);
        if leaf {
            return match self.random.random_range(0..4) {
                0 => "(v128.const f32x4 inf -inf 0 -1)".into(),
                1 => "(v128.const i32x4 0x7fa00001 -1 0x7f800001 5)".into(),
                2 => format!("(v128.load (i32.const {}))", 16 * self.random.random_range(0..16)),
                _ => format!("(local.get {})", self.one_of(&["$a", "$b", "$c", "$d"])),
            };
        }
        let (one, other) = (self.vector(depth - 1), self.vector(depth - 1));
        match self.random.random_range(0..12) {
            0..4 => format!("({} {one} {other})", self.one_of(&["f32x4.add", "f32x4.sub", "f32x4.mul", "f32x4.min"])),
            4 => format!("({} {one} {other})", self.one_of(&["f64x2.add", "f64x2.div", "f64x2.max"])),
            5 => format!("({} {one})", self.one_of(&["f32x4.sqrt", "f64x2.sqrt", "f32x4.ceil", "f32x4.neg"])),
            6 => format!("({} {one})", self.one_of(&["f64x2.promote_low_f32x4", "f32x4.demote_f64x2_zero"])),
            7 => format!("({} {one} {other})", self.one_of(&["i32x4.add", "v128.xor", "f32x4.pmin", "f32x4.lt"])),
            8 => format!("(f32x4.splat (f32x4.extract_lane 2 {one}))"),
            9 => format!("(select {one} {other} (local.get $i))"),
            10 => format!("(call $through {one})"),
            _ => format!("(local.tee {} {one})", self.one_of(&["$a", "$b", "$c", "$d"])),
        }
    }

    /// Numbers that are loaded, computed, copied between locals and stored.
    fn scalars(&mut self) {
        let at = 340 + 8 * self.random.random_range(0..4);
        let line = match self.random.random_range(0..12) {
            0 => format!("(local.set $f (f32.load (i32.const {at})))"),
            1 => format!("(local.set $g (f64.load (i32.const {at})))"),
            2 => "(local.set $h (f32.mul (local.get $f) (f32.const -inf)))".into(),
            3 => "(local.set $g (f64.sub (local.get $g) (local.get $g)))".into(),
            4 => "(local.set $g (f64.promote_f32 (local.tee $f (f32.neg (local.get $h)))))".into(),
            5 => "(local.set $f (local.tee $h (f32.demote_f64 (local.get $g))))".into(),
            6 => format!("(f32.store (i32.const {at}) (local.get $h))"),
            7 => format!("(f64.store (i32.const {at}) (f64.abs (local.get $g)))"),
            8 => format!("(f32.store (i32.const {at}) (local.tee $f (f32.add (local.get $h) (local.get $f))))"),
            9 => format!("(f32.store (i32.const {at}) (f32.copysign (f32.const 2) (local.get $f)))"),
            10 => format!("(f32.store (i32.const {at}) (select (local.get $f) (local.get $h) (local.get $i)))"),
            _ => format!("(i64.store (i32.const {at}) (i64.reinterpret_f64 (local.get $g)))"),
        };
        writeln!(self.text, "{line}").unwrap();
    }

    fn lines(&mut self, depth: u32) {
        for _ in 0..self.random.random_range(1..5) {
            self.line(depth);
        }
    }

    fn line(&mut self, depth: u32) {
        let vector = self.vector(3);
        let local = self.one_of(&["$a", "$b", "$c", "$d"]);
        match self.random.random_range(0..if depth == 0 { 8 } else { 12 }) {
            0..3 => writeln!(self.text, "(local.set {local} {vector})").unwrap(),
            3 => {
                let at = 16 * self.random.random_range(0..16);
                writeln!(self.text, "(v128.store (i32.const {at}) {vector})").unwrap();
            }
            4 => {
                let lane = self.random.random_range(0..4);
                writeln!(self.text, "(local.set $f (f32.add (local.get $f) (f32x4.extract_lane {lane} {vector})))")
                    .unwrap();
            }
            5..8 => self.scalars(),
            8 => {
                self.loops += 1;
                let (name, begin) = (format!("$loop{}", self.loops), self.random.random_range(2..4));
                writeln!(self.text, "(local.set $i (i32.const {begin})) (loop {name}").unwrap();
                self.lines(depth - 1);
                // Loops within count with the same number: it is zero behind them, and this one ends.
                writeln!(
                    self.text,
                    "(br_if {name} (i32.gt_s (local.tee $i (i32.sub (local.get $i) (i32.const 1))) (i32.const 0))))"
                )
                .unwrap();
            }
            9 => {
                writeln!(self.text, "(if (i32.and (local.get $i) (i32.const 1)) (then").unwrap();
                self.lines(depth - 1);
                self.text += ") (else";
                self.lines(depth - 1);
                self.text += "))";
            }
            10 => {
                self.loops += 1;
                let name = format!("$block{}", self.loops);
                writeln!(self.text, "(block {name}").unwrap();
                self.lines(depth - 1);
                writeln!(self.text, "(br_if {name} (i32.eq (local.get $i) (i32.const 1)))").unwrap();
                self.lines(depth - 1);
                self.text += ")";
            }
            _ => {
                writeln!(self.text, "(local.set {local} (if (result v128) (local.get $i) (then {vector}) (else")
                    .unwrap();
                let vector = self.vector(2);
                writeln!(self.text, "{vector})))").unwrap();
            }
        }
    }
}

#[test]
fn whichever_nan_an_engine_gives_the_same_comes_out() {
    let seed = std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("MODELMARKET_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut told = 0;
    for _ in 0..100 {
        let mut author = Author { random: StdRng::seed_from_u64(random.random()), text: String::new(), loops: 0 };
        author.lines(3);
        author.lines(3);
        let text = step(&author.text);
        let [plain, instrumented] = seen(&text);
        assert!(!instrumented, "{text}");
        told += usize::from(plain);
    }
    assert!(told > 25, "the programs are such that NaNs are seen where nothing is done about it: {told}");
}

#[test]
fn a_nan_is_hidden_on_each_way_that_it_may_go() {
    let nan = "(f32x4.sub (v128.const f32x4 inf inf inf inf) (v128.const f32x4 inf inf inf inf))";
    let nothing = "(local.set $a (v128.const i64x2 0 0))";
    let again = "(br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 1))))";
    let store = "(v128.store (i32.const 0) (local.get $a))";
    let ways = [
        // Around a loop, to what stands above.
        format!("(local.set $i (i32.const 2)) (loop $next {store} (local.set $a {nan}) {again}) {nothing}"),
        // By a condition that does not hold, and by one that does.
        format!("(local.set $a {nan}) (if (local.get $i) (then {nothing})) {store} {nothing}"),
        format!("(if (i32.eqz (local.get $i)) (then (local.set $a {nan})) (else {nothing})) {store} {nothing}"),
        format!("(if (local.get $i) (then {nothing}) (else (local.set $a {nan}))) {store} {nothing}"),
        // Out of blocks, by each kind of branch.
        format!("(block (local.set $a {nan}) (br 0) {nothing}) {store} {nothing}"),
        format!("(block (block (local.set $a {nan}) (br_if 1 (i32.const 1)) {nothing})) {store} {nothing}"),
        format!("(block (block (local.set $a {nan}) (br_table 1 0 (i32.const 0))) {nothing}) {store} {nothing}"),
        format!(
            "(block (local.set $a {nan}) (br_if 0 (i32.const 1)) {nothing} (br_if 0 (i32.const 0))) {store} {nothing}"
        ),
        format!(
            "(if (i32.const 1) (then (local.set $a {nan}) (br_if 0 (i32.const 1)) {nothing}) (else)) {store} {nothing}"
        ),
        // By another local, as an operand below others, and into a function.
        format!("(local.set $b {nan}) (local.set $a (local.get $b)) (local.set $b (local.get $c)) {store} {nothing}"),
        format!("(i32.const 0) {nan} (block) (v128.store)"),
        format!("(v128.store (i32.const 0) (i32x4.add (call $same {nan}) (local.get $c)))"),
    ];
    let scalar = "(f32.sub (f32.const inf) (f32.const inf))";
    let store = "(f32.store (i32.const 0) (local.get $f))";
    let gone = "(local.set $f (f32.const 0))";
    let scalars = [
        format!("(local.set $f {scalar}) {store} {gone}"),
        format!("(f32.store (i32.const 0) (local.tee $f {scalar})) {store} {gone}"),
        format!(
            "(local.set $h {scalar}) (local.set $f (f32.neg (local.get $h))) {store} {gone} (local.set $h (local.get $f))"
        ),
        // It was loaded on one way, and computed on the other.
        format!(
            "(local.set $f (f32.load (i32.const 8))) (block (br_if 0 (local.get $i)) (local.set $f {scalar})) {store} {gone}"
        ),
        format!(
            "(local.set $f (f32.load (i32.const 8))) (if (i32.eqz (local.get $i)) (then (local.set $f {scalar}))) {store} {gone}"
        ),
        format!(
            "(if (local.get $i) (then (local.set $f {scalar})) (else {store} (local.set $f {scalar}) {store} {gone}))"
        ),
        format!(
            "(local.set $i (i32.const 2)) (local.set $f (f32.load (i32.const 8))) (loop $next {store} (local.set $f {scalar}) {again}) {gone}"
        ),
        format!(
            "(local.set $f {scalar}) (block (br_if 0 (i32.const 1)) (local.set $f (f32.load (i32.const 8)))) {store} {gone}"
        ),
        format!("(local.set $f {scalar}) (if (local.get $i) (then (local.set $f (f32.const 1)))) {store} {gone}"),
        // It came from elsewhere.
        format!("(call $store {scalar})"),
        // It was settled, and then computed anew.
        format!("(local.set $f {scalar}) {store} (local.set $f (f32.add (local.get $f) {scalar})) {store} {gone}"),
    ];
    for way in ways.iter().chain(&scalars) {
        assert_eq!(seen(&step(way)), [true, false], "{way}");
    }
}

#[test]
fn a_number_that_is_only_copied_keeps_its_bits_and_is_settled_once() {
    let bits = 0x7fa0_0001u32.to_le_bytes();
    let load = "(i32.store (i32.const 8) (i32.const 0x7fa00001)) (local.set $f (f32.load (i32.const 8)))";
    let copied = format!(
        "{load} (local.set $h (local.get $f)) (f32.store (i32.const 4) (local.get $h)) (local.set $f (f32.const 0)) (local.set $h (f32.const 0))"
    );
    assert_eq!(written(&instrument(&wat::parse_str(step(&copied)).unwrap()).unwrap().bytes)[4..8], bits);
    let stores = |body: &str| {
        let instrumented = instrument(&wat::parse_str(step(body)).unwrap()).unwrap().bytes;
        count(&instrumented, |operator| matches!(operator, Operator::F32Ge))
    };
    // At the step's end its floats are stored.
    let none = stores("");
    assert_eq!(stores(&copied), none);
    let store = "(f32.store (i32.const 4) (local.get $f))";
    let scalar = "(local.set $f (f32.add (local.get $f) (local.get $h)))";
    let gone = "(local.set $f (f32.const 0)) (local.set $h (f32.const 0))";
    assert_eq!(stores(&format!("{scalar} {store} {store}")), none + 1, "the first one settles it");
    assert_eq!(stores(&format!("{scalar} {store} (block) {store} {gone}")), none + 2);
}

/// How often a vector is settled in what becomes of a body.
fn settled(body: &str) -> usize {
    let instrumented = instrument(&wat::parse_str(step(body)).unwrap()).unwrap().bytes;
    count(&instrumented, |operator| matches!(operator, Operator::V128Bitselect))
}

/// How many such operators a module has.
fn count(module: &[u8], is: impl Fn(&Operator<'_>) -> bool) -> usize {
    let count = |body: &FunctionBody<'_>| {
        body.get_operators_reader().unwrap().into_iter().map(Result::unwrap).filter(|operator| is(operator)).count()
    };
    let payloads = Parser::new(0).parse_all(module).map(Result::unwrap);
    payloads.map(|payload| if let Payload::CodeSectionEntry(body) = payload { count(&body) } else { 0 }).sum()
}

#[test]
fn sums_are_settled_once_where_they_are_stored_and_not_each_time_that_they_grow() {
    // One is that of the function beside it; what the step stores at its end was never made by a float operator.
    let none = settled("");
    assert_eq!(none, 1);
    let product = "(local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $b) (local.get $c))))";
    let again = "(br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 1))))";
    let last =
        "(v128.store (i32.const 0) (f32x4.mul (local.get $a) (local.get $b))) (local.set $a (v128.const i64x2 0 0))";
    let grows = format!("(local.set $i (i32.const 9)) (loop $next {product} {again}) {last}");
    assert_eq!(settled(&grows), none + 1);
    // A scalar is settled by itself, where it is seen.
    let scalar = format!(
        "(loop $next {product} {again}) (local.set $f (f32x4.extract_lane 1 (local.get $a))) (local.set $a (local.get $d))"
    );
    assert_eq!(settled(&scalar), none);
    // What is seen is settled where it is made, and so is what may stand in its place.
    let seen = format!("(loop $next {product} (v128.store (i32.const 0) (local.get $a)) {again})");
    assert_eq!(settled(&seen), none + 1);
    let other_lanes = "(local.set $a (f32x4.add (local.get $b) (local.get $c))) (local.set $a (f64x2.add (local.get $a) (local.get $a)))";
    assert_eq!(settled(other_lanes), none + 2);
}
