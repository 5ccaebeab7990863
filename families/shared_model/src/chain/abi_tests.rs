//! Signatures written in this crate, and the sentences for errors, against the ABI that the compiler wrote.

use std::collections::BTreeSet;

use contracts::testkit::{errors_have_sentences, functions, owned, signatures};

use super::{REFUSALS, calls, logs};

const FACTORY: &str = include_str!("../../artifacts/ModelFactory.json");
const MODELS: [&str; 3] = [
    include_str!("../../artifacts/DepositModel.json"),
    include_str!("../../artifacts/PointsModel.json"),
    include_str!("../../artifacts/MarketModel.json"),
];
const CLASSIFIERS: [&str; 5] = [
    include_str!("../../artifacts/classifiers/DensePerceptron.json"),
    include_str!("../../artifacts/classifiers/SparsePerceptron.json"),
    include_str!("../../artifacts/classifiers/NaiveBayes.json"),
    include_str!("../../artifacts/classifiers/DenseCentroid.json"),
    include_str!("../../artifacts/classifiers/SparseCentroid.json"),
];
const LOG: &str = include_str!("../../artifacts/AccuracyLog.json");

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
fn every_event_of_shared_models_is_read() {
    let theirs: BTreeSet<String> = MODELS.iter().flat_map(|artifact| signatures(artifact, "event")).collect();
    assert_eq!(owned(logs::ALL), theirs);
    assert_eq!(owned([logs::CREATED]), signatures(FACTORY, "event"));
    assert_eq!(owned([logs::ANCHORED]), signatures(LOG, "event"));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences(MODELS.into_iter().chain(CLASSIFIERS).chain([FACTORY, LOG]), REFUSALS, &[coin::REFUSALS]);
}
