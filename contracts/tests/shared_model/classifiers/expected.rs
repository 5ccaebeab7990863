//! What a contract must revert with, where its replica gives an error.

use ethers_core::{
    abi::{Token, encode},
    types::U256,
    utils::keccak256,
};
use shared_model::{SampleError, learn::ClassifierError};

/// Call data of an error: selector and arguments.
pub fn error(signature: &str, arguments: &[u64]) -> Vec<u8> {
    let arguments: Vec<Token> = arguments.iter().map(|number| Token::Uint(U256::from(*number))).collect();
    [&keccak256(signature)[..4], &encode(&arguments)].concat()
}

pub fn of_sample(why: &SampleError) -> Vec<u8> {
    match *why {
        SampleError::WrongLength { got, expected } => {
            error("WrongLength(uint256,uint256)", &[got as u64, expected as u64])
        }
        SampleError::NormOff { squared_norm } => error("NormOff(uint256)", &[squared_norm]),
        SampleError::NoFeatures => error("NoFeatures()", &[]),
        SampleError::TooManyFeatures { features, most } => {
            error("TooManyFeatures(uint256,uint256)", &[features as u64, most as u64])
        }
        SampleError::IndexOutOfRange { index, features } => {
            error("IndexOutOfRange(uint256,uint256)", &[index.into(), features.into()])
        }
        SampleError::IndicesNotIncreasing { position } => error("IndicesNotIncreasing(uint256)", &[position as u64]),
    }
}

pub fn of(why: &ClassifierError) -> Vec<u8> {
    match why {
        ClassifierError::Shape(why) => error("BadShape(uint256)", &[why.field().into()]),
        ClassifierError::Sample(why) => of_sample(why),
        ClassifierError::NotReady { loaded, needed } => {
            error("NotReady(uint256,uint256)", &[*loaded as u64, *needed as u64])
        }
        ClassifierError::AlreadyLoaded { needed } => error("AlreadyLoaded(uint256)", &[*needed as u64]),
        ClassifierError::WrongStart { first, expected } => {
            error("WrongStart(uint256,uint256)", &[*first as u64, *expected as u64])
        }
        ClassifierError::WrongChunk { length } => error("WrongChunk(uint256)", &[*length as u64]),
        ClassifierError::LaneOutOfRange { word } => error("LaneOutOfRange(uint256)", &[*word as u64]),
        ClassifierError::UnknownLabel { label, classes } => {
            error("UnknownLabel(uint256,uint256)", &[u64::from(*label), u64::from(*classes)])
        }
        ClassifierError::NoRoomForClass { capacity } => error("NoRoomForClass(uint256)", &[u64::from(*capacity)]),
    }
}
