//! Whose signatures a call carries.

use contracts::Refused;
use protocol::Address;

use crate::{Seat, Task};

/// Whether each seat that has one of the roles has signed, in the order of seats; 0 for all seats.
pub(super) fn signed_by(task: &Task, roles: u8, signers: &[Address]) -> Result<(), Refused> {
    let bytes = signers.len() as u64 * 65;
    let wrong_count = || Refused::new("BadSignatures(uint256)", [bytes.into()]);
    let mut left = signers.iter();
    for (index, seat) in task.seats.iter().enumerate().filter(|(_, seat)| roles == 0 || seat.roles.has(roles)) {
        check_signer(seat, index as u8, *left.next().ok_or_else(wrong_count)?)?;
    }
    if left.next().is_some() { Err(wrong_count()) } else { Ok(()) }
}

pub(super) fn check_signer(seat: &Seat, index: u8, found: Address) -> Result<(), Refused> {
    if seat.signer == Some(found) {
        return Ok(());
    }
    let expected = seat.signer.unwrap_or(Address::ZERO);
    Err(Refused::new("WrongSigner(uint8,address,address)", [index.into(), expected.into(), found.into()]))
}
