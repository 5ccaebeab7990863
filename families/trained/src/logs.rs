//! Reads logs of Reproductions and of PublishedModels.

use contracts::abi::{DecodeError, data, indexed_address, indexed_number, topic};
use protocol::{Digest, RawLog};

use crate::{
    Attestation, PublishedEvent,
    contract::{PublishedModels, Reproductions},
};

const REPRODUCED: Digest = topic::<Reproductions::Reproduced>();
const PUBLISHED: Digest = topic::<PublishedModels::ModelPublished>();
const WITHDRAWN: Digest = topic::<PublishedModels::ModelWithdrawn>();

/// The first topic of what Reproductions emits, for a filter; a bounty's id is the second
/// ([`bounty::logs::bounty_topic`]).
pub const fn reproduced_topic() -> Digest {
    REPRODUCED
}

/// The first topics of everything that PublishedModels emits, for a filter.
pub const fn published_topics() -> [Digest; 2] {
    [PUBLISHED, WITHDRAWN]
}

/// A log of Reproductions. `None` for one that it does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of `Reproduced`, but the rest does not fit it.
pub fn reproduced(log: &RawLog) -> Result<Option<Attestation>, DecodeError> {
    if log.topics.first() != Some(&REPRODUCED) {
        return Ok(None);
    }
    let (equal, rows) = data::<Reproductions::Reproduced>(log)?;
    let (bounty, trainer, by) = (indexed_number(log, 1)?, indexed_address(log, 2)?, indexed_address(log, 3)?);
    Ok(Some(Attestation { bounty, trainer, by, equal, rows }))
}

/// A log of PublishedModels. `None` for one that it does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn published(log: &RawLog) -> Result<Option<PublishedEvent>, DecodeError> {
    Ok(match log.topics.first() {
        Some(&PUBLISHED) => {
            let (cid, name, description) = data::<PublishedModels::ModelPublished>(log)?;
            let (id, publisher) = (indexed_number(log, 1)?, indexed_address(log, 2)?);
            Some(PublishedEvent::Published { id, publisher, cid, name, description })
        }
        Some(&WITHDRAWN) => Some(PublishedEvent::Withdrawn { id: indexed_number(log, 1)? }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_others_are_passed_over() {
        for topics in [vec![], vec![Digest([7; 32])]] {
            let log = RawLog { topics, data: vec![] };
            assert_eq!(reproduced(&log), Ok(None));
            assert_eq!(published(&log), Ok(None));
        }
    }

    #[test]
    fn cut_off_logs_are_refused_without_a_panic() {
        let (word, wild) = (Digest([0; 32]), Digest([0xff; 32]));
        for first in [reproduced_topic()].into_iter().chain(published_topics()) {
            for (topics, data) in
                [(vec![first], vec![0; 64]), (vec![first, wild, word, word], vec![0; 64]), (vec![first, word], vec![])]
            {
                let log = RawLog { topics, data };
                // `ModelWithdrawn` says no more than its number.
                let whole = first == WITHDRAWN && log.topics.get(1) == Some(&word);
                assert!(whole || reproduced(&log).is_err() || published(&log).is_err(), "{log:?}");
            }
        }
    }
}
