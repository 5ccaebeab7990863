//! A task without a chain: one file that its parties have handed each other and compared. It says who has which keys, so
//! whoever can change it on its way can sit in between.

use std::{path::Path, sync::Arc};

use link::{Proof, Seat, SeatNumber, Terms};
use mpc_run::{Attempt, RunError, Spec};
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
            roles: mpc_task::roles(&self.spec, number).0.into(),
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
            model: self.spec.named_model(),
            signed: mpc_task::signed,
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
