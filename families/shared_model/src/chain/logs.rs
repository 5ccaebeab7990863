//! Reads logs of shared models, of their factory, and of the accuracy log.

use contracts::{
    abi::topic,
    words::{DecodeError, Words, address, number},
};
use protocol::{Address, Digest, RawLog};

use crate::{Anchored, ClassifierKind, Event, IncentiveKind, ReportPath, Shape, Terms};

pub(crate) const CREATED: &str = "ModelCreated(address,address,address,uint8,uint8,bytes,bytes,string)";
pub(crate) const ANCHORED: &str = "Anchored(address,uint64,bytes32)";
pub(crate) const CONTRIBUTED: &str = "Contributed(address,bytes32,uint16,uint16,uint128,bytes)";
pub(crate) const REFUNDED: &str = "Refunded(address,bytes32,uint128,bool)";
pub(crate) const REPORTED: &str = "Reported(address,bytes32,address,uint128,uint8)";
pub(crate) const TOPPED_UP: &str = "ToppedUp(address,uint128)";
pub(crate) const WITHDRAWN: &str = "Withdrawn(address,uint128)";
pub(crate) const LOADED: &str = "Loaded(uint32,bytes)";
pub(crate) const READY: &str = "Ready()";
pub(crate) const CLASS_PROPOSED: &str = "ClassProposed(uint256,address,string)";
pub(crate) const CLASS_SUPPORTED: &str = "ClassSupported(uint256,address,uint64)";
pub(crate) const CLASS_ADDED: &str = "ClassAdded(uint16,string)";

pub(crate) const MARKET_POSTED: &str = "MarketPosted(uint128,uint128,uint16,uint32,uint32,bytes32[])";
pub(crate) const PIECE_DRAWN: &str = "PieceDrawn(uint16)";
pub(crate) const PIECE_REVEALED: &str = "PieceRevealed(uint16,bytes32,uint32,uint32,bytes)";
pub(crate) const MARKET_OPENED: &str = "MarketOpened(uint40)";
pub(crate) const MARKET_VOIDED: &str = "MarketVoided(uint128)";
pub(crate) const MARKET_TIMED_OUT: &str = "MarketTimedOut(uint128)";
pub(crate) const TRAINED: &str = "Trained(uint16,address,uint32,int32)";
pub(crate) const PASS_ENDED: &str = "PassEnded(uint32,uint128,uint128)";
pub(crate) const DROPPED: &str = "Dropped(address,uint32)";
pub(crate) const CREDITED: &str = "Credited(address,uint128)";
pub(crate) const MARKET_ENDED: &str = "MarketEnded(uint128)";

/// Everything that a model emits; the last eleven only where its incentive is a prediction market.
pub(crate) const ALL: [&str; 21] = [
    CONTRIBUTED,
    REFUNDED,
    REPORTED,
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
    MARKET_VOIDED,
    MARKET_TIMED_OUT,
    TRAINED,
    PASS_ENDED,
    DROPPED,
    CREDITED,
    MARKET_ENDED,
];

/// The first topic of the factory's `ModelCreated`, for a filter.
pub fn created_topic() -> Digest {
    topic(CREATED)
}

/// The first topics of everything that a model emits, for a filter.
pub fn topics() -> [Digest; ALL.len()] {
    ALL.map(topic)
}

/// A log of the factory: the model that was made, and how. `None` for a log that the factory does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of `ModelCreated`, but the rest does not fit it.
pub fn created(log: &RawLog) -> Result<Option<(Address, Event)>, DecodeError> {
    if log.topics.first() != Some(&created_topic()) {
        return Ok(None);
    }
    let (model, owner) = (address(&indexed(log, 1)?.0)?, address(&indexed(log, 2)?.0)?);
    let data = &mut Words::new(&log.data);
    let classifier = data.address()?;
    let kind = ClassifierKind::from_number(data.number()?).ok_or(DecodeError::OutOfRange)?;
    let incentive = IncentiveKind::from_number(data.number()?).ok_or(DecodeError::OutOfRange)?;
    let shape = Shape::from_bytes(kind, data.bytes()?).map_err(|_| DecodeError::OutOfRange)?;
    let terms = Terms::from_bytes(data.bytes()?).map_err(|_| DecodeError::Malformed)?;
    let metadata_cid = data.text()?;
    Ok(Some((model, Event::Created { owner, classifier, incentive, shape, terms, metadata_cid })))
}

/// A log of a model. `None` for one that models do not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn decode(log: &RawLog) -> Result<Option<Event>, DecodeError> {
    let Some(signature) = log.topics.first().and_then(|first| ALL.into_iter().find(|s| topic(s) == *first)) else {
        return Ok(None);
    };
    let data = &mut Words::new(&log.data);
    let who = |position| address(&indexed(log, position)?.0);
    let key = || indexed(log, 2).copied();
    let proposal = || number(&indexed(log, 1)?.0);
    Ok(Some(match signature {
        CONTRIBUTED => Event::Contributed {
            contributor: who(1)?,
            key: key()?,
            label: data.number()?,
            predicted: data.number()?,
            deposit: data.amount()?,
            sample: data.bytes()?.to_vec(),
        },
        REFUNDED => {
            Event::Refunded { contributor: who(1)?, key: key()?, amount: data.amount()?, point: data.boolean()? }
        }
        REPORTED => Event::Reported {
            reporter: who(1)?,
            key: key()?,
            contributor: who(3)?,
            amount: data.amount()?,
            path: ReportPath::from_number(data.number()?).ok_or(DecodeError::OutOfRange)?,
        },
        TOPPED_UP => Event::ToppedUp { account: who(1)?, amount: data.amount()? },
        WITHDRAWN => Event::Withdrawn { account: who(1)?, amount: data.amount()? },
        LOADED => Event::Loaded { first: data.number()?, words: data.bytes()?.to_vec() },
        READY => Event::Ready,
        CLASS_PROPOSED => Event::ClassProposed { proposal: proposal()?, proposer: who(2)?, name: data.text()? },
        CLASS_SUPPORTED => Event::ClassSupported { proposal: proposal()?, supporter: who(2)?, weight: data.number()? },
        CLASS_ADDED => Event::ClassAdded { index: data.number()?, name: data.text()? },
        MARKET_POSTED => Event::MarketPosted {
            bounty: data.amount()?,
            min_stake: data.amount()?,
            limit: data.number()?,
            open_seconds: data.number()?,
            reveal_window: data.number()?,
            commitments: data.digests()?,
        },
        PIECE_DRAWN => Event::PieceDrawn { piece: data.number()? },
        PIECE_REVEALED => Event::PieceRevealed {
            piece: number(&indexed(log, 1)?.0)?,
            salt: data.digest()?,
            correct: data.number()?,
            total: data.number()?,
            rows: data.bytes()?.to_vec(),
        },
        MARKET_OPENED => Event::MarketOpened { closes_at: data.number()? },
        MARKET_VOIDED => Event::MarketVoided { bounty: data.amount()? },
        MARKET_TIMED_OUT => Event::MarketTimedOut { bounty: data.amount()? },
        TRAINED => Event::Trained {
            index: number(&indexed(log, 1)?.0)?,
            contributor: who(2)?,
            pass: data.number()?,
            score: i32::try_from(data.signed()?).map_err(|_| DecodeError::OutOfRange)?,
        },
        PASS_ENDED => {
            Event::PassEnded { pass: number(&indexed(log, 1)?.0)?, rounds: data.amount()?, rounds_left: data.amount()? }
        }
        DROPPED => Event::Dropped { account: who(1)?, pass: data.number()? },
        CREDITED => Event::Credited { account: who(1)?, amount: data.amount()? },
        _ => Event::MarketEnded { remainder: data.amount()? },
    }))
}

/// A log of the accuracy log: an account's root at a size. `None` for a log that it does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of `Anchored`, but the rest does not fit it.
pub fn anchored(log: &RawLog) -> Result<Option<Anchored>, DecodeError> {
    if log.topics.first() != Some(&topic(ANCHORED)) {
        return Ok(None);
    }
    let data = &mut Words::new(&log.data);
    Ok(Some(Anchored { log: address(&indexed(log, 1)?.0)?, size: data.number()?, root: data.digest()? }))
}

fn indexed(log: &RawLog, position: usize) -> Result<&Digest, DecodeError> {
    log.topics.get(position).ok_or(DecodeError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_others_are_passed_over() {
        let log = RawLog { topics: vec![topic("Transfer(address,address,uint256)")], data: vec![] };
        assert_eq!(decode(&log), Ok(None));
        assert_eq!(created(&log), Ok(None));
        assert_eq!(anchored(&log), Ok(None));
    }

    #[test]
    fn cut_off_logs_are_refused_without_a_panic() {
        let word = Digest([0; 32]);
        for first in [created_topic(), topic(ANCHORED)].into_iter().chain(topics()) {
            for topics in [vec![first], vec![first, word], vec![first, Digest([0xff; 32]), word, word]] {
                let log = RawLog { topics, data: vec![0; 31] };
                // `Ready` says nothing that could be cut off.
                assert!(
                    first == topic(READY) || decode(&log).is_err() || created(&log).is_err() || anchored(&log).is_err()
                );
            }
        }
    }
}
