use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Seed;
use crate::MpcError;

/// Digests of the seeds that a seat or a helper has had. Keep it: a seed is used in one epoch only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenSeeds(BTreeSet<[u8; 32]>);

impl SeenSeeds {
    /// Notes a seed, or refuses it because it was there before.
    pub fn note(&mut self, seed: &Seed) -> Result<(), MpcError> {
        if self.0.insert(seed.digest()) { Ok(()) } else { Err(MpcError::SeedSeen) }
    }
}
