//! Signatures written in this crate, and the sentences for errors, against the ABI that the compiler wrote.

use contracts::{
    abi::{call, number},
    refusal::decode,
    testkit::{errors_have_sentences, functions, owned, signatures},
};

use crate::{REFUSALS, calls, logs};

const MARKET: &str = include_str!("../artifacts/BountyMarket.json");

#[test]
fn every_function_of_the_market_has_a_call() {
    let ours = owned([
        calls::CREATE,
        calls::CREATE_WITH_PERMIT,
        calls::CANCEL,
        calls::REVEAL_TRUTH,
        calls::SUBMIT,
        calls::SUBMIT_WITH_PERMIT,
        calls::WITHDRAW,
        calls::CLAIM,
        calls::REVEAL_PREDICTION,
        calls::TIMEOUT,
        calls::SETTLE,
        calls::SLASH_SILENT,
        calls::COLLECT,
        calls::COIN,
        calls::BOUNTY_COUNT,
        calls::BOUNTY,
        calls::SUBMISSION,
        calls::DUE,
        calls::COUNT_CORRECT,
        calls::SUPERHASH,
    ]);
    assert_eq!(ours, functions(MARKET));
}

#[test]
fn every_event_of_the_market_is_read() {
    assert_eq!(owned(logs::ALL), signatures(MARKET, "event"));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences([MARKET], REFUSALS, &[coin::REFUSALS]);
}

#[test]
fn arguments_are_told_in_words() {
    let data = call("DeadlineInPast(uint40,uint256)", &[number(1_700_000_000u64), number(1_700_000_060u64)]);
    let revert = decode(&data, &[REFUSALS]);
    assert_eq!(revert.name, "DeadlineInPast");
    assert!(revert.sentence.contains("14 November 2023, 22:13:20 UTC"), "{revert}");

    let data = call("WrongPhase(uint256,uint8)", &[number(7u8), number(4u8)]);
    let revert = decode(&data, &[REFUSALS]);
    assert!(revert.sentence.starts_with("Bounty 7 is in its claim window"), "{revert}");
}
