//! Families behind one type, whatever their events are.

use std::sync::Arc;

use async_trait::async_trait;
use protocol::subject::Subject;
use sqlx::AnyConnection;

use super::Family;
use crate::{chain::RawLog, indexer::IndexError};

/// What a log came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Of the family.
    pub(crate) subject: String,
    /// Subjects of other families whose pages show it.
    pub(crate) also: Vec<Subject>,
}

/// Folds a family's events, batch by batch. Begun anew whenever the chain went back.
#[async_trait]
pub(crate) trait Fold: Send {
    /// Reads a log and holds its event until [`Self::apply`]. `None` for a log that is no event.
    fn take(&mut self, log: &RawLog, contract: Option<&str>) -> Result<Option<Taken>, IndexError>;

    /// Applies what was taken. When it fails, nothing of it is remembered.
    async fn apply(&mut self, transaction: &mut AnyConnection) -> Result<(), IndexError>;
}

pub(super) struct Folding<F: Family> {
    family: Arc<F>,
    memory: F::Memory,
    waiting: Vec<F::Event>,
}

impl<F: Family> Folding<F> {
    pub(super) fn new(family: Arc<F>) -> Self {
        Self { family, memory: F::Memory::default(), waiting: Vec::new() }
    }
}

#[async_trait]
impl<F: Family> Fold for Folding<F> {
    fn take(&mut self, log: &RawLog, contract: Option<&str>) -> Result<Option<Taken>, IndexError> {
        let decoded = self.family.decode(log, contract).map_err(|error| IndexError::decode(log, &error))?;
        let Some(decoded) = decoded else { return Ok(None) };
        self.waiting.push(decoded.event);
        Ok(Some(Taken { subject: decoded.subject, also: decoded.also }))
    }

    async fn apply(&mut self, transaction: &mut AnyConnection) -> Result<(), IndexError> {
        let events = std::mem::take(&mut self.waiting);
        // Taken out: whatever fails from here on, nothing half applied is gone on with.
        let mut memory = std::mem::take(&mut self.memory);
        self.family.apply(transaction, &mut memory, &events).await?;
        self.memory = memory;
        Ok(())
    }
}
