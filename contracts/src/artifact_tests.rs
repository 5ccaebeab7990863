//! Signatures written in this crate against the ABI that the compiler wrote.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{calls, calls::coin, errors, events};

fn signatures(artifact: &str, kind: &str) -> BTreeSet<String> {
    fn type_of(input: &Value) -> String {
        let name = input["type"].as_str().unwrap();
        match name.strip_prefix("tuple") {
            // What follows is the brackets of a list.
            Some(rest) => format!("({}){rest}", list(&input["components"])),
            None => name.to_owned(),
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
const FACTORY: &str = include_str!("../artifacts/shared/ModelFactory.json");
const MODELS: [&str; 3] = [
    include_str!("../artifacts/shared/DepositModel.json"),
    include_str!("../artifacts/shared/PointsModel.json"),
    include_str!("../artifacts/shared/MarketModel.json"),
];
const CLASSIFIERS: [&str; 5] = [
    include_str!("../artifacts/shared/DensePerceptron.json"),
    include_str!("../artifacts/shared/SparsePerceptron.json"),
    include_str!("../artifacts/shared/NaiveBayes.json"),
    include_str!("../artifacts/shared/DenseCentroid.json"),
    include_str!("../artifacts/shared/SparseCentroid.json"),
];
const REPRODUCTIONS: &str = include_str!("../artifacts/trained/Reproductions.json");
const PUBLISHED: &str = include_str!("../artifacts/trained/PublishedModels.json");
const LOG: &str = include_str!("../artifacts/shared/AccuracyLog.json");

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

/// Functions of a contract, without its constants.
fn functions(artifact: &str) -> BTreeSet<String> {
    let constant = |signature: &String| signature.chars().all(|c| c.is_ascii_uppercase() || "_()".contains(c));
    signatures(artifact, "function").into_iter().filter(|s| !constant(s)).collect()
}

#[test]
fn every_function_of_shared_models_has_a_call() {
    use calls::{classifier, factory, market, shared};
    let of_all = owned([
        shared::CONTRIBUTE,
        shared::CONTRIBUTE_WITH_PERMIT,
        shared::REFUND,
        shared::REPORT,
        shared::TOP_UP,
        shared::TOP_UP_WITH_PERMIT,
        shared::WITHDRAW,
        shared::PROPOSE_CLASS,
        shared::SUPPORT_CLASS,
        shared::LOAD,
        shared::COIN,
        shared::CLASSIFIER,
        shared::OWNER,
        shared::INCENTIVE,
        shared::TERMS,
        shared::DEPOSIT_NOW,
        shared::ACCOUNT,
        shared::TOTALS,
        shared::KEY_OF,
        shared::RECORD,
        shared::REPORTED,
        shared::PROPOSALS,
        shared::PROPOSAL,
        shared::SUPPORTED,
    ]);
    let of_markets = owned([
        market::POST_MARKET,
        market::DRAW,
        market::REVEAL_PIECE,
        market::EVALUATE,
        market::END_PASS,
        market::TIMEOUT,
        market::MARKET,
        market::PARTICIPANT,
        market::CONTRIBUTION_AT,
        market::PIECE_HASH,
    ]);
    let [deposit, points, with_market] = MODELS.map(functions);
    assert_eq!(deposit, of_all);
    assert_eq!(points, of_all);
    assert_eq!(with_market, &of_all | &of_markets);
    let of_the_factory = owned([
        factory::CREATE,
        factory::COIN,
        factory::MODEL_COUNT,
        factory::MODEL_AT,
        factory::IS_MODEL,
        factory::CLASSIFIER_IMPLEMENTATION,
        factory::INCENTIVE_IMPLEMENTATION,
    ]);
    assert_eq!(functions(FACTORY), of_the_factory);
    let of_classifiers = owned([
        classifier::PREDICT,
        classifier::SCORES,
        classifier::CHECK,
        classifier::COUNT,
        classifier::CHECK_SHAPE,
        classifier::MODEL,
        classifier::KIND,
        classifier::FEATURES,
        classifier::CAPACITY,
        classifier::CLASSES,
        classifier::SETTING,
        classifier::LOADED,
        classifier::NEEDED,
        classifier::READY,
        classifier::WORDS,
        classifier::HEADERS,
    ]);
    let expected = &of_classifiers | &owned(classifier::OF_THE_MODEL);
    for artifact in CLASSIFIERS {
        assert_eq!(functions(artifact), expected);
    }
    assert_eq!(functions(LOG), owned([calls::accuracy_log::ANCHOR, calls::accuracy_log::LATEST]));
}

#[test]
fn every_function_and_event_about_models_as_files_is_known() {
    use calls::{published, reproductions};
    let of_reproductions =
        owned([reproductions::ATTEST, reproductions::COUNTS, reproductions::ATTESTED, reproductions::MARKET]);
    assert_eq!(functions(REPRODUCTIONS), of_reproductions);
    let of_the_list = owned([published::PUBLISH, published::WITHDRAW, published::MODEL, published::MODEL_COUNT]);
    assert_eq!(functions(PUBLISHED), of_the_list);
    assert_eq!(signatures(REPRODUCTIONS, "event"), owned([events::trained::REPRODUCED]));
    assert_eq!(signatures(PUBLISHED, "event"), owned([events::trained::PUBLISHED, events::trained::WITHDRAWN]));
}

#[test]
fn every_event_of_shared_models_is_read() {
    let theirs: BTreeSet<String> = MODELS.iter().flat_map(|artifact| signatures(artifact, "event")).collect();
    assert_eq!(owned(events::shared_model::ALL), theirs);
    assert_eq!(owned([events::shared_model::CREATED]), signatures(FACTORY, "event"));
    assert_eq!(owned([events::shared_model::ANCHORED]), signatures(LOG, "event"));
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
    let of_models = MODELS.into_iter().chain(CLASSIFIERS).chain([FACTORY, LOG, REPRODUCTIONS, PUBLISHED]);
    let mut theirs: BTreeSet<_> =
        [MARKET, COIN].into_iter().chain(of_models).flat_map(|artifact| signatures(artifact, "error")).collect();
    theirs.extend(["Error(string)".to_owned(), "Panic(uint256)".to_owned()]);
    assert_eq!(ours, theirs);
}
