//! Call data of the factory of shared models (`solidity/shared/IModelFactory.sol`).

use protocol::Address;

use super::super::contract::{IModelFactory, ModelFactory};
use crate::{ClassifierKind, IncentiveKind, Shape, Terms};

use contracts::abi::{address, call};

/// Makes a model that belongs to the sender; its address is in the event of the receipt
/// ([`crate::Event::Created`]).
pub fn create_model(shape: &Shape, incentive: IncentiveKind, terms: &Terms, metadata_cid: &str) -> Vec<u8> {
    let kinds = (shape.kind.number(), incentive.number());
    let terms = IModelFactory::Terms {
        costWeight: terms.cost_weight.0,
        refundWait: terms.refund_wait,
        ownerWait: terms.owner_wait,
        anyWait: terms.any_wait,
    };
    let shape = shape.to_bytes().into();
    call::<ModelFactory::createCall>((kinds.0, kinds.1, shape, terms, metadata_cid.to_owned()))
}

/// View: the address of ModelCoin. Read with [`contracts::returns::address`].
pub fn coin() -> Vec<u8> {
    call::<ModelFactory::coinCall>(())
}

/// View: number of models. Read with [`contracts::returns::count`].
pub fn model_count() -> Vec<u8> {
    call::<ModelFactory::modelCountCall>(())
}

/// View: number of models that an account has made. Read with [`contracts::returns::count`].
pub fn models_of(owner: Address) -> Vec<u8> {
    call::<ModelFactory::modelsOfCall>((address(owner),))
}

/// View: whether the factory made this model. Read with [`contracts::returns::boolean`].
pub fn is_model(model: Address) -> Vec<u8> {
    call::<ModelFactory::isModelCall>((address(model),))
}

/// View: what classifiers of a kind are clones of. Read with [`contracts::returns::address`].
pub fn classifier_implementation(kind: ClassifierKind) -> Vec<u8> {
    call::<ModelFactory::classifierImplementationCall>((kind.number(),))
}

/// View: what entries of an incentive are clones of. Read with [`contracts::returns::address`].
pub fn incentive_implementation(kind: IncentiveKind) -> Vec<u8> {
    call::<ModelFactory::incentiveImplementationCall>((kind.number(),))
}
