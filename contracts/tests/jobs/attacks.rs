//! Who gains by lying, staying silent, coming first, having many addresses, choosing the moment.

use jobs::{Move, State, Verdict};
use protocol::{Address, Digest};

use super::scene::{PRICE, RIGHT, SALT, Scene, UNITS, WRONG, person};

/// The fee of a juror; see `disputes`.
const F: i128 = 100 * PRICE.0 as i128;
const PAY: i128 = UNITS as i128 * PRICE.0 as i128;

fn submitted(scene: &mut Scene, result: Digest) -> u64 {
    let terms = scene.terms();
    let job = scene.job_in(State::Running, terms);
    scene.vouched(job, UNITS - 100);
    scene.submits(job, result, UNITS);
    job
}

/// A dispute of a first round in which `own` of the jurors answer `says`, and the others run the job.
fn disputed(result: Digest, challenger: u8, own: usize, says: Digest) -> (Scene, u64, Vec<Address>) {
    let mut scene = Scene::new(18);
    let job = submitted(&mut scene, result);
    let committed = scene.result(job);
    scene.does(challenger, &Move::Challenge { job, result: committed });
    scene.draws(job);
    let jurors: Vec<_> = scene.jurors(job).into_iter().map(|(_, who)| who).collect();
    let answer = |place| Some((if place < own { says } else { RIGHT }, UNITS));
    scene.judged(job, &[answer(0), answer(1), answer(2)]);
    scene.shows(job, result);
    scene.concludes(job);
    (scene, job, jurors)
}

fn number(who: Address) -> u8 {
    (0..100).find(|number| person(*number) == who).unwrap()
}

/// Gains of a person with several addresses.
fn together(scene: &mut Scene, parties: &[u8], jurors: &[Address]) -> i128 {
    let jurors: i128 = jurors.iter().map(|who| scene.gain(number(*who))).sum();
    jurors + parties.iter().map(|who| scene.gain(*who)).sum::<i128>()
}

// ---------------------------------------------------------------- many addresses

/// Client, provider, challenger and jurors are one person.
#[test]
fn one_person_with_all_addresses_loses_what_is_burned_and_takes_nothing_from_others() {
    // All is its own: a stake that it slashes itself comes back but for the half that is burned.
    let (mut scene, _, jurors) = disputed(WRONG, 11, 3, RIGHT);
    let own = together(&mut scene, &[1, 10, 11], &jurors);
    assert_eq!(own, -(12 * F - 3 * F) / 2);
    // Two of its jurors outvote an honest one, which loses 4F; nobody gets them.
    for (result, says, burned) in [(RIGHT, WRONG, (12 * F - 2 * F) / 2), (WRONG, WRONG, (12 * F - 2 * F) / 2)] {
        let (mut scene, _, jurors) = disputed(result, 11, 2, says);
        assert_eq!(scene.gain(number(jurors[2])), -4 * F);
        let own = together(&mut scene, &[1, 10, 11], &jurors[..2]);
        assert_eq!(own, -burned, "result {result:?}, jurors say {says:?}");
    }
    // One of its jurors against two honest ones: it loses the fees besides.
    let (mut scene, _, jurors) = disputed(WRONG, 11, 1, WRONG);
    let own = together(&mut scene, &[1, 10, 11], &jurors[..1]);
    assert_eq!(own, -4 * F - 2 * F - 5 * F);
}

/// What a majority of bought jurors does to an honest party that does not ask for a second round.
#[test]
fn a_majority_of_bought_jurors_takes_the_pay_and_less_than_the_stake() {
    // A client with a challenger and two jurors has the work for nothing, and of the stake fees and half of the rest.
    let (mut scene, job, jurors) = disputed(RIGHT, 11, 2, WRONG);
    assert_eq!(scene.state(job), State::Slashed);
    let own = together(&mut scene, &[1, 11], &jurors[..2]);
    assert_eq!(own, 2 * F + (12 * F - 2 * F) / 2, "and it pays nothing for the work of {PAY}");
    assert_eq!(scene.gain(10), -12 * F);
    // A provider with two jurors is paid for a wrong result, and gets half of the challenger's bond.
    let (mut scene, job, jurors) = disputed(WRONG, 11, 2, WRONG);
    assert_eq!(scene.state(job), State::Settled);
    let own = together(&mut scene, &[10], &jurors[..2]);
    assert_eq!(own, PAY + 2 * F + (12 * F - 2 * F) / 2);
}

/// A provider that challenges itself, so that nobody else does.
#[test]
fn a_provider_that_challenges_itself_still_loses_half_of_its_stake() {
    let (mut scene, job, _) = disputed(WRONG, 11, 0, RIGHT);
    assert_eq!(scene.state(job), State::Slashed);
    assert_eq!(together(&mut scene, &[10, 11], &[]), -12 * F + (12 * F - 3 * F) / 2);
    // With a right result it pays the jurors and burns.
    let (mut scene, job, _) = disputed(RIGHT, 11, 0, RIGHT);
    assert_eq!(scene.state(job), State::Settled);
    assert_eq!(together(&mut scene, &[10, 11], &[]), PAY - 3 * F - (12 * F - 3 * F) / 2);
}

// ---------------------------------------------------------------- coming first

#[test]
fn who_comes_before_a_challenge_with_another_one_takes_no_bond_of_the_other() {
    let mut scene = Scene::new(18);
    let job = submitted(&mut scene, WRONG);
    let result = scene.result(job);
    scene.does(12, &Move::Challenge { job, result });
    assert_eq!(scene.refused(11, &Move::Challenge { job, result }), "WrongJobState");
    assert_eq!(scene.gain(11), 0);
}

#[test]
fn an_acceptance_or_a_challenge_is_of_the_very_result_that_was_seen() {
    let mut scene = Scene::new(4);
    let job = submitted(&mut scene, WRONG);
    assert_eq!(scene.refused(1, &Move::Accept { job, result: RIGHT }), "OtherResult");
    assert_eq!(scene.refused(11, &Move::Challenge { job, result: RIGHT }), "OtherResult");
}

#[test]
fn a_voucher_shown_before_a_challenge_makes_it_cheaper_and_takes_nothing_from_it() {
    let mut scene = Scene::new(18);
    let job = submitted(&mut scene, WRONG);
    scene.vouched(job, UNITS - 10);
    let result = scene.result(job);
    scene.does(11, &Move::Challenge { job, result });
    assert_eq!(scene.job(job).dispute.as_ref().unwrap().fee.0, 10 * PRICE.0);
    assert_eq!(scene.gain(11), -12 * 10 * PRICE.0 as i128);
    // All vouched for: there is still a fee, of one unit.
    let mut scene = Scene::new(18);
    let job = submitted(&mut scene, WRONG);
    scene.vouched(job, UNITS);
    let result = scene.result(job);
    scene.does(11, &Move::Challenge { job, result });
    assert_eq!(scene.job(job).dispute.as_ref().unwrap().fee, PRICE);
}

#[test]
fn a_result_of_another_job_or_provider_is_not_its_own() {
    let mut scene = Scene::new(18);
    let first = submitted(&mut scene, RIGHT);
    // A replica with another provider: it hands in what it sees, and cannot show it.
    let terms = scene.terms();
    let second = scene.post(1, terms);
    let lock = scene.lock(second, 12);
    scene.does(1, &lock);
    scene.does(12, &Move::Start { job: second });
    let copied = scene.result(first);
    let copy = Move::Submit { job: second, result: copied, file: RIGHT, units: 100, log_head: RIGHT };
    scene.does(12, &copy);
    scene.does(11, &Move::Challenge { job: second, result: copied });
    scene.draws(second);
    scene.judged(second, &[Some((RIGHT, 100)); 3]);
    assert_eq!(scene.refused(12, &Move::Show { job: second, result: RIGHT, salt: SALT }), "NotCommitted");
    scene.concludes(second);
    assert_eq!(scene.state(second), State::Slashed);
}

#[test]
fn a_provider_cannot_take_its_quote_back_once_it_is_locked_nor_the_client_its_money() {
    let mut scene = Scene::new(3);
    let terms = scene.terms();
    let job = scene.job_in(State::Locked, terms);
    assert_eq!(scene.refused(1, &Move::Cancel { job }), "WrongJobState");
    // A provider that does not start loses nothing and gains nothing; its stake was not locked.
    scene.does(10, &Move::RevokeQuotes { nonce: 9 });
    scene.chain.wait(600);
    scene.does(99, &Move::Expire { job });
    assert_eq!([scene.gain(1), scene.gain(10)], [0, 0]);
    assert_eq!(scene.refused(10, &Move::Claim { job }), "NothingToClaim");
    scene.does(1, &Move::Claim { job });
    assert_eq!(scene.refused(1, &Move::Claim { job }), "NothingToClaim");
}

// ---------------------------------------------------------------- staying silent

#[test]
fn a_client_who_vanishes_after_the_lock_costs_the_provider_one_checkpoint_at_most() {
    let mut scene = Scene::new(18);
    let terms = scene.terms();
    let job = scene.job_in(State::Running, terms);
    scene.vouched(job, 300);
    // No more vouchers come. It hands in what it has, within what jurors can judge, and is paid after the window.
    scene.submits(job, RIGHT, 400);
    scene.chain.wait(3_600);
    scene.does(99, &Move::Expire { job });
    assert_eq!(scene.gain(10), 400 * PRICE.0 as i128);
}

#[test]
fn jurors_of_one_round_do_not_speak_in_another() {
    let mut scene = Scene::new(18);
    let job = submitted(&mut scene, WRONG);
    let result = scene.result(job);
    scene.does(11, &Move::Challenge { job, result });
    scene.draws(job);
    let first = scene.jurors(job);
    scene.judged(job, &[Some((RIGHT, UNITS)), Some((RIGHT, UNITS)), None]);
    scene.chain.wait(3_600);
    assert_eq!(scene.job(job).verdict().unwrap().0, Verdict::Wrong);
    scene.does(10, &Move::Escalate { job });
    scene.draws(job);
    let (index, who) = first[2];
    let late = Move::Commit { job, index, commitment: SALT };
    assert_eq!(scene.play(who, &late).unwrap_err().signature(), "NotJuror(uint8)");
    let (index, _) = scene.jurors(job)[0];
    let foreign = Move::Commit { job, index, commitment: SALT };
    assert_eq!(scene.play(who, &foreign).unwrap_err().signature(), "NotJuror(uint8)");
    let beyond = Move::Commit { job, index: 40, commitment: SALT };
    assert_eq!(scene.play(who, &beyond).unwrap_err().signature(), "NotJuror(uint8)");
}

#[test]
fn half_of_the_code_alone_does_nothing() {
    let mut scene = Scene::new(1);
    let data = ethers_core::utils::keccak256("DISPUTES()")[..4].to_vec();
    let jobs = scene.jobs;
    let half = contracts::returns::address(&scene.chain.view(jobs, data).unwrap()).unwrap();
    scene.chain.made_inside(half, "JobDisputes");
    let data = scene.data(&Move::Conclude { job: 1 });
    let refused = scene.chain.send(person(1), half, data);
    crate::harness::reverts(refused, "OnlyForJobs()", &[]);
}
