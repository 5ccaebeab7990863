//! From raw logs to events, fresh from the chain or as stored.

use bounty::{LoggedEvent, logs};
use contracts::DecodeError;
use protocol::{Address, Digest, api::Deployment};
use shared_model::Anchored;
use sqlx::{AnyConnection, Row, any::AnyRow};
use trained::{Attestation, PublishedEvent};

use super::IndexError;
use crate::{chain::RawLog, db::from_db};

/// What [`stored`] and [`stored_of_model`] read, in its order.
pub(crate) const COLUMNS: &str = "block, block_hash, log_index, tx, at, topics, data, address, model";

/// What a log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Bounty(LoggedEvent),
    Model(shared_model::LoggedEvent),
    Anchored(Anchored),
    Attested(Attestation),
    Published(PublishedEvent),
}

/// What a log says; `None` for one that is no event of the contract it comes from.
///
/// # Errors
/// [`IndexError::Decode`] when it looks like one and is not.
pub(crate) fn read(log: &RawLog, deployment: &Deployment) -> Result<Option<Said>, IndexError> {
    let Deployment { market, factory, accuracy_log, reproductions, published_models, .. } = deployment;
    let from = Some(log.address);
    Ok(if log.address == *market {
        of_market(log)?.map(Said::Bounty)
    } else if from == *factory {
        of_factory(log)?.map(Said::Model)
    } else if from == *accuracy_log {
        anchored(log)?.map(Said::Anchored)
    } else if from == *reproductions {
        attested(log)?.map(Said::Attested)
    } else if from == *published_models {
        published(log)?.map(Said::Published)
    } else {
        of_model(log)?.map(Said::Model)
    })
}

/// A root that a log of AccuracyLog says was anchored.
///
/// # Errors
/// [`IndexError::Decode`].
pub(crate) fn anchored(log: &RawLog) -> Result<Option<Anchored>, IndexError> {
    shared_model::logs::anchored(&raw(log)).map_err(failed(log))
}

/// What a log of Reproductions says.
///
/// # Errors
/// [`IndexError::Decode`].
pub(crate) fn attested(log: &RawLog) -> Result<Option<Attestation>, IndexError> {
    trained::logs::reproduced(&raw(log)).map_err(failed(log))
}

/// What a log of PublishedModels says.
///
/// # Errors
/// [`IndexError::Decode`].
pub(crate) fn published(log: &RawLog) -> Result<Option<PublishedEvent>, IndexError> {
    trained::logs::published(&raw(log)).map_err(failed(log))
}

/// Stored logs that are neither the market's nor about a shared model: those of the contracts that stand alone.
pub(super) async fn of_no_subject(tx: &mut AnyConnection) -> Result<Vec<RawLog>, IndexError> {
    let select = format!("SELECT {COLUMNS} FROM logs WHERE bounty = 0 AND model = '' ORDER BY block, log_index");
    sqlx::query(&select).fetch_all(tx).await?.iter().map(log).collect()
}

fn of_market(log: &RawLog) -> Result<Option<LoggedEvent>, IndexError> {
    let decoded = logs::decode(&raw(log)).map_err(failed(log))?;
    Ok(decoded.map(|(bounty, event): (u64, bounty::Event)| LoggedEvent {
        bounty,
        block: log.block,
        block_hash: log.block_hash,
        log_index: log.log_index,
        tx: log.tx,
        at: log.at,
        event,
    }))
}

pub(crate) fn of_factory(log: &RawLog) -> Result<Option<shared_model::LoggedEvent>, IndexError> {
    let decoded = shared_model::logs::created(&raw(log)).map_err(failed(log))?;
    Ok(decoded.map(|(model, event)| placed(log, model, event)))
}

pub(crate) fn of_model(log: &RawLog) -> Result<Option<shared_model::LoggedEvent>, IndexError> {
    let decoded = shared_model::logs::decode(&raw(log)).map_err(failed(log))?;
    Ok(decoded.map(|event| placed(log, log.address, event)))
}

fn placed(log: &RawLog, model: Address, event: shared_model::Event) -> shared_model::LoggedEvent {
    shared_model::LoggedEvent {
        model,
        block: log.block,
        block_hash: log.block_hash,
        log_index: log.log_index,
        tx: log.tx,
        at: log.at,
        event,
    }
}

/// The model that a log of the factory says was made.
pub(super) fn made(log: &RawLog) -> Option<Address> {
    shared_model::logs::created(&raw(log)).ok()?.map(|(model, _)| model)
}

fn raw(log: &RawLog) -> protocol::RawLog {
    protocol::RawLog { topics: log.topics.clone(), data: log.data.clone() }
}

fn failed(log: &RawLog) -> impl Fn(DecodeError) -> IndexError {
    let (block, address) = (log.block, log.address);
    move |error| IndexError::Decode { block, address, reason: error.to_string() }
}

/// A row of [`COLUMNS`] of the table `logs` that is about a bounty.
///
/// # Errors
/// [`IndexError`] when the row cannot be read.
pub(crate) fn stored(row: &AnyRow) -> Result<Option<LoggedEvent>, IndexError> {
    of_market(&log(row)?)
}

/// A row of [`COLUMNS`] of the table `logs` that is about a model.
///
/// # Errors
/// [`IndexError`] when the row cannot be read.
pub(crate) fn stored_of_model(row: &AnyRow) -> Result<Option<shared_model::LoggedEvent>, IndexError> {
    let log = log(row)?;
    // What is about a model and is not from it is from the factory.
    if row.try_get::<&str, _>(7)? == row.try_get::<&str, _>(8)? { of_model(&log) } else { of_factory(&log) }
}

/// A row of [`COLUMNS`].
///
/// # Errors
/// [`IndexError`] when the row cannot be read.
pub(super) fn log(row: &AnyRow) -> Result<RawLog, IndexError> {
    let block = from_db(row.try_get(0)?);
    let address = match row.try_get::<&str, _>(7)? {
        // The market's is not stored with each of its logs; whoever reads them knows it.
        "" => Address::ZERO,
        text => stored_address(text)?,
    };
    let broken = |what: &str| IndexError::Damaged(format!("the {what} of a log in block {block}"));
    let digest = |text: &str, what| text.parse::<Digest>().map_err(|_| broken(what));
    let topics: String = row.try_get(5)?;
    let topics = topics.split_terminator(',').map(|topic| digest(topic, "topic")).collect::<Result<Vec<_>, _>>()?;
    Ok(RawLog {
        address,
        block,
        block_hash: digest(row.try_get(1)?, "block hash")?,
        log_index: from_db(row.try_get(2)?),
        tx: digest(row.try_get(3)?, "transaction hash")?,
        at: from_db(row.try_get(4)?),
        topics,
        data: hex::decode(row.try_get::<&str, _>(6)?).map_err(|_| broken("data"))?,
    })
}

/// An address as the database holds it.
///
/// # Errors
/// [`IndexError::Damaged`].
pub(crate) fn stored_address(text: &str) -> Result<Address, IndexError> {
    text.parse().map_err(|_| IndexError::Damaged(format!("the address {text:?}")))
}
