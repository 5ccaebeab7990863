//! Calls, topics and sentences against the ABI that the compiler wrote, hashed by another crate than the bindings use.

use contracts::{
    refusal::decode,
    testkit::{calls_are_of, error, errors_have_sentences, owned, signatures},
};
use protocol::{Address, Amount};

use crate::{REFUSALS, calls, tokens_are_missing};

const COIN: &str = include_str!("../artifacts/ModelCoin.json");

#[test]
fn calls_of_the_coin_are_in_its_abi() {
    let (who, value) = (Address::ZERO, Amount::ZERO);
    let ours = owned([
        "airdrop()",
        "airdropped(address)",
        "balanceOf(address)",
        "nonces(address)",
        "allowance(address,address)",
        "approve(address,uint256)",
        "transfer(address,uint256)",
        "totalSupply()",
    ]);
    let theirs = signatures(COIN, "function");
    assert!(ours.is_subset(&theirs), "{:?}", ours.difference(&theirs));
    let calls = [
        calls::airdrop(),
        calls::airdropped(who),
        calls::balance_of(who),
        calls::nonces(who),
        calls::allowance(who, who),
        calls::approve(who, value),
        calls::transfer(who, value),
        calls::total_supply(),
    ];
    calls_are_of(&calls, &ours);
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences([COIN], REFUSALS, &[]);
}

#[test]
fn amounts_are_told_in_tokens() {
    let data = error(
        "ERC20InsufficientBalance(address,uint256,uint256)",
        &[5, 1_500_000_000_000_000_000, 20_000_000_000_000_000_000],
    );
    let revert = decode(&data, &[REFUSALS]);
    assert!(revert.sentence.contains("1.5 MDC") && revert.sentence.contains("20 MDC"));
}

#[test]
fn missing_tokens_are_told_from_other_reasons() {
    let short = ["ERC20InsufficientBalance", "ERC20InsufficientAllowance"];
    for name in short {
        assert!(tokens_are_missing(&error(&format!("{name}(address,uint256,uint256)"), &[5, 1, 2])), "{name}");
    }
    for other in [error("AirdropPoolEmpty()", &[]), error("ERC20InvalidSender(address)", &[5]), Vec::new(), vec![0xfb]]
    {
        assert!(!tokens_are_missing(&other));
    }
}
