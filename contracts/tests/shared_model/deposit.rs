//! Deposit, refund, take.

use protocol::{Address, Amount, Digest};
use shared_model::{ClassifierKind, Event, IncentiveKind, TakePath, calls::shared, state::record_key};

use crate::harness::{
    Models, account,
    models::{CreatedModel, OWNER, shape, sparse, terms},
    number, reverts, trainer, word,
};

/// A sparse perceptron of 10 features and two classes, all weights zero: it predicts 0 of everything at first.
fn ready(models: &mut Models) -> CreatedModel {
    let shape = shape(ClassifierKind::SparsePerceptron, 10, 2, 2);
    let made = models.ready(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit), None);
    for n in 0..5 {
        models.fund(trainer(n), made.model, Amount::mdc(100));
    }
    made
}

const MOST: Amount = Amount::mdc(10);

fn contribute(models: &mut Models, made: &CreatedModel, n: u32, features: &[u32], label: u16) -> Digest {
    let sample = sparse(features);
    models.send(trainer(n), made.model, shared::contribute(&sample, label, MOST, None)).unwrap();
    record_key(&trainer(n), label, &sample)
}

/// Gives trainer `n` a point, by a contribution with a feature of its own. Trainer 4 then teaches the opposite of
/// another feature, so that the bias is 0 again.
fn point(models: &mut Models, made: &CreatedModel, n: u32) {
    let feature = 9 - n;
    contribute(models, made, n, &[feature], 1);
    contribute(models, made, 4, &[1 + n], 0);
    models.chain.wait(200);
    models.send(trainer(n), made.model, shared::refund(&sparse(&[feature]), 1)).unwrap();
    assert!(matches!(models.last_event(made.model), Event::Refunded { point: true, .. }));
}

#[test]
fn a_deposit_is_taken_and_comes_back() {
    let mut models = Models::new();
    let made = ready(&mut models);
    models.chain.wait(3_600);
    assert_eq!(models.deposit_now(made.model), Amount(10u128.pow(15) * 3_600 / 60), "a root of 60 seconds");
    let key = contribute(&mut models, &made, 0, &[1, 2], 1);
    let record = models.record(made.model, key).unwrap();
    assert_eq!((record.initial, record.left), (Amount(60 * 10u128.pow(15)), record.initial));
    assert!(!record.known && !record.settled);
    assert_eq!(models.predict(&made, &sparse(&[1, 2])), 1, "it has learned");
    models.money_is_conserved(made.model);

    let refund = shared::refund(&sparse(&[1, 2]), 1);
    models.chain.wait(99);
    let early = models.send(trainer(0), made.model, refund.clone());
    reverts(early, "TooEarly(uint256)", &[number(models.chain.now() + 1)]);
    models.chain.wait(1);
    models.send(trainer(0), made.model, refund.clone()).unwrap();
    assert_eq!(models.account(made.model, trainer(0)), (record.initial, 0), "the point takes as long again");
    assert!(!models.record(made.model, key).unwrap().settled);
    let no_more = models.send(trainer(1), made.model, shared::report(trainer(0), &sparse(&[1, 2]), 1));
    reverts(no_more, "AlreadySettled(bytes32)", &[word(key)]);
    models.chain.wait(99);
    let early = models.send(trainer(0), made.model, refund.clone());
    reverts(early, "TooEarly(uint256)", &[number(models.chain.now() + 1)]);
    models.chain.wait(1);
    models.send(trainer(0), made.model, refund.clone()).unwrap();
    assert_eq!(models.account(made.model, trainer(0)), (record.initial, 1));
    assert_eq!(models.folded(made.model).total_good, 1);
    let again = models.send(trainer(0), made.model, refund);
    reverts(again, "AlreadySettled(bytes32)", &[word(key)]);
    models.money_is_conserved(made.model);

    let before = models.tokens(trainer(0));
    models.send(trainer(0), made.model, shared::withdraw(record.initial)).unwrap();
    assert_eq!(models.tokens(trainer(0)).0 - before.0, record.initial.0);
    assert_eq!(models.tokens(made.model), Amount::ZERO);
    let more = models.send(trainer(0), made.model, shared::withdraw(Amount(1)));
    reverts(more, "BalanceTooLow(uint128,uint128)", &[number(0u8), number(1u8)]);
}

#[test]
fn a_balance_pays_the_next_deposit_and_only_the_shortfall_is_collected() {
    let mut models = Models::new();
    let made = ready(&mut models);
    models.send(trainer(0), made.model, shared::top_up(Amount::mdc(1))).unwrap();
    models.chain.wait(4);
    assert_eq!(models.deposit_now(made.model), Amount(1_800 * 10u128.pow(15)));
    let before = models.tokens(trainer(0));
    contribute(&mut models, &made, 0, &[1], 1);
    assert_eq!(before.0 - models.tokens(trainer(0)).0, 8 * 10u128.pow(17), "1.8 less the 1 that was there");
    assert_eq!(models.account(made.model, trainer(0)), (Amount::ZERO, 0));
    models.money_is_conserved(made.model);
}

#[test]
fn a_deposit_above_what_was_agreed_to_is_refused() {
    let mut models = Models::new();
    let made = ready(&mut models);
    let cost = models.deposit_now(made.model);
    let most = Amount(cost.0 - 1);
    let refused = models.send(trainer(0), made.model, shared::contribute(&sparse(&[1]), 1, most, None));
    reverts(refused, "DepositTooHigh(uint128,uint128)", &[number(cost.0), number(most.0)]);
}

#[test]
fn what_the_classifier_refuses_is_refused() {
    let mut models = Models::new();
    let made = ready(&mut models);
    let mut send =
        |sample: &[u8], label| models.send(trainer(0), made.model, shared::contribute(sample, label, MOST, None));
    reverts(send(&sparse(&[1]), 2), "UnknownLabel(uint256,uint256)", &[number(2u8), number(2u8)]);
    reverts(send(&sparse(&[10]), 1), "IndexOutOfRange(uint256,uint256)", &[number(10u8), number(10u8)]);
    reverts(send(&sparse(&[1, 1]), 1), "IndicesNotIncreasing(uint256)", &[number(1u8)]);
    reverts(send(&[], 1), "NoFeatures()", &[]);
    reverts(send(&[0, 0, 1, 0], 1), "WrongLength(uint256,uint256)", &[number(4u8), number(6u8)]);
}

#[test]
fn the_same_thing_counts_once_and_forever() {
    let mut models = Models::new();
    let made = ready(&mut models);
    let key = contribute(&mut models, &made, 0, &[1], 1);
    let again = shared::contribute(&sparse(&[1]), 1, MOST, None);
    let refused = models.send(trainer(0), made.model, again.clone());
    reverts(refused, "AlreadyContributed(bytes32)", &[word(key)]);
    // Somebody else's, or with another label, is another one.
    contribute(&mut models, &made, 1, &[1], 1);
    contribute(&mut models, &made, 0, &[1], 0);
    models.chain.wait(100);
    let refunded = models.send(trainer(0), made.model, shared::refund(&sparse(&[1]), 1));
    let data = models.chain.call(trainer(0), made.model, again);
    reverts(data, "AlreadyContributed(bytes32)", &[word(key)]);
    // The contribution with label 0 was right in the meantime.
    reverts(refunded, "ModelDisagrees(uint16)", &[number(0u8)]);
}

#[test]
fn what_the_model_knows_earns_no_point() {
    let mut models = Models::new();
    let made = ready(&mut models);
    let key = contribute(&mut models, &made, 0, &[1], 0);
    assert!(models.record(made.model, key).unwrap().known);
    models.chain.wait(100);
    models.send(trainer(0), made.model, shared::refund(&sparse(&[1]), 0)).unwrap();
    assert!(matches!(models.last_event(made.model), Event::Refunded { point: false, .. }));
    assert_eq!(models.account(made.model, trainer(0)).1, 0);
}

#[test]
fn only_what_was_contributed_can_be_claimed_and_only_by_its_contributor() {
    let mut models = Models::new();
    let made = ready(&mut models);
    contribute(&mut models, &made, 0, &[1], 1);
    models.chain.wait(300);
    let (refund, key) = (shared::refund(&sparse(&[1]), 1), record_key(&trainer(1), 1, &sparse(&[1])));
    reverts(models.send(trainer(1), made.model, refund), "NoSuchContribution(bytes32)", &[word(key)]);
    let key = record_key(&trainer(0), 0, &sparse(&[1]));
    let report = shared::report(trainer(0), &sparse(&[1]), 0);
    reverts(models.send(trainer(1), made.model, report), "NoSuchContribution(bytes32)", &[word(key)]);
}

#[test]
fn who_waits_as_long_again_has_deposit_and_point_at_once() {
    let mut models = Models::new();
    let made = ready(&mut models);
    let key = contribute(&mut models, &made, 0, &[1, 2], 1);
    let initial = models.record(made.model, key).unwrap().initial;
    models.chain.wait(200);
    models.send(trainer(0), made.model, shared::refund(&sparse(&[1, 2]), 1)).unwrap();
    let expected = Event::Refunded { contributor: trainer(0), key, amount: initial, point: true };
    assert_eq!(*models.last_event(made.model), expected);
    assert!(models.record(made.model, key).unwrap().settled);
}

/// A point is for what still holds when it is given, and not for what held when the deposit came back.
#[test]
fn what_the_model_has_forgotten_earns_no_point() {
    let mut models = Models::new();
    let made = ready(&mut models);
    contribute(&mut models, &made, 0, &[1], 1);
    models.chain.wait(100);
    models.send(trainer(0), made.model, shared::refund(&sparse(&[1]), 1)).unwrap();
    contribute(&mut models, &made, 1, &[1], 0);
    models.chain.wait(100);
    let claim = models.send(trainer(0), made.model, shared::refund(&sparse(&[1]), 1));
    reverts(claim, "ModelDisagrees(uint16)", &[number(0u8)]);
    assert_eq!(models.account(made.model, trainer(0)).1, 0);
}

#[test]
fn only_what_the_model_did_not_know_makes_the_next_one_dear() {
    let mut models = Models::new();
    let made = ready(&mut models);
    models.chain.wait(3_600);
    let before = models.deposit_now(made.model);
    contribute(&mut models, &made, 0, &[1], 0);
    assert_eq!(models.deposit_now(made.model), before, "it is class 0 anyway");
    let stored = shared_model::returns::shared::totals(&models.view(made.model, shared::totals())).unwrap();
    assert_eq!((stored.contributions, stored.last), (1, models.folded(made.model).created_at));
    contribute(&mut models, &made, 0, &[1], 1);
    assert_eq!(models.deposit_now(made.model), Amount(3_600 * 10u128.pow(15)));
    assert_eq!(models.folded(made.model).deposit(models.chain.now()), models.deposit_now(made.model));
}

/// A model with a bad contribution of trainer 0: feature 0 is class 1, says trainer 0; all others teach it to be 0.
fn with_a_bad_one(models: &mut Models) -> (CreatedModel, Digest) {
    let made = ready(models);
    for n in 1..=3 {
        point(models, &made, n);
    }
    let key = contribute(models, &made, 0, &[0], 1);
    contribute(models, &made, 1, &[0], 0);
    assert_eq!(models.predict(&made, &sparse(&[0])), 0);
    (made, key)
}

/// Calls of trainer `n` about it.
fn report(n: u32) -> (Address, Vec<u8>) {
    (trainer(n), shared::report(trainer(0), &sparse(&[0]), 1))
}

fn take(n: u32) -> (Address, Vec<u8>) {
    (trainer(n), shared::take(trainer(0), &sparse(&[0]), 1))
}

const STRANGER: Address = Address([0x99; 20]);

#[test]
fn who_has_points_reports_and_takes_a_share_a_wait_later() {
    let mut models = Models::new();
    let (made, key) = with_a_bad_one(&mut models);
    let initial = models.record(made.model, key).unwrap().initial;
    let (who, data) = report(1);
    let at = models.record(made.model, key).unwrap().at;
    let early = models.send(who, made.model, data.clone());
    reverts(early, "TooEarly(uint256)", &[number(at + 100)]);
    let (_, taking) = take(1);
    reverts(models.send(who, made.model, taking.clone()), "NotReported(bytes32)", &[word(key)]);
    models.chain.wait(100);
    let (own, of_own) = report(0);
    reverts(models.send(own, made.model, of_own), "OwnContribution(bytes32)", &[word(key)]);
    reverts(models.send(STRANGER, made.model, data.clone()), "NoPoints(address)", &[account(STRANGER)]);

    models.send(who, made.model, data.clone()).unwrap();
    let reported = Event::Reported { reporter: who, key, contributor: trainer(0) };
    assert_eq!(*models.last_event(made.model), reported);
    let now = models.chain.now();
    assert_eq!(models.record(made.model, key).unwrap().reported_at, Some(now));
    assert_eq!(models.record(made.model, key).unwrap().left, initial, "nothing has moved");
    reverts(models.send(who, made.model, taking.clone()), "TooEarly(uint256)", &[number(now + 100)]);
    models.chain.wait(100);
    let (before, good) = models.account(made.model, who);
    assert_eq!(good, 1, "of three");
    models.send(who, made.model, taking.clone()).unwrap();
    let Event::Taken { amount, path, .. } = models.last_event(made.model).clone() else { panic!("a share") };
    assert_eq!((amount, path), (Amount(initial.0 / 3), TakePath::Share));
    assert_eq!(models.account(made.model, who), (Amount(before.0 + amount.0), 1));
    reverts(models.send(who, made.model, taking), "AlreadyTaken(bytes32,address)", &[word(key), account(who)]);
    let (_, data) = take(1);
    reverts(models.send(STRANGER, made.model, data), "NoPoints(address)", &[account(STRANGER)]);
    // One report serves all who may take.
    for n in 2..=3 {
        let (who, data) = take(n);
        models.send(who, made.model, data).unwrap();
    }
    // Three thirds, rounded down, leave at most 2 of 10^-18 MDC.
    let record = models.record(made.model, key).unwrap();
    assert!(record.left.0 < 3);
    assert_eq!(record.settled, record.left.0 == 0);
    models.money_is_conserved(made.model);
}

/// Nobody gains by reporting again and again: a report that counts cannot be put off, and who reported first has no more
/// than others.
#[test]
fn a_report_cannot_be_put_off_and_ends_to_count() {
    let mut models = Models::new();
    let (made, key) = with_a_bad_one(&mut models);
    models.chain.wait(100);
    let (ally, data) = report(3);
    models.send(ally, made.model, data.clone()).unwrap();
    let until = models.chain.now() + 300;
    for wait in [0, 100, 199] {
        models.chain.wait(wait);
        let (who, again) = report(1);
        for who in [who, ally, OWNER] {
            let refused = models.chain.call(who, made.model, again.clone());
            reverts(refused, "AlreadyReported(bytes32,uint256)", &[word(key), number(until)]);
        }
    }
    // In its last second the report still counts, and its maker's silence keeps nobody from taking.
    let (who, taking) = take(1);
    models.chain.call(who, made.model, taking.clone()).unwrap();
    models.chain.wait(1);
    reverts(models.send(who, made.model, taking.clone()), "NotReported(bytes32)", &[word(key)]);
    models.send(who, made.model, report(1).1).unwrap();
    reverts(models.send(who, made.model, taking), "TooEarly(uint256)", &[number(models.chain.now() + 100)]);
}

/// What the model disagrees with for a moment only is not lost: it must disagree when it is reported and when it is taken.
#[test]
fn a_right_contribution_comes_back_between_report_and_take() {
    let mut models = Models::new();
    let (made, key) = with_a_bad_one(&mut models);
    let initial = models.record(made.model, key).unwrap().initial;
    models.chain.wait(100);
    let (who, data) = report(1);
    models.send(who, made.model, data).unwrap();
    let refund = shared::refund(&sparse(&[0]), 1);
    reverts(models.chain.call(trainer(0), made.model, refund.clone()), "ModelDisagrees(uint16)", &[number(0u8)]);
    // Others teach the same as trainer 0.
    contribute(&mut models, &made, 2, &[0], 1);
    models.chain.wait(100);
    let (_, taking) = take(1);
    reverts(models.chain.call(who, made.model, taking.clone()), "ModelAgrees(uint16)", &[number(1u8)]);
    reverts(models.chain.call(OWNER, made.model, taking), "ModelAgrees(uint16)", &[number(1u8)]);
    let before = models.account(made.model, trainer(0)).0;
    models.send(trainer(0), made.model, refund).unwrap();
    assert_eq!(models.account(made.model, trainer(0)).0.0 - before.0, initial.0);
    models.money_is_conserved(made.model);
}

#[test]
fn the_owner_takes_all_after_the_owners_wait_unless_the_model_agrees() {
    let mut models = Models::new();
    let (made, key) = with_a_bad_one(&mut models);
    let initial = models.record(made.model, key).unwrap().initial;
    models.chain.wait(100);
    // The owner reports without points.
    let good = shared::report(trainer(1), &sparse(&[0]), 0);
    reverts(models.send(OWNER, made.model, good), "ModelAgrees(uint16)", &[number(0u8)]);
    models.send(OWNER, made.model, report(1).1).unwrap();
    models.chain.wait(99);
    let (_, data) = take(1);
    reverts(models.send(OWNER, made.model, data.clone()), "TooEarly(uint256)", &[number(models.chain.now() + 1)]);
    models.chain.wait(1);
    models.send(OWNER, made.model, data.clone()).unwrap();
    let expected = Event::Taken { taker: OWNER, key, contributor: trainer(0), amount: initial, path: TakePath::Owner };
    assert_eq!(*models.last_event(made.model), expected);
    assert_eq!(models.account(made.model, OWNER), (initial, 0));
    reverts(models.send(OWNER, made.model, data), "AlreadySettled(bytes32)", &[word(key)]);
    let refund = models.send(trainer(0), made.model, shared::refund(&sparse(&[0]), 1));
    reverts(refund, "AlreadySettled(bytes32)", &[word(key)]);
    models.money_is_conserved(made.model);
}

#[test]
fn anyone_takes_what_was_left_lying_after_the_longest_wait_but_comes_last() {
    let mut models = Models::new();
    let (made, key) = with_a_bad_one(&mut models);
    models.chain.wait(299);
    reverts(models.send(STRANGER, made.model, report(1).1), "NoPoints(address)", &[account(STRANGER)]);
    models.chain.wait(1);
    let (own, data) = report(0);
    reverts(models.send(own, made.model, data.clone()), "OwnContribution(bytes32)", &[word(key)]);
    models.send(STRANGER, made.model, data).unwrap();
    let reported = models.chain.now();
    models.chain.wait(100);
    let (own, data) = take(0);
    reverts(models.send(STRANGER, made.model, data.clone()), "TooEarly(uint256)", &[number(reported + 200)]);
    // Owner and whoever has points come first.
    models.chain.call(OWNER, made.model, data.clone()).unwrap();
    models.chain.call(trainer(1), made.model, data.clone()).unwrap();
    models.chain.wait(100);
    reverts(models.send(own, made.model, data.clone()), "OwnContribution(bytes32)", &[word(key)]);
    models.send(STRANGER, made.model, data).unwrap();
    assert!(matches!(models.last_event(made.model), Event::Taken { path: TakePath::Anyone, .. }));
    // Where the model agrees nobody takes, however long its contributor sleeps.
    let sleeping = shared::report(trainer(1), &sparse(&[0]), 0);
    reverts(models.send(STRANGER, made.model, sleeping), "ModelAgrees(uint16)", &[number(0u8)]);
    models.money_is_conserved(made.model);
}

#[test]
fn a_share_that_rounds_to_nothing_takes_what_is_left() {
    let mut models = Models::new();
    let shape = shape(ClassifierKind::SparsePerceptron, 10, 2, 2);
    // Deposits of 1 and 2 of the smallest unit.
    let terms = shared_model::Terms { cost_weight: Amount(1), ..terms(IncentiveKind::Deposit) };
    let made = models.ready(&shape, IncentiveKind::Deposit, &terms, None);
    for n in 0..5 {
        models.fund(trainer(n), made.model, Amount::mdc(1));
    }
    for n in 1..=3 {
        point(&mut models, &made, n);
    }
    models.chain.wait(3_600 * 3_600 / 4);
    let key = contribute(&mut models, &made, 0, &[0], 1);
    assert_eq!(models.record(made.model, key).unwrap().initial, Amount(2));
    contribute(&mut models, &made, 1, &[0], 0);
    models.chain.wait(100);
    let (who, data) = report(2);
    models.send(who, made.model, data).unwrap();
    models.chain.wait(100);
    models.send(who, made.model, take(2).1).unwrap();
    assert!(matches!(models.last_event(made.model), Event::Taken { amount: Amount(2), .. }), "2 / 3 is 0: all of it");
    assert!(models.record(made.model, key).unwrap().settled);
    models.money_is_conserved(made.model);
}
