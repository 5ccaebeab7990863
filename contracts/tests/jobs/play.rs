//! Random people do random things, and after each call the contract says and holds what the rules in Rust say.

use jobs::{Job, Move, State};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{
    choose::{CLIENTS, PROVIDERS, STRANGER, Secrets, choose},
    scene::{Scene, offer, person},
};
use crate::harness::{
    random_calls, seed,
    worlds::{self, Tally},
};

const CALLS: u64 = 50_000;
/// After each of them everything that it touched is asked for, which takes a millisecond.
const MOST: u64 = 200_000;
const CALLS_IN_A_WORLD: u64 = 1_000;
/// Errors of Jobs that these calls cannot meet: see `attacks.rs`.
const ELSEWHERE: [&str; 1] = ["OnlyForJobs()"];

#[test]
fn contract_and_events_say_what_the_rules_say() {
    let seed = seed("jobs");
    let calls = random_calls(CALLS).min(MOST);
    let (mut total, mut escalated) = (Tally::default(), 0);
    for (tally, twice) in worlds::play(calls, CALLS_IN_A_WORLD, |world| play(seed, world)) {
        total.add(tally);
        escalated += twice;
    }
    println!("{calls} calls; ended in {:?}\ndone {:?}\nrefused {:?}", total.ended, total.done, total.refused);
    println!("{escalated} jobs ended after two rounds");
    let known = jobs::REFUSALS.iter().flat_map(|group| group.iter()).map(|known| known.signature);
    total.met(known.filter(|signature| !ELSEWHERE.contains(signature)));
    total.reached(State::ALL.into_iter().filter(|state| state.is_final()), calls / 5_000);
    assert_eq!(total.done.len(), 23, "not every call went through: {:?}", total.done);
    assert!(escalated >= calls / 5_000, "{escalated}");
}

/// What happened, and how many jobs ended after two rounds of jurors.
fn play(seed: u64, world: u64) -> (Tally<State>, u64) {
    let (rng, mut scene, mut tally) = (&mut worlds::rng(seed, world), Scene::empty(), Tally::default());
    let mut secrets = Secrets::new();
    for number in everybody() {
        scene.joins(number);
    }
    for number in PROVIDERS {
        let amount = protocol::Amount(rng.random_range(protocol::Amount::ONE.0..protocol::Amount::mdc(12).0));
        scene
            .play(
                person(number),
                &Move::Offer { amount, offer: jobs::Offer { price: protocol::Amount(1), kinds: 3, ..offer() } },
            )
            .unwrap();
    }
    let before = scene.supply();
    for _ in 0..CALLS_IN_A_WORLD {
        pass_time(&mut scene, rng);
        let (caller, what) = choose(&scene, rng, &mut secrets);
        match scene.play(caller, &what) {
            Ok(_) => *tally.done.entry(name(&what)).or_default() += 1,
            Err(why) => *tally.refused.entry(why.signature()).or_default() += 1,
        }
    }
    empty(&mut scene, before);
    for job in &scene.book.jobs {
        *tally.ended.entry(job.state).or_default() += 1;
    }
    let twice = |job: &&Job| job.dispute.as_ref().is_some_and(|dispute| dispute.escalator.is_some());
    (tally, scene.book.jobs.iter().filter(twice).count() as u64)
}

/// Clients, providers, and somebody who is neither.
fn everybody() -> impl Iterator<Item = u8> {
    CLIENTS.into_iter().chain(PROVIDERS).chain([STRANGER])
}

/// Mostly a block or none; sometimes to a moment at which something is over, or next to it.
fn pass_time(scene: &mut Scene, rng: &mut StdRng) {
    let now = scene.chain.now();
    let recent = scene.book.jobs.iter().rev().take(12);
    let borders = recent.flat_map(|job| {
        let dispute = job.dispute.as_ref().filter(|_| job.state == State::Disputed);
        let inner = dispute.into_iter().flat_map(|dispute| [dispute.commit_by, dispute.reveal_by]);
        job.expires_at().into_iter().chain([job.terms.deadline]).chain(inner).collect::<Vec<_>>()
    });
    let borders: Vec<_> = borders.filter(|border| *border >= now).collect();
    let then = match rng.random_range(0..100) {
        0..50 => return,
        50..95 => now + rng.random_range(0..20),
        // To the next thing that is over, mostly.
        _ => {
            let next = if rng.random_ratio(4, 5) { borders.iter().min() } else { borders.choose(rng) };
            next.map_or(now + 12, |border| border + rng.random_range(0..3) - 1)
        }
    };
    scene.chain.set_time(then.max(now));
}

fn name(what: &Move) -> String {
    format!("{what:?}").split([' ', '(']).next().unwrap().to_owned()
}

/// Time passes until everything is over; then everybody takes what is theirs, and nothing is left but what was burned.
fn empty(scene: &mut Scene, before: u128) {
    for _ in 0..2 {
        scene.chain.wait(100 * 86_400);
        for job in 1..=scene.book.jobs.len() as u64 {
            let over = if scene.state(job) == State::Disputed { Move::Conclude { job } } else { Move::Expire { job } };
            let _ = scene.play(person(99), &over);
        }
    }
    for job in 1..=scene.book.jobs.len() as u64 {
        let found = scene.job(job).clone();
        scene.agree_on_job(job, &found);
        assert!(found.state.is_final(), "{found:?}");
        let provider = found.run.as_ref().map(|run| run.provider);
        for who in [Some(found.client), provider].into_iter().flatten() {
            let _ = scene.play(who, &Move::Claim { job });
        }
    }
    for account in scene.book.owed.keys().copied().collect::<Vec<_>>() {
        scene.play(person(99), &Move::CollectOwed { account }).unwrap();
    }
    for who in scene.book.slots.clone() {
        assert_eq!(scene.book.provider(who).unwrap().locked, protocol::Amount::ZERO, "{who:?}");
        scene.play(who, &Move::Offboard).unwrap();
    }
    scene.agree_on_tokens();
    assert_eq!(scene.book.holds().0, 0, "something stays for ever");
    let people: u128 = everybody().map(|number| scene.balance(person(number))).sum();
    let burned = before - scene.supply();
    let had = super::scene::START.0 * everybody().count() as u128;
    assert_eq!(people + burned, had, "what people have and what was burned is what they had");
}
