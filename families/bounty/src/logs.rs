//! Reads logs of BountyMarket. Whose log it is, is for the caller to check: only those of the market's address count.

use contracts::{
    abi::topic,
    words::{DecodeError, Words, address, number},
};
use protocol::{Digest, RawLog};

use crate::{Event, returns::terms};

pub(crate) const CREATED: &str =
    "BountyCreated(uint256,address,(uint96,uint96,uint40,uint32,uint32,uint16,uint32,bytes32),string,string,string)";
pub(crate) const CANCELLED: &str = "BountyCancelled(uint256,uint256)";
pub(crate) const SUBMITTED: &str = "Submitted(uint256,address,uint32,bytes32,bytes32)";
pub(crate) const WITHDRAWN: &str = "Withdrawn(uint256,address,uint256)";
pub(crate) const TRUTH_REVEALED: &str = "TruthRevealed(uint256,bytes32,uint40)";
pub(crate) const CLAIMED: &str = "Claimed(uint256,address,uint32)";
pub(crate) const PREDICTION_REVEALED: &str = "PredictionRevealed(uint256,address,uint32,bytes32,string)";
pub(crate) const SLASHED: &str = "Slashed(uint256,address,uint32,uint32)";
pub(crate) const SETTLED: &str = "Settled(uint256,address,uint32,uint256)";
pub(crate) const REFUNDED: &str = "Refunded(uint256,uint256,uint256)";
pub(crate) const FORFEITED: &str = "Forfeited(uint256,uint256,uint256)";
pub(crate) const PAID_OUT: &str = "PaidOut(uint256,address,uint256)";

pub(crate) const ALL: [&str; 12] = [
    CREATED,
    CANCELLED,
    SUBMITTED,
    WITHDRAWN,
    TRUTH_REVEALED,
    CLAIMED,
    PREDICTION_REVEALED,
    SLASHED,
    SETTLED,
    REFUNDED,
    FORFEITED,
    PAID_OUT,
];

/// The first topics of everything that BountyMarket emits, for a filter.
pub fn topics() -> [Digest; 12] {
    ALL.map(topic)
}

/// The topic that carries a bounty's id, the second of every log, for a filter.
pub fn bounty_topic(id: u64) -> Digest {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&id.to_be_bytes());
    Digest(word)
}

/// The bounty's id and what happened to it. `None` for a log that BountyMarket does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn decode(log: &RawLog) -> Result<Option<(u64, Event)>, DecodeError> {
    let Some(signature) = log.topics.first().and_then(|first| ALL.into_iter().find(|s| topic(s) == *first)) else {
        return Ok(None);
    };
    let indexed = |position: usize| log.topics.get(position).ok_or(DecodeError::Malformed);
    let id = number(&indexed(1)?.0)?;
    // The requester, trainer or winner, in the events that are indexed by one.
    let who = || address(&indexed(2)?.0);
    let data = &mut Words::new(&log.data);
    let event = match signature {
        CREATED => Event::Created {
            requester: who()?,
            terms: terms(data)?,
            train_cid: data.text()?,
            test_cid: data.text()?,
            metadata_cid: data.text()?,
        },
        CANCELLED => Event::Cancelled { share: data.amount()? },
        SUBMITTED => Event::Submitted {
            trainer: who()?,
            order: data.number()?,
            prediction_superhash: data.digest()?,
            model_superhash: data.digest()?,
        },
        WITHDRAWN => Event::Withdrawn { trainer: who()?, returned: data.amount()? },
        TRUTH_REVEALED => Event::TruthRevealed { digest: data.digest()?, at: data.number()? },
        CLAIMED => Event::Claimed { trainer: who()?, correct: data.number()? },
        PREDICTION_REVEALED => Event::PredictionRevealed {
            trainer: who()?,
            correct: data.number()?,
            digest: data.digest()?,
            model_cid: data.text()?,
        },
        SLASHED => Event::Slashed { trainer: who()?, claim: data.number()?, counted: data.number()? },
        SETTLED => Event::Settled { winner: who()?, correct: data.number()?, paid: data.amount()? },
        REFUNDED => Event::Refunded { reward: data.amount()?, burned: data.amount()? },
        FORFEITED => Event::Forfeited { share: data.amount()?, burned: data.amount()? },
        _ => Event::PaidOut { trainer: who()?, amount: data.amount()? },
    };
    Ok(Some((id, event)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_others_are_passed_over() {
        let transfer = topic("Transfer(address,address,uint256)");
        assert_eq!(decode(&RawLog { topics: vec![transfer], data: vec![] }), Ok(None));
        assert_eq!(decode(&RawLog { topics: vec![], data: vec![] }), Ok(None));
    }

    #[test]
    fn cut_off_logs_are_refused_without_a_panic() {
        let id = bounty_topic(1);
        for first in topics() {
            for topics in [vec![first], vec![first, id], vec![first, id, Digest([0xff; 32])]] {
                assert!(decode(&RawLog { topics, data: vec![0; 31] }).is_err());
            }
        }
    }
}
