//! Logs on their way into the tables of their families.

use std::collections::BTreeMap;

use protocol::subject::Subject;
use sqlx::AnyConnection;

use super::{IndexError, Sources};
use crate::{
    chain::RawLog,
    family::{Families, Fold},
};

/// A fold of each family. What they remember from the batches before is right as long as the chain only grows.
pub(super) struct Folds(BTreeMap<&'static str, Box<dyn Fold>>);

impl Folds {
    pub(super) fn new(families: &Families) -> Self {
        Self(families.iter().map(|family| (family.name(), family.fold())).collect())
    }

    /// Reads a log and holds its event until [`Self::apply`]. Answers its subject, and the others that it touches;
    /// `None` for a log that is no event of a family.
    pub(super) fn take(
        &mut self,
        sources: &Sources,
        log: &RawLog,
    ) -> Result<Option<(&'static str, String, Vec<Subject>)>, IndexError> {
        let Some((family, contract)) = sources.reader(&log.address) else { return Ok(None) };
        let Some(fold) = self.0.get_mut(family) else { return Ok(None) };
        Ok(fold.take(log, contract)?.map(|taken| (family, taken.subject, taken.also)))
    }

    /// Applies what was taken.
    pub(super) async fn apply(&mut self, transaction: &mut AnyConnection) -> Result<(), IndexError> {
        for fold in self.0.values_mut() {
            fold.apply(transaction).await?;
        }
        Ok(())
    }
}
