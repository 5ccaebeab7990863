//! Which jobs, how many, and how much of the machine.

use std::time::Duration;

use compute_session::{Signature, SignedQuote};
use jobs::{AFTERWARDS, Book, Dispute, Duty, Job, Juror, Offer, Provider, State};
use protocol::{Address, Amount, Digest, cid::Cid};

use super::{CLIENT, ME, NOW, OTHER, PRICE, job, record, terms};
use crate::{
    Lent, Record,
    choosing::{MOST_POSTED, Taken, is_idle, may_forget, may_leave, relevant},
    offering::{self, Measured},
    rest,
};

fn book(jobs: Vec<Job>) -> Book {
    let offer = Offer { price: PRICE, kinds: 3, memory_mib: 64, units_per_second: 50, details: Digest::ZERO };
    let mine = Provider { slot: 1, weight: 1, deposit: Amount::ONE, offer, ..Provider::default() };
    Book { providers: [(ME, mine)].into(), slots: vec![ME], jobs, ..Book::default() }
}

fn posted_by(client: Address) -> Job {
    Job { client, ..job(State::Posted, None) }
}

#[test]
fn posted_jobs_that_fit_are_looked_at_the_newest_first_and_only_so_many() {
    let mut unfit = posted_by(CLIENT);
    unfit.terms.highest_price = Amount(9);
    let mut jobs = vec![posted_by(CLIENT); MOST_POSTED + 1];
    jobs.extend([unfit, posted_by(ME), posted_by(CLIENT)]);
    let found = relevant(&book(jobs.clone()), ME, NOW, false);
    let newest = jobs.len() as u64;
    assert_eq!((found.len(), found[0], found[1]), (MOST_POSTED, newest, newest - 3));
    assert!(relevant(&book(jobs.clone()), ME, NOW, true).is_empty(), "whoever leaves takes no more");
    let mut poor = book(jobs.clone());
    poor.providers.get_mut(&ME).unwrap().locked = Amount(Amount::ONE.0 - terms().stake.0 + 1);
    assert!(relevant(&poor, ME, NOW, false).is_empty(), "the stake is not free");
    let mut pausing = book(jobs);
    pausing.providers.get_mut(&ME).unwrap().weight = 0;
    assert!(relevant(&pausing, ME, NOW, false).is_empty());
}

#[test]
fn own_jobs_stay_until_they_are_paid_and_their_clients_had_time_to_ask() {
    let all = book(vec![job(State::Running, Some(ME)), job(State::Running, Some(OTHER))]);
    assert_eq!(relevant(&all, ME, NOW, true), [1]);
    assert!(!is_idle(&all, ME) && !may_leave(&all, ME));
    let refunded = book(vec![job(State::Refunded, Some(ME))]);
    assert_eq!(relevant(&refunded, ME, NOW + AFTERWARDS - 1, true), [1]);
    assert!(relevant(&refunded, ME, NOW + AFTERWARDS, true).is_empty());
    assert!(is_idle(&refunded, ME) && may_leave(&refunded, ME));
    assert!(!may_leave(&Book { open_draws: 1, ..refunded }, ME), "it may be drawn as a juror");
    let mut partial = job(State::Partial, Some(ME));
    partial.run.as_mut().unwrap().agreed = 5;
    let partial = book(vec![partial]);
    assert_eq!(relevant(&partial, ME, NOW + AFTERWARDS, true), [1], "there is something to claim");
    assert!(!is_idle(&partial, ME));
}

#[test]
fn places_and_memory_are_taken_by_jobs_that_run_and_by_quotes_that_can_be_locked() {
    let quote = offering::quote(ME, PRICE, 0, &posted_by(CLIENT), NOW, 300);
    let quoted = Record { quote: Some(SignedQuote { quote, signature: Signature([27; 65]) }), ..record() };
    let (posted, running, ended) = (posted_by(CLIENT), job(State::Running, Some(ME)), job(State::Settled, Some(ME)));
    let held =
        [(&posted, Some(&quoted), false), (&posted, None, false), (&running, None, false), (&ended, None, false)];
    let taken = |now| Taken::by(held, now);
    assert_eq!(taken(NOW + 299), Taken { places: 2, memory: 32, judging: 0 });
    assert_eq!(taken(NOW + 300), Taken { places: 1, memory: 16, judging: 0 });
    let one = taken(NOW + 300);
    assert!(one.leaves_room(&posted, 2, 32));
    assert!(!one.leaves_room(&posted, 1, 32) && !one.leaves_room(&posted, 2, 31));
}

/// A dispute of somebody else's result in which this provider is drawn.
fn judged() -> Job {
    let mut judged = job(State::Disputed, Some(OTHER));
    judged.dispute = Some(Dispute {
        challenger: CLIENT,
        escalator: None,
        fee: Amount(1),
        round: 1,
        drawn: true,
        slots: 3,
        fixed_at: NOW,
        draw_block: 1,
        commit_by: NOW + 4_200,
        reveal_by: NOW + 7_800,
        shown: None,
        jurors: vec![Juror { who: ME, duty: Duty::Drawn, answer: Digest::ZERO }],
        first: 1,
    });
    judged
}

#[test]
fn what_is_kept_is_forgotten_only_of_jobs_that_are_over_for_good_and_not_of_another_chain() {
    let (seen, later) = (record(), NOW + AFTERWARDS);
    let used = Record { failed: Some(1), ..record() };
    let over = |job: &Job, now| [&seen, &used].map(|record| may_forget(job, ME, now, record));
    for state in State::ALL.into_iter().filter(|state| !state.is_final()) {
        assert_eq!(over(&job(state, Some(ME)), NOW + 10 * AFTERWARDS), [false, false], "{state:?}");
        assert_eq!(over(&job(state, Some(OTHER)), NOW + 10 * AFTERWARDS), [false, false], "{state:?}");
    }
    assert_eq!(over(&judged(), NOW + 10 * AFTERWARDS), [false, false], "it is still to be judged");
    let refunded = job(State::Refunded, Some(ME));
    assert_eq!(over(&refunded, later - 1), [false, false], "its client may still ask");
    assert_eq!(over(&refunded, later), [true, true]);
    let mut partial = job(State::Partial, Some(ME));
    partial.run.as_mut().unwrap().agreed = 5;
    assert_eq!(over(&partial, later), [false, false], "there is something to claim");
    partial.run.as_mut().unwrap().provider_claimed = true;
    assert_eq!(over(&partial, later), [true, true]);
    assert_eq!(over(&Job { state: State::Slashed, ..judged() }, later), [true, true], "it was judged here");
    // Somebody else's: what was only looked at, or what another chain knows by this number.
    assert_eq!(over(&job(State::Settled, Some(OTHER)), later), [true, false]);
}

#[test]
fn what_is_to_be_judged_is_looked_at_before_newer_jobs() {
    let all = book(vec![job(State::Running, Some(ME)), judged(), posted_by(CLIENT), judged(), posted_by(CLIENT)]);
    assert_eq!(relevant(&all, ME, NOW, false), [4, 2, 5, 3, 1]);
}

#[test]
fn a_busy_juror_runs_one_job_beyond_what_it_lends_and_not_a_second_one() {
    // One place, which a job of many hours has.
    let (running, judged, drawn) = (job(State::Running, Some(ME)), judged(), record());
    let taken = |at_work: &[bool]| {
        let disputes = at_work.iter().map(|at_work| (&judged, Some(&drawn), *at_work));
        Taken::by([(&running, Some(&drawn), true)].into_iter().chain(disputes), NOW)
    };
    let mut busy = taken(&[false, false]);
    assert_eq!((busy.places, busy.memory, busy.judging), (1, 16, 0), "who only waits takes nothing");
    assert!(busy.adds_to_judge(&judged, 1, 16), "it does not wait for the long job");
    assert!(!busy.adds_to_judge(&judged, 1, 16), "disputes cannot fill a machine");
    // The same while the first one runs.
    assert!(!taken(&[true, false]).adds_to_judge(&judged, 1, 16));
    assert!(!taken(&[true, false]).adds_to_judge(&judged, 3, 31), "there are places, and no memory");
    assert!(taken(&[true, false]).adds_to_judge(&judged, 3, 48), "there is room for all");
    // It lends two places: one of the disputes is within them, so that another one may be beyond.
    assert!(taken(&[true, false]).adds_to_judge(&judged, 2, 32));
    assert!(!taken(&[true, true, false]).adds_to_judge(&judged, 2, 32));
}

#[test]
fn a_place_for_which_a_dispute_waits_is_not_quoted_to_somebody_else() {
    // Two places, three disputes: two within them, the third beyond, and the fourth waits.
    let (judged, posted) = (judged(), posted_by(CLIENT));
    let mut taken = Taken::default();
    let begun: Vec<bool> = (0..4).map(|_| taken.adds_to_judge(&judged, 2, 32)).collect();
    assert_eq!(begun, [true, true, true, false]);
    // Two have ended, and a posted job asks for a quote: the place that is free is that of the one that waits.
    let mut left = Taken::by([(&judged, None, true)], NOW);
    assert!(left.adds_to_judge(&judged, 2, 32));
    assert!(!left.leaves_room(&posted, 2, 32));
}

#[test]
fn a_quote_is_for_the_whole_job_and_ends_before_it_could_not_be_locked_any_more() {
    let posted = posted_by(CLIENT);
    let quote = offering::quote(ME, PRICE, 4, &posted, NOW, 300);
    assert_eq!((quote.provider, quote.units, quote.expiry, quote.nonce), (ME, 100, NOW + 300, 4));
    let lock_by = posted.terms.lock_by();
    assert_eq!(offering::quote(ME, PRICE, 0, &posted, lock_by - 10, 300).expiry, lock_by);
}

#[test]
fn ten_to_ninety_per_cent_can_be_lent() {
    for (cpu, memory) in [(9, 50), (91, 50), (50, 9), (50, 91), (0, 50), (100, 50)] {
        let refused = Lent::new(cpu, memory).unwrap_err().to_string();
        assert!(refused.contains("10 to 90"), "{refused}");
    }
    for (per_cent, cores) in [(10, 1), (10, 16), (50, 2), (50, 7), (90, 1), (90, 64)] {
        let lent = Lent::new(per_cent, per_cent).unwrap();
        let together = lent.places(cores) as f64 * lent.duty(cores);
        assert!((together - lent.processors(cores)).abs() < 1e-9, "{per_cent} % of {cores}");
        assert!(lent.duty(cores) > 0.0 && lent.places(cores) <= cores as usize);
    }
    assert_eq!(Lent::new(50, 25).unwrap().mib(4 << 30), 1_023, "a quarter of 4 GiB, in whole per cents of bytes");
}

#[test]
fn who_lends_half_of_a_processor_rests_as_long_as_it_computes() {
    let busy = Duration::from_millis(60);
    assert_eq!(rest(0.5, busy), Some(busy));
    assert_eq!(rest(0.75, busy), Some(Duration::from_millis(20)));
    assert_eq!((rest(0.5, Duration::from_millis(49)), rest(1.0, busy)), (None, None));
}

#[test]
fn what_is_offered_is_the_share_of_what_was_measured() {
    let lent = Lent::new(50, 50).unwrap();
    let measured = Measured { cores: 3, memory: 2 << 30, units_per_second: 1_000, at: NOW };
    // One and a half processors for two jobs: each has three quarters of one.
    let offer = offering::offer(lent, &measured, PRICE, Cid::of_block(b"details"));
    assert_eq!((offer.units_per_second, offer.price, offer.kinds), (750, PRICE, 3));
    let details = offering::details(lent, &measured, Digest([1; 32])).unwrap();
    assert_eq!((details.cores, details.memory.per_cent(), details.measured_at), (3, 50, NOW));
    let least = Measured { units_per_second: 1, ..measured };
    assert_eq!(offering::offer(lent, &least, PRICE, Cid::of_block(b"details")).units_per_second, 1);
}
