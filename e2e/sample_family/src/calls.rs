//! Call data of Thanks, its creation bytecode, and the sentences for its errors.

use contracts::{
    abi::{address, call, wide},
    deploy::{ArtifactError, with_addresses},
    refusal::{KnownError, Refusals},
    time::utc,
};
use protocol::{Address, Amount};

use crate::contract::Thanks;

const ARTIFACT: &str = include_str!("../artifacts/Thanks.json");

/// Creation bytecode, with the coin that it takes.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn deploy(coin: Address) -> Result<Vec<u8>, ArtifactError> {
    with_addresses("Thanks", ARTIFACT, &[coin])
}

/// Gives thanks; needs an allowance.
pub fn give(to: Address, value: Amount, note: &str) -> Vec<u8> {
    call::<Thanks::giveCall>((address(to), wide(value.0), note.to_owned()))
}

/// Answers, and accepts the amount.
pub fn answer(id: u64, answer: &str) -> Vec<u8> {
    call::<Thanks::answerCall>((wide(id), answer.to_owned()))
}

/// Takes it back, within a day.
pub fn take_back(id: u64) -> Vec<u8> {
    call::<Thanks::takeBackCall>((wide(id),))
}

/// After a day: it belongs to whoever was thanked.
pub fn release(id: u64) -> Vec<u8> {
    call::<Thanks::releaseCall>((wide(id),))
}

/// Every error of Thanks.
pub const REFUSALS: Refusals = &[ERRORS];

const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "NothingGiven()",
        sentence: |_| Ok("Thanks need an amount. Enter more than zero.".to_string()),
    },
    KnownError {
        signature: "OwnThanks(address)",
        sentence: |_| Ok("Nobody can thank themselves. Enter somebody else's address.".to_string()),
    },
    KnownError {
        signature: "TextTooLong(uint256)",
        sentence: |args| {
            Ok(format!("This text has {} bytes, and 280 are the most. Shorten it.", args.number::<u64>()?))
        },
    },
    KnownError {
        signature: "NotOpen(uint256,uint8)",
        sentence: |args| Ok(format!("Thanks {} are not open any more. Reload the page.", args.number::<u64>()?)),
    },
    KnownError {
        signature: "NotYours(address,address)",
        sentence: |args| {
            let (_, expected) = (args.address()?, args.address()?);
            Ok(format!("Only {} may do this. Choose that account in the wallet.", expected.short()))
        },
    },
    KnownError {
        signature: "TooLate(uint256)",
        sentence: |args| Ok(format!("This could be taken back until {}.", utc(args.number()?))),
    },
    KnownError {
        signature: "TooEarly(uint256)",
        sentence: |args| Ok(format!("This can be taken back until {}. Release it after that.", utc(args.number()?))),
    },
];
