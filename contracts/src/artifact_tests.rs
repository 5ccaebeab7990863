//! Signatures written in this crate against the ABI that the compiler wrote.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{calls, calls::coin, errors, events};

fn signatures(artifact: &str, kind: &str) -> BTreeSet<String> {
    fn type_of(input: &Value) -> String {
        match input["type"].as_str().unwrap() {
            "tuple" => format!("({})", list(&input["components"])),
            plain => plain.to_owned(),
        }
    }
    fn list(inputs: &Value) -> String {
        inputs.as_array().unwrap().iter().map(type_of).collect::<Vec<_>>().join(",")
    }
    let artifact: Value = serde_json::from_str(artifact).unwrap();
    let entries = artifact["abi"].as_array().unwrap().iter();
    entries
        .filter(|entry| entry["type"] == kind)
        .map(|entry| format!("{}({})", entry["name"].as_str().unwrap(), list(&entry["inputs"])))
        .collect()
}

fn owned<'a>(signatures: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    signatures.into_iter().map(str::to_owned).collect()
}

const MARKET: &str = include_str!("../artifacts/BountyMarket.json");
const COIN: &str = include_str!("../artifacts/ModelCoin.json");

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
    let constant = |signature: &String| signature.chars().all(|c| c.is_ascii_uppercase() || "_()".contains(c));
    let theirs: BTreeSet<_> = signatures(MARKET, "function").into_iter().filter(|s| !constant(s)).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn calls_of_the_coin_are_in_its_abi() {
    let ours = owned([
        coin::AIRDROP,
        coin::AIRDROPPED,
        coin::BALANCE_OF,
        coin::NONCES,
        coin::ALLOWANCE,
        coin::APPROVE,
        coin::TRANSFER,
        coin::TOTAL_SUPPLY,
    ]);
    let theirs = signatures(COIN, "function");
    assert!(ours.is_subset(&theirs), "{:?}", ours.difference(&theirs));
}

#[test]
fn every_event_of_the_market_is_read() {
    assert_eq!(owned(events::ALL), signatures(MARKET, "event"));
}

#[test]
fn every_error_has_a_sentence() {
    let ours: BTreeSet<_> = errors::all().map(|known| known.signature.to_owned()).collect();
    let mut theirs = signatures(MARKET, "error");
    theirs.append(&mut signatures(COIN, "error"));
    theirs.extend(["Error(string)".to_owned(), "Panic(uint256)".to_owned()]);
    assert_eq!(ours, theirs);
}
