//! What is sent, and how far is run.

use std::collections::BTreeSet;

use compute_session::code;
use jobs::{Dispute, Duty, Job, Juror, State, Step, calls, typed_data};
use protocol::{Address, Amount, Digest};

use super::{CLIENT, ME, NOW, OTHER, deal, end, job, record, voucher};
use crate::{Act, Look, Record, What, due, paid};

fn look<'a>(job: &'a Job, record: &'a Record, steps: &'a [Step]) -> Look<'a> {
    Look { id: 7, job, steps, record, is_prepared: true, me: ME, now: NOW }
}

fn what(job: &Job, record: &Record, steps: &[Step]) -> Option<(What, usize)> {
    due(&look(job, record, steps)).map(|act| (act.what, act.calls.len()))
}

#[test]
fn every_reason_for_which_a_job_is_given_up_has_a_sentence_of_its_own() {
    let codes = [code::STOPPED, code::CANNOT, code::UNPAID, code::LEAVES, code::LATE, u16::MAX];
    let sentences: BTreeSet<&str> = codes.into_iter().filter_map(code::sentence).collect();
    assert_eq!(sentences.len(), codes.len(), "{sentences:?}");
    assert!(code::sentence(code::STOPPED).unwrap().contains("its client stopped it"));
    assert_eq!(code::sentence(0), None, "it was not given up");
}

#[test]
fn a_locked_job_is_started_once_it_is_prepared_by_whoever_it_is_locked_for() {
    let locked = job(State::Locked, Some(ME));
    assert_eq!(due(&look(&locked, &record(), &[])), Some(Act { what: What::Start, calls: vec![calls::start(7)] }));
    assert_eq!(due(&Look { is_prepared: false, ..look(&locked, &record(), &[]) }), None);
    assert_eq!(what(&locked, &Record { failed: Some(2), ..record() }, &[]), None);
    assert_eq!(what(&job(State::Locked, Some(OTHER)), &record(), &[]), None);
    assert_eq!(what(&job(State::Posted, None), &record(), &[]), None);
}

#[test]
fn a_result_is_submitted_where_no_more_is_open_than_the_stake_covers_and_given_up_where_it_stays_open() {
    let running = job(State::Running, Some(ME));
    // Ten units may be open: a result of 25 needs promises for 15.
    let ended = |promised| Record { end: Some(end(25)), voucher: promised, ..record() };
    assert_eq!(what(&running, &ended(None), &[]), None);
    assert_eq!(what(&running, &ended(Some(voucher(14))), &[]), None);
    // The voucher is shown first, since without it too much would be open.
    assert_eq!(what(&running, &ended(Some(voucher(15))), &[]), Some((What::Submit, 2)));
    let mut shown = running.clone();
    shown.run.as_mut().unwrap().agreed = 15;
    assert_eq!(what(&shown, &ended(Some(voucher(15))), &[]), Some((What::Submit, 1)));
    // A small result needs no voucher at all.
    let small = Record { end: Some(end(10)), voucher: Some(voucher(5)), ..record() };
    let act = due(&look(&running, &small, &[])).unwrap();
    let answer = typed_data::answer(end(10).result, 10);
    let commitment = typed_data::commitment(7, 0, ME, answer, small.salt(0));
    let submit = calls::submit(7, commitment, end(10).file.digest, 10, end(10).log_head);
    assert_eq!(act, Act { what: What::Submit, calls: vec![submit] });
    // Sixty seconds before the deadline it is given up, with what was promised.
    let at = |now, record: &Record| due(&Look { now, ..look(&running, record, &[]) }).map(|act| act.what);
    let deadline = running.terms.deadline;
    assert_eq!(at(deadline - 61, &ended(Some(voucher(14)))), None);
    assert_eq!(at(deadline - 60, &ended(Some(voucher(14)))), Some(What::GiveUp));
    // One that still runs is given up when the time is over.
    assert_eq!((at(deadline - 1, &record()), at(deadline, &record())), (None, Some(What::GiveUp)));
}

#[test]
fn whoever_is_told_to_stop_or_cannot_go_on_is_paid_by_the_last_voucher() {
    let running = job(State::Running, Some(ME));
    let stopped = Record { stopped: true, voucher: Some(voucher(20)), ..record() };
    let act = due(&look(&running, &stopped, &[])).unwrap();
    let v = voucher(20);
    let redeem = calls::redeem(7, 20, v.checkpoint.digest, &v.signature.0);
    assert_eq!(act, Act { what: What::GiveUp, calls: vec![redeem, calls::fail(7, 1)] });
    assert_eq!(what(&running, &Record { failed: Some(2), ..record() }, &[]), Some((What::GiveUp, 1)));
    // What has ended and can be submitted is, even after a stop.
    assert_eq!(what(&running, &Record { end: Some(end(5)), ..stopped }, &[]), Some((What::Submit, 1)));
}

#[test]
fn what_stands_on_chain_is_settled_shown_and_claimed_as_the_rules_allow_it() {
    let ended = Record { end: Some(end(5)), ..record() };
    let submitted = job(State::Submitted, Some(ME));
    assert_eq!(what(&submitted, &ended, &[]), None);
    assert_eq!(what(&submitted, &ended, &[Step::Expire]), Some((What::Settle, 1)));
    let disputed = job(State::Disputed, Some(ME));
    let show = [Step::Show { until: NOW + 1 }];
    assert_eq!(what(&disputed, &ended, &show), Some((What::Show, 1)));
    assert_eq!((what(&disputed, &ended, &[]), what(&disputed, &record(), &show)), (None, None));
    let settled = job(State::Settled, Some(ME));
    assert_eq!(what(&settled, &ended, &[Step::Claim { amount: Amount(1) }]), Some((What::Claim, 1)));
    assert_eq!(what(&settled, &ended, &[]), None);
}

#[test]
fn in_a_dispute_what_the_stake_hangs_on_comes_first_then_the_better_voucher_and_then_the_end() {
    let disputed = job(State::Disputed, Some(ME));
    let promised = Record { end: Some(end(12)), voucher: Some(voucher(10)), ..record() };
    let (draw, show) = (Step::Draw { until: NOW + 1 }, Step::Show { until: NOW + 1 });
    assert_eq!(what(&disputed, &promised, &[draw, Step::Conclude]), Some((What::Draw, 1)));
    assert_eq!(what(&disputed, &promised, &[show]), Some((What::Show, 1)));
    assert_eq!(what(&disputed, &promised, &[]), Some((What::Redeem, 1)));
    assert_eq!(what(&disputed, &promised, &[Step::Conclude]), Some((What::Redeem, 1)));
    let mut shown = disputed.clone();
    shown.run.as_mut().unwrap().agreed = 10;
    assert_eq!(what(&shown, &promised, &[]), None);
    assert_eq!(what(&shown, &promised, &[Step::Conclude]), Some((What::Conclude, 1)));
}

#[test]
fn a_juror_commits_to_what_came_out_or_to_nothing_where_it_could_not_run_it() {
    let mut disputed = job(State::Disputed, Some(OTHER));
    disputed.dispute = Some(Dispute {
        challenger: CLIENT,
        escalator: None,
        fee: Amount(1),
        round: 2,
        drawn: true,
        slots: 3,
        fixed_at: NOW,
        draw_block: 1,
        commit_by: NOW + 10,
        reveal_by: NOW + 20,
        shown: None,
        jurors: vec![Juror { who: ME, duty: Duty::Drawn, answer: Digest::ZERO }],
        first: 0,
    });
    let commits = [Step::Commit { index: 0, until: NOW + 10 }];
    assert_eq!(what(&disputed, &record(), &commits), None, "it still runs");
    let commits_to = |record: &Record, answer| {
        let commitment = typed_data::commitment(7, 2, ME, answer, record.salt(2));
        assert_eq!(due(&look(&disputed, record, &commits)).unwrap().calls, [calls::commit(7, 0, commitment)]);
    };
    commits_to(&Record { end: Some(end(5)), ..record() }, typed_data::answer(end(5).result, 5));
    commits_to(&Record { failed: Some(2), ..record() }, typed_data::answer(Digest::ZERO, 0));
    let reveals = [Step::Reveal { index: 0, until: NOW + 20 }];
    assert_eq!(what(&disputed, &Record { end: Some(end(5)), ..record() }, &reveals), Some((What::Reveal, 1)));
    // A juror makes no checkpoints and runs all of it; whoever runs it, only what is covered.
    assert_eq!((paid::open(&disputed, ME), paid::every(&deal(), &disputed, ME)), (u64::MAX, u64::MAX));
    assert_eq!((paid::open(&disputed, OTHER), paid::every(&deal(), &disputed, OTHER)), (10, 10_000_000));
}

#[test]
fn a_job_runs_ten_units_beyond_what_is_promised_counted_from_where_it_began() {
    let deal = compute_session::Deal { begun: 3_500_000, ..deal() };
    assert_eq!(paid::allowed(&deal, &record(), 10), 13_500_000);
    assert_eq!(paid::allowed(&deal, &Record { voucher: Some(voucher(20)), ..record() }, 10), 33_500_000);
    assert_eq!(paid::allowed(&deal, &record(), u64::MAX), u64::MAX);
}

#[test]
fn nothing_is_due_about_jobs_of_others() {
    for state in State::ALL {
        let ended = Record { end: Some(end(5)), voucher: Some(voucher(5)), ..record() };
        assert_eq!(what(&job(state, Some(Address([4; 20]))), &ended, &[]), None, "{state:?}");
    }
}
