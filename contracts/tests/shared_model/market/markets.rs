//! Random prediction markets, with every kind of classifier: what the chain pays and learns is what the replicas say.

use protocol::Amount;
use rand::{
    Rng, SeedableRng,
    rngs::StdRng,
    seq::{IndexedRandom, SliceRandom},
};
use shared_model::{ClassifierKind, Sample, Shape, calls::market, returns::market::MarketPhase};

use super::super::play::{sample, words};
use crate::harness::{
    Models,
    models::market_fixture::{MarketFixture, Row},
    models::{OWNER, shape},
    seed, trainer,
};

/// What there is to learn: a class by the first feature that a sample lists, or by its largest value.
fn truth(shape: &Shape, sample: &Sample) -> u16 {
    let feature = match sample {
        Sample::Sparse(listed) => listed[0],
        Sample::Dense(values) => (0..values.len()).max_by_key(|i| values[*i]).unwrap_or(0) as u32,
    };
    (feature % u32::from(shape.classes)) as u16
}

#[test]
fn random_markets_pay_what_the_rule_says() {
    let seed = seed("markets");
    let markets = std::env::var("MODELMARKET_CALLS").ok().map_or(150, |n| n.parse::<usize>().expect("a number") / 300);
    let mut rng = StdRng::seed_from_u64(seed);
    let (mut dropped, mut passes, mut timed_out, mut unshown, mut stalled) = (0, 0, 0, 0, 0);
    let mut number = 0;
    // So many, and on until everything that can happen to a market has happened.
    while number < markets || dropped <= 5 || passes <= number / 2 || timed_out == 0 || unshown == 0 || stalled == 0 {
        assert!(
            number < markets + 500,
            "{dropped} dropped, {passes} passes, {timed_out} timed out in {number} markets"
        );
        number += 1;
        let mut fixture = random(ClassifierKind::ALL[number % 5], &mut rng).open();
        let people = rng.random_range(1..6);
        let honesty: Vec<f64> = (0..people).map(|_| *[0.0, 0.5, 0.9, 1.0].choose(&mut rng).unwrap()).collect();
        for _ in 0..rng.random_range(0..=fixture.offer.limit) {
            let who = rng.random_range(0..people);
            let sample = sample(&fixture.made.shape, &mut rng);
            let right = truth(&fixture.made.shape, &sample);
            let wrong = (right + 1) % fixture.made.shape.classes;
            let label = if rng.random_bool(honesty[who as usize]) { right } else { wrong };
            fixture.commit(who, &sample, label).unwrap();
        }
        unshown += show_some(&mut fixture, &mut rng);
        fixture.models.money_is_conserved(fixture.made.model);
        if rng.random_ratio(1, 10) {
            let until = fixture.market().until.max(fixture.models.chain.now());
            fixture.models.chain.set_time(until);
            fixture.send(trainer(77), market::timeout()).unwrap();
            assert_eq!(fixture.market().phase, MarketPhase::TimedOut);
            timed_out += 1;
        } else {
            fixture.reveal_all();
            if fixture.items().is_empty() {
                assert_eq!(fixture.market().phase, MarketPhase::Ended);
                empty(&mut fixture);
                continue;
            }
            let batch = rng.random_range(1..6);
            if rng.random_ratio(1, 10) {
                let (first, due) = fixture.due(batch);
                let pieces = fixture.pieces();
                fixture.evaluate(first, &due, &pieces).unwrap();
                let until = fixture.market().until;
                fixture.models.chain.set_time(until);
                fixture.send(trainer(77), market::timeout()).unwrap();
                stalled += 1;
                empty(&mut fixture);
                continue;
            }
            fixture.finish(batch);
            let market = fixture.models.folded(fixture.made.model).market.unwrap();
            dropped += market.dropped.len();
            passes += market.passes.len();
        }
        empty(&mut fixture);
    }
    println!(
        "{number} markets, {passes} passes, {dropped} dropped, {unshown} unshown, {timed_out} + {stalled} timed out"
    );
}

/// Shows in any order what was committed to, and leaves some out: at least what cannot be shown since the same account has
/// shown it before. Answers how many were left out.
fn show_some(fixture: &mut MarketFixture, rng: &mut StdRng) -> usize {
    let closes = fixture.market().until;
    if fixture.market().phase == MarketPhase::Open {
        fixture.models.chain.set_time(closes);
    }
    let mut order: Vec<usize> = (0..fixture.committed.len()).collect();
    order.shuffle(rng);
    let mut left_out = 0;
    for index in order {
        if rng.random_ratio(1, 8) || fixture.show(index).is_err() {
            fixture.forget(index);
            left_out += 1;
        }
    }
    if fixture.market().phase == MarketPhase::Showing {
        let until = fixture.market().until;
        fixture.models.chain.set_time(until);
    }
    left_out
}

/// Everybody takes all out, and then nothing is left.
fn empty(fixture: &mut MarketFixture) {
    let model = fixture.made.model;
    fixture.models.money_is_conserved(model);
    for who in (0..6).map(trainer).chain([OWNER]) {
        let balance = fixture.models.account(model, who).0;
        fixture.send(who, shared_model::calls::shared::withdraw(balance)).unwrap();
    }
    assert_eq!(fixture.models.tokens(model), Amount::ZERO);
}

fn random(kind: ClassifierKind, rng: &mut StdRng) -> MarketFixture {
    let capacity = *[2, 3, 5].choose(rng).unwrap();
    let classes = rng.random_range(2..=capacity);
    let mut shape = shape(kind, rng.random_range(6..25), capacity, classes);
    let samples = if kind.is_perceptron() { 0..3 } else { 1..6 };
    shape.headers = shape.headers.iter().map(|_| rng.random_range(samples.clone())).collect();
    let words = words(&shape, rng);
    let mut row = || -> Row {
        let sample = sample(&shape, rng);
        let label = truth(&shape, &sample);
        (sample, label)
    };
    let rows = [3, 1, 6, 4].map(|length| (0..length).map(|_| row()).collect()).to_vec();
    let mut fixture = MarketFixture::with_models(Models::new(), &shape, Some(words), rows);
    // Small amounts, so that divisions leave remainders and people run out.
    let bounty = *[1, 97, 1_000, 10u128.pow(20)].choose(rng).unwrap();
    fixture.offer.bounty = Amount(bounty);
    fixture.offer.stake = Amount(rng.random_range(1..=1 + bounty / 10));
    fixture.offer.limit = rng.random_range(1..15);
    fixture
}
