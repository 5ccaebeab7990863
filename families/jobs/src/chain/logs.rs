//! Reads logs of Jobs. Whose log it is, is for the caller to check.

use contracts::abi::{DecodeError, account, amount, data, digest, indexed_address, indexed_number, narrow, topic};
pub use contracts::escrow::{OwedEvent, account_topics, owed_event as owed};
use protocol::{Address, Digest, RawLog};

use super::{
    contract::Jobs,
    convert::{offer, state, terms, verdict},
};
use crate::{Event, Files, ProviderEvent};

const OFFERS: Digest = topic::<Jobs::ProviderOffers>();
const PAUSED: Digest = topic::<Jobs::ProviderPaused>();
const WITHDRAWN: Digest = topic::<Jobs::DepositWithdrawn>();
const LEFT: Digest = topic::<Jobs::ProviderLeft>();
const QUOTES_REVOKED: Digest = topic::<Jobs::QuotesRevoked>();
const POSTED: Digest = topic::<Jobs::JobPosted>();
const LOCKED: Digest = topic::<Jobs::JobLocked>();
const STARTED: Digest = topic::<Jobs::JobStarted>();
const VOUCHER_SHOWN: Digest = topic::<Jobs::VoucherShown>();
const SUBMITTED: Digest = topic::<Jobs::ResultSubmitted>();
const ENDED: Digest = topic::<Jobs::JobEnded>();
const CLAIMED: Digest = topic::<Jobs::JobClaimed>();
const CHALLENGED: Digest = topic::<Jobs::ResultChallenged>();
const DRAWN: Digest = topic::<Jobs::JurorsDrawn>();
const COMMITTED: Digest = topic::<Jobs::JurorCommitted>();
const REVEALED: Digest = topic::<Jobs::JurorRevealed>();
const SHOWN: Digest = topic::<Jobs::ResultShown>();
const ESCALATED: Digest = topic::<Jobs::DisputeEscalated>();
const DISPUTE_ENDED: Digest = topic::<Jobs::DisputeEnded>();
const RELEASED: Digest = topic::<Jobs::JurorReleased>();

/// First topics of the events of jobs.
pub fn topics() -> [Digest; 15] {
    [
        POSTED,
        LOCKED,
        STARTED,
        VOUCHER_SHOWN,
        SUBMITTED,
        ENDED,
        CLAIMED,
        CHALLENGED,
        DRAWN,
        COMMITTED,
        REVEALED,
        SHOWN,
        ESCALATED,
        DISPUTE_ENDED,
        RELEASED,
    ]
}

/// First topics of the events of providers.
pub fn provider_topics() -> [Digest; 5] {
    [OFFERS, PAUSED, WITHDRAWN, LEFT, QUOTES_REVOKED]
}

/// A log about a provider, with its address. `None` for one of another kind.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of such an event, but the rest does not fit it.
pub fn provider(log: &RawLog) -> Result<Option<(Address, ProviderEvent)>, DecodeError> {
    let event = match log.topics.first() {
        Some(&OFFERS) => {
            let (added, offered) = data::<Jobs::ProviderOffers>(log)?;
            ProviderEvent::Offers { amount: amount(added)?, offer: offer(&offered)? }
        }
        Some(&PAUSED) => ProviderEvent::Paused,
        Some(&WITHDRAWN) => ProviderEvent::Withdrawn { amount: amount(data::<Jobs::DepositWithdrawn>(log)?.0)? },
        Some(&LEFT) => ProviderEvent::Left { amount: amount(data::<Jobs::ProviderLeft>(log)?.0)? },
        Some(&QUOTES_REVOKED) => ProviderEvent::QuotesRevoked { nonce: data::<Jobs::QuotesRevoked>(log)?.0 },
        _ => return Ok(None),
    };
    Ok(Some((indexed_address(log, 1)?, event)))
}

/// A log about a job, with its number. `None` for one of another kind.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of such an event, but the rest does not fit it.
pub fn decode(log: &RawLog) -> Result<Option<(u64, Event)>, DecodeError> {
    let Some(first) = log.topics.first() else { return Ok(None) };
    let event = of_life(first, log)?.or(of_dispute(first, log)?);
    event.map(|event| Ok((indexed_number(log, 1)?, event))).transpose()
}

fn of_life(first: &Digest, log: &RawLog) -> Result<Option<Event>, DecodeError> {
    Ok(Some(match *first {
        POSTED => {
            let (posted, workload, inputs, resumed) = data::<Jobs::JobPosted>(log)?;
            let files = Files { workload, inputs, resumed };
            Event::Posted { client: indexed_address(log, 2)?, terms: terms(&posted)?, files }
        }
        LOCKED => {
            let (price,) = data::<Jobs::JobLocked>(log)?;
            Event::Locked { provider: indexed_address(log, 2)?, price: amount(price)? }
        }
        STARTED => Event::Started,
        VOUCHER_SHOWN => {
            let (units, checkpoint) = data::<Jobs::VoucherShown>(log)?;
            Event::VoucherShown { units: narrow(units)?, checkpoint: digest(checkpoint) }
        }
        SUBMITTED => {
            let (result, file, units, head) = data::<Jobs::ResultSubmitted>(log)?;
            let (result, file, log_head) = (digest(result), digest(file), digest(head));
            Event::Submitted { result, file, units: narrow(units)?, log_head }
        }
        ENDED => {
            let (end, code, paid, refunded) = data::<Jobs::JobEnded>(log)?;
            Event::Ended { state: state(end)?, code, paid: amount(paid)?, refunded: amount(refunded)? }
        }
        CLAIMED => {
            let (value,) = data::<Jobs::JobClaimed>(log)?;
            Event::Claimed { who: indexed_address(log, 2)?, amount: amount(value)? }
        }
        _ => return Ok(None),
    }))
}

fn of_dispute(first: &Digest, log: &RawLog) -> Result<Option<Event>, DecodeError> {
    Ok(Some(match *first {
        CHALLENGED => {
            let (fee, bond, draw_block) = data::<Jobs::ResultChallenged>(log)?;
            let (challenger, fee, bond) = (indexed_address(log, 2)?, amount(fee)?, amount(bond)?);
            Event::Challenged { challenger, fee, bond, draw_block }
        }
        DRAWN => {
            let (round, jurors, commit_by) = data::<Jobs::JurorsDrawn>(log)?;
            let jurors = jurors.into_iter().map(account).collect();
            Event::Drawn { round, jurors, commit_by: narrow(commit_by)? }
        }
        COMMITTED => {
            let (index, commitment) = data::<Jobs::JurorCommitted>(log)?;
            Event::Committed { index, commitment: digest(commitment) }
        }
        REVEALED => {
            let (index, result, units) = data::<Jobs::JurorRevealed>(log)?;
            Event::Revealed { index, result: digest(result), units: narrow(units)? }
        }
        SHOWN => Event::Shown { result: digest(data::<Jobs::ResultShown>(log)?.0) },
        ESCALATED => {
            let (bond, draw_block) = data::<Jobs::DisputeEscalated>(log)?;
            Event::Escalated { escalator: indexed_address(log, 2)?, bond: amount(bond)?, draw_block }
        }
        DISPUTE_ENDED => {
            let (found, reward, burned) = data::<Jobs::DisputeEnded>(log)?;
            Event::DisputeEnded { verdict: verdict(found)?, reward: amount(reward)?, burned: amount(burned)? }
        }
        RELEASED => {
            let (index, paid, lost) = data::<Jobs::JurorReleased>(log)?;
            Event::Released { index, paid: amount(paid)?, lost: amount(lost)? }
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
        assert_eq!((decode(&none), provider(&none), owed(&none)), (Ok(None), Ok(None), Ok(None)));
        for first in topics().into_iter().chain(provider_topics()).chain(account_topics()) {
            let log = RawLog { topics: vec![first], data: vec![0; 31] };
            assert!(decode(&log).is_err() || provider(&log).is_err() || owed(&log).is_err(), "{log:?}");
        }
    }
}
