//! Calls, topics and sentences against the ABI that the compiler wrote.

use std::collections::BTreeSet;

use contracts::testkit::{calls_are_of, errors_have_sentences, functions, owned, signatures, topics_are_of};
use protocol::{Address, Amount, Digest};

use crate::{
    Event, Failure, Outcome, REFUSALS, Reason, State,
    calls::{self, Confirmation},
    event::code,
    fails_again, logs, why_ended,
};

const TASKS: &str = include_str!("../artifacts/Tasks.json");
const OFFERS: &str = include_str!("../artifacts/task/TaskOffers.json");

#[test]
fn every_function_and_event_is_known() {
    let (who, word) = (Address::ZERO, Digest::ZERO);
    let permit = coin::PermitSignature { deadline: 1, r: [0; 32], s: [0; 32], v: 27 };
    let said = Confirmation { key: word, input: word, signer: who, accepted: 0 };
    let failure = Failure { code: 1, dealt: 1, facts: 1, rows: 1 };
    let calls = [
        calls::publish(&[], None),
        calls::publish(&[], Some((Amount(1), &permit))),
        calls::confirm(1, 0, &said, None),
        calls::confirm(1, 0, &said, Some(&permit)),
        calls::reject(1, 0, ""),
        calls::cancel(1),
        calls::expire(1),
        calls::accept(1, 0, 1),
        calls::draw(1, &[]),
        calls::serve(1, word),
        calls::decline(1, &[]),
        calls::advance(1, &[], 1, &[]),
        calls::start(1),
        calls::begin(1, &[]),
        calls::finish(1, &Outcome::default(), &[]),
        calls::fail(1, &failure, &[]),
        calls::stall(1, 0, word),
        calls::respond(1, 0, word, &[]),
        calls::retry(1),
        calls::demand(1, 0, &Outcome::default(), &[]),
        calls::deliver(1, 0, &Outcome::default(), &[], &[]),
        calls::collect(1, 0),
        calls::collect_owed(who),
        calls::task(1),
        calls::seat(1, 0),
        calls::helper(1),
        calls::due(1, 0),
        calls::task_count(),
        calls::grants(),
        calls::directory(),
        calls::domain_separator(),
        calls::owed(who),
        calls::total_owed(),
        calls::coin(),
    ];
    calls_are_of(&calls, &functions(TASKS));
    let topics: Vec<_> = logs::topics().into_iter().chain(logs::account_topics()).collect();
    topics_are_of(&topics, &signatures(TASKS, "event"));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences([TASKS, OFFERS], REFUSALS, &[coin::REFUSALS, directory::REFUSALS]);
}

#[test]
fn the_other_half_says_nothing_that_the_whole_does_not() {
    for kind in ["event", "error"] {
        let other = &signatures(OFFERS, kind) - &signatures(TASKS, kind);
        assert_eq!(other, owned([]), "{kind}s of TaskOffers that Tasks lacks");
    }
}

#[test]
fn reasons_have_the_numbers_that_were_signed() {
    assert_eq!(Reason::of(2), Some(Reason::BadBatch));
    assert_eq!((Reason::of(0), Reason::of(9)), (None, None));
    let again = |code| Failure { code, dealt: 0, facts: 0, rows: 0 }.comes_again();
    assert_eq!((1..=9).filter(|code| again(*code)).collect::<Vec<_>>(), [4, 5, 6, 7], "what data are to blame for");
}

#[test]
fn why_a_task_failed_or_ended_is_said_in_words() {
    let moved = |state, code| Event::Moved { state, attempt: 1, code };
    let failed = |code| Event::Failed { failure: Failure { code, dealt: 0, facts: 0, rows: 0 } };
    let begun = [moved(State::Ready, 0), moved(State::Started, code::STARTED), moved(State::Running, code::EXECUTING)];
    let and = |more: &[Event]| why_ended(begun.iter().chain(more));
    let over = moved(State::Failed, code::FAILED);
    assert_eq!((why_ended(&[] as &[Event]), and(&[])), (None, None));
    assert_eq!(and(&[failed(5), over.clone()]).as_deref(), Some("two columns say the same, or nearly so"));
    assert_eq!(and(&[failed(99), over.clone()]).as_deref(), Some("a reason that this version does not know"));
    assert_eq!(and(&[moved(State::Failed, code::OVER_LIMIT)]).as_deref(), Some("it took longer than it may"));
    assert_eq!(and(&[moved(State::Stalled, 0), over.clone()]).as_deref(), Some("seats were silent"));
    // What was wrong is still why where nobody tried again, and not once somebody did.
    let expired = moved(State::Expired, code::DISCARDED);
    assert_eq!(and(&[failed(8), over.clone(), expired.clone()]).as_deref(), Some("somebody stopped it"));
    assert_eq!(and(&[failed(8), over.clone(), moved(State::Ready, code::RESCHEDULED)]), None);
    assert_eq!(and(&[moved(State::Finished, code::SUCCEEDED)]), None);
    // Another try may fail otherwise, or not at all.
    let tried = moved(State::Ready, code::RESCHEDULED);
    let again = |more: &[Event]| fails_again(begun.iter().chain(more));
    assert!(again(&[failed(4), over.clone()]) && !again(&[failed(8), over.clone()]) && !again(&[]));
    assert!(!again(&[failed(4), over.clone(), tried, over.clone()]));
    let started = &begun[..2];
    assert_eq!(
        why_ended(started.iter().chain([&over])).as_deref(),
        Some("not all seats had joined ten minutes after the start")
    );
    assert_eq!(why_ended([&expired]).as_deref(), Some("not all seats confirmed in time"));
    let missed = moved(State::Expired, code::ELECTION_FAILED);
    assert_eq!(why_ended([&begun[0], &missed]).as_deref(), Some("nobody drew a helper in time"));
    let rejected = Event::Rejected { seat: 1, reason: "no".into() };
    let discarded = moved(State::Rejected, code::DISCARDED);
    assert_eq!(why_ended([&rejected, &discarded]).as_deref(), Some("seat 2 rejected it, “no”"));
}

#[test]
fn every_number_of_the_contract_has_words_of_its_own() {
    let failed = |code| Failure { code, dealt: 0, facts: 0, rows: 0 };
    let of_reasons: BTreeSet<&str> = (1..=9).map(|code| failed(code).why()).collect();
    assert_eq!(of_reasons.len(), 9, "eight, and one for those of later versions: {of_reasons:?}");
    let numbers = [100_000, 100_001, 100_002, 100_003, 100_004, 100_005, 100_006, 100_008, 309_011, 309_014, 100_007];
    let of_events: BTreeSet<&str> = numbers.into_iter().map(code::words).collect();
    assert_eq!(of_events.len(), numbers.len(), "ten, and one for those of later versions: {of_events:?}");
    let moved = |code| Event::Moved { state: State::Failed, attempt: 1, code };
    assert_eq!((moved(100_004).words(), moved(0).words()), (Some("Failed"), None));
    assert_eq!(Event::Failed { failure: failed(2) }.words(), Some("the helper dealt wrongly"));
}
