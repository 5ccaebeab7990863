//! Call data of the factory of shared models (`solidity/shared/IModelFactory.sol`).

use contracts::abi::Token;
use protocol::Address;

use crate::{ClassifierKind, IncentiveKind, Shape, Terms};

use contracts::abi::{address, amount, bytes, call, number, text};

pub(crate) const CREATE: &str = "create(uint8,uint8,bytes,(uint128,uint32,uint32,uint32),string)";
pub(crate) const COIN: &str = "coin()";
pub(crate) const MODEL_COUNT: &str = "modelCount()";
pub(crate) const MODEL_AT: &str = "modelAt(uint256)";
pub(crate) const IS_MODEL: &str = "isModel(address)";
pub(crate) const CLASSIFIER_IMPLEMENTATION: &str = "classifierImplementation(uint8)";
pub(crate) const INCENTIVE_IMPLEMENTATION: &str = "incentiveImplementation(uint8)";

/// Makes a model that belongs to the sender; its address is in the event of the receipt
/// ([`crate::Event::Created`]).
pub fn create_model(shape: &Shape, incentive: IncentiveKind, terms: &Terms, metadata_cid: &str) -> Vec<u8> {
    let waits = [terms.refund_wait, terms.owner_wait, terms.any_wait].map(number);
    let terms = Token::Tuple([vec![amount(terms.cost_weight)], waits.to_vec()].concat());
    let kinds = [number(shape.kind.number()), number(incentive.number())];
    call(CREATE, &[kinds.to_vec(), vec![bytes(&shape.to_bytes()), terms, text(metadata_cid)]].concat())
}

/// View: the address of ModelCoin. Read with [`contracts::returns::address`].
pub fn coin() -> Vec<u8> {
    call(COIN, &[])
}

/// View: number of models. Read with [`contracts::returns::count`].
pub fn model_count() -> Vec<u8> {
    call(MODEL_COUNT, &[])
}

/// View: a model by its number, from 1. Read with [`contracts::returns::address`].
pub fn model_at(index: u64) -> Vec<u8> {
    call(MODEL_AT, &[number(index)])
}

/// View: whether the factory made this model. Read with [`contracts::returns::boolean`].
pub fn is_model(model: Address) -> Vec<u8> {
    call(IS_MODEL, &[address(model)])
}

/// View: what classifiers of a kind are clones of. Read with [`contracts::returns::address`].
pub fn classifier_implementation(kind: ClassifierKind) -> Vec<u8> {
    call(CLASSIFIER_IMPLEMENTATION, &[number(kind.number())])
}

/// View: what entries of an incentive are clones of. Read with [`contracts::returns::address`].
pub fn incentive_implementation(kind: IncentiveKind) -> Vec<u8> {
    call(INCENTIVE_IMPLEMENTATION, &[number(kind.number())])
}
