//! What is refused, by name.

#![allow(clippy::unwrap_used)]

use compute_module::{LONGEST, Refusal, check};

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
