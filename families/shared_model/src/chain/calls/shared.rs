//! Call data of a shared model's entry, one function per function of `solidity/shared/ISharedModel.sol`, which says
//! what each does. Samples are in the form that [`crate::Sample::to_bytes`] writes.

use protocol::{Address, Amount, Digest};

use coin::permit::{self, PermitSignature};
use contracts::abi::{address, amount, bytes, call, digest, number, text};

pub use super::classifier::{predict, scores};

pub(crate) const CONTRIBUTE: &str = "contribute(bytes,uint16,uint128)";
pub(crate) const CONTRIBUTE_WITH_PERMIT: &str =
    "contributeWithPermit(bytes,uint16,uint128,uint256,uint8,bytes32,bytes32)";
pub(crate) const REFUND: &str = "refund(bytes,uint16)";
pub(crate) const REPORT: &str = "report(address,bytes,uint16)";
pub(crate) const TOP_UP: &str = "topUp(uint128)";
pub(crate) const TOP_UP_WITH_PERMIT: &str = "topUpWithPermit(uint128,uint256,uint8,bytes32,bytes32)";
pub(crate) const WITHDRAW: &str = "withdraw(uint128)";
pub(crate) const PROPOSE_CLASS: &str = "proposeClass(string)";
pub(crate) const SUPPORT_CLASS: &str = "supportClass(uint256)";
pub(crate) const LOAD: &str = "load(uint32,bytes)";
pub(crate) const COIN: &str = "coin()";
pub(crate) const CLASSIFIER: &str = "classifier()";
pub(crate) const OWNER: &str = "owner()";
pub(crate) const INCENTIVE: &str = "incentive()";
pub(crate) const TERMS: &str = "terms()";
pub(crate) const DEPOSIT_NOW: &str = "depositNow()";
pub(crate) const ACCOUNT: &str = "account(address)";
pub(crate) const TOTALS: &str = "totals()";
pub(crate) const KEY_OF: &str = "keyOf(address,bytes,uint16)";
pub(crate) const RECORD: &str = "record(bytes32)";
pub(crate) const REPORTED: &str = "reported(bytes32,address)";
pub(crate) const PROPOSALS: &str = "proposals()";
pub(crate) const PROPOSAL: &str = "proposal(uint256)";
pub(crate) const SUPPORTED: &str = "supported(uint256,address)";

/// Teaches the model one sample under a deposit of at most `max_deposit` (in a prediction market: exactly this
/// stake). With a permit for exactly `max_deposit` no allowance is needed before.
pub fn contribute(sample: &[u8], label: u16, max_deposit: Amount, permit: Option<&PermitSignature>) -> Vec<u8> {
    let arguments = vec![bytes(sample), number(label), amount(max_deposit)];
    permit::call_with(CONTRIBUTE, CONTRIBUTE_WITH_PERMIT, arguments, permit)
}

/// Gives back what is left of the sender's own deposit; claims the point in a model of points.
pub fn refund(sample: &[u8], label: u16) -> Vec<u8> {
    call(REFUND, &[bytes(sample), number(label)])
}

/// Takes (a part of) the deposit of somebody else's contribution.
pub fn report(contributor: Address, sample: &[u8], label: u16) -> Vec<u8> {
    call(REPORT, &[address(contributor), bytes(sample), number(label)])
}

/// Moves tokens to the sender's balance in the model; by allowance. See also [`top_up_with_permit`].
pub fn top_up(value: Amount) -> Vec<u8> {
    call(TOP_UP, &[amount(value)])
}

/// As [`top_up`], with a permit for exactly `value`.
pub fn top_up_with_permit(value: Amount, permit: &PermitSignature) -> Vec<u8> {
    permit::call_with(TOP_UP, TOP_UP_WITH_PERMIT, vec![amount(value)], Some(permit))
}

/// Pays out of the sender's balance in the model.
pub fn withdraw(value: Amount) -> Vec<u8> {
    call(WITHDRAW, &[amount(value)])
}

/// Proposes another class by its name, 1 to 64 bytes; by anyone.
pub fn propose_class(name: &str) -> Vec<u8> {
    call(PROPOSE_CLASS, &[text(name)])
}

/// Supports a proposal with the sender's points.
pub fn support_class(proposal: u64) -> Vec<u8> {
    call(SUPPORT_CLASS, &[number(proposal)])
}

/// The next words of the start, 30 bytes each; by the owner. `first` must be what [`super::classifier::loaded`]
/// answers.
pub fn load(first: u32, words: &[u8]) -> Vec<u8> {
    call(LOAD, &[number(first), bytes(words)])
}

/// View: the address of ModelCoin. Read with [`contracts::returns::address`].
pub fn coin() -> Vec<u8> {
    call(COIN, &[])
}

/// View: where the weights are, and whom [`predict`] is asked. Read with [`contracts::returns::address`].
pub fn classifier() -> Vec<u8> {
    call(CLASSIFIER, &[])
}

/// View: read with [`contracts::returns::address`].
pub fn owner() -> Vec<u8> {
    call(OWNER, &[])
}

/// View: the number of the incentive. Read with [`contracts::returns::count`].
pub fn incentive() -> Vec<u8> {
    call(INCENTIVE, &[])
}

/// View: read with [`crate::returns::shared::terms`].
pub fn terms() -> Vec<u8> {
    call(TERMS, &[])
}

/// View: what a contribution costs in this block. Read with [`contracts::returns::amount`].
pub fn deposit_now() -> Vec<u8> {
    call(DEPOSIT_NOW, &[])
}

/// View: balance and points. Read with [`crate::returns::shared::account`].
pub fn account(who: Address) -> Vec<u8> {
    call(ACCOUNT, &[address(who)])
}

/// View: read with [`crate::returns::shared::totals`].
pub fn totals() -> Vec<u8> {
    call(TOTALS, &[])
}

/// View: the key of a contribution. Read with [`contracts::returns::digest`].
pub fn key_of(contributor: Address, sample: &[u8], label: u16) -> Vec<u8> {
    call(KEY_OF, &[address(contributor), bytes(sample), number(label)])
}

/// View: read with [`crate::returns::shared::record`].
pub fn record(key: Digest) -> Vec<u8> {
    call(RECORD, &[digest(key)])
}

/// View: whether a reporter has taken a share of a contribution. Read with [`contracts::returns::boolean`].
pub fn reported(key: Digest, reporter: Address) -> Vec<u8> {
    call(REPORTED, &[digest(key), address(reporter)])
}

/// View: number of proposals of classes, which is the last one's number. Read with [`contracts::returns::count`].
pub fn proposals() -> Vec<u8> {
    call(PROPOSALS, &[])
}

/// View: read with [`crate::returns::shared::proposal`].
pub fn proposal(id: u64) -> Vec<u8> {
    call(PROPOSAL, &[number(id)])
}

/// View: whether an account has supported a proposal. Read with [`contracts::returns::boolean`].
pub fn supported(id: u64, who: Address) -> Vec<u8> {
    call(SUPPORTED, &[number(id), address(who)])
}
