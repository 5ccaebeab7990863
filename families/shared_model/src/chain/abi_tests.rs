//! Calls, topics and sentences against the ABI that the compiler wrote, hashed by another crate than the bindings use.

use std::collections::BTreeSet;

use coin::PermitSignature;
use contracts::testkit::{calls_are_of, errors_have_sentences, functions, owned, signatures, topics_are_of};
use protocol::{Address, Amount, Digest};

use super::{REFUSALS, calls, logs};
use crate::{ClassifierKind, IncentiveKind, Shape, Terms};

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
    use calls::{accuracy_log, classifier, factory, market, shared};
    let (who, value, hash) = (Address::ZERO, Amount::ZERO, Digest::ZERO);
    let permit = PermitSignature { deadline: 1, r: [1; 32], s: [2; 32], v: 27 };
    let of_all = vec![
        shared::contribute(&[], 0, value, None),
        shared::contribute(&[], 0, value, Some(&permit)),
        shared::refund(&[], 0),
        shared::report(who, &[], 0),
        shared::take(who, &[], 0),
        shared::top_up(value),
        shared::top_up_with_permit(value, &permit),
        shared::withdraw(value),
        shared::propose_class(""),
        shared::support_class(1),
        shared::add_class(1),
        shared::load(0, &[]),
        shared::coin(),
        shared::classifier(),
        shared::owner(),
        shared::incentive(),
        shared::terms(),
        shared::deposit_now(),
        shared::account(who),
        shared::totals(),
        shared::key_of(who, &[], 0),
        shared::record(hash),
        shared::taken(hash, who),
        shared::proposals(),
        shared::proposal(1),
        shared::supported(1, who),
    ];
    let offer = market::Offer {
        commitments: vec![],
        bounty: value,
        stake: value,
        limit: 1,
        open_seconds: 1,
        show_window: 1,
        reveal_window: 1,
    };
    let of_markets = vec![
        market::post_market(&offer),
        market::draw(),
        market::reveal_piece(0, hash, &[]),
        market::commit(hash, None),
        market::commit(hash, Some(&permit)),
        market::show(0, &[], 0, hash),
        market::evaluate(0, &[], &[]),
        market::end_pass(),
        market::timeout(),
        market::market(),
        market::participant(who),
        market::contribution_at(0),
        market::piece_hash(0),
    ];
    let [deposit, points, with_market] = MODELS.map(functions);
    calls_are_of(&of_all, &deposit);
    calls_are_of(&of_all, &points);
    calls_are_of(&[of_all, of_markets].concat(), &with_market);
    let kind = ClassifierKind::NaiveBayes;
    let shape = Shape { kind, features: 7, capacity: 3, classes: 2, setting: 1_000_000, headers: vec![3, 4] };
    let terms = Terms { cost_weight: value, refund_wait: 1, owner_wait: 2, any_wait: 3 };
    let of_the_factory = [
        factory::create_model(&shape, IncentiveKind::Deposit, &terms, ""),
        factory::coin(),
        factory::model_count(),
        factory::models_of(who),
        factory::is_model(who),
        factory::classifier_implementation(kind),
        factory::incentive_implementation(IncentiveKind::Deposit),
    ];
    calls_are_of(&of_the_factory, &functions(FACTORY));
    let of_classifiers = [
        classifier::predict(&[]),
        classifier::scores(&[]),
        classifier::check(&[]),
        classifier::count(&[]),
        classifier::check_shape(&[]),
        classifier::model(),
        classifier::kind(),
        classifier::features(),
        classifier::capacity(),
        classifier::classes(),
        classifier::setting(),
        classifier::loaded(),
        classifier::needed(),
        classifier::ready(),
        classifier::words(0, 1),
        classifier::headers(),
    ];
    // What only the model may call has none.
    let of_the_model = owned(["load(uint32,bytes)", "teach(bytes,uint16)", "addClass()", "restart()"]);
    for artifact in CLASSIFIERS {
        calls_are_of(&of_classifiers, &(&functions(artifact) - &of_the_model));
    }
    calls_are_of(&[accuracy_log::anchor(1, hash), accuracy_log::latest(who)], &functions(LOG));
}

#[test]
fn every_event_of_shared_models_is_read() {
    let theirs: BTreeSet<String> = MODELS.iter().flat_map(|artifact| signatures(artifact, "event")).collect();
    topics_are_of(&logs::topics(), &theirs);
    topics_are_of(&[logs::created_topic()], &signatures(FACTORY, "event"));
    topics_are_of(&[logs::anchored_topic()], &signatures(LOG, "event"));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences(MODELS.into_iter().chain(CLASSIFIERS).chain([FACTORY, LOG]), REFUSALS, &[coin::REFUSALS]);
}
