//! Logs on their way into the tables of their families.

use std::collections::BTreeMap;

use protocol::subject::Subject;
use sqlx::AnyConnection;

use super::{IndexError, Sources};
use crate::{
    chain::RawLog,
    family::{Families, Fold},
};

/// What a log is about: its family, its subject there, and the other subjects that it touches.
pub(super) struct About {
    pub(super) family: &'static str,
    pub(super) subject: String,
    pub(super) also: Vec<Subject>,
}

/// A fold of each family. What they remember from the batches before is right as long as the chain only grows.
pub(super) struct Folds(BTreeMap<&'static str, Box<dyn Fold>>);

impl Folds {
    pub(super) fn new(families: &Families) -> Self {
        Self(families.iter().map(|family| (family.name(), family.fold())).collect())
    }

    /// Reads a log and holds its event until [`Self::apply`]. `None` for a log that is no event of a family.
    pub(super) fn take(&mut self, sources: &Sources, log: &RawLog) -> Result<Option<About>, IndexError> {
        let Some((family, contract)) = sources.reader(&log.address) else { return Ok(None) };
        let Some(fold) = self.0.get_mut(family) else { return Ok(None) };
        Ok(fold.take(log, contract)?.map(|taken| About { family, subject: taken.subject, also: taken.also }))
    }

    /// Applies what was taken.
    pub(super) async fn apply(&mut self, transaction: &mut AnyConnection) -> Result<(), IndexError> {
        for fold in self.0.values_mut() {
            fold.apply(transaction).await?;
        }
        Ok(())
    }
}
