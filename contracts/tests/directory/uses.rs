//! Grants in the hands of people who want more than they were given.

use directory::{DatasetTerms, Event, GrantEvent, GrantTerms, Move};
use protocol::{Address, Amount, Digest};

use super::scene::{Scene, TASKS};
use crate::harness::trainer;

const PURPOSE: Digest = Digest([9; 32]);

fn owner() -> Address {
    trainer(1)
}

fn user() -> Address {
    trainer(2)
}

/// A data set with a label, and an approved grant for two tasks with three tries and ten facts.
fn granted() -> Scene {
    let mut scene = Scene::new();
    scene.play(owner(), &Move::Join { profile: Digest([1; 32]), key: Digest([2; 32]) }).unwrap();
    let terms = DatasetTerms {
        metadata: Digest([3; 32]),
        data_root: Digest([4; 32]),
        id_root: Digest::ZERO,
        rows: 442,
        columns: 6,
        industry: 9,
        labelled: true,
        price_per_use: Amount(5),
        price_per_day: Amount(1),
    };
    scene.play(owner(), &Move::Publish(terms)).unwrap();
    scene.play(user(), &apply(&scene)).unwrap();
    scene.play(owner(), &Move::Approve { grant: 1, fee: Amount(5) }).unwrap();
    scene
}

fn apply(scene: &Scene) -> Move {
    let from = scene.chain.now();
    let terms = GrantTerms {
        from,
        until: from + 1_000,
        times: 2,
        tries: 3,
        facts: 10,
        rows: 5,
        min_rows: 50,
        digits: 3,
        own_coefficients: false,
    };
    Move::ApplyFor { dataset: 1, purpose: PURPOSE, terms }
}

fn hold(facts: u32) -> Move {
    Move::Hold { grants: vec![1], covered: 0, facts, rows: 0 }
}

fn give_back(facts: u32) -> Move {
    Move::Release { grants: vec![1], covered: 0, facts, rows: 0 }
}

#[track_caller]
fn refused(scene: &mut Scene, caller: Address, what: &Move) -> &'static str {
    scene.play(caller, what).expect_err("refused").signature().split('(').next().unwrap()
}

#[test]
fn a_second_grant_for_the_same_is_refused_while_one_is_open() {
    let mut scene = granted();
    let again = apply(&scene);
    assert_eq!(refused(&mut scene, user(), &again), "GrantOpen");
    // Who refuses to say what it is for, or is somebody else, has no more by it.
    let Move::ApplyFor { terms, .. } = again.clone() else { unreachable!() };
    let anything = Move::ApplyFor { dataset: 1, purpose: Digest::ZERO, terms };
    assert_eq!(refused(&mut scene, user(), &anything), "PurposeNeeded");
    for _ in 0..2 {
        scene.play(TASKS, &hold(1)).unwrap();
        assert_eq!(refused(&mut scene, user(), &again), "GrantOpen");
        scene.play(TASKS, &Move::Consume { grants: vec![1], covered: 0 }).unwrap();
    }
    let again = apply(&scene);
    scene.play(user(), &again).unwrap();
    assert_eq!(scene.grant(2).unwrap().user, user());
}

#[test]
fn a_failed_start_is_not_free() {
    let mut scene = granted();
    for _ in 0..3 {
        scene.play(TASKS, &hold(2)).unwrap();
        scene.play(TASKS, &give_back(2)).unwrap();
    }
    assert_eq!(refused(&mut scene, TASKS, &hold(2)), "TriesUsedUp");
    let grant = scene.grant(1).unwrap();
    assert_eq!((grant.used, grant.held, grant.tried, grant.facts_used), (0, 0, 3, 0));
}

#[test]
fn what_was_told_is_never_given_back() {
    let mut scene = granted();
    scene.play(TASKS, &hold(8)).unwrap();
    // Three of the eight were told before the run failed.
    scene.play(TASKS, &give_back(5)).unwrap();
    assert_eq!(refused(&mut scene, TASKS, &hold(8)), "FactsUsedUp");
    scene.play(TASKS, &hold(7)).unwrap();
    assert_eq!(scene.grant(1).unwrap().facts_used, 10);
}

#[test]
fn nobody_but_tasks_draws_on_a_grant() {
    let mut scene = granted();
    for caller in [user(), owner(), trainer(9)] {
        assert_eq!(refused(&mut scene, caller, &hold(1)), "NotTasks");
    }
}

#[test]
fn several_grants_are_held_together_or_not_at_all() {
    let mut scene = granted();
    let other = trainer(3);
    let again = apply(&scene);
    scene.play(other, &again).unwrap();
    let both = Move::Hold { grants: vec![1, 2], covered: 0, facts: 1, rows: 0 };
    assert_eq!(refused(&mut scene, TASKS, &both), "WrongGrantState");
    assert_eq!((scene.grant(1).unwrap().held, scene.grant(1).unwrap().tried), (0, 0));
    scene.play(owner(), &Move::Approve { grant: 2, fee: Amount(0) }).unwrap();
    scene.play(TASKS, &both).unwrap();
    assert_eq!((scene.grant(1).unwrap().held, scene.grant(2).unwrap().held), (1, 1));
}

#[test]
fn nothing_starts_before_after_or_on_what_was_revoked() {
    let mut scene = granted();
    let until = scene.folded.grants[1].terms.until;
    scene.chain.set_time(until - 1);
    scene.play(TASKS, &hold(1)).unwrap();
    scene.play(TASKS, &give_back(1)).unwrap();
    scene.play(owner(), &Move::Revoke { dataset: 1 }).unwrap();
    assert_eq!(refused(&mut scene, TASKS, &hold(1)), "DatasetNotUsable");
    scene.chain.set_time(until);
    assert_eq!(refused(&mut scene, TASKS, &hold(1)), "GrantOver");
    let other = trainer(4);
    let again = apply(&scene);
    assert_eq!(refused(&mut scene, other, &again), "DatasetNotUsable");
}

#[test]
fn the_applicant_reads_why_it_was_refused() {
    let mut scene = granted();
    let other = trainer(3);
    let again = apply(&scene);
    scene.play(other, &again).unwrap();
    let reason = "Not without a contract between our legal departments.".to_owned();
    let receipt = scene.play(owner(), &Move::Refuse { grant: 2, reason: reason.clone() }).unwrap();
    let [(_, log)] = &receipt.logs[..] else { panic!("one log") };
    let (id, event) = directory::logs::grant(log).unwrap().unwrap();
    assert_eq!(Event::Grant(id, event), Event::Grant(2, GrantEvent::Refused { reason: reason.clone() }));
    assert_eq!(scene.folded.grants[2].reason, Some(reason));
    assert_eq!(refused(&mut scene, owner(), &Move::Approve { grant: 2, fee: Amount(1) }), "WrongGrantState");
}
