//! Reads logs of BountyMarket. Whose log it is, is for the caller to check: only those of the market's address count.

use contracts::abi::{DecodeError, amount, data, digest, indexed_address, indexed_number, narrow, number_topic, topic};
use protocol::{Digest, RawLog};

use crate::{Event, contract::BountyMarket, returns::terms};

const CREATED: Digest = topic::<BountyMarket::BountyCreated>();
const CANCELLED: Digest = topic::<BountyMarket::BountyCancelled>();
const SUBMITTED: Digest = topic::<BountyMarket::Submitted>();
const REPLACED: Digest = topic::<BountyMarket::Replaced>();
const WITHDRAWN: Digest = topic::<BountyMarket::Withdrawn>();
const TRUTH_REVEALED: Digest = topic::<BountyMarket::TruthRevealed>();
const CLAIMED: Digest = topic::<BountyMarket::Claimed>();
const PREDICTION_REVEALED: Digest = topic::<BountyMarket::PredictionRevealed>();
const SLASHED: Digest = topic::<BountyMarket::Slashed>();
const SETTLED: Digest = topic::<BountyMarket::Settled>();
const REFUNDED: Digest = topic::<BountyMarket::Refunded>();
const FORFEITED: Digest = topic::<BountyMarket::Forfeited>();
const PAID_OUT: Digest = topic::<BountyMarket::PaidOut>();

/// The first topics of everything that BountyMarket emits, for a filter.
pub const fn topics() -> [Digest; 13] {
    [
        CREATED,
        CANCELLED,
        SUBMITTED,
        REPLACED,
        WITHDRAWN,
        TRUTH_REVEALED,
        CLAIMED,
        PREDICTION_REVEALED,
        SLASHED,
        SETTLED,
        REFUNDED,
        FORFEITED,
        PAID_OUT,
    ]
}

/// The first topic of a bounty's creation, for a filter.
pub const fn created_topic() -> Digest {
    CREATED
}

/// The first topic of a withdrawn submission.
pub const fn withdrawn_topic() -> Digest {
    WITHDRAWN
}

/// The first topic of the revealed truth, for a filter.
pub const fn truth_topic() -> Digest {
    TRUTH_REVEALED
}

/// The topic that carries a bounty's id, the second of every log, for a filter.
pub fn bounty_topic(id: u64) -> Digest {
    number_topic(id)
}

/// The bounty's id and what happened to it. `None` for a log that BountyMarket does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn decode(log: &RawLog) -> Result<Option<(u64, Event)>, DecodeError> {
    let Some(first) = log.topics.first().filter(|first| topics().contains(first)) else { return Ok(None) };
    let id = indexed_number(log, 1)?;
    // The requester, trainer or winner, in the events that are indexed by one.
    let who = || indexed_address(log, 2);
    let event = match *first {
        CREATED => {
            let (created, train_cid, test_cid, metadata_cid) = data::<BountyMarket::BountyCreated>(log)?;
            Event::Created { requester: who()?, terms: terms(created)?, train_cid, test_cid, metadata_cid }
        }
        CANCELLED => {
            let (share, burned) = data::<BountyMarket::BountyCancelled>(log)?;
            Event::Cancelled { share: amount(share)?, burned: amount(burned)? }
        }
        SUBMITTED => {
            let (order, commitment) = data::<BountyMarket::Submitted>(log)?;
            Event::Submitted { trainer: who()?, order, commitment: digest(commitment) }
        }
        REPLACED => {
            let (order, commitment) = data::<BountyMarket::Replaced>(log)?;
            Event::Replaced { trainer: who()?, order, commitment: digest(commitment) }
        }
        WITHDRAWN => {
            let (returned, late) = data::<BountyMarket::Withdrawn>(log)?;
            Event::Withdrawn { trainer: who()?, returned: amount(returned)?, late }
        }
        TRUTH_REVEALED => {
            let (file, at) = data::<BountyMarket::TruthRevealed>(log)?;
            Event::TruthRevealed { digest: digest(file), at: narrow(at)? }
        }
        CLAIMED => {
            let (correct,) = data::<BountyMarket::Claimed>(log)?;
            Event::Claimed { trainer: who()?, correct }
        }
        PREDICTION_REVEALED => {
            let (correct, file, model_cid) = data::<BountyMarket::PredictionRevealed>(log)?;
            Event::PredictionRevealed { trainer: who()?, correct, digest: digest(file), model_cid }
        }
        SLASHED => {
            let (claim, counted, revealed) = data::<BountyMarket::Slashed>(log)?;
            Event::Slashed { trainer: who()?, claim, counted, revealed }
        }
        SETTLED => {
            let (correct, paid) = data::<BountyMarket::Settled>(log)?;
            Event::Settled { winner: who()?, correct, paid: amount(paid)? }
        }
        REFUNDED => {
            let (reward, burned) = data::<BountyMarket::Refunded>(log)?;
            Event::Refunded { reward: amount(reward)?, burned: amount(burned)? }
        }
        FORFEITED => {
            let (share, burned) = data::<BountyMarket::Forfeited>(log)?;
            Event::Forfeited { share: amount(share)?, burned: amount(burned)? }
        }
        _ => {
            let (paid,) = data::<BountyMarket::PaidOut>(log)?;
            Event::PaidOut { trainer: who()?, amount: amount(paid)? }
        }
    };
    Ok(Some((id, event)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_others_are_passed_over() {
        let transfer = Digest([7; 32]);
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
