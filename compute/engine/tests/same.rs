//! A job is the same wherever it is run: in wasmi, in wasmtime, in the browser's engine (where this runs in Chromium), from a
//! checkpoint of either. The expected hashes are in `expected.txt`, which each engine is held against.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use compute_engine::{Checkpoint, Ended, Engine, Limits, Outcome, Progress, Run, Wasmi, Work};
use compute_module::instrument;
use protocol::Digest;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_dedicated_worker);

const LIMITS: Limits = Limits { instructions: 5_000_000, result: 1 << 16, log: 1 << 12 };

/// Name and text of each job.
const JOBS: [(&str, &str); 10] = [
    ("sums of floats", include_str!("jobs/floats.wat")),
    ("vectors and NaNs", include_str!("jobs/vectors.wat")),
    ("known rounds", include_str!("jobs/rounds.wat")),
    ("growing memory", include_str!("jobs/memory.wat")),
    ("deep calls", include_str!("jobs/deep.wat")),
    ("an endless loop", include_str!("jobs/endless.wat")),
    ("a fault", include_str!("jobs/fault.wat")),
    ("memory that it does not have", include_str!("jobs/beyond.wat")),
    ("a full log", include_str!("jobs/log.wat")),
    ("a long result", include_str!("jobs/long.wat")),
];

fn work(text: &str) -> Work {
    let module = instrument(&wat::parse_str(text).unwrap()).unwrap();
    // 1,000 numbers that anybody can make again, some of them NaNs and infinities as floats.
    let numbers = (0..1_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    Work { module: Arc::new(module), inputs: Arc::new([numbers, b"second".to_vec()]), limits: LIMITS }
}

fn outcome<E: Engine>(engine: &E, work: &Work) -> Outcome {
    Run::start(engine, work).unwrap().finish().unwrap()
}

fn line(name: &str, outcome: &Outcome) -> String {
    format!("{name}: {:?}, {} instructions, {}", outcome.ended, outcome.instructions, outcome.hash())
}

/// Every job from the start, and from each of its checkpoints.
fn holds<E: Engine>(engine: &E) {
    let mut lines = Vec::new();
    for (name, text) in JOBS {
        let work = work(text);
        let whole = outcome(engine, &work);
        lines.push(line(name, &whole));
        let mut run = Run::start(engine, &work).unwrap();
        for step in 0.. {
            let file = run.checkpoint().unwrap().encode();
            let checkpoint = Checkpoint::decode(&file, work.module.pages.1, LIMITS.result).unwrap();
            assert_eq!(checkpoint.encode(), file, "{name}: one state has one file");
            assert_eq!(checkpoint.module, Digest::of(&work.module.bytes), "{name}");
            let resumed = Run::resume(engine, &work, &checkpoint).unwrap();
            assert_eq!(resumed.finish().unwrap(), whole, "{name} from step {step}");
            match run.step().unwrap() {
                Progress::More => {}
                Progress::Ended(outcome) => {
                    assert_eq!(*outcome, whole);
                    break;
                }
            }
        }
    }
    let found = lines.join("\n") + "\n";
    assert_eq!(found, include_str!("expected.txt"), "{found}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn wasmi_runs_each_job_to_its_hash_from_the_start_and_from_each_checkpoint() {
    holds(&Wasmi);
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn wasmtime_runs_each_job_to_its_hash_from_the_start_and_from_each_checkpoint() {
    holds(&compiler());
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test]
fn the_browser_runs_each_job_to_its_hash_from_the_start_and_from_each_checkpoint() {
    holds(&compiler());
}

/// The compiler: of the browser, or of this machine.
#[cfg(target_arch = "wasm32")]
fn compiler() -> compute_engine::Browser {
    compute_engine::Browser
}

#[cfg(not(target_arch = "wasm32"))]
fn compiler() -> compute_engine::Wasmtime {
    compute_engine::Wasmtime::new().unwrap()
}

/// Our own module, a real program with vectors and floats, on a small table.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn a_training_comes_to_the_same_result_and_count_in_interpreter_and_compiler() {
    let recipe = br#"{"recipe": 1, "algorithm": "mlp", "hidden": [4], "rounds": 2}"#.to_vec();
    let table = include_bytes!("../../../public/datasets/iris.csv").to_vec();
    let module = Arc::new(instrument(compute_recipe::MODULE).unwrap());
    let limits = Limits { instructions: 1_000_000_000, result: 1 << 20, log: 1 << 16 };
    let work = Work { module, inputs: Arc::new([recipe, table]), limits };
    let compiled = outcome(&compiler(), &work);
    assert_eq!(compiled.ended, Ended::Done);
    assert!(compiled.result.starts_with(b"modelmarket recipe 1 trained"));
    assert_eq!(outcome(&Wasmi, &work), compiled);
}

/// A checkpoint goes from one engine to the other and back.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn engines_go_on_where_the_other_one_stopped() {
    fn some<I: compute_engine::Instance>(run: &mut Run<I>) -> bool {
        (0..2).all(|_| run.step().unwrap() == Progress::More)
    }
    let other = compiler();
    for (name, text) in JOBS {
        let work = work(text);
        let whole = outcome(&Wasmi, &work);
        let mut run = Run::start(&Wasmi, &work).unwrap();
        if !some(&mut run) {
            continue;
        }
        let mut there = Run::resume(&other, &work, &run.checkpoint().unwrap()).unwrap();
        let (here, back) = (some(&mut run), some(&mut there));
        assert_eq!(here, back, "{name}");
        if !back {
            continue;
        }
        assert_eq!(there.checkpoint().unwrap(), run.checkpoint().unwrap(), "{name}");
        let back = Run::resume(&Wasmi, &work, &there.checkpoint().unwrap()).unwrap();
        assert_eq!(back.finish().unwrap(), whole, "{name}");
    }
}

/// Two globals begin as other NaNs than those that modules have, and never change.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn a_global_that_is_no_number_has_the_same_bits_in_each_engine_from_the_start() {
    let work = work(
        r#"(module (memory (export "memory") 1 1)
            (global (mut f32) (f32.const nan:0x1)) (global (mut f64) (f64.const -nan)) (global (mut f32) (f32.const -1))
            (func (export "step") (result i32) i32.const 1))"#,
    );
    let expected = [0x7fc0_0000, 0x7ff8_0000_0000_0000, u64::from((-1f32).to_bits())];
    let globals = [
        Run::start(&Wasmi, &work).unwrap().checkpoint().unwrap(),
        Run::start(&compiler(), &work).unwrap().checkpoint().unwrap(),
    ];
    assert_eq!(globals.clone().map(|checkpoint| checkpoint.globals), [expected; 2].map(Vec::from));
    // What a stranger put into a checkpoint is the same soon.
    let mut stranger = globals[0].clone();
    stranger.globals[..2].copy_from_slice(&[0xffc0_0001, 0xfff0_0000_0000_0001]);
    assert_eq!(Run::resume(&Wasmi, &work, &stranger).unwrap().checkpoint().unwrap(), globals[0]);
    assert_eq!(Run::resume(&compiler(), &work, &stranger).unwrap().checkpoint().unwrap(), globals[0]);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn a_result_is_what_was_computed() {
    // Each of ten steps adds a hundred numbers as unsigned 64-bit integers, and writes the sum so far.
    let text = include_str!("jobs/sum.wat");
    let work = work(text);
    let numbers: Vec<u64> = (0..1_000u32).map(|n| u64::from(n.wrapping_mul(2_654_435_761))).collect();
    let sums: Vec<u8> = (1..=10).flat_map(|step| numbers[..step * 100].iter().sum::<u64>().to_le_bytes()).collect();
    let outcome = outcome(&Wasmi, &work);
    assert_eq!((outcome.ended, &outcome.result), (Ended::Done, &sums));
    let head = (0..10).fold(Digest::ZERO, |head, _| compute_engine::line_head(head, b"step"));
    assert_eq!(outcome.head, head);
    assert_eq!(outcome.units(), 1);
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn a_step_that_does_not_end_can_be_stopped_and_memory_is_what_is_lent() {
    use compute_engine::{EngineError, RunError, Wasmtime};
    let engine = Wasmtime::new().unwrap();
    let mut endless = work(include_str!("jobs/endless.wat"));
    endless.limits.instructions = u64::MAX;
    let stopped = engine.with_goes(Arc::new(|| false));
    let error = Run::start(&stopped, &endless).unwrap().finish().unwrap_err();
    assert_eq!(error, RunError::Engine(EngineError::ToldToStop));
    let growing = work(include_str!("jobs/memory.wat"));
    let error = Run::start(&engine.with_memory(65_536), &growing).unwrap().finish().unwrap_err();
    assert_eq!(error, RunError::Engine(EngineError::NoMemory));
}
