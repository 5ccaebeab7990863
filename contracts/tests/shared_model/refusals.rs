//! What `protocol` refuses, as the contract reverts with it.

use ethers_core::{abi::Token, utils::keccak256};
use protocol::Address;
use shared_model::{SampleError, refusal::Refusal};

use crate::harness::{account, number, word};

/// Revert data of a refusal, where `caller` asked.
pub fn revert_data(refusal: &Refusal, caller: Address) -> Vec<u8> {
    let (signature, arguments) = error(refusal, caller);
    [&keccak256(signature)[..4], &ethers_core::abi::encode(&arguments)].concat()
}

fn error(refusal: &Refusal, caller: Address) -> (&'static str, Vec<Token>) {
    match refusal {
        Refusal::NotReady { loaded, needed } => ("NotReady(uint256,uint256)", vec![number(*loaded), number(*needed)]),
        Refusal::Sample(sample) => of_sample(sample),
        Refusal::UnknownLabel { label, classes } => {
            ("UnknownLabel(uint256,uint256)", vec![number(*label), number(*classes)])
        }
        Refusal::AlreadyContributed { key } => ("AlreadyContributed(bytes32)", vec![word(*key)]),
        Refusal::DepositTooHigh { cost, most } => {
            ("DepositTooHigh(uint128,uint128)", vec![number(cost.0), number(most.0)])
        }
        Refusal::NoSuchContribution { key } => ("NoSuchContribution(bytes32)", vec![word(*key)]),
        Refusal::AlreadySettled { key } => ("AlreadySettled(bytes32)", vec![word(*key)]),
        Refusal::TooEarly { until, .. } => ("TooEarly(uint256)", vec![number(*until)]),
        Refusal::ModelDisagrees { predicted, .. } => ("ModelDisagrees(uint16)", vec![number(*predicted)]),
        Refusal::ModelAgrees { predicted } => ("ModelAgrees(uint16)", vec![number(*predicted)]),
        Refusal::OwnContribution { key } => ("OwnContribution(bytes32)", vec![word(*key)]),
        Refusal::AlreadyReported { key, until } => {
            ("AlreadyReported(bytes32,uint256)", vec![word(*key), number(*until)])
        }
        Refusal::NotReported { key } => ("NotReported(bytes32)", vec![word(*key)]),
        Refusal::AlreadyTaken { key } => ("AlreadyTaken(bytes32,address)", vec![word(*key), account(caller)]),
        Refusal::NoPoints { account: who } => ("NoPoints(address)", vec![account(*who)]),
        Refusal::NothingToReport => ("NothingToReport()", vec![]),
        Refusal::BalanceTooLow { balance, amount } => {
            ("BalanceTooLow(uint128,uint128)", vec![number(balance.0), number(amount.0)])
        }
        Refusal::BadClassName { length } => ("BadClassName(uint256)", vec![number(*length as u64)]),
        Refusal::NoRoomForClass { capacity } => ("NoRoomForClass(uint256)", vec![number(*capacity)]),
        Refusal::NoSuchProposal { proposal } => ("NoSuchProposal(uint256)", vec![number(*proposal)]),
        Refusal::AlreadyAdded { proposal } => ("AlreadyAdded(uint256)", vec![number(*proposal)]),
        Refusal::AlreadySupported { proposal } => {
            ("AlreadySupported(uint256,address)", vec![number(*proposal), account(caller)])
        }
        Refusal::TooLittleSupport { support, good } => {
            ("TooLittleSupport(uint64,uint64)", vec![number(*support), number(*good)])
        }
        Refusal::TooFewPoints { good } => ("TooFewPoints(uint64,uint64)", vec![number(*good), number(10u8)]),
        other => panic!("not one that these moves meet: {other:?}"),
    }
}

fn of_sample(error: &SampleError) -> (&'static str, Vec<Token>) {
    let count = |n: &usize| number(*n as u64);
    match error {
        SampleError::WrongLength { got, expected } => {
            ("WrongLength(uint256,uint256)", vec![count(got), count(expected)])
        }
        SampleError::NormOff { squared_norm } => ("NormOff(uint256)", vec![number(*squared_norm)]),
        SampleError::NoFeatures => ("NoFeatures()", vec![]),
        SampleError::TooManyFeatures { features, most } => {
            ("TooManyFeatures(uint256,uint256)", vec![count(features), count(most)])
        }
        SampleError::IndexOutOfRange { index, features } => {
            ("IndexOutOfRange(uint256,uint256)", vec![number(*index), number(*features)])
        }
        SampleError::IndicesNotIncreasing { position } => ("IndicesNotIncreasing(uint256)", vec![count(position)]),
    }
}
