//! A test set that fits no transaction, evaluated in the parts that `shared_model::evaluation` cuts it into.

use protocol::Amount;
use shared_model::{
    ClassifierKind, Sample,
    calls::market,
    evaluation::{Evaluation, Step},
    lanes,
    returns::market::MarketPhase,
};

use crate::harness::{
    models::{
        OWNER,
        market_fixture::{MarketFixture, Row},
        shape,
    },
    trainer,
};

/// What a step should stay under.
const STEP_GAS: u64 = 9_000_000;
/// Pictures of 28 · 28 pixels.
const PIXELS: u32 = 784;

/// One bright pixel.
fn picture(pixel: usize) -> Sample {
    let mut values = vec![0; PIXELS as usize];
    values[pixel] = lanes::ONE;
    Sample::Dense(values)
}

/// Twelve pieces of four pictures in ten classes.
fn fixture() -> MarketFixture {
    let row = |n: usize| (picture(n % 20), (n % 10) as u16);
    let rows: Vec<Vec<Row>> = (0..12).map(|piece| (4 * piece..4 * piece + 4).map(row).collect()).collect();
    MarketFixture::new(&shape(ClassifierKind::DensePerceptron, PIXELS, 10, 10), None, rows)
}

#[test]
fn pictures_whose_test_set_fits_no_transaction_are_evaluated_in_parts() {
    let mut fixture = fixture().open();
    fixture.commit(0, &picture(1), 1).unwrap();
    fixture.reveal_all();
    let model = fixture.made.model;
    let pieces = fixture.pieces();
    let all: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let sizes: Vec<usize> = pieces.iter().map(Vec::len).collect();
    let (first, due) = fixture.due(1);
    let whole = market::evaluate(first, &due, &all);
    assert!(fixture.models.chain.call(trainer(77), model, whole).is_err(), "all pieces at once");

    let mut sent = 0;
    while fixture.market().phase == MarketPhase::Evaluating {
        let stands = fixture.market();
        let (first, due) = fixture.due(1);
        if due.is_empty() {
            fixture.send(trainer(77), market::end_pass()).unwrap();
            continue;
        }
        let samples: Vec<usize> = due.iter().map(|item| item.sample.len()).collect();
        let counting = stands.taught.then_some(usize::from(stands.next_piece));
        let steps = Evaluation { pieces: &sizes, samples: &samples, counting }.steps(11);
        let data = |step: &Step| market::evaluate(first, &due[..step.contributions], &step.given(&all));
        let chain = &mut fixture.models.chain;
        let mut fits =
            |step: &&Step| chain.call(trainer(77), model, data(step)).is_ok_and(|tried| tried.gas <= STEP_GAS);
        let step = steps.iter().find(|step| fits(step)).expect("a step that fits");
        fixture.send(trainer(77), data(step)).unwrap();
        sent += 1;
    }
    assert!(sent > 2, "{sent} steps");
    fixture.models.money_is_conserved(model);
    let (payout, _) = fixture.expected();
    assert_eq!(fixture.models.account(model, trainer(0)).0, payout.participants()[0].balance);
    assert_eq!(fixture.models.account(model, OWNER).0, payout.pot());
    assert!(payout.pot() > Amount::ZERO);
}
