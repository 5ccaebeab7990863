//! Who judges: drawn by a hash that nobody knew, from whoever was there before, by deposit.

use std::collections::BTreeMap;

use jobs::{Move, Offer, Said, State};
use protocol::{Address, Amount, Digest};

use super::scene::{Scene, offer, person};

const CHALLENGER: u8 = 11;

fn challenged(scene: &mut Scene) -> u64 {
    let terms = scene.terms();
    let job = scene.job_in(State::Submitted, terms);
    let result = scene.result(job);
    scene.does(CHALLENGER, &Move::Challenge { job, result });
    job
}

/// Whom a hash would draw, by the rules that hold equal to the contract in every call that these tests make.
fn by_hash(scene: &Scene, job: u64, hash: u64) -> Vec<Address> {
    let found = scene.job(job);
    let mut word = [0; 32];
    word[..8].copy_from_slice(&hash.to_be_bytes());
    scene.book.jurors(job, found, found.dispute.as_ref().unwrap(), Digest(word))
}

#[test]
fn jurors_are_drawn_by_deposit_up_to_eight_parts() {
    let mut scene = Scene::new(12);
    // Of 12 to 21: one MDC each but 12 with two, 13 with four, 14 with eight and 15 with ten, which counts as eight.
    for number in 12..22 {
        let kept = match number {
            12 => 2,
            13 => 4,
            14 => 8,
            15 => 10,
            _ => 1,
        };
        if kept < 10 {
            scene.does(number, &Move::Withdraw { amount: Amount::mdc(10 - kept) });
        }
    }
    scene.chain.wait(12);
    let mut terms = scene.terms();
    terms.jurors = 1;
    let job = scene.job_in(State::Submitted, terms);
    let result = scene.result(job);
    scene.does(CHALLENGER, &Move::Challenge { job, result });
    let mut times: BTreeMap<Address, f64> = BTreeMap::new();
    const DRAWS: u64 = 20_000;
    for hash in 0..DRAWS {
        let drawn = by_hash(&scene, job, hash);
        drawn.iter().for_each(|who| *times.entry(*who).or_default() += 1.0);
    }
    let of = |number| times.get(&person(number)).copied().unwrap_or_default() / DRAWS as f64;
    let parts = 2.0 + 4.0 + 8.0 + 8.0 + 6.0;
    for (number, weight) in [(12, 2.0), (13, 4.0), (14, 8.0), (15, 8.0), (16, 1.0), (21, 1.0)] {
        let expected: f64 = weight / parts;
        let deviation = (expected * (1.0 - expected) / DRAWS as f64).sqrt();
        assert!((of(number) - expected).abs() < 5.0 * deviation, "{number}: {} of {expected}", of(number));
    }
    // Parties are never drawn.
    assert_eq!([10, CHALLENGER].map(of), [0.0, 0.0]);
}

#[test]
fn three_and_nine_are_found_where_they_are_there() {
    let mut scene = Scene::new(24);
    let job = challenged(&mut scene);
    let short = (0..2_000).filter(|hash| by_hash(&scene, job, *hash).len() < 3).count();
    assert_eq!(short, 0);
    scene.draws(job);
    let dispute = scene.job(job).dispute.as_ref().unwrap();
    assert_eq!(dispute.jurors.len(), 3);
}

#[test]
fn whoever_came_or_changed_after_the_challenge_is_not_drawn_and_does_not_move_others() {
    let mut scene = Scene::new(8);
    let job = challenged(&mut scene);
    let before: Vec<_> = (0..200).map(|hash| by_hash(&scene, job, hash)).collect();
    // The hash becomes known; then somebody with much money comes, with many addresses.
    scene.chain.wait(12);
    scene.chain.wait(12);
    for number in 30..60 {
        scene.joins(number);
        scene.does(number, &Move::Offer { amount: Amount::mdc(8), offer: offer() });
    }
    let after: Vec<_> = (0..200).map(|hash| by_hash(&scene, job, hash)).collect();
    assert_eq!(before, after);
    // Nobody leaves, which would move another one into its slot.
    assert_eq!(scene.refused(30, &Move::Offboard), "DrawIsOpen");
    // Who changes its own deposit only takes itself out.
    scene.does(12, &Move::Offer { amount: Amount(1), offer: offer() });
    for hash in 0..200 {
        let drawn = by_hash(&scene, job, hash);
        assert!(!drawn.contains(&person(12)), "{drawn:?}");
        let stay = before[hash as usize].iter().filter(|who| **who != person(12));
        assert!(stay.into_iter().all(|who| drawn.contains(who)), "others stay drawn");
    }
    scene.does(99, &Move::Draw { job });
    scene.does(30, &Move::Offboard);
}

#[test]
fn only_who_can_run_the_job_at_its_price_is_drawn() {
    let mut scene = Scene::new(20);
    let unfit = [
        Offer { price: Amount(offer().price.0 + 1), ..offer() },
        Offer { kinds: 2, ..offer() },
        Offer { memory_mib: 511, ..offer() },
    ];
    for (place, offer) in unfit.into_iter().enumerate() {
        for number in [12, 15, 18].map(|number| number + place as u8) {
            scene.does(number, &Move::Offer { amount: Amount::ZERO, offer });
        }
    }
    scene.does(21, &Move::Pause);
    scene.chain.wait(12);
    let job = challenged(&mut scene);
    for hash in 0..500 {
        let drawn = by_hash(&scene, job, hash);
        assert!((12..22).all(|number| !drawn.contains(&person(number))), "{drawn:?}");
    }
    scene.draws(job);
}

#[test]
fn who_has_nothing_free_is_not_drawn() {
    let mut scene = Scene::new(8);
    let mut terms = scene.terms();
    terms.stake = Amount::mdc(10);
    let locked = scene.post(2, terms);
    let lock = scene.lock(locked, 12);
    scene.does(2, &lock);
    scene.does(12, &Move::Start { job: locked });
    let job = challenged(&mut scene);
    assert!((0..300).all(|hash| !by_hash(&scene, job, hash).contains(&person(12))));
}

#[test]
fn too_few_providers_are_no_jury() {
    // Besides the parties one is there.
    let mut scene = Scene::new(3);
    let job = challenged(&mut scene);
    scene.draws(job);
    assert_eq!(scene.job(job).dispute.as_ref().unwrap().jurors.len(), 0);
    assert_eq!(scene.book.provider(person(12)).unwrap().locked, Amount::ZERO);
    scene.concludes(job);
    assert_eq!(scene.state(job), State::Partial);
    // Two of three can decide.
    let mut scene = Scene::new(4);
    let job = challenged(&mut scene);
    scene.draws(job);
    assert_eq!(scene.job(job).dispute.as_ref().unwrap().jurors.len(), 2);
}

#[test]
fn the_hash_is_not_there_in_the_block_of_the_challenge_nor_in_the_next() {
    let mut scene = Scene::new(8);
    let job = challenged(&mut scene);
    assert_eq!(scene.refused(99, &Move::Draw { job }), "NoDrawHash");
    scene.chain.wait(12);
    assert_eq!(scene.refused(99, &Move::Draw { job }), "NoDrawHash");
    scene.chain.wait(12);
    scene.does(99, &Move::Draw { job });
    // Whoever draws, and when, draws the same.
    assert_eq!(scene.refused(99, &Move::Draw { job }), "AlreadyDrawn");
}

#[test]
fn a_hash_that_the_chain_has_forgotten_draws_nobody() {
    let mut scene = Scene::new(8);
    scene.chain.forget_history();
    let job = challenged(&mut scene);
    let block = scene.chain.block();
    scene.chain.skip_to_block(block + 300);
    assert_eq!(scene.refused(99, &Move::Draw { job }), "NoDrawHash");
    // Where the chain keeps 8,191 hashes it is still there.
    let mut scene = Scene::new(8);
    let job = challenged(&mut scene);
    let block = scene.chain.block();
    scene.chain.skip_to_block(block + 300);
    scene.does(99, &Move::Draw { job });
}

#[test]
fn a_draw_costs_a_bounded_amount_of_gas() {
    // The worst there is: hundreds of slots, each looked at in vain, for fifteen jurors.
    let mut scene = Scene::new(40);
    for number in 12..50 {
        scene.does(number, &Move::Withdraw { amount: Amount::mdc(9) });
        scene.does(number, &Move::Offer { amount: Amount::ZERO, offer: Offer { kinds: 2, ..offer() } });
    }
    scene.chain.wait(12);
    let mut terms = scene.terms();
    (terms.jurors, terms.stake) = (5, Amount(terms.stake.0 * 2));
    let job = scene.job_in(State::Submitted, terms);
    let result = scene.result(job);
    scene.does(CHALLENGER, &Move::Challenge { job, result });
    scene.chain.wait(12);
    scene.chain.wait(12);
    scene.does(99, &Move::Draw { job });
    scene.does(CHALLENGER, &Move::Escalate { job });
    scene.chain.wait(12);
    scene.chain.wait(12);
    let gas = scene.does(99, &Move::Draw { job });
    println!("480 slots looked at in vain: {gas} gas");
    assert!(gas < 3_000_000, "{gas}");
}

#[test]
fn a_slot_is_filled_when_somebody_leaves() {
    let mut scene = Scene::new(5);
    scene.does(11, &Move::Offboard);
    let slots: Vec<_> = scene.book.slots.clone();
    assert_eq!(slots, [10, 14, 12, 13].map(person));
    for (place, who) in slots.iter().enumerate() {
        assert_eq!(scene.book.provider(*who).unwrap().slot as usize, place + 1);
    }
    scene.does(14, &Move::Offboard);
    scene.does(13, &Move::Offboard);
    assert_eq!(scene.book.slots, [10, 12].map(person));
    let decided = scene.decide(person(12), &Move::Offboard).unwrap();
    assert!(matches!(decided[..], [Said::Provider(_, jobs::ProviderEvent::Left { .. })]));
}
