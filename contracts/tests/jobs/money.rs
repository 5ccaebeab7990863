//! Who is paid what: NuNet's four verdicts, what was metered, and jobs that go on elsewhere.

use jobs::{Files, Move, State, typed_data};
use protocol::Amount;

use super::scene::{EVERY, FILE, PRICE, RIGHT, Scene, UNITS, files, person};

const ALL: i128 = (PRICE.0 * UNITS as u128) as i128;

fn running() -> (Scene, u64) {
    let mut scene = Scene::new(6);
    let terms = scene.terms();
    let job = scene.job_in(State::Running, terms);
    (scene, job)
}

/// Both claim what is theirs; nothing of the job stays.
fn claim_all(scene: &mut Scene, job: u64) -> [i128; 2] {
    for who in [1, 10] {
        if scene.job(job).claimable(person(who)) > Amount::ZERO {
            scene.does(who, &Move::Claim { job });
        }
        assert_eq!(scene.refused(who, &Move::Claim { job }), "NothingToClaim", "a second claim of {who}");
    }
    assert_eq!(scene.job(job).holds(), Amount::ZERO);
    [scene.gain(1), scene.gain(10)]
}

/// NuNet's verdicts: withdraw, refund, half and three quarters. Shares are exact, and together they are the escrow.
#[test]
fn the_four_verdicts_of_nunet_pay_exact_shares() {
    for (verdict, percent) in [("withdraw", 100), ("refund", 0), ("distribute-50", 50), ("distribute-75", 75)] {
        let (mut scene, job) = running();
        assert_eq!(scene.refused(10, &Move::Claim { job }), "NothingToClaim", "before the end");
        let promised = UNITS * percent / 100;
        if percent == 100 {
            scene.vouched(job, UNITS - EVERY);
            scene.submits(job, RIGHT, UNITS);
            let result = scene.result(job);
            scene.does(1, &Move::Accept { job, result });
        } else {
            if promised > 0 {
                scene.vouched(job, promised);
            }
            scene.does(10, &Move::Fail { job, code: 1 });
        }
        let expected = [State::Settled, State::Refunded, State::Partial, State::Partial];
        let place = ["withdraw", "refund", "distribute-50", "distribute-75"].iter().position(|v| *v == verdict);
        assert_eq!(scene.state(job), expected[place.unwrap()], "{verdict}");
        let paid = ALL * i128::from(percent) / 100;
        assert_eq!(claim_all(&mut scene, job), [-paid, paid], "{verdict}");
        assert_eq!(scene.book.provider(person(10)).unwrap().locked, Amount::ZERO);
    }
}

#[test]
fn what_was_metered_is_paid_up_to_the_limit() {
    for (units, paid) in [(0, 0), (1, 1), (950, 950), (1_000, 1_000), (1_001, 1_000), (1 << 39, 1_000)] {
        let (mut scene, job) = running();
        if units > EVERY {
            scene.vouched(job, UNITS - EVERY);
        }
        scene.submits(job, RIGHT, units);
        scene.chain.wait(3_600);
        // The client is gone; anybody moves it on.
        scene.does(99, &Move::Expire { job });
        let paid = PRICE.0 as i128 * paid;
        assert_eq!(claim_all(&mut scene, job), [-paid, paid], "{units} units");
    }
}

#[test]
fn what_no_voucher_covers_is_never_more_than_jurors_could_judge() {
    let (mut scene, job) = running();
    let submission = scene.submission(job, RIGHT, EVERY + 1);
    assert_eq!(scene.refused(10, &submission), "NotAgreed");
    scene.vouched(job, 1);
    scene.submits(job, RIGHT, EVERY + 1);
}

#[test]
fn a_job_goes_on_elsewhere_from_the_last_checkpoint_and_both_are_paid_their_parts() {
    let (mut scene, first) = running();
    scene.vouched(first, 400);
    // The provider is killed; after the deadline anybody ends its job.
    let over = scene.job(first).expires_at().unwrap();
    scene.chain.set_time(over);
    scene.does(99, &Move::Expire { job: first });
    assert_eq!(scene.job(first).run.as_ref().unwrap().checkpoint, Some(FILE));

    let resumed = Files { resumed: "bafkcheckpoint".to_owned(), ..files() };
    let mut terms = scene.terms();
    (terms.units, terms.files) = (UNITS - 400, typed_data::files(&resumed));
    scene.does(1, &Move::Post { terms, files: resumed.clone() });
    let second = 2;
    assert_eq!(scene.job(second).files, resumed);
    let lock = scene.lock(second, 11);
    scene.does(1, &lock);
    scene.does(11, &Move::Start { job: second });
    scene.vouched(second, 550);
    scene.submits(second, RIGHT, 600);
    let result = scene.result(second);
    scene.does(1, &Move::Accept { job: second, result });
    scene.does(11, &Move::Claim { job: second });
    claim_all(&mut scene, first);
    let price = PRICE.0 as i128;
    assert_eq!([10, 11, 1].map(|who| scene.gain(who)), [400 * price, 600 * price, -1_000 * price]);
}

#[test]
fn nobody_is_two_parties() {
    let mut scene = Scene::new(3);
    let terms = scene.terms();
    // A provider as its own client.
    let job = scene.post(10, terms);
    let lock = scene.lock(job, 10);
    assert_eq!(scene.refused(10, &lock), "SameParty");
    let job = scene.job_in(State::Submitted, terms);
    let result = scene.result(job);
    assert_eq!(scene.refused(10, &Move::Challenge { job, result }), "SameParty");
}

#[test]
fn a_deposit_leaves_only_as_far_as_it_is_free() {
    let (mut scene, job) = running();
    let stake = scene.job(job).terms.stake;
    assert_eq!(scene.book.provider(person(10)).unwrap().locked, stake);
    let all_but_one = Amount(Amount::mdc(9).0 + 1);
    assert_eq!(scene.refused(10, &Move::Withdraw { amount: all_but_one }), "DepositTooSmall");
    scene.does(10, &Move::Withdraw { amount: Amount::mdc(9) });
    assert_eq!(scene.refused(10, &Move::Offboard), "NotFree");
    assert_eq!(scene.refused(10, &Move::Withdraw { amount: Amount::mdc(1) }), "NotFree");
    scene.does(10, &Move::Pause);
    scene.does(10, &Move::Fail { job, code: 1 });
    scene.does(10, &Move::Offboard);
    assert_eq!(scene.gain(10), 0);
    // Another one has moved into its slot.
    assert_eq!(scene.book.slots.len(), 5);
    assert_eq!(scene.book.provider(person(15)).unwrap().slot, 1);
    // It comes back, and older quotes of another life do not count where they were revoked.
    let offer = super::scene::offer();
    scene.does(10, &Move::Offer { amount: Amount::mdc(1), offer });
    assert_eq!(scene.book.provider(person(10)).unwrap().slot, 6);
}

#[test]
fn a_provider_without_a_free_stake_starts_nothing() {
    let mut scene = Scene::new(3);
    let mut terms = scene.terms();
    terms.stake = Amount(Amount::mdc(10).0 + 1);
    let job = scene.job_in(State::Locked, terms);
    assert_eq!(scene.refused(10, &Move::Start { job }), "NotFree");
    scene.does(10, &Move::Offer { amount: Amount(1), offer: super::scene::offer() });
    scene.does(10, &Move::Start { job });
}
