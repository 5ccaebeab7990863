//! Reads logs of shared models, of their factory, and of the accuracy log.

use contracts::abi::{DecodeError, account, data, digest, indexed, indexed_address, indexed_number, narrow, topic};
use protocol::{Address, Amount, Digest, RawLog};

use super::contract::{AccuracyLog, MarketModel, ModelFactory};
use crate::{Anchored, ClassifierKind, Event, IncentiveKind, Shape, TakePath, Terms};

const CREATED: Digest = topic::<ModelFactory::ModelCreated>();
const ANCHORED: Digest = topic::<AccuracyLog::Anchored>();
const CONTRIBUTED: Digest = topic::<MarketModel::Contributed>();
const REFUNDED: Digest = topic::<MarketModel::Refunded>();
const REPORTED: Digest = topic::<MarketModel::Reported>();
const TAKEN: Digest = topic::<MarketModel::Taken>();
const TOPPED_UP: Digest = topic::<MarketModel::ToppedUp>();
const WITHDRAWN: Digest = topic::<MarketModel::Withdrawn>();
const LOADED: Digest = topic::<MarketModel::Loaded>();
const READY: Digest = topic::<MarketModel::Ready>();
const CLASS_PROPOSED: Digest = topic::<MarketModel::ClassProposed>();
const CLASS_SUPPORTED: Digest = topic::<MarketModel::ClassSupported>();
const CLASS_ADDED: Digest = topic::<MarketModel::ClassAdded>();
const MARKET_POSTED: Digest = topic::<MarketModel::MarketPosted>();
const PIECE_DRAWN: Digest = topic::<MarketModel::PieceDrawn>();
const PIECE_REVEALED: Digest = topic::<MarketModel::PieceRevealed>();
const MARKET_OPENED: Digest = topic::<MarketModel::MarketOpened>();
const COMMITTED: Digest = topic::<MarketModel::Committed>();
const SHOWN: Digest = topic::<MarketModel::Shown>();
const MARKET_VOIDED: Digest = topic::<MarketModel::MarketVoided>();
const MARKET_TIMED_OUT: Digest = topic::<MarketModel::MarketTimedOut>();
const TRAINED: Digest = topic::<MarketModel::Trained>();
const PASS_ENDED: Digest = topic::<MarketModel::PassEnded>();
const DROPPED: Digest = topic::<MarketModel::Dropped>();
const CREDITED: Digest = topic::<MarketModel::Credited>();
const MARKET_ENDED: Digest = topic::<MarketModel::MarketEnded>();

/// Everything that a model emits; the last thirteen only where its incentive is a prediction market.
const ALL: [Digest; 24] = [
    CONTRIBUTED,
    REFUNDED,
    REPORTED,
    TAKEN,
    TOPPED_UP,
    WITHDRAWN,
    LOADED,
    READY,
    CLASS_PROPOSED,
    CLASS_SUPPORTED,
    CLASS_ADDED,
    MARKET_POSTED,
    PIECE_DRAWN,
    PIECE_REVEALED,
    MARKET_OPENED,
    COMMITTED,
    SHOWN,
    MARKET_VOIDED,
    MARKET_TIMED_OUT,
    TRAINED,
    PASS_ENDED,
    DROPPED,
    CREDITED,
    MARKET_ENDED,
];

/// The first topic of the factory's `ModelCreated`, for a filter.
pub const fn created_topic() -> Digest {
    CREATED
}

/// The first topic of the accuracy log's `Anchored`, for a filter.
pub const fn anchored_topic() -> Digest {
    ANCHORED
}

/// The first topics of everything that a model emits, for a filter.
pub const fn topics() -> [Digest; ALL.len()] {
    ALL
}

/// A log of the factory: the model that was made, and how. `None` for a log that the factory does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of `ModelCreated`, but the rest does not fit it.
pub fn created(log: &RawLog) -> Result<Option<(Address, Event)>, DecodeError> {
    if log.topics.first() != Some(&CREATED) {
        return Ok(None);
    }
    let (model, owner) = (indexed_address(log, 1)?, indexed_address(log, 2)?);
    let (classifier, kind, incentive, shape, terms, metadata_cid) = data::<ModelFactory::ModelCreated>(log)?;
    let kind = ClassifierKind::from_number(kind).ok_or(DecodeError::OutOfRange)?;
    let incentive = IncentiveKind::from_number(incentive).ok_or(DecodeError::OutOfRange)?;
    let shape = Shape::from_bytes(kind, &shape).map_err(|_| DecodeError::OutOfRange)?;
    let terms = Terms::from_bytes(&terms).map_err(|_| DecodeError::Malformed)?;
    let classifier = account(classifier);
    Ok(Some((model, Event::Created { owner, classifier, incentive, shape, terms, metadata_cid })))
}

/// A log of a model. `None` for one that models do not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn decode(log: &RawLog) -> Result<Option<Event>, DecodeError> {
    let Some(first) = log.topics.first().filter(|first| ALL.contains(first)) else { return Ok(None) };
    let of_market = market_event(*first, log)?;
    let who = |position| indexed_address(log, position);
    let key = || indexed(log, 2);
    let proposal = || indexed_number(log, 1);
    Ok(Some(match *first {
        _ if of_market.is_some() => return Ok(of_market),
        CONTRIBUTED => {
            let (label, predicted, deposit, sample) = data::<MarketModel::Contributed>(log)?;
            let (contributor, key, deposit) = (who(1)?, key()?, Amount(deposit));
            Event::Contributed { contributor, key, label, predicted, deposit, sample: sample.into() }
        }
        REFUNDED => {
            let (amount, point) = data::<MarketModel::Refunded>(log)?;
            Event::Refunded { contributor: who(1)?, key: key()?, amount: Amount(amount), point }
        }
        REPORTED => Event::Reported { reporter: who(1)?, key: key()?, contributor: who(3)? },
        TAKEN => {
            let (amount, path) = data::<MarketModel::Taken>(log)?;
            let path = TakePath::from_number(path).ok_or(DecodeError::OutOfRange)?;
            Event::Taken { taker: who(1)?, key: key()?, contributor: who(3)?, amount: Amount(amount), path }
        }
        TOPPED_UP => {
            let (amount,) = data::<MarketModel::ToppedUp>(log)?;
            Event::ToppedUp { account: who(1)?, amount: Amount(amount) }
        }
        WITHDRAWN => {
            let (amount,) = data::<MarketModel::Withdrawn>(log)?;
            Event::Withdrawn { account: who(1)?, amount: Amount(amount) }
        }
        LOADED => {
            let (first, words) = data::<MarketModel::Loaded>(log)?;
            Event::Loaded { first, words: words.into() }
        }
        CLASS_PROPOSED => {
            let (name,) = data::<MarketModel::ClassProposed>(log)?;
            Event::ClassProposed { proposal: proposal()?, proposer: who(2)?, name }
        }
        CLASS_SUPPORTED => {
            let (weight,) = data::<MarketModel::ClassSupported>(log)?;
            Event::ClassSupported { proposal: proposal()?, supporter: who(2)?, weight }
        }
        CLASS_ADDED => {
            let (index, name) = data::<MarketModel::ClassAdded>(log)?;
            Event::ClassAdded { proposal: proposal()?, index, name }
        }
        _ => Event::Ready,
    }))
}

/// An event that only a prediction market emits; `None` for another one.
fn market_event(first: Digest, log: &RawLog) -> Result<Option<Event>, DecodeError> {
    Ok(Some(match first {
        MARKET_POSTED => {
            let (bounty, stake, limit, open_seconds, show_window, reveal_window, commitments) =
                data::<MarketModel::MarketPosted>(log)?;
            Event::MarketPosted {
                bounty: Amount(bounty),
                stake: Amount(stake),
                limit,
                open_seconds,
                show_window,
                reveal_window,
                commitments: commitments.into_iter().map(digest).collect(),
            }
        }
        PIECE_DRAWN => {
            let (piece,) = data::<MarketModel::PieceDrawn>(log)?;
            Event::PieceDrawn { piece }
        }
        PIECE_REVEALED => {
            let (salt, correct, total, rows) = data::<MarketModel::PieceRevealed>(log)?;
            let (piece, salt) = (indexed_number(log, 1)?, digest(salt));
            Event::PieceRevealed { piece, salt, correct, total, rows: rows.into() }
        }
        MARKET_OPENED => {
            let (closes_at,) = data::<MarketModel::MarketOpened>(log)?;
            Event::MarketOpened { closes_at: narrow(closes_at)? }
        }
        COMMITTED => {
            let (commitment, stake) = data::<MarketModel::Committed>(log)?;
            let (index, contributor) = (indexed_number(log, 1)?, indexed_address(log, 2)?);
            Event::Committed { index, contributor, commitment: digest(commitment), stake: Amount(stake) }
        }
        SHOWN => {
            let (key,) = data::<MarketModel::Shown>(log)?;
            Event::Shown { index: indexed_number(log, 1)?, contributor: indexed_address(log, 2)?, key: digest(key) }
        }
        MARKET_VOIDED => {
            let (burned,) = data::<MarketModel::MarketVoided>(log)?;
            Event::MarketVoided { burned: Amount(burned) }
        }
        MARKET_TIMED_OUT => {
            let (shared, burned) = data::<MarketModel::MarketTimedOut>(log)?;
            Event::MarketTimedOut { shared: Amount(shared), burned: Amount(burned) }
        }
        TRAINED => {
            let (pass, score) = data::<MarketModel::Trained>(log)?;
            Event::Trained { index: indexed_number(log, 1)?, contributor: indexed_address(log, 2)?, pass, score }
        }
        PASS_ENDED => {
            let (rounds, rounds_left) = data::<MarketModel::PassEnded>(log)?;
            let (rounds, rounds_left) = (Amount(rounds), Amount(rounds_left));
            Event::PassEnded { pass: indexed_number(log, 1)?, rounds, rounds_left }
        }
        DROPPED => {
            let (pass,) = data::<MarketModel::Dropped>(log)?;
            Event::Dropped { account: indexed_address(log, 1)?, pass }
        }
        CREDITED => {
            let (amount,) = data::<MarketModel::Credited>(log)?;
            Event::Credited { account: indexed_address(log, 1)?, amount: Amount(amount) }
        }
        MARKET_ENDED => {
            let (remainder,) = data::<MarketModel::MarketEnded>(log)?;
            Event::MarketEnded { remainder: Amount(remainder) }
        }
        _ => return Ok(None),
    }))
}

/// A log of the accuracy log: an account's root at a size. `None` for a log that it does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of `Anchored`, but the rest does not fit it.
pub fn anchored(log: &RawLog) -> Result<Option<Anchored>, DecodeError> {
    if log.topics.first() != Some(&ANCHORED) {
        return Ok(None);
    }
    let (size, root) = data::<AccuracyLog::Anchored>(log)?;
    Ok(Some(Anchored { log: indexed_address(log, 1)?, size, root: digest(root) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_others_are_passed_over() {
        let log = RawLog { topics: vec![Digest([7; 32])], data: vec![] };
        assert_eq!(decode(&log), Ok(None));
        assert_eq!(created(&log), Ok(None));
        assert_eq!(anchored(&log), Ok(None));
    }

    #[test]
    fn cut_off_logs_are_refused_without_a_panic() {
        let word = Digest([0; 32]);
        for first in [created_topic(), ANCHORED].into_iter().chain(topics()) {
            for topics in [vec![first], vec![first, word], vec![first, Digest([0xff; 32]), word, word]] {
                let log = RawLog { topics, data: vec![0; 31] };
                // `Ready` says nothing that could be cut off.
                assert!(first == READY || decode(&log).is_err() || created(&log).is_err() || anchored(&log).is_err());
            }
        }
    }
}
