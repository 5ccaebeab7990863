//! Reads logs of Tasks. Whose log it is, is for the caller to check.

use contracts::abi::{
    DecodeError, account, amount, data, digest, indexed, indexed_address, indexed_number, narrow, topic,
};
pub use contracts::escrow::{OwedEvent, account_topics, owed_event as owed};
use protocol::{Address, Digest, RawLog};

use super::{
    contract::Tasks,
    convert::{draft, failure, outcome, state},
};
use crate::Event;

const PUBLISHED: Digest = topic::<Tasks::TaskPublished>();
const MOVED: Digest = topic::<Tasks::TaskMoved>();
const CONFIRMED: Digest = topic::<Tasks::SeatConfirmed>();
const REJECTED: Digest = topic::<Tasks::SeatRejected>();
const HELPERS_ACCEPTED: Digest = topic::<Tasks::HelpersAccepted>();
const DRAW_FIXED: Digest = topic::<Tasks::DrawFixed>();
const HELPER_DRAWN: Digest = topic::<Tasks::HelperDrawn>();
const HELPER_SERVES: Digest = topic::<Tasks::HelperServes>();
const HELPER_PAID: Digest = topic::<Tasks::HelperPaid>();
const FINISHED: Digest = topic::<Tasks::TaskFinished>();
const FAILED: Digest = topic::<Tasks::TaskFailed>();
const RESPONDED: Digest = topic::<Tasks::SeatResponded>();
const BOND_LOST: Digest = topic::<Tasks::BondLost>();
const KEY_DEMANDED: Digest = topic::<Tasks::KeyDemanded>();
const KEY_DELIVERED: Digest = topic::<Tasks::KeyDelivered>();
const KEY_MISSING: Digest = topic::<Tasks::KeyMissing>();
const PART_PAID: Digest = topic::<Tasks::PartPaid>();

/// The first topics of everything that Tasks says of tasks, for a filter.
pub const fn topics() -> [Digest; 17] {
    [
        PUBLISHED,
        MOVED,
        CONFIRMED,
        REJECTED,
        HELPERS_ACCEPTED,
        DRAW_FIXED,
        HELPER_DRAWN,
        HELPER_SERVES,
        HELPER_PAID,
        FINISHED,
        FAILED,
        RESPONDED,
        BOND_LOST,
        KEY_DEMANDED,
        KEY_DELIVERED,
        KEY_MISSING,
        PART_PAID,
    ]
}

/// The first topic of how a task was published.
pub const fn published_topic() -> Digest {
    PUBLISHED
}

/// The first topic of a key that is demanded.
pub const fn demanded_topic() -> Digest {
    KEY_DEMANDED
}

/// A log about a task, with its number. `None` for one of another kind.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn decode(log: &RawLog) -> Result<Option<(u64, Event)>, DecodeError> {
    let Some(first) = log.topics.first() else { return Ok(None) };
    let event = of_task(first, log)?.or(of_seat(first, log)?).or(of_helper(first, log)?);
    event.map(|event| Ok((indexed_number(log, 1)?, event))).transpose()
}

fn of_task(first: &Digest, log: &RawLog) -> Result<Option<Event>, DecodeError> {
    Ok(Some(match *first {
        PUBLISHED => {
            let (waits_for, model_of, published) = data::<Tasks::TaskPublished>(log)?;
            let (requester, draft) = (indexed_address(log, 2)?, draft(&published)?);
            Event::Published { requester, waits_for, model_of, draft }
        }
        MOVED => {
            let (now, attempt, code) = data::<Tasks::TaskMoved>(log)?;
            Event::Moved { state: state(now)?, attempt, code }
        }
        FINISHED => {
            let (result, came_out) = data::<Tasks::TaskFinished>(log)?;
            Event::Finished { result: digest(result), outcome: outcome(&came_out) }
        }
        FAILED => {
            let (why,) = data::<Tasks::TaskFailed>(log)?;
            Event::Failed { failure: failure(&why) }
        }
        PART_PAID => {
            let (part, paid) = data::<Tasks::PartPaid>(log)?;
            Event::PartPaid { part, to: indexed_address(log, 2)?, amount: amount(paid)? }
        }
        _ => return Ok(None),
    }))
}

fn of_seat(first: &Digest, log: &RawLog) -> Result<Option<Event>, DecodeError> {
    Ok(Some(match *first {
        CONFIRMED => {
            let (seat, signer, key, input, accepted) = data::<Tasks::SeatConfirmed>(log)?;
            let (who, signer) = (indexed_address(log, 2)?, account(signer));
            Event::Confirmed { seat, who, signer, key: digest(key), input: digest(input), accepted }
        }
        REJECTED => {
            let (seat, reason) = data::<Tasks::SeatRejected>(log)?;
            Event::Rejected { seat, reason }
        }
        RESPONDED => {
            let (seat, heads) = data::<Tasks::SeatResponded>(log)?;
            Event::Responded { seat, heads: digest(heads) }
        }
        BOND_LOST => Event::BondLost { seat: data::<Tasks::BondLost>(log)?.0 },
        KEY_DEMANDED => {
            let (seat, by) = data::<Tasks::KeyDemanded>(log)?;
            Event::KeyDemanded { seat, by: narrow(by)? }
        }
        KEY_DELIVERED => {
            let (seat, sealed) = data::<Tasks::KeyDelivered>(log)?;
            Event::KeyDelivered { seat, sealed: sealed.to_vec() }
        }
        KEY_MISSING => Event::KeyMissing { seat: data::<Tasks::KeyMissing>(log)?.0 },
        _ => return Ok(None),
    }))
}

fn of_helper(first: &Digest, log: &RawLog) -> Result<Option<Event>, DecodeError> {
    Ok(Some(match *first {
        HELPERS_ACCEPTED => {
            let (seat, accepted) = data::<Tasks::HelpersAccepted>(log)?;
            Event::HelpersAccepted { seat, accepted }
        }
        DRAW_FIXED => {
            let (draw_block,) = data::<Tasks::DrawFixed>(log)?;
            Event::DrawFixed { owners: indexed(log, 2)?, draw_block }
        }
        HELPER_DRAWN => {
            let (price, draw_hash) = data::<Tasks::HelperDrawn>(log)?;
            let helper = Some(indexed_address(log, 2)?).filter(|helper| *helper != Address::ZERO);
            Event::HelperDrawn { helper, per_megabyte: amount(price)?, draw_hash: digest(draw_hash) }
        }
        HELPER_SERVES => {
            let (key,) = data::<Tasks::HelperServes>(log)?;
            Event::HelperServes { helper: indexed_address(log, 2)?, key: digest(key) }
        }
        HELPER_PAID => {
            let (paid,) = data::<Tasks::HelperPaid>(log)?;
            Event::HelperPaid { helper: indexed_address(log, 2)?, amount: amount(paid)? }
        }
        _ => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_others_are_passed_over_and_cut_off_ones_refused() {
        let none = RawLog { topics: vec![Digest([7; 32])], data: vec![] };
        assert_eq!((decode(&none), owed(&none)), (Ok(None), Ok(None)));
        for first in topics().into_iter().chain(account_topics()) {
            let log = RawLog { topics: vec![first], data: vec![0; 31] };
            assert!(decode(&log).is_err() || owed(&log).is_err(), "{log:?}");
        }
    }
}
