//! What Thanks emits.

use contracts::abi::{self, DecodeError, data, indexed_address, indexed_number, topic};
use protocol::{Address, Amount, Digest, RawLog};

use crate::contract::Thanks;

const GIVEN: Digest = topic::<Thanks::Given>();
const ANSWERED: Digest = topic::<Thanks::Answered>();
const TAKEN_BACK: Digest = topic::<Thanks::TakenBack>();
const RELEASED: Digest = topic::<Thanks::Released>();

/// One event of one thanks. Texts are those of strangers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Given { from: Address, to: Address, amount: Amount, note: String },
    Answered { answer: String },
    TakenBack,
    Released,
}

/// The number of a thanks and what happened to it. `None` for a log that Thanks does not emit.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of an event, but the rest does not fit it.
pub fn decode(log: &RawLog) -> Result<Option<(u64, Event)>, DecodeError> {
    let event = match log.topics.first() {
        Some(&GIVEN) => {
            let (amount, note) = data::<Thanks::Given>(log)?;
            let (from, to) = (indexed_address(log, 2)?, indexed_address(log, 3)?);
            Event::Given { from, to, amount: abi::amount(amount)?, note }
        }
        Some(&ANSWERED) => {
            let (answer,) = data::<Thanks::Answered>(log)?;
            Event::Answered { answer }
        }
        Some(&TAKEN_BACK) => Event::TakenBack,
        Some(&RELEASED) => Event::Released,
        _ => return Ok(None),
    };
    Ok(Some((indexed_number(log, 1)?, event)))
}
