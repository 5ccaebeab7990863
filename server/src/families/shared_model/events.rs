//! From raw logs to events of this family.

use ::shared_model::{Anchored, LoggedEvent, logs as events};
use contracts::DecodeError;
use protocol::Address;
use sqlx::any::AnyRow;

use crate::{
    chain::RawLog,
    indexer::{IndexError, logs},
};

/// A root that a log of AccuracyLog says was anchored.
///
/// # Errors
/// [`DecodeError`].
pub(crate) fn anchored(log: &RawLog) -> Result<Option<Anchored>, DecodeError> {
    events::anchored(&log.raw)
}

/// The creation that a log of ModelFactory tells.
///
/// # Errors
/// [`DecodeError`].
pub(crate) fn of_factory(log: &RawLog) -> Result<Option<LoggedEvent>, DecodeError> {
    Ok(events::created(&log.raw)?.map(|(model, event)| log.place(model, event)))
}

/// What a log of a model tells.
///
/// # Errors
/// [`DecodeError`].
pub(crate) fn of_model(log: &RawLog) -> Result<Option<LoggedEvent>, DecodeError> {
    Ok(events::decode(&log.raw)?.map(|event| log.place(log.address, event)))
}

/// A row of [`logs::COLUMNS`] that is about a model.
///
/// # Errors
/// [`IndexError`] when the row cannot be read.
pub(crate) fn stored(row: &AnyRow, model: &Address) -> Result<Option<LoggedEvent>, IndexError> {
    let log = logs::read(row)?;
    // What is about a model and is not from it is from the factory.
    let event = if log.address == *model { of_model(&log) } else { of_factory(&log) };
    event.map_err(|error| IndexError::decode(&log, &error))
}
