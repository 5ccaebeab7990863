//! A task without a chain: one file that its parties have handed each other and compared. It says who has which keys, so
//! whoever can change it on its way can sit in between.

use std::{path::Path, sync::Arc};

use link::{Proof, Seat, SeatNumber, Terms};
use mpc_run::{Attempt, Outcome, RunError, Said, Spec};
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, files, keys::Public};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Local {
    /// Any number; each task has another one.
    pub task: u64,
    /// 1 for the first run.
    #[serde(default = "first")]
    pub attempt: u16,
    /// 0 without a chain.
    #[serde(default)]
    pub chain_id: u64,
    #[serde(default)]
    pub contract: Address,
    /// Where the seats meet.
    pub relay: String,
    /// The owners, a receiver without data if there is one, the helper.
    pub seats: Vec<Public>,
    pub spec: Spec,
}

fn first() -> u16 {
    1
}

impl Local {
    pub fn read(file: &Path) -> Result<Self, Failure> {
        files::read_json(file, "task")
    }

    /// The attempt as the seats play it.
    pub fn attempt(&self) -> Result<Attempt, Failure> {
        let seats = self.seats.iter().zip(0..).map(|(seat, number)| Seat {
            address: seat.signer,
            roles: roles(&self.spec, number),
            key: seat.link.0,
            proof: Proof::TwoNodes,
        });
        let terms = Terms {
            chain_id: self.chain_id,
            contract: self.contract,
            task: self.task,
            attempt: self.attempt,
            plan: Attempt::program(),
            spec: Digest::of(&self.spec.to_bytes()),
            seats: seats.collect(),
            confirmed: |_| None,
        };
        let signers = usize::from(self.spec.signers()).min(self.seats.len());
        let attempt = Attempt {
            terms: Arc::new(terms),
            spec: self.spec.clone(),
            signers: self.seats[..signers].iter().map(|seat| seat.signer).collect(),
            directory: self.seats[..signers].iter().map(|seat| seat.directory.0).collect(),
            signed,
        };
        attempt.check().map_err(|error| match error {
            RunError::OtherSeat { seat } => Failure::Given(format!(
                "This task has {} seats, and {seat} are needed: the owners, a receiver without data if there is one, and the helper unless it is an intersection. Correct the list of seats.",
                self.seats.len()
            )),
            other => other.into(),
        })?;
        Ok(attempt)
    }

    /// Which seat has these keys: the key of its links is its own.
    pub fn seat_of(&self, keys: &Public) -> Option<SeatNumber> {
        self.seats.iter().zip(0..).find(|(seat, _)| seat.link == keys.link).map(|(_, number)| number)
    }
}

/// What a seat of the spec does, as the contract writes it.
fn roles(spec: &Spec, seat: SeatNumber) -> u16 {
    use tasks::Roles;
    let has = |has: bool, role: u8| if has { role } else { 0 };
    let owner = Spec::owner_of(seat);
    let label = owner.is_some_and(|owner| spec.label_of(owner).is_some());
    let roles = has(owner.is_some(), Roles::COLUMNS)
        + has(label, Roles::LABEL)
        + has(seat == 0, Roles::FIRST)
        + has(seat == 1, Roles::SECOND)
        + has(spec.receiver() == Some(seat), Roles::RECEIVES);
    roles.into()
}

/// What the seats sign, as the contract has it.
pub fn signed(terms: &Terms, said: Said<'_>) -> Digest {
    let run = tasks::typed_data::Run {
        chain: terms.chain_id,
        contract: terms.contract,
        task: terms.task,
        attempt: terms.attempt,
    };
    match said {
        Said::Begin => run.begin(terms.spec),
        Said::Outcome(outcome) => run.result(terms.spec, &on_chain(outcome)),
        Said::Failure(failure) => run.failure(&failure_on_chain(failure)),
    }
}

/// Why a run failed, as the contract has it.
pub fn failure_on_chain(failure: &mpc_run::Failure) -> tasks::Failure {
    let mpc_run::Failure { code, dealt, facts, rows } = *failure;
    tasks::Failure { code, dealt, facts, rows }
}

/// An outcome as the contract has it.
pub fn on_chain(outcome: &Outcome) -> tasks::Outcome {
    let Outcome { plan, rows, heads, metrics, outputs, shares, dealt, .. } = *outcome;
    let sealed_keys = tasks::typed_data::sealed_keys(&outcome.keys);
    tasks::Outcome { plan, rows, heads, metrics, outputs, shares, sealed_keys, dealt }
}

#[cfg(test)]
mod tests {
    use mpc_run::outside::code;
    use tasks::Reason;

    #[test]
    fn a_run_gives_the_codes_of_the_contract() {
        let same = [
            (code::BAD_BATCH, Reason::BadBatch),
            (code::BAD_ROWS, Reason::BadRows),
            (code::NOT_SOLVABLE, Reason::NotSolvable),
            (code::OUT_OF_RANGE, Reason::OutOfRange),
        ];
        for (code, reason) in same {
            assert_eq!(Reason::of(code), Some(reason));
        }
    }
}
