//! What is refused, by name.

#![allow(clippy::unwrap_used)]

use compute_module::{LONGEST, Refusal, check, instrument};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType,
    Ieee64, Instruction, MemorySection, MemoryType, Module, TypeSection, ValType,
};

fn refusal(text: &str) -> Refusal {
    check(&wat::parse_str(text).unwrap()).unwrap_err()
}

/// A module of parts that are fine, with one that may not be.
fn with(part: &str) -> Refusal {
    refusal(&format!(
        r#"(module {part} (memory (export "memory") 1 1) (func (export "step") (result i32) i32.const 0))"#
    ))
}

fn named(refusal: &Refusal, word: &str) {
    assert!(matches!(refusal, Refusal::Feature(what) if what.contains(word)), "{refusal:?} does not name {word}");
}

#[test]
fn what_would_differ_between_engines_is_named() {
    named(
        &refusal(r#"(module (memory (export "memory") 1 1 shared) (func (export "step") (result i32) i32.const 0))"#),
        "threads",
    );
    named(
        &with("(func (param v128) (result v128) local.get 0 local.get 0 f32x4.relaxed_min local.get 0 f32x4.add)"),
        "relaxed",
    );
    named(
        &refusal(r#"(module (memory (export "memory") i64 1 1) (func (export "step") (result i32) i32.const 0))"#),
        "memory64",
    );
    named(&with("(memory 1 1)"), "multi");
    named(&with("(tag)"), "exceptions");
    named(&with("(type (struct))"), "gc");
    named(&with("(func $f return_call $f)"), "tail");
}

#[test]
fn what_not_each_engine_has_or_has_room_for_is_named() {
    named(&with("(table 1 externref)"), "externref");
    named(&with("(func (param externref))"), "externref");
    named(&with("(func (drop (ref.null extern)))"), "externref");
    assert_eq!(with("(table 131073 funcref)"), Refusal::LargeTables { entries: 131_073 });
    assert_eq!(with("(table 65536 funcref) (table 65537 funcref)"), Refusal::LargeTables { entries: 131_073 });
    let branch = |targets| format!("(func (br_table {} (i32.const 0)))", "0 ".repeat(targets));
    assert_eq!(with(&branch(65_522)), Refusal::LargeBranch { index: 0, targets: 65_521 });

    // What is usual, and the most that is taken.
    let usual = format!(
        r#"(module (memory (export "memory") 1 1) (table 131072 funcref) (elem (i32.const 0) $f) (func $f)
            (func (drop (ref.func $f)) (drop (ref.null func)) (call_indirect (i32.const 0))) {}
            (func (export "step") (result i32) i32.const 0))"#,
        branch(65_521)
    );
    check(&wat::parse_str(usual).unwrap()).unwrap();
}

#[test]
fn more_of_anything_than_can_be_gone_through_soon_is_named() {
    let many = |what, most| Refusal::TooMany { what, most };
    assert_eq!(with(&"(type (func))".repeat(65_537)), many("types", 65_536));
    assert_eq!(with(&"(global i32 (i32.const 0))".repeat(65_537)), many("globals", 65_536));
    // Each of them is small.
    let branch = format!("(func (br_table {} (i32.const 0)))", "0 ".repeat(40_001));
    assert_eq!(with(&branch.repeat(2)), many("targets of branches by a table", 65_536));
    let mut locals = Function::new([(8_000, ValType::I32)]);
    locals.instruction(&Instruction::I32Const(0)).instruction(&Instruction::End);
    assert_eq!(check(&made(&[], 0, &vec![locals; 2_098])), Err(many("locals", 1 << 24)));
}

/// A module with types of these results, so many globals, and functions that give an i32, the last of which does the steps.
fn made(results: &[Vec<ValType>], globals: u32, functions: &[Function]) -> Vec<u8> {
    let (mut types, mut numbers, mut memories) = (TypeSection::new(), FunctionSection::new(), MemorySection::new());
    types.ty().function([], [ValType::I32]);
    results.iter().for_each(|results| types.ty().function([], results.iter().copied()));
    memories.memory(MemoryType { minimum: 1, maximum: Some(1), memory64: false, shared: false, page_size_log2: None });
    let (mut values, mut exports, mut code) = (GlobalSection::new(), ExportSection::new(), CodeSection::new());
    for _ in 0..globals {
        let ty = GlobalType { val_type: ValType::F64, mutable: true, shared: false };
        values.global(ty, &ConstExpr::f64_const(Ieee64::new(0)));
    }
    for function in functions {
        numbers.function(0);
        code.function(function);
    }
    exports.export("memory", ExportKind::Memory, 0).export("step", ExportKind::Func, functions.len() as u32 - 1);
    let mut module = Module::new();
    module.section(&types).section(&numbers).section(&memories).section(&values).section(&exports).section(&code);
    module.finish()
}

/// Whoever goes through all of them for each of them needs minutes for this.
#[test]
fn a_module_of_the_most_of_everything_is_instrumented() {
    let two = |bit: bool| if bit { ValType::I64 } else { ValType::I32 };
    let results: Vec<Vec<ValType>> =
        (1..1 << 16).map(|n| (0..16).map(|bit| two(n >> bit & 1 == 1)).collect()).collect();
    let mut sets = Function::new([]);
    for _ in 0..20_000 {
        sets.instruction(&Instruction::F64Const(Ieee64::new(1))).instruction(&Instruction::GlobalSet(65_535));
    }
    sets.instruction(&Instruction::I32Const(0)).instruction(&Instruction::End);
    let mut branches = Function::new([(4_000, ValType::V128)]);
    branches.instruction(&Instruction::Block(BlockType::Empty));
    for local in [0, 0, 1] {
        branches.instruction(&Instruction::LocalGet(local));
    }
    branches.instruction(&Instruction::F32x4Add).instruction(&Instruction::LocalSet(1)).instruction(&Instruction::Drop);
    let targets = vec![0; 65_000];
    branches.instruction(&Instruction::I32Const(0)).instruction(&Instruction::BrTable(targets.into(), 0));
    branches.instruction(&Instruction::End).instruction(&Instruction::I32Const(0)).instruction(&Instruction::End);
    let instrumented = instrument(&made(&results, 1 << 16, &[sets, branches])).unwrap();
    assert_eq!(instrumented.globals.len(), 1 << 16);
    wasmparser::validate(&instrumented.bytes).unwrap();
}

#[test]
fn state_that_no_checkpoint_has_is_named() {
    named(&with("(global (mut v128) (v128.const i64x2 0 0))"), "global");
    named(&with("(global (mut funcref) (ref.null func))"), "global");
    named(&with("(table $t 1 funcref) (func i32.const 0 ref.null func table.set $t)"), "table.set");
    named(&with("(table $t 1 funcref) (func (drop (table.grow $t (ref.null func) (i32.const 1))))"), "table.grow");
    named(&with(r#"(data $d "x") (func data.drop $d)"#), "data.drop");
}

#[test]
fn imports_exports_and_memory_are_those_of_a_job() {
    assert!(
        matches!(with(r#"(import "wasi_snapshot_preview1" "clock_time_get" (func))"#), Refusal::UnknownImport { module, name } if module == "wasi_snapshot_preview1" && name == "clock_time_get")
    );
    assert!(matches!(with(r#"(import "job" "now" (func))"#), Refusal::UnknownImport { .. }));
    assert!(matches!(
        with(r#"(import "job" "write" (memory 1 1))"#),
        Refusal::UnknownImport { .. } | Refusal::Feature(_)
    ));
    assert!(matches!(with(r#"(import "job" "write" (global i32))"#), Refusal::UnknownImport { .. }));
    assert!(matches!(with(r#"(import "job" "read" (func (param i32)))"#), Refusal::WrongImport { name: "read", .. }));
    assert!(matches!(with("(func $s) (start $s)"), Refusal::Start));
    assert!(matches!(with(r#"(func (export "job:left"))"#), Refusal::KeptName(name) if name == "job:left"));
    assert!(matches!(refusal(r#"(module (func (export "step") (result i32) i32.const 0))"#), Refusal::NoMemory));
    assert!(matches!(
        refusal(r#"(module (memory (export "memory") 1) (func (export "step") (result i32) i32.const 0))"#),
        Refusal::OpenMemory
    ));
    assert!(matches!(
        refusal(r#"(module (memory (export "memory") 1 16385) (func (export "step") (result i32) i32.const 0))"#),
        Refusal::LargeMemory { pages: 16_385 }
    ));
    assert!(matches!(
        refusal(r#"(module (memory (export "memory") 1 1) (func (export "step") (param i32)))"#),
        Refusal::NoStep
    ));
    assert!(matches!(refusal(r#"(module (memory (export "memory") 1 1))"#), Refusal::NoStep));
    let import = r#"(import "job" "write" (func $w (param i32 i32)))"#;
    named(&with(&format!("{import} (table funcref (elem $w))")), "imported");
    named(&with(&format!("{import} (elem declare func $w) (func (result funcref) ref.func $w)")), "imported");
}

#[test]
fn what_is_no_module_is_told_so() {
    assert!(matches!(check(b"id,diagnosis\n1,M\n"), Err(Refusal::NoModule(_))));
    assert!(matches!(check(b""), Err(Refusal::NoModule(_))));
    let whole =
        wat::parse_str(r#"(module (memory (export "memory") 1 1) (func (export "step") (result i32) i32.const 0))"#)
            .unwrap();
    for end in 0..whole.len() {
        assert!(check(&whole[..end]).is_err(), "cut at {end}");
    }
    assert!(matches!(check(&vec![0; LONGEST + 1]), Err(Refusal::TooLong { .. })));
    assert!(matches!(with("(func (result i32) i64.const 1)"), Refusal::NoModule(_)));
    let locals = "(local i64)".repeat(9_000);
    assert!(matches!(with(&format!("(func {locals})")), Refusal::LargeFunction { index: 0, .. }));
}
