//! How disputes end, and who is paid what by them.
//!
//! One checkpoint's units are open: a juror's fee is F = 100 units' price, a juror locks 4F, a bond of three jurors is 12F,
//! and so is the stake; a second round has nine jurors and a bond of 36F.

use jobs::{Move, State, Verdict};
use protocol::{Amount, Digest};

use super::scene::{PRICE, RIGHT, SALT, Scene, UNITS, WRONG, person};

const F: i128 = 100 * PRICE.0 as i128;
const PAY: i128 = UNITS as i128 * PRICE.0 as i128;
/// What the last voucher promises.
const AGREED: i128 = PAY - F;
const CHALLENGER: u8 = 11;

type Answer = Option<(Digest, u64)>;
const TRUE: Answer = Some((RIGHT, UNITS));
const FALSE: Answer = Some((WRONG, UNITS));
const SILENT: Answer = None;
const UNAVAILABLE: Answer = Some((Digest::ZERO, 0));

/// A job that submitted this, challenged by provider 11, its jurors drawn.
fn challenged(result: Digest, units: u64) -> (Scene, u64) {
    let mut scene = Scene::new(18);
    let terms = scene.terms();
    let job = scene.job_in(State::Running, terms);
    scene.vouched(job, UNITS - 100);
    scene.submits(job, result, units);
    let result = scene.result(job);
    scene.does(CHALLENGER, &Move::Challenge { job, result });
    assert_eq!(scene.gain(CHALLENGER), -12 * F);
    scene.draws(job);
    (scene, job)
}

/// Jurors of the open round, by their gains.
fn gains(scene: &mut Scene, job: u64) -> Vec<i128> {
    let jurors = scene.job(job).dispute.as_ref().unwrap().jurors.clone();
    let number = |who| (10..40).find(|number| person(*number) == who).unwrap();
    jurors.iter().map(|juror| scene.gain(number(juror.who))).collect()
}

fn verdict(scene: &Scene, job: u64) -> Verdict {
    scene.job(job).verdict().unwrap().0
}

/// Gains of client, provider and challenger.
fn parties(scene: &mut Scene) -> [i128; 3] {
    [1, 10, CHALLENGER].map(|who| scene.gain(who))
}

#[test]
fn a_wrong_result_costs_the_stake() {
    let (mut scene, job) = challenged(WRONG, UNITS);
    let before = scene.supply();
    scene.judged(job, &[TRUE, TRUE, SILENT]);
    scene.shows(job, WRONG);
    scene.concludes(job);
    assert_eq!(scene.state(job), State::Slashed);
    // The stake of 12F pays two jurors; half of the other 10F is the challenger's.
    assert_eq!(parties(&mut scene), [0, -12 * F, 5 * F]);
    assert_eq!(gains(&mut scene, job), [F, F, -4 * F]);
    assert_eq!(before - scene.supply(), (5 * F + 4 * F) as u128, "burned");
}

#[test]
fn too_many_units_are_a_wrong_result() {
    let (mut scene, job) = challenged(RIGHT, UNITS);
    let metered = Some((RIGHT, UNITS - 1));
    scene.judged(job, &[metered; 3]);
    scene.shows(job, RIGHT);
    scene.concludes(job);
    assert_eq!(scene.state(job), State::Slashed);
    assert_eq!(parties(&mut scene), [0, -12 * F, 4 * F + F / 2]);
}

#[test]
fn a_false_challenge_costs_the_bond() {
    let (mut scene, job) = challenged(RIGHT, UNITS);
    scene.judged(job, &[TRUE; 3]);
    scene.shows(job, RIGHT);
    assert_eq!(verdict(&scene, job), Verdict::Stands);
    scene.concludes(job);
    assert_eq!(scene.state(job), State::Settled);
    // The bond of 12F pays three jurors; half of the other 9F is the provider's.
    assert_eq!(parties(&mut scene), [-PAY, PAY + 4 * F + F / 2, -12 * F]);
    assert_eq!(gains(&mut scene, job), [F, F, F]);
}

#[test]
fn who_does_not_show_to_what_it_committed_has_no_result() {
    let (mut scene, job) = challenged(RIGHT, UNITS);
    scene.judged(job, &[TRUE; 3]);
    scene.concludes(job);
    assert_eq!(scene.state(job), State::Slashed);
}

#[test]
fn nothing_else_can_be_shown_than_what_was_committed_to() {
    let (mut scene, job) = challenged(WRONG, UNITS);
    let jurors = scene.jurors(job);
    jurors.iter().for_each(|juror| scene.commits(job, *juror, RIGHT, UNITS));
    // The jurors' answers come out first; the provider cannot follow them.
    let (index, who) = jurors[0];
    scene.play(who, &Move::Reveal { job, index, result: RIGHT, units: UNITS, salt: SALT }).unwrap();
    assert_eq!(scene.refused(10, &Move::Show { job, result: RIGHT, salt: SALT }), "NotCommitted");
    assert_eq!(scene.refused(10, &Move::Show { job, result: WRONG, salt: RIGHT }), "NotCommitted");
    scene.shows(job, WRONG);
    assert_eq!(scene.refused(10, &Move::Show { job, result: WRONG, salt: SALT }), "AlreadyShown");
}

#[test]
fn a_juror_who_copies_a_commitment_cannot_reveal_it() {
    let (mut scene, job) = challenged(WRONG, UNITS);
    let jurors = scene.jurors(job);
    scene.commits(job, jurors[0], RIGHT, UNITS);
    let copied = scene.job(job).dispute.as_ref().unwrap().jurors[0].answer;
    for (index, who) in &jurors[1..] {
        scene.play(*who, &Move::Commit { job, index: *index, commitment: copied }).unwrap();
    }
    // Nobody reveals before all have committed, and then nobody commits.
    for (index, who) in jurors.clone() {
        let reveal = Move::Reveal { job, index, result: RIGHT, units: UNITS, salt: SALT };
        let met = scene.play(who, &reveal);
        assert_eq!(met.is_ok(), index == 0, "{met:?}");
    }
    // Nor does the provider's submission serve a juror, or the other way round.
    let (index, who) = jurors[1];
    let result = scene.result(job);
    assert!(scene.play(who, &Move::Commit { job, index, commitment: result }).is_err());
    scene.concludes(job);
    assert_eq!(scene.state(job), State::Partial, "one juror is no majority of three");
    assert_eq!(gains(&mut scene, job), [0, -4 * F, -4 * F]);
}

#[test]
fn where_nothing_is_decided_the_voucher_counts_and_nobody_else_loses() {
    for answers in [
        [SILENT, SILENT, SILENT],
        [TRUE, SILENT, SILENT],
        [TRUE, FALSE, SILENT],
        [TRUE, FALSE, Some((RIGHT, 1))],
        [UNAVAILABLE, UNAVAILABLE, TRUE],
    ] {
        let (mut scene, job) = challenged(RIGHT, UNITS);
        scene.judged(job, &answers);
        scene.shows(job, RIGHT);
        assert_eq!(verdict(&scene, job), Verdict::Undecided);
        scene.concludes(job);
        assert_eq!(scene.state(job), State::Partial, "{answers:?}");
        assert_eq!(parties(&mut scene), [-AGREED, AGREED, 0], "{answers:?}");
        let expected: Vec<i128> = answers.iter().map(|answer| if answer.is_some() { 0 } else { -4 * F }).collect();
        assert_eq!(gains(&mut scene, job), expected, "{answers:?}");
    }
}

#[test]
fn a_second_round_overturns_bought_jurors() {
    let (mut scene, job) = challenged(RIGHT, UNITS);
    // Two of three say with the challenger that the result is wrong.
    scene.judged(job, &[FALSE, FALSE, TRUE]);
    scene.shows(job, RIGHT);
    scene.chain.wait(3_600);
    assert_eq!(scene.refused(CHALLENGER, &Move::Escalate { job }), "NothingToEscalate");
    assert_eq!(scene.refused(1, &Move::Escalate { job }), "NothingToEscalate");
    assert_eq!(scene.refused(13, &Move::Escalate { job }), "NothingToEscalate");
    scene.does(10, &Move::Escalate { job });
    assert_eq!(scene.refused(1, &Move::Escalate { job }), "NotDrawn");
    scene.draws(job);
    assert_eq!(scene.refused(1, &Move::Escalate { job }), "NothingToEscalate");
    let second = scene.jurors(job);
    assert_eq!(second.len(), 9);
    let first = &scene.job(job).dispute.as_ref().unwrap().jurors[..3];
    assert!(first.iter().all(|juror| !second.iter().any(|(_, who)| *who == juror.who)), "others judge");
    let mut answers = [TRUE; 9];
    (answers[1], answers[4]) = (FALSE, SILENT);
    scene.judged(job, &answers);
    scene.concludes(job);
    assert_eq!(scene.state(job), State::Settled);
    // The first bond of 12F pays the one of the first round and seven of the second; of 4F half is the provider's, whose
    // own bond comes back.
    assert_eq!(parties(&mut scene), [-PAY, PAY + 2 * F, -12 * F]);
    let expected = [-4, -4, 1, 1, -4, 1, 1, -4, 1, 1, 1, 1].map(|fees| fees * F);
    assert_eq!(gains(&mut scene, job), expected);
}

#[test]
fn who_asks_for_a_second_round_and_is_wrong_again_loses_both() {
    let (mut scene, job) = challenged(RIGHT, UNITS);
    scene.judged(job, &[TRUE; 3]);
    scene.shows(job, RIGHT);
    scene.chain.wait(3_600);
    // The client takes the challenger's side.
    scene.does(1, &Move::Escalate { job });
    scene.draws(job);
    scene.judged(job, &[TRUE; 9]);
    scene.concludes(job);
    // 12F and 36F pay twelve jurors; half of 36F is the provider's.
    assert_eq!(parties(&mut scene), [-PAY - 36 * F, PAY + 18 * F, -12 * F]);
}

#[test]
fn a_second_round_that_decides_nothing_leaves_the_first() {
    // Nobody draws, too few are there, or nobody reveals.
    for how in ["not drawn", "silent"] {
        let (mut scene, job) = challenged(WRONG, UNITS);
        scene.judged(job, &[TRUE; 3]);
        scene.shows(job, WRONG);
        scene.chain.wait(3_600);
        scene.does(10, &Move::Escalate { job });
        if how == "silent" {
            scene.draws(job);
            let by = scene.job(job).dispute.as_ref().unwrap().reveal_by;
            scene.chain.set_time(by);
        }
        scene.concludes(job);
        assert_eq!(scene.state(job), State::Slashed, "{how}");
        // Stake and bond, 48F, pay three jurors; half of 45F is the challenger's.
        assert_eq!(parties(&mut scene), [0, -48 * F, 22 * F + F / 2], "{how}");
    }
}

#[test]
fn where_the_first_round_decides_nothing_either_side_may_ask_for_a_second() {
    for who in [10, CHALLENGER, 1] {
        let (mut scene, job) = challenged(WRONG, UNITS);
        scene.judged(job, &[TRUE, FALSE, SILENT]);
        scene.shows(job, WRONG);
        scene.chain.wait(3_600);
        scene.does(who, &Move::Escalate { job });
        scene.draws(job);
        scene.judged(job, &[TRUE; 9]);
        scene.concludes(job);
        assert_eq!(scene.state(job), State::Slashed);
        // Ten jurors are paid. The provider's own bond is lost with its stake.
        let [provider, challenger] = if who == 10 { [-48, 19] } else { [-12, 1] };
        assert_eq!(parties(&mut scene), [0, provider * F, challenger * F], "asked for by {who}");
    }
}

#[test]
fn a_dispute_that_nobody_draws_ends_all_the_same() {
    let mut scene = Scene::new(8);
    let terms = scene.terms();
    let job = scene.job_in(State::Submitted, terms);
    let result = scene.result(job);
    scene.does(CHALLENGER, &Move::Challenge { job, result });
    scene.chain.wait(3_599);
    assert_eq!(scene.refused(99, &Move::Conclude { job }), "JobTooEarly");
    scene.chain.wait(1);
    // It is not drawn anew: whoever dislikes the hash gains nothing by waiting.
    assert_eq!(scene.refused(99, &Move::Draw { job }), "JobTooLate");
    assert_eq!(scene.refused(10, &Move::Escalate { job }), "NotDrawn");
    scene.does(99, &Move::Conclude { job });
    assert_eq!(parties(&mut scene), [-AGREED, AGREED, 0]);
    assert_eq!(scene.book.open_draws, 0);
    let collected = Move::CollectOwed { account: person(CHALLENGER) };
    scene.does(99, &collected);
    assert_eq!(scene.refused(99, &collected), "NothingOwed");
}

#[test]
fn vouchers_that_come_late_still_count_where_nothing_is_decided() {
    let (mut scene, job) = challenged(RIGHT, UNITS);
    let fee = scene.job(job).dispute.as_ref().unwrap().fee;
    scene.vouched(job, UNITS);
    assert_eq!(scene.job(job).dispute.as_ref().unwrap().fee, fee, "the fee is what it was");
    scene.judged(job, &[SILENT; 3]);
    scene.concludes(job);
    assert_eq!(parties(&mut scene), [-PAY, PAY, 0]);
}

#[test]
fn what_is_left_of_a_deposit_pays_every_loss() {
    // A juror with nothing but what it has locked.
    let (mut scene, job) = challenged(RIGHT, UNITS);
    for (_, who) in scene.jurors(job) {
        let provider = scene.book.provider(who).unwrap().clone();
        assert_eq!(provider.locked, Amount(4 * F as u128));
        let amount = Amount(provider.deposit.0 - Amount::ONE.0);
        scene.play(who, &Move::Withdraw { amount }).unwrap();
        assert_eq!(scene.play(who, &Move::Offboard).unwrap_err().signature(), "NotFree(uint256,uint256)");
    }
    scene.judged(job, &[SILENT; 3]);
    scene.concludes(job);
}
