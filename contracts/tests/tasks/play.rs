//! Random people do random things, and after each call the contracts say and hold what the rules in Rust say.

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use tasks::{Move, REQUESTER_PART, State};

use super::choose::{choose, registry_move};
use crate::harness::{
    random_calls, seed,
    tasks::{Scene, agree},
    trainer,
};

const CALLS: u64 = 50_000;
/// After each of them everything that it touched is asked for, which takes a millisecond.
const MOST: u64 = 200_000;
const CALLS_IN_A_WORLD: u64 = 1_000;
/// Errors of Tasks that these calls cannot meet: see `draw.rs` and `life.rs`.
const ELSEWHERE: [&str; 3] = ["DrawMissed(uint64)", "OnlyForTasks()", "TooManyAttempts()"];

#[derive(Default)]
struct Tally {
    refused: BTreeMap<&'static str, u64>,
    reached: BTreeMap<State, u64>,
    done: BTreeMap<String, u64>,
}

#[test]
fn contracts_and_events_say_what_the_rules_say() {
    let seed = seed("tasks");
    let calls = random_calls(CALLS).min(MOST);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let worlds = calls.div_ceil(CALLS_IN_A_WORLD);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let part = |first| (first..worlds).step_by(threads as usize);
        let run = |first| move || part(first).map(|world| play(seed, world)).collect::<Vec<_>>();
        let handles: Vec<_> = (0..threads).map(|first| scope.spawn(run(first))).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("a run that agrees")).collect()
    });
    let mut total = Tally::default();
    for tally in tallies {
        tally.refused.into_iter().for_each(|(name, n)| *total.refused.entry(name).or_default() += n);
        tally.reached.into_iter().for_each(|(state, n)| *total.reached.entry(state).or_default() += n);
        tally.done.into_iter().for_each(|(name, n)| *total.done.entry(name).or_default() += n);
    }
    println!("{calls} calls; ended in {:?}\ndone {:?}\nrefused {:?}", total.reached, total.done, total.refused);
    // The run means nothing unless it went everywhere.
    let known = tasks::REFUSALS.iter().flat_map(|group| group.iter()).map(|known| known.signature);
    let unmet: Vec<_> = known.filter(|s| !total.refused.contains_key(s) && !ELSEWHERE.contains(s)).collect();
    assert!(unmet.is_empty(), "never met: {unmet:?}");
    let finals = State::ALL.into_iter().filter(|state| state.is_final());
    let rare: Vec<_> = finals.filter(|state| total.reached.get(state).is_none_or(|n| *n < calls / 5_000)).collect();
    assert!(rare.is_empty(), "too few ended in {rare:?}");
    assert_eq!(total.done.len(), 21, "not every call went through: {:?}", total.done);
}

fn play(seed: u64, world: u64) -> Tally {
    let mut rng = StdRng::seed_from_u64(seed.wrapping_add(world.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let (rng, mut scene, mut tally) = (&mut rng, Scene::new(), Tally::default());
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
        *tally.reached.entry(task.state).or_default() += 1;
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
