use protocol::{Address, Amount};
use rand::{Rng, SeedableRng, rngs::StdRng};
use shared_model::{
    ClassifierKind, IncentiveKind, Model,
    calls::{classifier, shared},
    lanes::WORD_BYTES,
    state::{Contribution, Ending, MOST_PROPOSALS, NamedContribution, Wanted},
};

use super::asked;
use crate::harness::{
    Models,
    models::{OWNER, shape, sparse, terms},
    seed, trainer,
};

fn named(contribution: &Contribution) -> NamedContribution {
    let record = &contribution.record;
    NamedContribution {
        contributor: record.contributor,
        label: record.label,
        sample: contribution.sample.clone(),
        ending: contribution.ending,
    }
}

/// Deposits and points are told the same by calls alone as by the whole history: what each may have back, report and take.
#[test]
fn refunds_and_reports_are_known_by_calls_alone() {
    let seed = seed("stored models");
    let mut rng = StdRng::seed_from_u64(seed);
    let people = [OWNER, trainer(0), trainer(1), trainer(2)];
    let (mut refunds, mut reports, mut takes) = (0, 0, 0);
    for round in 0..12 {
        let mut models = Models::new();
        let incentive = if round % 4 == 3 { IncentiveKind::Points } else { IncentiveKind::Deposit };
        let made = models.ready(&shape(ClassifierKind::SparsePerceptron, 8, 2, 2), incentive, &terms(incentive), None);
        for person in people {
            models.fund(person, made.model, Amount::mdc(100));
        }
        for _ in 0..30 {
            let person = people[rng.random_range(0..4)];
            let whole = models.folded(made.model);
            let data = match (rng.random_range(0..6), whole.contributions.get(rng.random_range(0..8))) {
                (0..3, _) | (_, None) => {
                    let sample = sparse(&[rng.random_range(0..8)]);
                    shared::contribute(&sample, rng.random_range(0..2), Amount::mdc(10), None)
                }
                (3, Some(c)) => shared::refund(&c.sample, c.record.label),
                (4, Some(c)) => shared::report(c.record.contributor, &c.sample, c.record.label),
                (_, Some(c)) => shared::take(c.record.contributor, &c.sample, c.record.label),
            };
            // Much of it is refused.
            let _ = models.send(person, made.model, data);
            models.chain.wait(rng.random_range(1..120));
        }
        for contribution in models.folded(made.model).contributions {
            let record = contribution.record;
            let data = shared::report(record.contributor, &contribution.sample, record.label);
            let _ = models.send(OWNER, made.model, data);
        }
        let whole = models.folded(made.model);
        let contributions: Vec<_> = whole.contributions.iter().map(named).collect();
        for person in people.into_iter().chain([trainer(9)]) {
            let wanted = Wanted { person: Some(person), contributions: contributions.clone(), ..Wanted::default() };
            let (stored, known, _) = asked(&mut models, made.model, &wanted);
            assert_eq!(known.contributions.len(), whole.contributions.len());
            let now = models.chain.now();
            for (found, told) in stored.contributions.iter().zip(&whole.contributions) {
                let key = told.record.key;
                assert_eq!(known.contribution(&key).unwrap().record, told.record, "seed {seed}");
                assert_eq!(known.contribution(&key).unwrap().ending, told.ending);
                for at in [now, now + 150, now + 1_000] {
                    let says = || found.predicted;
                    let refund = whole.refund(&person, &key, at, says);
                    let report = whole.report(&person, &key, at, says);
                    let take = whole.take(&person, &key, at, says);
                    assert_eq!(known.refund(&person, &key, at, says), refund, "seed {seed}");
                    assert_eq!(known.report(&person, &key, at, says), report, "seed {seed}");
                    assert_eq!(known.take(&person, &key, at, says), take, "seed {seed}");
                    refunds += u32::from(refund.is_ok());
                    reports += u32::from(report.is_ok());
                    takes += u32::from(take.is_ok());
                }
            }
            assert_eq!(known.steps(&person, now), whole.steps(&person, now));
        }
    }
    assert!(refunds > 20 && reports > 20 && takes > 5, "{refunds} {reports} {takes}");
}

/// Who names a contribution that is none, or tells it wrong, is contradicted by the contract.
#[test]
fn what_is_named_falsely_is_not_there_or_is_told_as_it_is() {
    let mut models = Models::new();
    let incentive = IncentiveKind::Deposit;
    let made = models.ready(&shape(ClassifierKind::SparsePerceptron, 8, 2, 2), incentive, &terms(incentive), None);
    models.fund(trainer(0), made.model, Amount::mdc(100));
    models.chain.wait(3_600);
    models.send(trainer(0), made.model, shared::contribute(&sparse(&[1]), 1, Amount::mdc(10), None)).unwrap();
    let whole = models.folded(made.model);
    let true_one = named(&whole.contributions[0]);
    let false_ones = [
        NamedContribution { contributor: trainer(1), ..true_one.clone() },
        NamedContribution { label: 0, ..true_one.clone() },
        NamedContribution { sample: sparse(&[2]), ..true_one.clone() },
    ];
    for named in false_ones {
        let wanted = Wanted { contributions: vec![named], ..Wanted::default() };
        let (stored, known, _) = asked(&mut models, made.model, &wanted);
        assert!(stored.contributions.is_empty() && known.contributions.is_empty());
    }
    let told_as_over = NamedContribution { ending: Some(Ending::Taken), ..true_one };
    let wanted = Wanted { contributions: vec![told_as_over], ..Wanted::default() };
    let (_, known, _) = asked(&mut models, made.model, &wanted);
    assert_eq!((known.contributions[0].ending, known.contributions[0].record), (None, whole.contributions[0].record));
}

#[test]
fn how_far_a_start_is_loaded_and_with_what_is_known_by_calls_alone() {
    for kind in ClassifierKind::ALL {
        let mut models = Models::new();
        let shape = shape(kind, 40, 3, 2);
        let incentive = IncentiveKind::Points;
        let made = models.create(&shape, incentive, &terms(incentive));
        // A small number in the first lane of each word, which all kinds use.
        let byte = |at: usize| if at % WORD_BYTES == 2 { 1 + (at / WORD_BYTES % 5) as u8 } else { 0 };
        let words: Vec<u8> = (0..shape.needed() * WORD_BYTES).map(byte).collect();
        let half = shape.needed() as u32 / 2;
        let part = half as usize * WORD_BYTES;
        if half > 0 {
            models.send(OWNER, made.model, shared::load(0, &words[..part])).unwrap();
        }
        let (stored, known, calls) = asked(&mut models, made.model, &Wanted::default());
        assert_eq!((known.loaded, known.ready, stored.ready), (half, false, false), "{kind:?}");
        assert_eq!(known.load(&OWNER), models.folded(made.model).load(&OWNER));
        assert!(calls <= 5, "{calls} calls");
        let loaded = models.view(made.classifier, classifier::words(0, half));
        assert_eq!(shared_model::returns::shared::bytes(&loaded).unwrap(), words[..part], "{kind:?}");
    }
}

#[test]
fn proposed_classes_are_known_by_calls_alone() {
    let mut models = Models::new();
    let incentive = IncentiveKind::Points;
    let shape =
        shared_model::Shape { setting: 1, headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 60, 4, 2) };
    let made = models.ready(&shape, incentive, &terms(incentive), None);
    let sample = sparse(&[3]);
    models.send(trainer(0), made.model, shared::contribute(&sample, 1, Amount::ZERO, None)).unwrap();
    models.chain.wait(200);
    models.send(trainer(0), made.model, shared::refund(&sample, 1)).unwrap();
    for name in ["a", "b", "c"] {
        models.send(trainer(9), made.model, shared::propose_class(name)).unwrap();
    }
    models.send(trainer(0), made.model, shared::support_class(2)).unwrap();
    let same = |models: &mut Models| {
        let (now, whole) = (models.chain.now(), models.folded(made.model));
        for person in [OWNER, trainer(0), trainer(9)] {
            let wanted = Wanted { person: Some(person), proposals: true, ..Wanted::default() };
            let (_, known, _) = asked(models, made.model, &wanted);
            let may = |model: &Model, person: &Address| {
                let all = whole.proposals.iter().filter(|proposal| proposal.index.is_none()).map(|p| p.id);
                all.map(|id| (model.support_class(person, id), model.add_class(person, id, now))).collect::<Vec<_>>()
            };
            assert_eq!(may(&known, &person), may(&whole, &person));
            assert_eq!((known.classes, known.propose_class("d")), (whole.classes, whole.propose_class("d")));
        }
    };
    same(&mut models);
    models.chain.wait(200);
    same(&mut models);
    models.send(OWNER, made.model, shared::add_class(1)).unwrap();
    same(&mut models);

    // However many somebody proposes, a few questions are enough.
    for n in 0..30 {
        models.send(trainer(9), made.model, shared::propose_class(&format!("class {n}"))).unwrap();
    }
    let wanted = Wanted { person: Some(OWNER), proposals: true, ..Wanted::default() };
    let (_, known, calls) = asked(&mut models, made.model, &wanted);
    assert_eq!(known.proposals.len() as u64, MOST_PROPOSALS);
    assert!(u64::from(calls) <= 7 + 2 * MOST_PROPOSALS, "{calls} calls");
}
