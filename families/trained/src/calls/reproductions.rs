//! Call data of Reproductions.

use protocol::Address;

use contracts::abi::{address, call, number};

pub(crate) const ATTEST: &str = "attest(uint256,address,uint32,uint32)";
pub(crate) const COUNTS: &str = "counts(uint256,address)";
pub(crate) const ATTESTED: &str = "attested(uint256,address,address)";
pub(crate) const MARKET: &str = "market()";

/// Says that `equal` of all `rows` test rows are predicted as the trainer revealed; once per account, not by the
/// trainer.
pub fn attest(bounty: u64, trainer: Address, equal: u32, rows: u32) -> Vec<u8> {
    call(ATTEST, &[number(bounty), address(trainer), number(equal), number(rows)])
}

/// View: read with [`crate::returns::counts`].
pub fn counts(bounty: u64, trainer: Address) -> Vec<u8> {
    call(COUNTS, &[number(bounty), address(trainer)])
}

/// View: whether an account has attested. Read with [`contracts::returns::boolean`].
pub fn attested(bounty: u64, trainer: Address, by: Address) -> Vec<u8> {
    call(ATTESTED, &[number(bounty), address(trainer), address(by)])
}

/// View: the market whose bounties are meant. Read with [`contracts::returns::address`].
pub fn market() -> Vec<u8> {
    call(MARKET, &[])
}
