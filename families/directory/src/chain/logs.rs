//! Reads logs of Directory, Datasets and Grants. Whose log it is, is for the caller to check.

use contracts::abi::{DecodeError, amount, data, digest, indexed_address, indexed_number, topic};
use protocol::{Address, Digest, RawLog};

use super::{
    contract::{Datasets, Directory, Grants},
    returns::{dataset_terms, grant_terms},
};
use crate::{DatasetEvent, DirectoryEvent, GrantEvent};

const JOINED: Digest = topic::<Directory::Joined>();
const LEFT: Digest = topic::<Directory::Left>();
const PROFILE_CHANGED: Digest = topic::<Directory::ProfileChanged>();
const KEY_CHANGED: Digest = topic::<Directory::KeyChanged>();

const PUBLISHED: Digest = topic::<Datasets::DatasetPublished>();
const PRICES_CHANGED: Digest = topic::<Datasets::PricesChanged>();
const REVOKED: Digest = topic::<Datasets::DatasetRevoked>();

const APPLIED: Digest = topic::<Grants::GrantApplied>();
const WITHDRAWN: Digest = topic::<Grants::GrantWithdrawn>();
const APPROVED: Digest = topic::<Grants::GrantApproved>();
const REFUSED: Digest = topic::<Grants::GrantRefused>();
const USAGE: Digest = topic::<Grants::GrantUsage>();

/// The first topics of everything that Directory emits, for a filter.
pub const fn directory_topics() -> [Digest; 4] {
    [JOINED, LEFT, PROFILE_CHANGED, KEY_CHANGED]
}

/// The first topics of everything that Datasets emits, for a filter.
pub const fn dataset_topics() -> [Digest; 3] {
    [PUBLISHED, PRICES_CHANGED, REVOKED]
}

/// The first topics of everything that Grants emits, for a filter.
pub const fn grant_topics() -> [Digest; 5] {
    [APPLIED, WITHDRAWN, APPROVED, REFUSED, USAGE]
}

/// The first topic of an application.
pub const fn applied_topic() -> Digest {
    APPLIED
}

/// The first topic of a refusal.
pub const fn refused_topic() -> Digest {
    REFUSED
}

/// A log of Directory, with whose it is. `None` for one that it does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn directory(log: &RawLog) -> Result<Option<(Address, DirectoryEvent)>, DecodeError> {
    let event = match log.topics.first() {
        Some(&JOINED) => {
            let (profile, key, key_version) = data::<Directory::Joined>(log)?;
            DirectoryEvent::Joined { profile: digest(profile), key: digest(key), key_version }
        }
        Some(&LEFT) => DirectoryEvent::Left,
        Some(&PROFILE_CHANGED) => {
            let (profile,) = data::<Directory::ProfileChanged>(log)?;
            DirectoryEvent::ProfileChanged { profile: digest(profile) }
        }
        Some(&KEY_CHANGED) => {
            let (key, key_version) = data::<Directory::KeyChanged>(log)?;
            DirectoryEvent::KeyChanged { key: digest(key), key_version }
        }
        _ => return Ok(None),
    };
    Ok(Some((indexed_address(log, 1)?, event)))
}

/// A log of Datasets, with the number of the data set. `None` for one that it does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn dataset(log: &RawLog) -> Result<Option<(u64, DatasetEvent)>, DecodeError> {
    let event = match log.topics.first() {
        Some(&PUBLISHED) => {
            let (terms,) = data::<Datasets::DatasetPublished>(log)?;
            DatasetEvent::Published { owner: indexed_address(log, 2)?, terms: dataset_terms(&terms)? }
        }
        Some(&PRICES_CHANGED) => {
            let (per_use, per_day) = data::<Datasets::PricesChanged>(log)?;
            DatasetEvent::PricesChanged { price_per_use: amount(per_use)?, price_per_day: amount(per_day)? }
        }
        Some(&REVOKED) => DatasetEvent::Revoked,
        _ => return Ok(None),
    };
    Ok(Some((indexed_number(log, 1)?, event)))
}

/// A log of Grants, with the number of the grant. `None` for one that it does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn grant(log: &RawLog) -> Result<Option<(u64, GrantEvent)>, DecodeError> {
    let event = match log.topics.first() {
        Some(&APPLIED) => {
            let (purpose, terms) = data::<Grants::GrantApplied>(log)?;
            GrantEvent::Applied {
                dataset: indexed_number(log, 2)?,
                user: indexed_address(log, 3)?,
                purpose: digest(purpose),
                terms: grant_terms(&terms)?,
            }
        }
        Some(&WITHDRAWN) => GrantEvent::Withdrawn,
        Some(&APPROVED) => {
            let (fee,) = data::<Grants::GrantApproved>(log)?;
            GrantEvent::Approved { fee: amount(fee)? }
        }
        Some(&REFUSED) => {
            let (reason,) = data::<Grants::GrantRefused>(log)?;
            GrantEvent::Refused { reason }
        }
        Some(&USAGE) => {
            let (used, held, tried, facts_used, rows_used) = data::<Grants::GrantUsage>(log)?;
            GrantEvent::Usage { used, held, tried, facts_used, rows_used }
        }
        _ => return Ok(None),
    };
    Ok(Some((indexed_number(log, 1)?, event)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_others_are_passed_over_and_cut_off_ones_refused() {
        let none = RawLog { topics: vec![Digest([7; 32])], data: vec![] };
        assert_eq!((directory(&none), dataset(&none), grant(&none)), (Ok(None), Ok(None), Ok(None)));
        let all = directory_topics().into_iter().chain(dataset_topics()).chain(grant_topics());
        for first in all {
            let log = RawLog { topics: vec![first], data: vec![0; 31] };
            assert!(directory(&log).is_err() || dataset(&log).is_err() || grant(&log).is_err(), "{log:?}");
        }
    }
}
