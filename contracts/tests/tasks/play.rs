//! Random people do random things, and after each call the contracts say and hold what the rules in Rust say.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use tasks::{Move, REQUESTER_PART, State};

use super::choose::{choose, registry_move};
use crate::harness::{
    random_calls, seed,
    tasks::{Scene, agree},
    trainer,
    worlds::{self, Tally},
};

const CALLS: u64 = 50_000;
/// After each of them everything that it touched is asked for, which takes a millisecond.
const MOST: u64 = 200_000;
const CALLS_IN_A_WORLD: u64 = 1_000;
/// Errors of Tasks that these calls cannot meet: see `draw.rs` and `life.rs`.
const ELSEWHERE: [&str; 3] = ["DrawMissed(uint64)", "OnlyForTasks()", "TooManyAttempts()"];

#[test]
fn contracts_and_events_say_what_the_rules_say() {
    let seed = seed("tasks");
    let calls = random_calls(CALLS).min(MOST);
    let mut total = Tally::default();
    for tally in worlds::play(calls, CALLS_IN_A_WORLD, |world| play(seed, world)) {
        total.add(tally);
    }
    println!("{calls} calls; ended in {:?}\ndone {:?}\nrefused {:?}", total.ended, total.done, total.refused);
    let known = tasks::REFUSALS.iter().flat_map(|group| group.iter()).map(|known| known.signature);
    total.met(known.filter(|signature| !ELSEWHERE.contains(signature)));
    total.reached(State::ALL.into_iter().filter(|state| state.is_final()), calls / 5_000);
    assert_eq!(total.done.len(), 21, "not every call went through: {:?}", total.done);
}

fn play(seed: u64, world: u64) -> Tally<State> {
    let (rng, mut scene, mut tally) = (&mut worlds::rng(seed, world), Scene::new(), Tally::default());
    for _ in 0..CALLS_IN_A_WORLD {
        if rng.random_ratio(1, 12) {
            pass_time(&mut scene, rng);
        }
        if rng.random_ratio(1, 60) {
            let (caller, what) = registry_move(&scene, rng);
            let _ = scene.registry(caller, &what);
        }
        let (caller, what) = choose(&mut scene, rng);
        match scene.play(caller, &what) {
            Ok(_) => *tally.done.entry(name(&what)).or_default() += 1,
            Err(why) => *tally.refused.entry(why.signature()).or_default() += 1,
        }
    }
    empty(&mut scene);
    for task in scene.book.tasks.values() {
        *tally.ended.entry(task.state).or_default() += 1;
    }
    tally
}

/// A few seconds, or to a moment at which something is over, or next to it.
fn pass_time(scene: &mut Scene, rng: &mut StdRng) {
    let now = scene.chain.now();
    let open = scene.book.tasks.values().rev().take(6).filter_map(|task| scene.book.expires_at(task));
    let borders: Vec<_> = open.filter(|border| *border + 1 >= now).collect();
    let then = match borders.iter().min() {
        Some(_) if rng.random_bool(0.2) => borders.choose(rng).unwrap() + rng.random_range(0..3) - 1,
        _ if rng.random_ratio(1, 40) => now + 86_400 - rng.random_range(0..3),
        _ => now + rng.random_range(0..40),
    };
    scene.chain.set_time(then.max(now));
}

fn name(what: &Move) -> String {
    format!("{what:?}").split([' ', '(']).next().unwrap().to_owned()
}

/// Time passes until everything is over; then everybody is paid, and nothing is left.
fn empty(scene: &mut Scene) {
    for _ in 0..3 {
        scene.chain.wait(70 * 86_400);
        for task in 1..=scene.book.tasks.last() {
            let _ = scene.play(trainer(99), &Move::Expire { task });
        }
    }
    for task in 1..=scene.book.tasks.last() {
        agree::on_task(scene, task);
        assert!(scene.book.task(task).unwrap().state.is_final(), "{:?}", scene.book.task(task));
        for part in (0..8).chain([REQUESTER_PART]) {
            let _ = scene.play(trainer(99), &Move::Collect { task, part });
        }
    }
    for account in scene.book.owed.keys().copied().collect::<Vec<_>>() {
        scene.play(trainer(99), &Move::CollectOwed { account }).unwrap();
    }
    agree::on_tokens(scene);
    assert_eq!(scene.book.holds().0, 0, "something stays for ever");
}
