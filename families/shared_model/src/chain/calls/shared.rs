//! Call data of a shared model's entry, one function per function of `solidity/shared/ISharedModel.sol`, which says
//! what each does. Samples are in the form that [`crate::Sample::to_bytes`] writes.

use protocol::{Address, Amount, Digest};

use coin::PermitSignature;
use contracts::abi::{address, call, wide, word};

use super::super::contract::MarketModel;

pub use super::classifier::{predict, scores};

/// Teaches the model one sample under a deposit of at most `max_deposit`; not in a prediction market, see
/// [`super::market::commit`]. With a permit for exactly `max_deposit` no allowance is needed before.
pub fn contribute(sample: &[u8], label: u16, max_deposit: Amount, permit: Option<&PermitSignature>) -> Vec<u8> {
    let sample = sample.to_vec().into();
    match permit {
        None => call::<MarketModel::contributeCall>((sample, label, max_deposit.0)),
        Some(permit) => {
            let (deadline, v, r, s) = permit.arguments();
            call::<MarketModel::contributeWithPermitCall>((sample, label, max_deposit.0, deadline, v, r, s))
        }
    }
}

/// Gives back what is left of the sender's own deposit, and the point when its time has come.
pub fn refund(sample: &[u8], label: u16) -> Vec<u8> {
    call::<MarketModel::refundCall>((sample.to_vec().into(), label))
}

/// Says that the model disagrees with somebody else's contribution, so that its deposit can be taken later.
pub fn report(contributor: Address, sample: &[u8], label: u16) -> Vec<u8> {
    call::<MarketModel::reportCall>((address(contributor), sample.to_vec().into(), label))
}

/// Takes (a part of) the deposit of a contribution that was reported a refund wait ago.
pub fn take(contributor: Address, sample: &[u8], label: u16) -> Vec<u8> {
    call::<MarketModel::takeCall>((address(contributor), sample.to_vec().into(), label))
}

/// Moves tokens to the sender's balance in the model; by allowance. See also [`top_up_with_permit`].
pub fn top_up(value: Amount) -> Vec<u8> {
    call::<MarketModel::topUpCall>((value.0,))
}

/// As [`top_up`], with a permit for exactly `value`.
pub fn top_up_with_permit(value: Amount, permit: &PermitSignature) -> Vec<u8> {
    let (deadline, v, r, s) = permit.arguments();
    call::<MarketModel::topUpWithPermitCall>((value.0, deadline, v, r, s))
}

/// Pays out of the sender's balance in the model.
pub fn withdraw(value: Amount) -> Vec<u8> {
    call::<MarketModel::withdrawCall>((value.0,))
}

/// Proposes another class by its name, 1 to 64 bytes; by anyone.
pub fn propose_class(name: &str) -> Vec<u8> {
    call::<MarketModel::proposeClassCall>((name.to_owned(),))
}

/// Supports a proposal with the sender's points.
pub fn support_class(proposal: u64) -> Vec<u8> {
    call::<MarketModel::supportClassCall>((wide(proposal),))
}

/// Adds a proposed class, once it has waited and has the support that it needs.
pub fn add_class(proposal: u64) -> Vec<u8> {
    call::<MarketModel::addClassCall>((wide(proposal),))
}

/// The next words of the start, 30 bytes each; by the owner. `first` must be what [`super::classifier::loaded`]
/// answers.
pub fn load(first: u32, words: &[u8]) -> Vec<u8> {
    call::<MarketModel::loadCall>((first, words.to_vec().into()))
}

/// View: the address of ModelCoin. Read with [`contracts::returns::address`].
pub fn coin() -> Vec<u8> {
    call::<MarketModel::coinCall>(())
}

/// View: where the weights are, and whom [`predict`] is asked. Read with [`contracts::returns::address`].
pub fn classifier() -> Vec<u8> {
    call::<MarketModel::classifierCall>(())
}

/// View: read with [`contracts::returns::address`].
pub fn owner() -> Vec<u8> {
    call::<MarketModel::ownerCall>(())
}

/// View: the number of the incentive. Read with [`contracts::returns::count`].
pub fn incentive() -> Vec<u8> {
    call::<MarketModel::incentiveCall>(())
}

/// View: read with [`crate::returns::shared::terms`].
pub fn terms() -> Vec<u8> {
    call::<MarketModel::termsCall>(())
}

/// View: what a contribution costs in this block. Read with [`contracts::returns::amount`].
pub fn deposit_now() -> Vec<u8> {
    call::<MarketModel::depositNowCall>(())
}

/// View: balance and points. Read with [`crate::returns::shared::account`].
pub fn account(who: Address) -> Vec<u8> {
    call::<MarketModel::accountCall>((address(who),))
}

/// View: read with [`crate::returns::shared::totals`].
pub fn totals() -> Vec<u8> {
    call::<MarketModel::totalsCall>(())
}

/// View: the key of a contribution. Read with [`contracts::returns::digest`].
pub fn key_of(contributor: Address, sample: &[u8], label: u16) -> Vec<u8> {
    call::<MarketModel::keyOfCall>((address(contributor), sample.to_vec().into(), label))
}

/// View: read with [`crate::returns::shared::record`].
pub fn record(key: Digest) -> Vec<u8> {
    call::<MarketModel::recordCall>((word(key),))
}

/// View: whether an account has taken a share of a contribution. Read with [`contracts::returns::boolean`].
pub fn taken(key: Digest, who: Address) -> Vec<u8> {
    call::<MarketModel::takenCall>((word(key), address(who)))
}

/// View: number of proposals of classes, which is the last one's number. Read with [`contracts::returns::count`].
pub fn proposals() -> Vec<u8> {
    call::<MarketModel::proposalsCall>(())
}

/// View: read with [`crate::returns::shared::proposal`].
pub fn proposal(id: u64) -> Vec<u8> {
    call::<MarketModel::proposalCall>((wide(id),))
}

/// View: whether an account has supported a proposal. Read with [`contracts::returns::boolean`].
pub fn supported(id: u64, who: Address) -> Vec<u8> {
    call::<MarketModel::supportedCall>((wide(id), address(who)))
}
