//! What Thanks emits.

use contracts::{
    abi::topic,
    words::{DecodeError, Words, address, number},
};
use protocol::{Address, Amount, RawLog};

const GIVEN: &str = "Given(uint256,address,address,uint256,string)";
const ANSWERED: &str = "Answered(uint256,string)";
const TAKEN_BACK: &str = "TakenBack(uint256)";
const RELEASED: &str = "Released(uint256)";

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
    let Some(first) = log.topics.first() else { return Ok(None) };
    let indexed = |position: usize| log.topics.get(position).ok_or(DecodeError::Malformed);
    let data = &mut Words::new(&log.data);
    let event = if *first == topic(GIVEN) {
        let (from, to) = (address(&indexed(2)?.0)?, address(&indexed(3)?.0)?);
        Event::Given { from, to, amount: data.amount()?, note: data.text()? }
    } else if *first == topic(ANSWERED) {
        Event::Answered { answer: data.text()? }
    } else if *first == topic(TAKEN_BACK) {
        Event::TakenBack
    } else if *first == topic(RELEASED) {
        Event::Released
    } else {
        return Ok(None);
    };
    Ok(Some((number(&indexed(1)?.0)?, event)))
}
