//! Whose keys are whose. A node and a relay that lie together could show each seat a foreign key; what they cannot do is sign
//! for the accounts of the others. So the transactions by which seats were taken are asked for, and looked at here; of those
//! that the node leaves out the seat itself has to send them over its link.

use app_core::{
    action::{ActionError, Tools},
    chain::Learning,
};
use link::confirmation::rebuilt;
use mpc_run::Attempt;
use mpc_task::confirms;
use protocol::{Address, Digest, keccak};
use tasks::{Event, LoggedEvent, logs};

/// What is known of the transactions by which the seats of an attempt were taken.
pub struct Proofs {
    /// That of this seat, for the others; `None` where no node gives it.
    pub own: Option<Vec<u8>>,
    /// Seats that have to send theirs over their links.
    pub awaited: Vec<u8>,
}

/// Looks at the transactions of all seats.
///
/// # Errors
/// [`ActionError`] where one of them says something else than the events, or the seat is held by a contract of which two
/// nodes do not say the same.
pub async fn proofs(
    tools: Tools,
    learning: &Learning,
    id: u64,
    attempt: &Attempt,
    mine: u8,
) -> Result<Proofs, ActionError> {
    let mut proofs = Proofs { own: None, awaited: Vec::new() };
    let events = learning.events.get(&id).map(Vec::as_slice).unwrap_or_default();
    for (number, seat) in (0_u8..).zip(&attempt.terms.seats) {
        let Some(taken) = events.iter().rev().find(|logged| takes(&logged.event, number, seat.address)) else {
            proofs.awaited.push(number);
            continue;
        };
        let raw = signed(tools, taken.tx).await;
        let checked = raw.as_ref().map(|raw| confirms(attempt, number, raw));
        match checked {
            Some(Ok(())) if number == mine => proofs.own = raw,
            Some(Ok(())) => {}
            // The others decide whether they believe this seat without.
            _ if number == mine => {}
            _ if tools.reader.has_code(seat.address).await? => by_two_nodes(tools, id, number, taken).await?,
            Some(Err(error)) => return Err(ActionError::feature(error)),
            None => proofs.awaited.push(number),
        }
    }
    Ok(proofs)
}

/// Whether an event says who took a seat.
fn takes(event: &Event, number: u8, holder: Address) -> bool {
    match event {
        Event::Confirmed { seat, who, .. } => (*seat, *who) == (number, holder),
        Event::HelperServes { helper, .. } => *helper == holder,
        _ => false,
    }
}

/// A signed transaction: the bytes that a node gives, or those that follow from what it tells. Both have the right hash.
async fn signed(tools: Tools, hash: Digest) -> Option<Vec<u8>> {
    if let Some(raw) = tools.reader.raw_transaction(hash).await.filter(|raw| keccak(&[raw]) == hash) {
        return Some(raw);
    }
    let told = tools.reader.told_transaction(hash).await?;
    rebuilt(&hash, |field| told.get(field)?.as_str())
}

/// A seat that a contract holds signs no transaction: two nodes have to say the same of it.
async fn by_two_nodes(tools: Tools, id: u64, number: u8, taken: &LoggedEvent) -> Result<(), ActionError> {
    let is_it = |raw: &_| matches!(logs::decode(raw), Ok(Some((task, event))) if task == id && event == taken.event);
    let place = number + 1;
    match tools.reader.two_nodes_say(taken.block, is_it).await? {
        Some(true) => Ok(()),
        Some(false) => Err(ActionError::Feature(format!(
            "The chain nodes say different things about seat {place}. One of them lies, or is behind: do not go on before you \
             know which."
        ))),
        None => Err(ActionError::Feature(format!(
            "Seat {place} is held by a contract, which signs no transactions, so that two chain nodes must say the same of it. \
             Name a second node in Settings."
        ))),
    }
}
