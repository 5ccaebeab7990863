//! What each action of a shared model costs, on small models: a sparse perceptron of 100 features under deposits, and a
//! market on naive Bayes of 12 features with two counting pieces of four rows.
//!
//! Unless a name says otherwise people act for the first time in a model that others have taught before.

use std::collections::BTreeMap;

use protocol::{Amount, Digest};
use shared_model::{
    ClassifierKind, IncentiveKind, Sample, Shape,
    calls::{accuracy_log, factory, market, shared},
    lanes,
};

use super::super::{
    Models,
    bounty_run::METADATA_CID,
    models::market_fixture::{MarketFixture, OPEN_SECONDS},
    models::{OWNER, shape, sparse, terms},
    trainer,
};

type Table = BTreeMap<&'static str, u64>;

pub fn measure(table: &mut Table) {
    deposits(table);
    classes(table);
    fixture(table);
    let mut models = Models::new();
    models.send(OWNER, models.log, accuracy_log::anchor(1, Digest([1; 32]))).unwrap();
    let again = models.send(OWNER, models.log, accuracy_log::anchor(2, Digest([2; 32]))).unwrap();
    table.insert("accuracy_log_anchor", again.gas);
}

const MOST: Amount = Amount::mdc(10);

fn deposits(table: &mut Table) {
    let mut models = Models::new();
    let shape = shape(ClassifierKind::SparsePerceptron, 100, 2, 2);
    models.create(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit));
    let create = factory::create_model(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit), METADATA_CID);
    table.insert("model_create", models.send(OWNER, models.factory, create).unwrap().gas);
    let made = models.create(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit));
    let words = lanes::write(&vec![1; shape.features as usize]);
    table.insert("model_load_10_words", models.load(&made, &words, 10));

    let model = made.model;
    for n in 0..3 {
        models.fund(trainer(n), model, Amount::mdc(100));
    }
    let send = |models: &mut Models, n, data| models.send(trainer(n), model, data).unwrap().gas;
    // In a word each, so that a lesson is about itself alone: the opposite of another feature undoes the bias.
    let lesson = |models: &mut Models, n, feature, label| {
        models.chain.wait(10);
        send(models, n, shared::contribute(&sparse(&[feature]), label, MOST, None))
    };
    lesson(&mut models, 1, 50, 0);
    table.insert("model_contribute_first", lesson(&mut models, 0, 0, 0));
    table.insert("model_top_up", send(&mut models, 0, shared::top_up(Amount::mdc(50))));
    lesson(&mut models, 0, 10, 1);
    table.insert("model_contribute", lesson(&mut models, 0, 20, 0));
    models.chain.wait(200);
    table.insert("model_refund", send(&mut models, 0, shared::refund(&sparse(&[20]), 0)));
    send(&mut models, 1, shared::refund(&sparse(&[50]), 0));
    // Feature 30 is class 1, says trainer 0, and all others disagree.
    lesson(&mut models, 0, 30, 1);
    while models.predict(&made, &sparse(&[30])) == 1 {
        models.fund(trainer(2), model, Amount::mdc(100));
        lesson(&mut models, 2, 30, 0);
        let other = 60 + models.folded(model).contributions.len() as u32;
        lesson(&mut models, 2, other, 0);
    }
    models.chain.wait(100);
    let report = shared::report(trainer(0), &sparse(&[30]), 1);
    table.insert("model_report", send(&mut models, 1, report));
    models.chain.wait(100);
    table.insert("model_take_share", send(&mut models, 1, shared::take(trainer(0), &sparse(&[30]), 1)));
    table.insert("model_withdraw", send(&mut models, 0, shared::withdraw(Amount::mdc(1))));
}

fn classes(table: &mut Table) {
    let mut models = Models::new();
    let shape = Shape { headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 12, 3, 2) };
    let made = models.ready(&shape, IncentiveKind::Points, &terms(IncentiveKind::Points), None);
    let propose = models.send(trainer(0), made.model, shared::propose_class("neutral")).unwrap();
    table.insert("model_propose_class", propose.gas);
    let sample = sparse(&[3]);
    models.send(trainer(0), made.model, shared::contribute(&sample, 1, Amount::ZERO, None)).unwrap();
    models.chain.wait(200);
    models.send(trainer(0), made.model, shared::refund(&sample, 1)).unwrap();
    let support = models.send(trainer(0), made.model, shared::support_class(1)).unwrap();
    table.insert("model_support_class", support.gas);
    let add = models.send(OWNER, made.model, shared::add_class(1)).unwrap();
    table.insert("model_add_class", add.gas);
}

fn fixture(table: &mut Table) {
    let row = |n: u32, label: u16| (Sample::Sparse(vec![n + 6 * u32::from(label)]), label);
    let rows = (0..3).map(|piece| vec![row(piece, 0), row(piece, 1), row(piece + 1, 0), row(piece + 1, 1)]).collect();
    let shape = Shape { headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 12, 2, 2) };
    let mut fixture = MarketFixture::new(&shape, None, rows);
    table.insert("market_post_3_pieces", fixture.post().unwrap().gas);
    table.insert("market_draw", fixture.draw().unwrap().gas);
    let drawn = fixture.drawn();
    table.insert("market_reveal_drawn_4_rows", fixture.reveal(drawn).unwrap().gas);
    fixture.commit(0, &Sample::Sparse(vec![6, 7]), 1).unwrap();
    table.insert("market_commit", fixture.commit(1, &Sample::Sparse(vec![8, 9]), 1).unwrap().gas);
    fixture.models.chain.wait(u64::from(OPEN_SECONDS));
    fixture.show(0).unwrap();
    table.insert("market_show", fixture.show(1).unwrap().gas);
    fixture.reveal_all();
    let (items, pieces) = (fixture.items(), fixture.pieces());
    fixture.evaluate(0, &items[..1], &pieces).unwrap();
    table.insert("market_evaluate_8_rows", fixture.evaluate(1, &items[1..], &pieces).unwrap().gas);
    table.insert("market_end_pass_paying_2", fixture.send(trainer(9), market::end_pass()).unwrap().gas);
}
