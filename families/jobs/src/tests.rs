//! Calls, topics and sentences against the ABI that the compiler wrote.

use contracts::testkit::{calls_are_of, errors_have_sentences, functions, owned, signatures, topics_are_of};
use protocol::{Address, Amount, Digest};

use crate::{Files, Offer, Quote, REFUSALS, Terms, calls, logs, typed_data};

const JOBS: &str = include_str!("../artifacts/Jobs.json");
const DISPUTES: &str = include_str!("../artifacts/job/JobDisputes.json");

pub fn terms() -> Terms {
    Terms {
        kind: 0,
        jurors: 3,
        memory_mib: 64,
        audit_rate: 500,
        max_seconds: 600,
        window: 600,
        deadline: 10_000,
        units: 1_000,
        every: 100,
        highest_price: Amount(7),
        stake: Amount(12 * 7 * 100),
        files: typed_data::files(&Files::default()),
    }
}

#[test]
fn every_function_and_event_is_known() {
    let (who, word, amount) = (Address::ZERO, Digest::ZERO, Amount(1));
    let quote = Quote { provider: who, price: amount, units: 1, expiry: 1, nonce: 1 };
    let calls = [
        calls::offer(amount, &Offer::default(), None),
        calls::pause(),
        calls::withdraw(amount),
        calls::offboard(),
        calls::revoke_quotes(1),
        calls::post(&terms(), &Files::default()),
        calls::cancel(1),
        calls::lock(1, &terms(), &quote, &[], None),
        calls::start(1),
        calls::redeem(1, 1, word, &[]),
        calls::submit(1, word, word, 1, word),
        calls::fail(1, 1),
        calls::accept(1, word),
        calls::expire(1),
        calls::claim(1),
        calls::challenge(1, word, None),
        calls::draw(1),
        calls::commit(1, 0, word),
        calls::reveal(1, 0, word, 1, word),
        calls::show(1, word, word),
        calls::escalate(1, None),
        calls::conclude(1),
        calls::collect_owed(who),
        calls::provider(who),
        calls::job(1),
        calls::dispute(1),
        calls::juror(1, 0),
        calls::claimable(1, who),
        calls::commitment_of(1, 0, who, word, 1, word),
        calls::job_count(),
        calls::provider_count(),
        calls::open_draws(),
        calls::domain_separator(),
        calls::owed(who),
        calls::total_owed(),
        calls::coin(),
    ];
    calls_are_of(&calls, &functions(JOBS));
    let topics: Vec<_> =
        logs::topics().into_iter().chain(logs::provider_topics()).chain(logs::account_topics()).collect();
    topics_are_of(&topics, &signatures(JOBS, "event"));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences([JOBS, DISPUTES], REFUSALS, &[coin::REFUSALS]);
}

#[test]
fn the_other_half_says_nothing_that_the_whole_does_not() {
    for kind in ["event", "error"] {
        let other = &signatures(DISPUTES, kind) - &signatures(JOBS, kind);
        assert_eq!(other, owned([]), "{kind}s of JobDisputes that Jobs lacks");
    }
}

#[test]
fn each_rule_for_terms_is_found_and_the_borders_are_legal() {
    use crate::Broken::{AuditRate, Checkpoints, Deadline, Jurors, Kind, Memory, Price, Seconds, Units, Window};
    let files = Files::default();
    let broken = |change: fn(&mut Terms)| {
        let mut made = terms();
        change(&mut made);
        made.check(&files, 8_799).err()
    };
    assert_eq!(broken(|_| {}), None);
    assert_eq!(terms().check(&files, 8_800), Err(Deadline), "ten minutes to start and ten to run");
    let cases: [(fn(&mut Terms), _); 20] = [
        (|t| t.kind = 8, Some(Kind)),
        (|t| t.jurors = 2, Some(Jurors)),
        (|t| t.jurors = 7, Some(Jurors)),
        (|t| t.jurors = 0, Some(Jurors)),
        (|t| t.memory_mib = 0, Some(Memory)),
        (|t| t.audit_rate = 10_001, Some(AuditRate)),
        (|t| t.audit_rate = 10_000, None),
        (|t| t.max_seconds = 0, Some(Seconds)),
        (|t| t.max_seconds = 604_801, Some(Seconds)),
        (|t| t.window = 599, Some(Window)),
        (|t| t.window = 2_592_001, Some(Window)),
        (|t| t.deadline = 8_799 + 90 * 86_400, None),
        (|t| t.deadline = 8_800 + 90 * 86_400, Some(Deadline)),
        (|t| (t.units, t.every) = (0, 0), Some(Units)),
        (|t| t.every = 0, Some(Checkpoints)),
        (|t| t.every = 1_001, Some(Checkpoints)),
        (|t| t.every = 1_000, None),
        (|t| t.highest_price = Amount(0), Some(Price)),
        (|t| t.highest_price = Amount((1 << 80) / 1_000 + 1), Some(Price)),
        (|t| t.files = Digest([1; 32]), Some(crate::Broken::Files)),
    ];
    for (place, (change, expected)) in cases.into_iter().enumerate() {
        assert_eq!(broken(change), expected, "case {place}");
    }
}

#[test]
fn audits_deter_above_one_in_one_and_the_stake_in_job_prices() {
    // A job of 1,000 at a price of 1, a stake of three jobs: one in four.
    let terms = Terms { stake: Amount(3_000), ..terms() };
    let deters = |audit_rate| Terms { audit_rate, ..terms }.deters(Amount(1));
    assert_eq!([deters(0), deters(2_500), deters(2_501), deters(10_000)], [false, false, true, true]);
}
