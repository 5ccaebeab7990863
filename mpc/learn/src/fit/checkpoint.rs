//! What a run can go on from after a reload: this seat's shares of what is solved. No seed, no mask, no column: a new
//! epoch draws its own.

use mpc::{Blank, MpcError, Planner, Ring, Shared};
use sha2::{Digest as _, Sha256};

use super::{at_once, fit_keeping};
use crate::{LearnError, solve::Solved, task::Task};

/// This seat's shares after the equations are solved.
#[derive(Clone, Debug)]
pub struct Checkpoint<R> {
    pub(crate) sums: Shared<R>,
    pub(crate) solved: Solved<R>,
}

/// Bytes of the task's digest in front.
const HEAD: usize = 32;

impl Checkpoint<Blank<128>> {
    /// One without numbers, for the plan.
    pub(crate) fn planned(task: &Task) -> Result<Self, MpcError> {
        let mut planned = None;
        at_once(fit_keeping(&mut Planner::<128>::new(), task, &[], &mut async |checkpoint| {
            planned = Some(checkpoint.clone());
        }))?;
        planned.ok_or(MpcError::Input { what: "A plan has no checkpoint. This is a fault of the program." })
    }
}

impl<R: Ring> Checkpoint<R> {
    /// The caller encrypts it and keeps it in its own place.
    pub fn to_bytes(&self, task: &Task) -> Vec<u8> {
        let mut bytes = digest(task).to_vec();
        for shared in [&self.sums, &self.solved.coefficients, &self.solved.inverse] {
            bytes.extend(shared.words().iter().flat_map(|word| word.bits().to_le_bytes()));
        }
        #[cfg(feature = "faults")]
        if mpc::fault::has(mpc::fault::Fault::SeedInCheckpoint) {
            bytes.extend(mpc::fault::last_seed());
        }
        bytes
    }

    /// Refuses what is not a checkpoint of this task.
    pub fn from_bytes(task: &Task, bytes: &[u8]) -> Result<Self, LearnError> {
        let planned = Checkpoint::planned(task)?;
        let all = [&planned.sums, &planned.solved.coefficients, &planned.solved.inverse];
        let words = all.iter().map(|shared| shared.shape().len()).sum::<usize>();
        let (head, mut rest) = bytes.split_at_checked(HEAD).ok_or(LearnError::Checkpoint)?;
        if head != digest(task) || rest.len() != words * 16 {
            return Err(LearnError::Checkpoint);
        }
        let mut next = |like: &Shared<Blank<128>>| {
            let (own, after) = rest.split_at(like.shape().len() * 16);
            rest = after;
            let words = own.as_chunks::<16>().0.iter().map(|word| R::from_bits(u128::from_le_bytes(*word)));
            Shared::new(like.shape(), words.collect(), like.frac(), like.bound())
        };
        let [sums, coefficients, inverse] = all;
        let (sums, coefficients, inverse) = (next(sums)?, next(coefficients)?, next(inverse)?);
        Ok(Self { sums, solved: Solved { coefficients, inverse } })
    }
}

fn digest(task: &Task) -> [u8; HEAD] {
    // Only a map with keys that are no texts could fail to be written.
    Sha256::digest(serde_json::to_vec(task).unwrap_or_default()).into()
}
