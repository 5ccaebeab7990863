//! A model taught by its own history, and the entries that follow from it.

use protocol::{Address, cid::Cid};
use shared_model::{
    AccuracyRecord, Event, LoggedEvent, Sample,
    learn::replay::{Counted, Replay, ReplayError},
};

/// Rows of a test set with their labels.
pub(super) type Rows = Vec<(Sample, u16)>;

/// A model as the chain has it after some event.
#[derive(Debug)]
pub(super) struct Replica {
    model: Address,
    test_cid: Cid,
    replay: Replay,
}

impl Replica {
    /// A model as it is created, with the rows to ask it about; `None` for another event than the creation.
    ///
    /// # Errors
    /// [`ReplayError`] where there can be no such model.
    pub(super) fn created(logged: &LoggedEvent, test_cid: Cid, rows: Rows) -> Result<Option<Self>, ReplayError> {
        let Event::Created { incentive, shape, .. } = &logged.event else { return Ok(None) };
        let replay = Replay::new(*incentive, shape.clone())?.with_test_set(rows);
        Ok(Some(Self { model: logged.subject, test_cid, replay }))
    }

    /// Goes on with the next event. Answers the entry that follows from it, if one does.
    ///
    /// # Errors
    /// [`ReplayError`] where the event cannot follow on those before it.
    pub(super) fn apply(&mut self, logged: &LoggedEvent) -> Result<Option<AccuracyRecord>, ReplayError> {
        let counted = self.replay.apply(&logged.event)?;
        Ok(counted.map(|Counted { correct, total }| AccuracyRecord {
            model: self.model,
            block: logged.block,
            block_hash: logged.block_hash,
            log_index: logged.log_index,
            test: self.test_cid,
            correct,
            total,
        }))
    }
}
