//! Calls, topics and sentences against the ABI that the compiler wrote; what an account can do about a grant.

use contracts::testkit::{calls_are_of, errors_have_sentences, functions, signatures, topics_are_of};
use protocol::{Address, Amount, Digest};

use crate::{
    Charge, Dataset, DatasetTerms, Disclosure, Grant, GrantEvent, GrantState, GrantStep, GrantTerms, Industry,
    REFUSALS,
    calls::{datasets, directory, grants},
    logs,
};

const DIRECTORY: &str = include_str!("../artifacts/Directory.json");
const DATASETS: &str = include_str!("../artifacts/Datasets.json");
const GRANTS: &str = include_str!("../artifacts/Grants.json");

const OWNER: Address = Address([1; 20]);
const USER: Address = Address([2; 20]);

fn dataset() -> Dataset {
    let terms = DatasetTerms {
        metadata: Digest([1; 32]),
        data_root: Digest([2; 32]),
        id_root: Digest::ZERO,
        rows: 100,
        columns: 5,
        industry: 9,
        labelled: true,
        price_per_use: Amount(7),
        price_per_day: Amount(8),
    };
    Dataset { owner: OWNER, terms, published_at: 10, revoked: false }
}

fn terms() -> GrantTerms {
    GrantTerms {
        from: 100,
        until: 200,
        times: 2,
        tries: 3,
        facts: 10,
        rows: 0,
        min_rows: 50,
        digits: 3,
        own_coefficients: false,
    }
}

fn grant() -> Grant {
    let asked = (1, USER, Digest([9; 32]), &terms());
    let event = Grant::apply_for(Some(&dataset()), None, 50, asked).unwrap();
    Grant::after(None, &event).unwrap()
}

#[test]
fn every_function_and_event_is_known() {
    let (who, word) = (Address::ZERO, Digest::ZERO);
    let calls = [
        directory::join(word, word),
        directory::resign(),
        directory::set_profile(word),
        directory::set_key(word),
        directory::organisation(who),
        directory::organisation_count(),
    ];
    calls_are_of(&calls, &functions(DIRECTORY));
    let calls = [
        datasets::publish(&dataset().terms),
        datasets::set_prices(1, Amount(1), Amount(1)),
        datasets::revoke(1),
        datasets::dataset(1),
        datasets::standing(1),
        datasets::is_labelled(1),
        datasets::dataset_count(),
        datasets::directory(),
    ];
    calls_are_of(&calls, &functions(DATASETS));
    let told = Disclosure { min_rows: 1, digits: 1, own_coefficients: false };
    let calls = [
        grants::apply_for(1, word, &terms()),
        grants::withdraw(1),
        grants::approve(1, Amount(1)),
        grants::refuse(1, ""),
        grants::hold(&[1], 0, 1, 1),
        grants::consume(&[1], 0),
        grants::release(&[1], 0, 1, 1),
        grants::check(1, who, word, &told),
        grants::owner_of(1),
        grants::fee_of(1),
        grants::grant(1),
        grants::open(1, who, word),
        grants::grant_count(),
        grants::datasets(),
        grants::tasks(),
    ];
    calls_are_of(&calls, &functions(GRANTS));
    topics_are_of(&logs::directory_topics(), &signatures(DIRECTORY, "event"));
    topics_are_of(&logs::dataset_topics(), &signatures(DATASETS, "event"));
    topics_are_of(&logs::grant_topics(), &signatures(GRANTS, "event"));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences([DIRECTORY, DATASETS, GRANTS], REFUSALS, &[]);
}

#[test]
fn industries_are_those_of_the_contract() {
    assert_eq!((Industry::of(0), Industry::of(13)), (None, None));
    assert!(Industry::ALL.iter().all(|industry| Industry::of(industry.number()) == Some(*industry)));
}

#[test]
fn who_can_do_what_until_when() {
    let (dataset, pending) = (dataset(), grant());
    assert_eq!(pending.steps(&dataset, USER, 60), [GrantStep::Withdraw]);
    assert_eq!(pending.steps(&dataset, OWNER, 60), [GrantStep::Decide { until: 200 }]);
    assert_eq!(pending.steps(&dataset, Address([3; 20]), 60), []);
    let approved = Grant::after(Some(pending), &GrantEvent::Approved { fee: Amount(5) }).unwrap();
    let usable = [GrantStep::Use { from: 100, until: 200 }];
    // Before it begins it can be planned with; at its end it is over.
    for now in [60, 100, 199] {
        assert_eq!(approved.steps(&dataset, USER, now), usable);
    }
    assert_eq!(approved.steps(&dataset, USER, 200), []);
    assert_eq!(approved.steps(&dataset, OWNER, 100), []);
    assert_eq!(approved.steps(&Dataset { revoked: true, ..dataset.clone() }, USER, 100), []);
    let running = Grant { held: 2, tried: 2, ..approved.clone() };
    assert_eq!(running.steps(&dataset, USER, 100), []);
    assert!(running.is_open(300) && !approved.is_open(200));
}

#[test]
fn a_refusal_is_a_sentence_without_asking_a_chain() {
    let approved = Grant { state: GrantState::Approved, ..grant() };
    let nothing = Charge { covered: false, facts: 11, rows: 0 };
    let refused = approved.may_hold(4, &dataset(), 150, nothing).unwrap_err();
    let told = refused.revert(&[REFUSALS]);
    assert_eq!(told.name, "FactsUsedUp");
    assert!(told.sentence.contains("10 numbers are left, and the task would tell 11"), "{told}");
}
