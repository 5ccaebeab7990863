//! A chain in memory with the real contracts on it, and the people who use them.

pub mod abi;
pub mod bounty_run;
pub mod chain;
pub mod gas;
pub mod jobs;
pub mod models;
pub mod permit;
pub mod sum;
pub mod tasks;
pub mod world;
pub mod worlds;

pub use bounty_run::{BountyOffer, BountyRun};
pub use chain::{Chain, Failure, Receipt};
pub use models::Models;
pub use models::files::ModelFiles;
pub use world::{World, trainer};

use ethers_core::abi::Token;
use protocol::Address;

/// An argument of a typed error.
pub fn number(value: impl Into<u128>) -> Token {
    Token::Uint(ethers_core::types::U256::from(value.into()))
}

pub fn account(address: Address) -> Token {
    Token::Address(address.0.into())
}

pub fn word(bytes: protocol::Digest) -> Token {
    Token::FixedBytes(bytes.0.to_vec())
}

/// Demands that a call was reverted with exactly this error and these arguments, and that the error is told in words.
#[track_caller]
pub fn reverts<T: std::fmt::Debug>(result: Result<T, Failure>, signature: &str, arguments: &[Token]) {
    let failure = result.expect_err(&format!("expected {signature} {arguments:?}"));
    let Failure::Reverted { data, revert } = failure else { panic!("expected {signature}, met {failure:?}") };
    let selector = &ethers_core::utils::keccak256(signature)[..4];
    let expected = [selector, &ethers_core::abi::encode(arguments)].concat();
    assert_eq!(hex::encode(data), hex::encode(expected), "expected {signature} {arguments:?}, met {revert:?}");
    assert_eq!(Some(revert.name.as_str()), signature.split('(').next());
}

/// Demands `WrongPhase` with this bounty and phase.
#[track_caller]
pub fn wrong_phase<T: std::fmt::Debug>(result: Result<T, Failure>, id: u64, phase: bounty::Phase) {
    let phase = 1 + bounty::Phase::ALL.iter().position(|p| *p == phase).unwrap() as u8;
    reverts(result, "WrongPhase(uint256,uint8)", &[number(id), number(phase)]);
}

/// Demands `WrongSubmissionState` with this bounty, trainer and state.
#[track_caller]
pub fn wrong_state<T: std::fmt::Debug>(
    result: Result<T, Failure>,
    id: u64,
    trainer: Address,
    state: Option<bounty::SubmissionState>,
) {
    use bounty::SubmissionState::*;
    let numbers = [Active, Withdrawn, Abandoned, Claimed, Conceded, Verified, Slashed, Paid];
    let state = state.map_or(0, |state| 1 + numbers.iter().position(|s| *s == state).unwrap() as u8);
    reverts(result, "WrongSubmissionState(uint256,address,uint8)", &[number(id), account(trainer), number(state)]);
}

/// Demands that a call went as the rules in Rust say: through, or refused with the same error and arguments. Whether it
/// went through.
#[track_caller]
pub fn as_decided<T: std::fmt::Debug, E>(
    result: &Result<T, Failure>,
    decided: &Result<E, contracts::Refused>,
    what: &dyn std::fmt::Debug,
) -> bool {
    match (result, decided) {
        (Ok(_), Ok(_)) => true,
        (Err(Failure::Reverted { data, revert }), Err(refused)) => {
            let met = (hex::encode(data), revert.name.as_str());
            assert_eq!(met.0, hex::encode(refused.data()), "{what:?}: rules {refused:?}, contract {revert:?}");
            assert_eq!(met.1, refused.signature().split('(').next().unwrap(), "{what:?}: the error is told in words");
            false
        }
        (Ok(_), Err(refused)) => panic!("{what:?} went through; the rules say {refused:?}"),
        (Err(failure), _) => panic!("{what:?} was refused: {failure:?}"),
    }
}

/// How many random calls a test makes: `MODELMARKET_CALLS`, or as many as it does by itself.
pub fn random_calls(by_itself: u64) -> u64 {
    let given = std::env::var("MODELMARKET_CALLS").ok();
    given.map_or(by_itself, |text| text.parse().expect("MODELMARKET_CALLS is a number"))
}

/// The seed of a random test, printed so that a failure can be repeated: `MODELMARKET_SEED=… cargo test`.
pub fn seed(test: &str) -> u64 {
    let given = std::env::var("MODELMARKET_SEED").ok().map(|text| text.parse().expect("MODELMARKET_SEED is a number"));
    let seed = given.unwrap_or_else(rand::random);
    println!("{test}: MODELMARKET_SEED={seed}");
    seed
}
