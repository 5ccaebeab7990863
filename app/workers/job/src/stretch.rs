//! Runs a job as far as it is paid, or to its next checkpoint, or to its end.

use std::time::Duration;

use compute_engine::{Browser, Engine, RunError};
use compute_provider::{
    Came, Going, rest,
    task::{Answer, At, CHECKPOINT, Progress, RESULT, Stretch},
};
use gloo_timers::future::sleep;
use protocol::cid::FileHasher;
use web_time::Instant;
use work::{Ended, Job, Part, Parts, Reply};

/// Lines and progress are told together, so often at most.
const TOLD: Duration = Duration::from_millis(100);

/// A job in the browser's engine.
pub type Runs = Going<<Browser as Engine>::Instance>;

/// Runs a stretch; says with the answer whether the job can go on here.
///
/// # Errors
/// [`Ended`]: a stop, or the browser cannot go on with it, which says nothing of the job.
pub async fn run(runs: &mut Runs, how: &Stretch, job: &Job<Progress>) -> Result<(Reply<Answer, Part>, bool), Ended> {
    let failed = |error: RunError| Ended::failed(error);
    let (mut told, mut busy) = (Instant::now(), Instant::now());
    let mut lines = Vec::new();
    loop {
        // Stops are heard here: between two steps, and while it rests.
        if !job.pause().await {
            return Err(Ended::Stopped);
        }
        if let Some(time) = rest(how.duty, busy.elapsed()) {
            sleep(time).await;
            busy = Instant::now();
        }
        let came = runs.step(how.allowed).map_err(failed)?;
        lines.extend(runs.take_lines().into_iter().map(hex::encode));
        if came == Came::More {
            if told.elapsed() >= TOLD {
                told = Instant::now();
                let instructions = runs.instructions().map_err(failed)?;
                job.progress(&Progress { lines: std::mem::take(&mut lines), instructions });
            }
            continue;
        }
        let progress = Progress { lines, instructions: runs.instructions().map_err(failed)? };
        let (at, parts, goes_on) = ended(runs, came).map_err(failed)?;
        return Ok((Reply { answer: Answer::Ran { progress, at }, parts }, goes_on));
    }
}

fn ended(runs: &Runs, came: Came) -> Result<(At, Parts<Part>, bool), RunError> {
    match came {
        Came::More | Came::Waits => Ok((At::Waits, Parts::none(), true)),
        Came::Due => {
            let file = runs.checkpoint()?.encode();
            let at = At::Checkpoint { file: FileHasher::hash(&file).cid };
            Ok((at, Parts::none().with(CHECKPOINT, Part::moved(&file)), true))
        }
        Came::Ended(outcome) => {
            let (hash, ended) = (outcome.hash(), outcome.ended as u8);
            let at = At::Ended { hash, ended, instructions: outcome.instructions, log_head: outcome.head };
            Ok((at, Parts::none().with(RESULT, Part::moved(&outcome.result)), false))
        }
    }
}
