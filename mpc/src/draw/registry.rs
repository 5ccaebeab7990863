use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::Run;
use crate::{MpcError, Owned};

/// Which whole numbers were hidden under which mask. It lives at least as long as the epochs whose masks it knows.
#[derive(Default)]
pub struct Registry {
    known: HashMap<[u8; 32], [u8; 32]>,
}

impl Registry {
    /// Notes that `matrix` is hidden in `run`; refuses if other numbers were hidden under the same mask before.
    pub fn note(&mut self, run: &Run, matrix: &Owned) -> Result<(), MpcError> {
        let mut identity = Sha256::new_with_prefix(run.task);
        identity.update(run.attempt.to_be_bytes());
        identity.update(run.epoch);
        identity.update([matrix.owner().index() as u8]);
        identity.update(matrix.name().0);
        let mut numbers = Sha256::new();
        for value in matrix.numbers()? {
            numbers.update(value.to_le_bytes());
        }
        let numbers: [u8; 32] = numbers.finalize().into();
        if *self.known.entry(identity.finalize().into()).or_insert(numbers) == numbers {
            Ok(())
        } else {
            Err(MpcError::MaskReused)
        }
    }
}
