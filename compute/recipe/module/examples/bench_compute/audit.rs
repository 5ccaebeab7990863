//! What random audits cost: a twentieth of a job's checkpoints gone on from, to the next one of each, as a client does it.

use std::{path::Path, sync::Arc};

use compute_engine::{Checkpoint, Instance, Progress, Run, Wasmtime};
use compute_module::instrument;
use compute_recipe::{MODULE, Recipe};
use protocol::cid::{Cid, FileHasher};
use serde_json::{Value, json};

use crate::{
    Failed,
    runs::{middle, spent, work},
};

const CHECKPOINTS: u64 = 200;
/// One of so many is run again: 5 %.
const ONE_OF: usize = 20;

/// Steps to the next checkpoint, as a provider makes them; nothing where the job ends before.
fn next<I: Instance>(run: &mut Run<I>, every: u64) -> Result<Option<Checkpoint>, Failed> {
    let due = run.instructions()? + every;
    while run.step()? == Progress::More {
        if run.instructions()? >= due {
            return Ok(Some(run.checkpoint()?));
        }
    }
    Ok(None)
}

fn cid(file: &[u8]) -> Cid {
    FileHasher::hash(file).cid
}

/// The whole job as its provider does it, from the module's file to the last checkpoint: their files.
fn provided(recipe: &Recipe, every: u64, compiled: &Path) -> Result<Vec<Vec<u8>>, Failed> {
    let work = work(&Arc::new(instrument(MODULE)?), recipe);
    let mut run = Run::start(&Wasmtime::new()?.keeping(compiled), &work)?;
    let mut files = Vec::new();
    while let Some(checkpoint) = next(&mut run, every)? {
        let file = checkpoint.encode();
        // It announces them by this.
        cid(&file);
        files.push(file);
    }
    Ok(files)
}

/// The same for a part of it, as its client does it that has been told the files' CIDs: the state where a part ended is held
/// against the one of the provider's file, which may be packed otherwise (`compute_session::Audit`).
fn again(recipe: &Recipe, every: u64, files: &[Vec<u8>], known: &[Cid], compiled: &Path) -> Result<usize, Failed> {
    let work = work(&Arc::new(instrument(MODULE)?), recipe);
    let engine = Wasmtime::new()?.keeping(compiled);
    let read = |at: usize| -> Result<Checkpoint, Failed> {
        if cid(&files[at]) != known[at] {
            return Err("another file came".into());
        }
        Ok(Checkpoint::decode(&files[at], work.module.pages.1, work.limits.result)?)
    };
    let mut audits = 0;
    for at in (ONE_OF / 2..files.len() - 1).step_by(ONE_OF) {
        let (from, said) = (read(at)?, read(at + 1)?);
        let found = next(&mut Run::resume(&engine, &work, &from)?, every)?.ok_or("the job ended too early")?;
        if found != said {
            return Err("another checkpoint came out".into());
        }
        audits += 1;
    }
    Ok(audits)
}

/// One line, the middle one of so many turns.
pub fn audited(recipe: &Recipe, turns: usize) -> Result<Value, Failed> {
    let whole = work(&Arc::new(instrument(MODULE)?), recipe);
    // Both sides keep what they compile, and have done so before.
    let compiled = std::env::temp_dir().join(format!("bench-compute-{}", std::process::id()));
    let instructions = Run::start(&Wasmtime::new()?.keeping(&compiled), &whole)?.finish()?.instructions;
    let every = instructions / CHECKPOINTS;
    let (mut jobs, mut audits, mut many, mut bytes) = (Vec::new(), Vec::new(), (0, 0), 0);
    for _ in 0..turns {
        let begin = spent();
        let files = provided(recipe, every, &compiled)?;
        jobs.push(spent() - begin);
        let known: Vec<Cid> = files.iter().map(|file| cid(file)).collect();
        let begin = spent();
        let audited = again(recipe, every, &files, &known, &compiled)?;
        audits.push(spent() - begin);
        many = (files.len(), audited);
        bytes = files.iter().map(Vec::len).max().unwrap_or_default();
    }
    std::fs::remove_dir_all(&compiled)?;
    let (ours, peer) = (middle(&audits), middle(&jobs));
    Ok(json!({
        "what": "audit_cost: a twentieth of the parts between checkpoints run again as a client does, the module compiled before, against the whole job",
        "rounds": recipe.rounds, "units": instructions.div_ceil(1_000_000), "checkpoints": many.0, "audits": many.1,
        "largest_checkpoint_bytes": bytes, "ours": ours, "peer": peer, "unit": "s of processor time", "ratio": ours / peer,
        "all": [audits, jobs],
    }))
}
