//! What a seat does, from start to end.

mod aligning;
mod brings;
mod closing;
mod computing;
mod dealing;
mod handover;
mod helper;
mod opening;
mod owner;
mod progress;
mod receiver;
mod signing;

use std::sync::Arc;

use link::{SeatNumber, Terms};
use mpc::{Seat, Traffic};
use mpc_learn::{Answer, Receiver};
use protocol::{Address, Digest, keccak};

use crate::{
    error::RunError,
    mail::Mail,
    outside::{Failure, Outside, Said, Signing, code},
    results::{Kept, Outcome, SessionKey, Told},
    spec::{ModelOf, Spec, Work},
    stage::Stage,
};
pub use brings::Brings;
pub use handover::{HANDOVER, Late};
pub use helper::{Dealt, Note, help};
pub use owner::own;
pub use progress::Taken;
pub use receiver::receive;

/// An attempt of a task, as all its seats know it.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub terms: Arc<Terms>,
    pub spec: Spec,
    /// Session keys of the seats that sign, in their order.
    pub signers: Vec<Address>,
    /// Keys in the directory of the seats that sign, in their order: results are sealed to them.
    pub directory: Vec<[u8; 32]>,
    /// The model that a prediction applies, as the chain has it; without a chain, as the task's file names it.
    pub model: Option<ModelOf>,
    /// What is signed. The contract's own crate knows.
    pub signed: Signing,
}

impl Attempt {
    /// What `link` takes as the plan before there is one: which program all run.
    pub fn program() -> Digest {
        Digest::of(b"ModelMarket run 3")
    }

    /// # Errors
    /// [`RunError`] where the seats are not those of the spec, or the model is not the one that the chain has.
    pub fn check(&self) -> Result<(), RunError> {
        self.spec.problems().into_iter().next().map_or(Ok(()), Err)?;
        match (&self.spec.work, self.model) {
            (Work::Predict(_), None) => return Err(RunError::NotTrained),
            (Work::Predict(_), Some(model)) if self.spec.named_model().is_some_and(|named| named != model) => {
                return Err(RunError::OtherModel { task: model.task });
            }
            _ => {}
        }
        let signers = usize::from(self.spec.signers());
        let fits = self.terms.seats.len() == usize::from(self.spec.seats())
            && self.signers.len() == signers
            && self.directory.len() == signers;
        if fits { Ok(()) } else { Err(RunError::OtherSeat { seat: self.spec.seats() }) }
    }

    /// Whether the shares that are applied are those of the model's signed result; both owners' commitments to theirs.
    fn check_shares(&self, shares: Digest) -> Result<(), RunError> {
        match self.model {
            Some(model) if matches!(self.spec.work, Work::Predict(_)) && model.shares != shares => {
                Err(RunError::NoModel { task: model.task })
            }
            _ => Ok(()),
        }
    }

    /// The seat of whoever a result is for.
    fn seat_of(&self, receiver: Receiver) -> Option<SeatNumber> {
        match receiver {
            Receiver::Owner(owner) => Some(Spec::seat_of(owner)),
            Receiver::Requester => self.spec.receiver(),
        }
    }

    /// Who signed an outcome; the zero address where nobody did.
    pub fn signer(&self, outcome: &Outcome, signature: &[u8]) -> Address {
        crate::results::signer(&(self.signed)(&self.terms, Said::Outcome(outcome)), signature)
    }

    fn run(&self, epoch: Digest) -> mpc::draw::Run {
        let terms = &self.terms;
        let task = keccak(&[
            b"ModelMarket task 1",
            &terms.chain_id.to_be_bytes(),
            &terms.contract.0,
            &terms.task.to_be_bytes(),
        ]);
        mpc::draw::Run { task: task.0, attempt: terms.attempt.into(), epoch: epoch.0 }
    }
}

/// Bytes of a frame at most: a message between seats.
const MOST: u64 = 1 << 30;
/// Bytes of a number.
const WORD: u64 = 16;

/// Refuses rows and columns that could not travel at once. Whoever computes or deals holds as much in memory.
fn check_size(spec: &Spec, rows: u32) -> Result<(), RunError> {
    // With the label and a column of ones.
    let columns = spec.owners.iter().map(|owner| owner.columns.len()).max().unwrap_or(0) as u64 + 2;
    let bytes = u64::from(rows).saturating_mul(columns).saturating_mul(WORD);
    if bytes > MOST { Err(RunError::TooLarge { bytes }) } else { Ok(()) }
}

/// A seat at work.
pub struct Seated<'a> {
    pub attempt: &'a Attempt,
    pub seat: SeatNumber,
    pub mail: Mail,
    /// 32 bytes from the operating system, each time other ones.
    pub random: &'a mut dyn FnMut() -> Result<[u8; 32], RunError>,
    /// Told how far it is.
    pub observe: &'a mut dyn FnMut(Stage),
    /// The chain, and a place for what the run can go on from.
    pub outside: &'a dyn Outside,
}

/// What a seat needs to sign, and to open what it is sent.
pub struct Keys<'a> {
    pub session: &'a SessionKey,
    /// Secret of its key in the directory.
    pub directory: &'a [u8; 32],
}

/// How a run ended at a seat.
#[derive(Debug)]
pub enum Ended {
    Finished(Box<Finished>),
    /// There is no result, and everybody is told why. It is an answer, not an error. All seats have signed it, for the
    /// chain; their signatures stand in their order. At a helper there are none.
    Answered {
        sentence: String,
        failure: Failure,
        signatures: Vec<Vec<u8>>,
    },
}

/// What a seat has when a run is finished.
#[derive(Debug)]
pub struct Finished {
    pub outcome: Outcome,
    /// Of all seats that sign, in their order.
    pub signatures: Vec<Vec<u8>>,
    /// What this seat was told.
    pub told: Vec<Told>,
    /// The half of a new model, at an owner.
    pub kept: Option<Kept>,
    /// What a new model was learned by: a prediction with it names this.
    pub learned: Option<mpc_learn::Task>,
    /// How many rows were computed on, or are common.
    pub rows: u32,
    /// Which of its own rows are common, in the common order: after an intersection that tells them.
    pub common: Option<Vec<u32>>,
    /// At an owner.
    pub traffic: Traffic,
}

/// Ends the run for everybody if it failed here.
async fn ending<T>(mail: &mut Mail, done: Result<T, RunError>) -> Result<T, RunError> {
    if let Err(error) = &done {
        match error {
            // Where the helper is given up the run goes on, with new links. Where it dealt wrongly, all know.
            RunError::HelperGone | RunError::DealtWrongly => {}
            // Whoever has said that it ends needs no answer. Those that it has no link to any more hear it from here.
            RunError::Ended { seat, .. } => mail.give_up(&error.to_string(), Some(*seat)).await,
            _ => mail.give_up(&error.said(), None).await,
        }
    }
    done
}

/// The answer that the helper has dealt wrongly.
const WRONGLY_DEALT: u8 = 4;

/// How an answer travels.
fn answer_code<R>(answer: &Answer<R>) -> u8 {
    match answer {
        Answer::Fitted(_) => 0,
        Answer::NotSolvable => 1,
        Answer::RowAlone => 2,
        Answer::OutOfRange => 3,
    }
}

/// What a code says: the sentence, the code that is signed, and how many bits were opened. Nothing where there is a result.
fn answered(seat: SeatNumber, code: &[u8]) -> Result<Option<(&'static str, u32, u32)>, RunError> {
    Ok(match code {
        [0] => None,
        [1] => Some((Answer::<u128>::NotSolvable.sentence(), code::NOT_SOLVABLE, 1)),
        [2] => Some((Answer::<u128>::RowAlone.sentence(), code::BAD_ROWS, 2)),
        // Leaving one out opens one more.
        [3] => Some((Answer::<u128>::OutOfRange.sentence(), code::OUT_OF_RANGE, 3)),
        [WRONGLY_DEALT] => Some((
            "Numbers of the helper were wrong. Nothing was computed or told, and it is not paid. Trying again keeps this helper: publish the task again without it.",
            code::BAD_BATCH,
            0,
        )),
        _ => return Err(RunError::Unreadable { seat, what: "an answer" }),
    })
}

/// What all sign of an answer.
fn failure(
    seat: SeatNumber,
    answer: &[u8],
    computed: &crate::spec::Computed,
    plan: &mpc::Plan,
) -> Result<Option<(&'static str, Failure)>, RunError> {
    let opened = match computed {
        crate::spec::Computed::Fit(task) => task.facts().iter().filter(|facts| facts.to.is_none()).count() as u32,
        crate::spec::Computed::Predict(_) => 0,
    };
    let made = |(sentence, code, bits): (&'static str, u32, u32)| {
        let dealt = if code == code::BAD_BATCH { 0 } else { closing::megabytes(plan) };
        (sentence, Failure { code, dealt, facts: bits.min(opened), rows: 0 })
    };
    Ok(answered(seat, answer)?.map(made))
}

/// Seats that are sent a file by each owner.
fn receivers(attempt: &Attempt, computed: Option<&crate::spec::Computed>) -> Vec<SeatNumber> {
    let mut seats: Vec<SeatNumber> = match (computed, &attempt.spec.work) {
        (Some(crate::spec::Computed::Fit(task)), Work::Train(_)) => {
            task.facts().iter().filter_map(|facts| attempt.seat_of(facts.to?)).collect()
        }
        (Some(crate::spec::Computed::Predict(_)), _) => attempt.spec.receiver().into_iter().collect(),
        _ => Vec::new(),
    };
    seats.sort_unstable();
    seats.dedup();
    seats
}

/// Both owners' seats but this one.
fn other_owners(seat: SeatNumber) -> impl Iterator<Item = SeatNumber> {
    Seat::BOTH.map(Spec::seat_of).into_iter().filter(move |owner| *owner != seat)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_that_make_more_than_a_message_are_refused_on_every_machine() {
        let spec = |columns: usize| {
            let names: Vec<String> = (0..columns).map(|at| format!("c{at}")).collect();
            let owners = serde_json::json!([{"columns": names}, {"columns": ["b"]}]);
            let work = serde_json::json!({"train": {"label": {"owner": 1, "column": "y"}, "receiver": 2}});
            let rows = serde_json::json!({"given": {"count": 1}});
            let spec = serde_json::json!({"version": 1, "owners": owners, "rows": rows, "work": work});
            Spec::parse(&serde_json::to_vec(&spec).unwrap()).unwrap()
        };
        // 2^30 bytes are 2^26 numbers.
        assert_eq!(check_size(&spec(2), 1 << 24), Ok(()));
        let refused = |bytes| Err(RunError::TooLarge { bytes });
        assert_eq!(check_size(&spec(2), (1 << 24) + 1), refused((1 << 30) + 64));
        // More than 32 bits count.
        assert_eq!(check_size(&spec(1_022), 1 << 22), refused(1 << 36));
    }
}
