//! Compiled modules that a folder keeps.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{fs, path::PathBuf, sync::Arc};

use compute_engine::{Limits, Outcome, Run, Wasmtime, Work};
use compute_module::instrument;
use tempfile::TempDir;

/// Writes a number and ends.
fn work(number: u8) -> Work {
    let text = format!(
        r#"(module (import "job" "write" (func $write (param i32 i32))) (memory (export "memory") 1 1)
            (data (i32.const 0) "\{number:02x}")
            (func (export "step") (result i32) (call $write (i32.const 0) (i32.const 1)) (i32.const 0)))"#
    );
    let module = Arc::new(instrument(&wat::parse_str(text).unwrap()).unwrap());
    Work { module, inputs: [].into(), limits: Limits { instructions: 1_000_000, result: 8, log: 8 } }
}

/// What a program comes to that has just been started.
fn outcome(folder: &TempDir, number: u8) -> Outcome {
    let engine = Wasmtime::new().unwrap().keeping(folder.path());
    Run::start(&engine, &work(number)).unwrap().finish().unwrap()
}

fn files(folder: &TempDir) -> Vec<PathBuf> {
    fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn what_was_compiled_is_read_and_what_is_damaged_cut_or_another_files_is_compiled_anew() {
    let folder = TempDir::new().unwrap();
    let first = outcome(&folder, 1);
    assert_eq!(first.result, [1]);
    let [file] = &files(&folder)[..] else { panic!("one module was compiled") };
    let whole = fs::read(file).unwrap();
    let written = fs::metadata(file).unwrap().modified().unwrap();
    assert_eq!(outcome(&folder, 1), first);
    assert_eq!(fs::metadata(file).unwrap().modified().unwrap(), written, "it was not compiled again");

    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    for bad in [damaged, whole[..whole.len() - 1].to_vec(), whole[..16].to_vec(), Vec::new()] {
        fs::write(file, &bad).unwrap();
        assert_eq!(outcome(&folder, 1), first);
        assert_eq!(fs::read(file).unwrap(), whole, "it is whole again");
    }
}

#[test]
fn a_folder_keeps_the_sixteen_that_were_written_last_and_nothing_else_is_taken_away() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    for number in 0..20 {
        assert_eq!(outcome(&folder, number).result, [number]);
    }
    assert_eq!(files(&folder).len(), 17);
    assert!(folder.path().join("notes.txt").exists());
}
