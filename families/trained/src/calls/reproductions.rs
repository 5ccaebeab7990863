//! Call data of Reproductions.

use contracts::abi::{address, call, wide};
use protocol::Address;

use crate::contract::Reproductions;

/// Says that `equal` of all `rows` test rows are predicted as the trainer revealed; once per account, not by the
/// trainer.
pub fn attest(bounty: u64, trainer: Address, equal: u32, rows: u32) -> Vec<u8> {
    call::<Reproductions::attestCall>((wide(bounty), address(trainer), equal, rows))
}

/// View: read with [`crate::returns::counts`].
pub fn counts(bounty: u64, trainer: Address) -> Vec<u8> {
    call::<Reproductions::countsCall>((wide(bounty), address(trainer)))
}

/// View: whether an account has attested. Read with [`contracts::returns::boolean`].
pub fn attested(bounty: u64, trainer: Address, by: Address) -> Vec<u8> {
    call::<Reproductions::attestedCall>((wide(bounty), address(trainer), address(by)))
}

/// View: the market whose bounties are meant. Read with [`contracts::returns::address`].
pub fn market() -> Vec<u8> {
    call::<Reproductions::marketCall>(())
}
