//! Random people do random things, and after each call the contracts say what the rules in Rust say.

use std::collections::BTreeMap;

use directory::{DatasetTerms, Disclosure, GrantState, GrantTerms, Move, calls::grants};
use protocol::{Address, Amount, Digest};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::scene::{Scene, TASKS};
use crate::harness::{as_decided, random_calls, seed, trainer, worlds};

const PEOPLE: u32 = 6;
const CALLS: u64 = 200_000;
const MOST: u64 = 2_000_000;
const CALLS_IN_A_WORLD: u64 = 2_000;

#[test]
fn contracts_and_events_say_what_the_rules_say() {
    let seed = seed("directory");
    let calls = random_calls(CALLS).min(MOST);
    let parts = worlds::play(calls, CALLS_IN_A_WORLD, |world| play(seed, world));
    let mut refused = BTreeMap::<_, u64>::new();
    for (name, count) in parts.into_iter().flatten() {
        *refused.entry(name).or_default() += count;
    }
    println!("{calls} calls, refused: {refused:?}");
    // The run means nothing unless it met every refusal.
    let known = directory::REFUSALS.iter().flat_map(|group| group.iter()).map(|known| known.signature);
    let unmet: Vec<_> = known.filter(|signature| !refused.contains_key(signature)).collect();
    assert!(unmet.is_empty(), "never met: {unmet:?}");
}

fn play(seed: u64, world: u64) -> BTreeMap<&'static str, u64> {
    let (rng, mut scene, mut refused) = (&mut worlds::rng(seed, world), Scene::new(), BTreeMap::new());
    let people: Vec<_> = (0..PEOPLE).map(trainer).collect();
    for _ in 0..CALLS_IN_A_WORLD {
        if rng.random_ratio(1, 12) {
            pass_time(&mut scene, rng);
        }
        let (caller, what) = choose(&scene, &people, rng);
        if let Err(why) = scene.play(caller, &what) {
            *refused.entry(why.signature()).or_default() += 1;
        }
        if rng.random_ratio(1, 4)
            && let Some(name) = look(&mut scene, &people, rng)
        {
            *refused.entry(name).or_default() += 1;
        }
    }
    refused
}

/// A few seconds, or to a moment at which a grant begins or ends, or next to it.
fn pass_time(scene: &mut Scene, rng: &mut StdRng) {
    let now = scene.chain.now();
    let borders = scene.folded.grants.values().rev().take(8).flat_map(|g| [g.terms.from, g.terms.until]);
    let borders: Vec<_> = borders.filter(|border| *border >= now).collect();
    let then = match borders.choose(rng) {
        Some(border) if rng.random_bool(0.5) => border + rng.random_range(0..3) - 1,
        _ => now + rng.random_range(0..30),
    };
    scene.chain.set_time(then.max(now));
}

/// What views say without changing anything: which grant is open, and whether a task would fit one.
fn look(scene: &mut Scene, people: &[Address], rng: &mut StdRng) -> Option<&'static str> {
    let now = scene.chain.now();
    let id = rng.random_range(0..=scene.folded.grants.last() + 1);
    let (grant, dataset) = scene.folded.grant(id).map(|(g, d)| (g.clone(), d.clone()))?;
    let (user, purpose) = (grant.user, grant.purpose);
    assert_eq!(scene.open(grant.dataset, user, purpose), scene.folded.open(grant.dataset, user, purpose, now));
    let user = if rng.random_bool(0.9) { user } else { *people.choose(rng).unwrap() };
    let purpose = if rng.random_bool(0.8) { purpose } else { word(rng) };
    let told = Disclosure {
        min_rows: rng.random_range(8..14),
        digits: rng.random_range(1..6),
        own_coefficients: rng.random_bool(0.3),
    };
    let decided = grant.check(id, &dataset, user, purpose, &told);
    let result = scene.checked(grants::check(id, user, purpose, &told));
    let what = (id, user, purpose, told);
    if as_decided(&result, &decided, &what) {
        return None;
    }
    decided.err().map(|refused| refused.signature())
}

fn word(rng: &mut StdRng) -> Digest {
    Digest([rng.random_range(0..4); 32])
}

fn choose(scene: &Scene, people: &[Address], rng: &mut StdRng) -> (Address, Move) {
    let caller = *people.choose(rng).unwrap();
    let (datasets, grants) = (scene.folded.datasets.last(), scene.folded.grants.last());
    // The last ones most of the time; now and then one that is not there.
    let beyond = u64::from(rng.random_ratio(1, 10));
    let dataset = rng.random_range(datasets.saturating_sub(4)..=datasets + beyond);
    let grant = rng.random_range(grants.saturating_sub(6)..=grants + beyond);
    let owner = scene.folded.dataset(dataset).map_or(caller, |d| d.owner);
    let deciding = scene.folded.grant(grant).map_or(caller, |(_, d)| d.owner);
    let user = scene.folded.grant(grant).map_or(caller, |(g, _)| g.user);
    let mostly = |right, rng: &mut StdRng| if rng.random_bool(0.85) { right } else { caller };
    match rng.random_range(0..100) {
        0..4 => (caller, Move::Join { profile: word(rng), key: word(rng) }),
        4 => (caller, Move::Leave),
        5 => (caller, Move::SetProfile { profile: word(rng) }),
        6 => (caller, Move::SetKey { key: word(rng) }),
        7..13 => (caller, Move::Publish(dataset_terms(rng))),
        13 => {
            let what = Move::SetPrices { dataset, per_use: Amount(rng.random_range(0..9)), per_day: Amount(3) };
            (mostly(owner, rng), what)
        }
        14 => (mostly(owner, rng), Move::Revoke { dataset }),
        15..32 => (caller, Move::ApplyFor { dataset, purpose: word(rng), terms: grant_terms(scene, rng) }),
        32..35 => (mostly(user, rng), Move::Withdraw { grant }),
        35..50 => (mostly(deciding, rng), Move::Approve { grant, fee: Amount(rng.random_range(0..50)) }),
        50..53 => {
            let length = if rng.random_ratio(1, 5) { rng.random_range(499..503) } else { 7 };
            (mostly(deciding, rng), Move::Refuse { grant, reason: "x".repeat(length) })
        }
        53..80 => {
            let caller = mostly(TASKS, rng);
            let ids = some(scene, rng, |_| true, grant);
            let (covered, facts, rows) = (rng.random_range(0..4), rng.random_range(0..6), rng.random_range(0..6));
            (caller, Move::Hold { grants: ids, covered, facts, rows })
        }
        80..90 => {
            let ids = some(scene, rng, |g| g.held > 0, 0);
            (mostly(TASKS, rng), Move::Consume { grants: ids, covered: 0 })
        }
        _ => {
            let ids = some(scene, rng, |g| g.held > 0, 0);
            let least = |of: fn(&directory::Grant) -> u32| {
                ids.iter().map(|id| of(&scene.folded.grants[*id])).min().unwrap_or(0)
            };
            let (facts, rows) =
                (rng.random_range(0..=least(|g| g.facts_used)), rng.random_range(0..=least(|g| g.rows_used)));
            (mostly(TASKS, rng), Move::Release { grants: ids, covered: 0, facts, rows })
        }
    }
}

/// One or two grants that are approved and such; each once. `or` where there is none.
fn some(scene: &Scene, rng: &mut StdRng, such: impl Fn(&directory::Grant) -> bool, or: u64) -> Vec<u64> {
    let fits = |(id, g): (u64, &directory::Grant)| (g.state == GrantState::Approved && such(g)).then_some(id);
    let found: Vec<_> = scene.folded.grants.iter().rev().filter_map(fits).take(5).collect();
    let count = rng.random_range(1..=2);
    let chosen: Vec<_> = found.choose_multiple(rng, count).copied().collect();
    match chosen.is_empty() || rng.random_ratio(1, 20) {
        true => (or > 0).then_some(or).into_iter().collect(),
        false => chosen,
    }
}

fn dataset_terms(rng: &mut StdRng) -> DatasetTerms {
    let rarely = |rng: &mut StdRng, usual: u32| if rng.random_ratio(1, 12) { 0 } else { usual };
    DatasetTerms {
        metadata: Digest([rarely(rng, 5) as u8; 32]),
        data_root: Digest([6; 32]),
        id_root: word(rng),
        rows: rarely(rng, 100),
        columns: rarely(rng, 7) as u16,
        industry: rng.random_range(0..=13),
        labelled: rng.random_bool(0.5),
        price_per_use: Amount(rng.random_range(0..9)),
        price_per_day: Amount(rng.random_range(0..9)),
    }
}

fn grant_terms(scene: &Scene, rng: &mut StdRng) -> GrantTerms {
    let from = scene.chain.now() - 20 + rng.random_range(0..60);
    GrantTerms {
        from,
        until: (from + rng.random_range(0..400)).saturating_sub(20),
        times: rng.random_range(0..5),
        tries: rng.random_range(0..8),
        facts: rng.random_range(0..30),
        rows: rng.random_range(0..30),
        min_rows: rng.random_range(0..12),
        digits: if rng.random_ratio(1, 20) { rng.random_range(17..20) } else { rng.random_range(0..6) },
        own_coefficients: rng.random_bool(0.5),
    }
}
