//! Checkpoints of strangers.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(not(target_arch = "wasm32"))]

use std::sync::Arc;

use compute_engine::{BadCheckpoint, Checkpoint, Limits, Progress, Run, RunError, Wasmi, Work};
use compute_module::instrument;
use protocol::Digest;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

fn work(text: &str) -> Work {
    let module = instrument(&wat::parse_str(text).unwrap()).unwrap();
    let limits = Limits { instructions: 100_000, result: 1_000, log: 1_000 };
    Work { module: Arc::new(module), inputs: Arc::new([vec![1; 4_000]]), limits }
}

fn checkpoint(work: &Work) -> Checkpoint {
    let mut run = Run::start(&Wasmi, work).unwrap();
    assert_eq!(run.step().unwrap(), Progress::More);
    run.checkpoint().unwrap()
}

fn refused(work: &Work, checkpoint: &Checkpoint) -> BadCheckpoint {
    match Run::resume(&Wasmi, work, checkpoint).err().unwrap() {
        RunError::Checkpoint(bad) => bad,
        RunError::Engine(error) => panic!("{error}"),
    }
}

#[test]
fn one_of_another_module_or_shape_is_refused() {
    let sum = work(include_str!("jobs/sum.wat"));
    let there = checkpoint(&sum);
    assert_eq!(refused(&work(include_str!("jobs/floats.wat")), &there), BadCheckpoint::OtherModule);
    let other = |change: &dyn Fn(&mut Checkpoint)| {
        let mut changed = there.clone();
        change(&mut changed);
        refused(&sum, &changed)
    };
    assert_eq!(other(&|c| c.module = Digest::ZERO), BadCheckpoint::OtherModule);
    assert_eq!(other(&|c| c.instructions = 100_001), BadCheckpoint::OtherShape);
    assert_eq!(other(&|c| c.result = vec![0; 1_001]), BadCheckpoint::OtherShape);
    assert_eq!(other(&|c| c.logged = 1_001), BadCheckpoint::OtherShape);
    assert_eq!(other(&|c| c.globals.push(0)), BadCheckpoint::OtherShape);
    assert_eq!(other(&|c| c.memory.clear()), BadCheckpoint::OtherShape);
    assert_eq!(other(&|c| c.memory.resize(65_536 * 17, 0)), BadCheckpoint::OtherShape);
}

#[test]
fn a_changed_or_cut_file_is_refused_or_says_something_else() {
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let sum = work(include_str!("jobs/sum.wat"));
    let there = checkpoint(&sum);
    let file = there.encode();
    assert_eq!(Checkpoint::decode(&file, 8, 1_000).unwrap(), there);
    assert_eq!(Checkpoint::decode(b"id,label\n", 8, 1_000), Err(BadCheckpoint::NoCheckpoint));
    assert_eq!(
        Checkpoint::decode(&file, 0, 1_000),
        Err(BadCheckpoint::OtherShape),
        "more memory than the module may have"
    );
    for _ in 0..2_000 {
        let mut changed = file.clone();
        if random.random() {
            changed.truncate(random.random_range(0..file.len()));
        } else {
            let at = random.random_range(0..file.len());
            changed[at] ^= 1 << random.random_range(0..8);
        }
        // Deflate has no check sum, and has more than one way to say a thing: what counts is the file's CID. Nothing
        // breaks, and what is read is of the limits asked for.
        if let Ok(read) = Checkpoint::decode(&changed, 8, 1_000) {
            assert!(read.memory.len() <= 8 * 65_536);
            let _ = Run::resume(&Wasmi, &sum, &read);
        }
    }
}

#[test]
fn a_file_that_unpacks_without_end_is_not_unpacked() {
    let bomb = miniz_oxide::deflate::compress_to_vec(&vec![0; 64 << 20], 1);
    let file = [&b"modelmarket checkpoint 1\n"[..], &bomb].concat();
    assert_eq!(Checkpoint::decode(&file, 8, 1_000), Err(BadCheckpoint::Damaged));
}
