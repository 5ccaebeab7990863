//! The chain and this machine's disk, as a run sees them.

use std::{
    path::PathBuf,
    rc::Rc,
    time::{Duration, Instant},
};

use contracts::abi::DecodeError;
use futures::{FutureExt as _, future::LocalBoxFuture};
use mpc_run::{Attempt, Outcome, Outside, RunError, Said};
use mpc_task::on_chain;
use protocol::{Address, Digest};
use tasks::{Candidate, State, calls, returns};

use crate::{chain::Chain, failure::Failure, files, told::Printer};

/// Between two looks at the chain.
const LOOK: Duration = Duration::from_millis(500);
/// Every seat may send what all have signed: each later one waits so much longer, so that usually one does.
const TURN: Duration = Duration::from_secs(20);
/// Between two tries to send the same.
const AGAIN: Duration = Duration::from_secs(30);

/// A seat of an attempt, and the chain.
pub struct OnChain {
    pub chain: Rc<Chain>,
    pub contract: Address,
    pub attempt: Attempt,
    pub seat: u8,
    /// As they were published.
    pub candidates: Vec<Candidate>,
    /// Where it is kept how far the seat is.
    pub progress: PathBuf,
    pub printer: Printer,
}

fn outside(failure: Failure) -> RunError {
    RunError::Outside { why: failure.to_string() }
}

fn unread(error: DecodeError) -> Failure {
    Failure::Failed(format!("What the contract says cannot be read ({error:?}). Use the program of its version."))
}

fn joined(signatures: &[Vec<u8>]) -> Vec<u8> {
    signatures.concat()
}

impl OnChain {
    /// Waits until `done` answers, and sends `call` when it is this seat's turn. What is refused meanwhile is no failure:
    /// another seat was first, or the state says what happened.
    pub async fn once_for_all(
        &self,
        what: &str,
        call: &[u8],
        done: impl Fn(&returns::ChainTask) -> Option<Result<(), Failure>>,
    ) -> Result<(), Failure> {
        let begin = Instant::now();
        let mut tried: Option<Instant> = None;
        loop {
            let settled = self.look(true).await;
            // A node that is away for a moment ends no run.
            if let Ok(Some(ended)) = settled.as_ref().map(&done) {
                return ended;
            }
            let is_turn = begin.elapsed() >= TURN * u32::from(self.seat);
            let newest = self.look(false).await;
            let is_open = matches!(&newest, Ok(task) if done(task).is_none());
            if is_turn && is_open && tried.is_none_or(|tried| tried.elapsed() >= AGAIN) {
                tried = Some(Instant::now());
                match self.chain.send(self.contract, call.to_vec()).await {
                    Ok(_) => self.printer.event(self.attempt.terms.task, what, &format!("{what}: the chain has it")),
                    Err(failure) => self.printer.event(self.attempt.terms.task, what, &failure.to_string()),
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn look(&self, settled: bool) -> Result<returns::ChainTask, Failure> {
        let id = self.attempt.terms.task;
        let data = calls::task(id);
        let found = if settled {
            self.chain.call_settled(self.contract, data).await?
        } else {
            self.chain.call(self.contract, data).await?
        };
        let task = returns::task(&found).map_err(unread)?;
        task.ok_or_else(|| Failure::Failed(format!("There is no task {id} on this chain any more.")))
    }

    fn over(&self, task: &returns::ChainTask) -> Failure {
        let state = serde_json::to_value(task.state).unwrap_or_default();
        Failure::Failed(format!(
            "Task {} is {} (attempt {}) on chain, so that this run counts no more. Look at the task.",
            self.attempt.terms.task,
            state.as_str().unwrap_or_default(),
            task.attempt
        ))
    }

    /// Tells the chain why there is no result, as all have signed it.
    pub async fn fail(&self, failure: &mpc_run::Failure, signatures: &[Vec<u8>]) -> Result<(), Failure> {
        let id = self.attempt.terms.task;
        let call = calls::fail(id, &mpc_task::failure_on_chain(failure), &joined(signatures));
        self.once_for_all("fail", &call, |task| match task.state {
            State::Running | State::Stalled if task.attempt == self.attempt.terms.attempt => None,
            _ => Some(Ok(())),
        })
        .await
    }
}

impl Outside for OnChain {
    fn begun<'a>(&'a self, signatures: &'a [Vec<u8>]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        let call = calls::begin(self.attempt.terms.task, &joined(signatures));
        async move {
            let begun = self.once_for_all("begin", &call, |task| match task.state {
                _ if task.attempt != self.attempt.terms.attempt => Some(Err(self.over(task))),
                State::Started => None,
                State::Running | State::Stalled => Some(Ok(())),
                _ => Some(Err(self.over(task))),
            });
            begun.await.map_err(outside)
        }
        .boxed_local()
    }

    fn agreed<'a>(
        &'a self,
        outcome: &'a Outcome,
        signatures: &'a [Vec<u8>],
    ) -> LocalBoxFuture<'a, Result<(), RunError>> {
        let id = self.attempt.terms.task;
        let call = calls::finish(id, &on_chain(outcome), &joined(signatures));
        let result: Digest = (self.attempt.signed)(&self.attempt.terms, Said::Outcome(outcome));
        async move {
            let agreed = self.once_for_all("finish", &call, |task| match task.state {
                State::Finished if task.result == Some(result) => Some(Ok(())),
                State::Running | State::Stalled if task.attempt == self.attempt.terms.attempt => None,
                _ => Some(Err(self.over(task))),
            });
            agreed.await.map_err(outside)
        }
        .boxed_local()
    }

    fn advanced<'a>(&'a self, signatures: &'a [Vec<u8>]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        let id = self.attempt.terms.task;
        let call = calls::advance(id, &self.candidates, 0, &joined(signatures));
        async move {
            let before = self.attempt.spec.helper().and_then(|seat| self.attempt.terms.seats.get(usize::from(seat)));
            let before = before.map(|seat| seat.address);
            let begin = Instant::now();
            let mut tried: Option<Instant> = None;
            loop {
                // A node that is away for a moment ends no run.
                let Ok(found) = self.chain.call_settled(self.contract, calls::helper(id)).await else {
                    tokio::time::sleep(LOOK).await;
                    continue;
                };
                let helper = returns::helper(&found).map_err(unread).map_err(outside)?.helper;
                if helper != before {
                    return Ok(());
                }
                let is_turn = begin.elapsed() >= TURN * u32::from(self.seat);
                if is_turn && tried.is_none_or(|tried| tried.elapsed() >= AGAIN) {
                    tried = Some(Instant::now());
                    // Who is second finds that the next one was drawn already.
                    let sent = self.chain.send(self.contract, call.clone()).await;
                    let sentence = sent.map_or_else(|failure| failure.to_string(), |_| "advance: in a block".into());
                    self.printer.event(id, "advance", &sentence);
                }
                tokio::time::sleep(LOOK).await;
            }
        }
        .boxed_local()
    }

    fn kept(&self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, RunError>> {
        let kept = match self.progress.exists() {
            false => Ok(None),
            true => files::read(&self.progress).map(Some).map_err(|why| RunError::Kept { why: why.to_string() }),
        };
        futures::future::ready(kept).boxed_local()
    }

    fn keep<'a>(&'a self, progress: &'a [u8]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        let kept = files::write(&self.progress, progress, true);
        futures::future::ready(kept.map_err(|why| RunError::NotKept { why: why.to_string() })).boxed_local()
    }
}
