//! Reads logs of Reproductions and of PublishedModels.

use contracts::{
    abi::topic,
    words::{DecodeError, Words, address, number},
};
use protocol::{Digest, RawLog};

use crate::{Attestation, PublishedEvent};

pub(crate) const REPRODUCED: &str = "Reproduced(uint256,address,address,uint32,uint32)";
pub(crate) const PUBLISHED: &str = "ModelPublished(uint256,address,string,string,string)";
pub(crate) const WITHDRAWN: &str = "ModelWithdrawn(uint256)";

/// The first topic of what Reproductions emits, for a filter; a bounty's id is the second
/// ([`bounty::logs::bounty_topic`]).
pub fn reproduced_topic() -> Digest {
    topic(REPRODUCED)
}

/// The first topics of everything that PublishedModels emits, for a filter.
pub fn published_topics() -> [Digest; 2] {
    [PUBLISHED, WITHDRAWN].map(topic)
}

/// A log of Reproductions. `None` for one that it does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of `Reproduced`, but the rest does not fit it.
pub fn reproduced(log: &RawLog) -> Result<Option<Attestation>, DecodeError> {
    if log.topics.first() != Some(&reproduced_topic()) {
        return Ok(None);
    }
    let data = &mut Words::new(&log.data);
    Ok(Some(Attestation {
        bounty: number(&indexed(log, 1)?.0)?,
        trainer: address(&indexed(log, 2)?.0)?,
        by: address(&indexed(log, 3)?.0)?,
        equal: data.number()?,
        rows: data.number()?,
    }))
}

/// A log of PublishedModels. `None` for one that it does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn published(log: &RawLog) -> Result<Option<PublishedEvent>, DecodeError> {
    let Some(first) = log.topics.first() else { return Ok(None) };
    let id = || number(&indexed(log, 1)?.0);
    let data = &mut Words::new(&log.data);
    Ok(if *first == topic(PUBLISHED) {
        Some(PublishedEvent::Published {
            id: id()?,
            publisher: address(&indexed(log, 2)?.0)?,
            cid: data.text()?,
            name: data.text()?,
            description: data.text()?,
        })
    } else if *first == topic(WITHDRAWN) {
        Some(PublishedEvent::Withdrawn { id: id()? })
    } else {
        None
    })
}

fn indexed(log: &RawLog, position: usize) -> Result<&Digest, DecodeError> {
    log.topics.get(position).ok_or(DecodeError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_others_are_passed_over() {
        for topics in [vec![], vec![topic("Transfer(address,address,uint256)")]] {
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
                let whole = first == topic(WITHDRAWN) && log.topics.get(1) == Some(&word);
                assert!(whole || reproduced(&log).is_err() || published(&log).is_err(), "{log:?}");
            }
        }
    }
}
