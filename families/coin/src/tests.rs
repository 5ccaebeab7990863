//! Signatures written in this crate, and the sentences for errors, against the ABI that the compiler wrote.

#![allow(clippy::unwrap_used)]

use contracts::{
    abi::{call, number},
    refusal::decode,
    testkit::{errors_have_sentences, owned, signatures},
};

use crate::{REFUSALS, calls};

const COIN: &str = include_str!("../artifacts/ModelCoin.json");

#[test]
fn calls_of_the_coin_are_in_its_abi() {
    let ours = owned([
        calls::AIRDROP,
        calls::AIRDROPPED,
        calls::BALANCE_OF,
        calls::NONCES,
        calls::ALLOWANCE,
        calls::APPROVE,
        calls::TRANSFER,
        calls::TOTAL_SUPPLY,
    ]);
    let theirs = signatures(COIN, "function");
    assert!(ours.is_subset(&theirs), "{:?}", ours.difference(&theirs));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences([COIN], REFUSALS, &[]);
}

#[test]
fn amounts_are_told_in_tokens() {
    let one = number(1_500_000_000_000_000_000u128);
    let data = call(
        "ERC20InsufficientBalance(address,uint256,uint256)",
        &[number(5u8), one.clone(), number(20_000_000_000_000_000_000u128)],
    );
    let revert = decode(&data, &[REFUSALS]);
    assert!(revert.sentence.contains("1.5 MDC") && revert.sentence.contains("20 MDC"));
}
