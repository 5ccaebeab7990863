//! From raw logs to events, fresh from the chain or as stored.

use contracts::events;
use protocol::{Digest, bounty::LoggedEvent};
use sqlx::{Row, any::AnyRow};

use super::IndexError;
use crate::{chain::RawLog, db::from_db};

/// What [`stored`] reads, in its order.
pub(crate) const COLUMNS: &str = "block, block_hash, log_index, tx, at, topics, data";

/// The event with its place; `None` for a log that is not a market's event.
///
/// # Errors
/// [`IndexError::Decode`] when it looks like one and is not.
pub fn logged(log: &RawLog) -> Result<Option<LoggedEvent>, IndexError> {
    let raw = events::RawLog { topics: log.topics.clone(), data: log.data.clone() };
    let decoded = events::decode(&raw).map_err(|e| IndexError::Decode { block: log.block, reason: e.to_string() })?;
    Ok(decoded.map(|(bounty, event)| LoggedEvent {
        bounty,
        block: log.block,
        block_hash: log.block_hash,
        log_index: log.log_index,
        tx: log.tx,
        at: log.at,
        event,
    }))
}

/// A row of [`COLUMNS`] of the table `logs`.
///
/// # Errors
/// [`IndexError`] when the row cannot be read.
pub(crate) fn stored(row: &AnyRow) -> Result<Option<LoggedEvent>, IndexError> {
    let block = from_db(row.try_get(0)?);
    let broken = |what: &str| IndexError::Decode { block, reason: format!("the stored {what} is damaged") };
    let digest = |text: &str, what| text.parse::<Digest>().map_err(|_| broken(what));
    let topics: String = row.try_get(5)?;
    let topics = topics.split_terminator(',').map(|topic| digest(topic, "topic")).collect::<Result<Vec<_>, _>>()?;
    logged(&RawLog {
        block,
        block_hash: digest(row.try_get(1)?, "block hash")?,
        log_index: from_db(row.try_get(2)?),
        tx: digest(row.try_get(3)?, "transaction hash")?,
        at: from_db(row.try_get(4)?),
        topics,
        data: hex::decode(row.try_get::<&str, _>(6)?).map_err(|_| broken("data"))?,
    })
}
