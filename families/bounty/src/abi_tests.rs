//! Calls, topics and sentences against the ABI that the compiler wrote, hashed by another crate than the bindings use.

use coin::PermitSignature;
use contracts::{
    refusal::decode,
    testkit::{calls_are_of, error, errors_have_sentences, functions, signatures, topics_are_of},
};
use protocol::{Address, Amount, Digest};

use crate::{Commitment, PostNumber, REFUSALS, Terms, calls, logs};

const MARKET: &str = include_str!("../artifacts/BountyMarket.json");

#[test]
fn every_function_of_the_market_has_a_call() {
    let (who, hash) = (Address::ZERO, Digest::ZERO);
    let permit = PermitSignature { deadline: 1, r: [1; 32], s: [2; 32], v: 27 };
    let terms = Terms {
        reward: Amount::ZERO,
        stake: Amount::ZERO,
        deadline: 0,
        window: 0,
        test_rows: 0,
        classes: 0,
        min_correct: 0,
        truth_superhash: hash,
        post_number: PostNumber::default(),
    };
    let committed = Commitment { prediction_superhash: hash, model_superhash: hash };
    let calls = [
        calls::create(&terms, "", "", "", None),
        calls::create(&terms, "", "", "", Some(&permit)),
        calls::cancel(1, 0),
        calls::reveal_truth(1, &[]),
        calls::submit(1, hash, hash, None),
        calls::submit(1, hash, hash, Some(&permit)),
        calls::replace(1, hash),
        calls::withdraw(1),
        calls::withdraw_in_time(1),
        calls::claim(1, 1),
        calls::reveal_prediction(1, &committed, &[], &[], ""),
        calls::timeout(1),
        calls::settle(1),
        calls::slash_silent(1, who),
        calls::collect(1, who),
        calls::coin(),
        calls::bounty_count(),
        calls::bounty(1),
        calls::submission(1, who),
        calls::due(1, who),
        calls::count_correct(&[], &[], 1, 2),
        calls::commitment(&committed),
        calls::superhash(&[]),
    ];
    calls_are_of(&calls, &functions(MARKET));
}

#[test]
fn every_event_of_the_market_is_read() {
    topics_are_of(&logs::topics(), &signatures(MARKET, "event"));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences([MARKET], REFUSALS, &[coin::REFUSALS]);
}

#[test]
fn arguments_are_told_in_words() {
    let data = error("DeadlineInPast(uint40,uint256)", &[1_700_000_000, 1_700_000_060]);
    let revert = decode(&data, &[REFUSALS]);
    assert_eq!(revert.name, "DeadlineInPast");
    assert!(revert.sentence.contains("14 November 2023, 22:13:20 UTC"), "{revert}");

    let data = error("WrongPhase(uint256,uint8)", &[7, 4]);
    let revert = decode(&data, &[REFUSALS]);
    assert!(revert.sentence.starts_with("Bounty 7 is in its claim window"), "{revert}");
}
