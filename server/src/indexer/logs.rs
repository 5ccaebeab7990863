//! Raw logs as the database has them.

use contracts::DecodeError;
use protocol::{Address, Digest};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::IndexError;
use crate::{
    chain::RawLog,
    db::{from_db, insert_many, to_db},
};

/// What [`read`] reads, in its order.
pub(crate) const COLUMNS: &str = "block, block_hash, log_index, tx, at, topics, data, address";

/// Logs that are read at once.
const STRIDE: i64 = 5_000;

/// Writes logs, each with its family and subject.
pub(super) async fn insert(
    transaction: &mut AnyConnection,
    logs: &[(&RawLog, &'static str, String)],
) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = logs
        .iter()
        .map(|(log, family, subject)| {
            let topics: Vec<String> = log.raw.topics.iter().map(ToString::to_string).collect();
            let texts = [
                log.block_hash.to_string(),
                log.tx.to_string(),
                log.address.to_string(),
                topics.join(","),
                hex::encode(&log.raw.data),
            ];
            (*log, *family, subject.as_str(), texts)
        })
        .collect();
    let into = "logs (block_hash, tx, address, topics, data, family, subject, log_index, block, at)";
    insert_many(transaction, into, 10, "ON CONFLICT DO NOTHING", &rows, |query, (log, family, subject, texts)| {
        let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        let query = query.bind(*family).bind(*subject);
        query.bind(to_db(log.log_index)).bind(to_db(log.block)).bind(to_db(log.at))
    })
    .await
}

/// Logs of a subject, oldest first, from the `offset`-th on; a part of them at a time.
///
/// # Errors
/// [`IndexError`] when they cannot be read.
pub(crate) async fn of_subject(
    connection: &mut AnyConnection,
    family: &str,
    subject: &str,
    offset: i64,
) -> Result<Part, IndexError> {
    let select = format!(
        "SELECT {COLUMNS} FROM logs WHERE family = $1 AND subject = $2 ORDER BY block, log_index \
         LIMIT {STRIDE} OFFSET $3"
    );
    let query = sqlx::query(&select).bind(family).bind(subject).bind(offset);
    Part::of(&query.fetch_all(connection).await?, offset)
}

/// What all logs of a subject say, oldest first, as `event` reads them.
///
/// # Errors
/// [`IndexError`] when they cannot be read.
pub(crate) async fn events_of_subject<T>(
    connection: &mut AnyConnection,
    family: &str,
    subject: &str,
    event: impl Fn(&RawLog) -> Result<Option<T>, DecodeError>,
) -> Result<Vec<T>, IndexError> {
    let mut events = Vec::new();
    let mut next = Some(0);
    while let Some(offset) = next {
        let part = of_subject(connection, family, subject, offset).await?;
        for log in &part.logs {
            events.extend(event(log).map_err(|error| IndexError::decode(log, &error))?);
        }
        next = part.next;
    }
    Ok(events)
}

/// Logs in blocks after this one, as [`of_subject`].
pub(super) async fn after(connection: &mut AnyConnection, block: i64, offset: i64) -> Result<Part, IndexError> {
    let select =
        format!("SELECT {COLUMNS} FROM logs WHERE block > $1 ORDER BY block, log_index LIMIT {STRIDE} OFFSET $2");
    Part::of(&sqlx::query(&select).bind(block).bind(offset).fetch_all(connection).await?, offset)
}

/// Some of many logs.
pub(crate) struct Part {
    pub(crate) logs: Vec<RawLog>,
    /// Where the next part begins, if there is one.
    pub(crate) next: Option<i64>,
}

impl Part {
    fn of(rows: &[AnyRow], offset: i64) -> Result<Self, IndexError> {
        let next = (rows.len() as i64 == STRIDE).then_some(offset + STRIDE);
        Ok(Self { logs: rows.iter().map(read).collect::<Result<_, _>>()?, next })
    }
}

/// A row of [`COLUMNS`].
///
/// # Errors
/// [`IndexError`] when the row cannot be read.
pub(crate) fn read(row: &AnyRow) -> Result<RawLog, IndexError> {
    let block = from_db(row.try_get(0)?);
    let broken = |what: &str| IndexError::Damaged(format!("the {what} of a log in block {block}"));
    let digest = |text: &str, what| text.parse::<Digest>().map_err(|_| broken(what));
    let topics: &str = row.try_get(5)?;
    let topics = topics.split_terminator(',').map(|topic| digest(topic, "topic")).collect::<Result<Vec<_>, _>>()?;
    Ok(RawLog {
        address: address(row.try_get(7)?)?,
        block,
        block_hash: digest(row.try_get(1)?, "block hash")?,
        log_index: from_db(row.try_get(2)?),
        tx: digest(row.try_get(3)?, "transaction hash")?,
        at: from_db(row.try_get(4)?),
        raw: protocol::RawLog { topics, data: hex::decode(row.try_get::<&str, _>(6)?).map_err(|_| broken("data"))? },
    })
}

/// An address as the database holds it.
///
/// # Errors
/// [`IndexError::Damaged`].
pub(crate) fn address(text: &str) -> Result<Address, IndexError> {
    text.parse().map_err(|_| IndexError::Damaged(format!("the address {text:?}")))
}
