//! What random people do: mostly what makes sense, mostly by whom it is for.

use directory::Move as RegistryMove;
use protocol::{Address, Amount, Digest};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use tasks::{
    Candidate, Draft, Failure, Kind, Move, REQUESTER_PART, Roles, Seat, SeatState, SeatTerms, SignedKeys, State, Task,
    typed_data,
};

use crate::harness::{
    tasks::{ANN, BEN, HELPERS, OWNERS, Scene, candidates, draft, outcome, purpose},
    trainer,
};

/// What seats seal in these tests.
pub const SEALED: &[u8] = b"sealed to the receiver";

pub fn people() -> Vec<Address> {
    let all = OWNERS.iter().chain(&HELPERS).chain(&[ANN, BEN, 99]);
    all.map(|n| trainer(*n)).collect()
}

/// Organisations come and go, data sets are revoked, somebody tries to draw on grants.
pub fn registry_move(scene: &Scene, rng: &mut StdRng) -> (Address, RegistryMove) {
    let helper = trainer(*HELPERS.choose(rng).unwrap());
    match rng.random_range(0..20) {
        0 => (trainer(99), RegistryMove::Hold { grants: vec![1], covered: 0, facts: 0, rows: 0 }),
        1 => {
            let dataset = rng.random_range(1..=scene.book.registry.datasets.last());
            let owner = scene.book.registry.dataset(dataset).unwrap().owner;
            let terms = scene.book.registry.dataset(dataset).unwrap().terms.clone();
            let usable = scene.book.registry.datasets.values().filter(|dataset| !dataset.revoked).count();
            match usable > 3 && rng.random_bool(0.5) {
                true => (owner, RegistryMove::Revoke { dataset }),
                false => (owner, RegistryMove::Publish(terms)),
            }
        }
        2..8 => (helper, RegistryMove::Leave),
        _ => (helper, RegistryMove::Join { profile: Digest([9; 32]), key: Digest([rng.random_range(1..5); 32]) }),
    }
}

pub fn choose(scene: &mut Scene, rng: &mut StdRng) -> (Address, Move) {
    let running = scene.book.tasks.values().filter(|task| !task.state.is_final()).count();
    if running < 2 || rng.random_ratio(1, 25) {
        return publish(scene, rng);
    }
    if rng.random_ratio(1, 60) {
        let account = *people().choose(rng).unwrap();
        return (trainer(99), Move::CollectOwed { account });
    }
    let count = scene.book.tasks.last();
    let open: Vec<u64> = (1..=count).filter(|id| !scene.book.task(*id).unwrap().state.is_final()).collect();
    let id = match rng.random_range(0..20) {
        0 => rng.random_range(0..=count + 1),
        1..4 => rng.random_range(1..=count),
        _ => *open.choose(rng).unwrap(),
    };
    // Mostly the one that others wait for.
    let before = scene.book.task(id).filter(|task| task.state == State::Waiting).map(|task| task.waits_for);
    let unfinished = before.filter(|before| scene.book.task(*before).is_some_and(|task| !task.state.is_final()));
    let id = unfinished.filter(|_| rng.random_bool(0.8)).unwrap_or(id);
    let Some(task) = scene.book.task(id).cloned() else {
        return (trainer(ANN), any_move(scene, rng, id, None));
    };
    let what = match rng.random_bool(0.8) {
        true => fitting_move(scene, rng, id, &task),
        false => any_move(scene, rng, id, Some(&task)),
    };
    let caller = if rng.random_bool(0.93) { caller_of(&task, &what) } else { *people().choose(rng).unwrap() };
    (caller, what)
}

/// Who a call is for.
fn caller_of(task: &Task, what: &Move) -> Address {
    let holder = |seat: &u8| task.seats.get(usize::from(*seat)).map_or(task.requester, |seat| seat.holder);
    match what {
        Move::Confirm { seat, .. }
        | Move::Reject { seat, .. }
        | Move::Accept { seat, .. }
        | Move::Stall { seat, .. }
        | Move::Respond { seat, .. } => holder(seat),
        Move::Serve { .. } | Move::Decline { .. } => {
            task.helper.as_ref().and_then(|helper| helper.helper).unwrap_or(trainer(HELPERS[0]))
        }
        _ => task.requester,
    }
}

/// A call that leads on.
fn fitting_move(scene: &Scene, rng: &mut StdRng, id: u64, task: &Task) -> Move {
    let seat = |rng: &mut StdRng, such: SeatState| {
        let fits = |(index, seat): (usize, &Seat)| (seat.state == such).then_some(index as u8);
        let found: Vec<_> = task.seats.iter().enumerate().filter_map(fits).collect();
        found.choose(rng).copied().unwrap_or(0)
    };
    let helper = task.helper.as_ref();
    let kind = match (task.state, rng.random_range(0..100)) {
        (State::Waiting, 0..3) => 4,
        (State::Waiting | State::Confirming, 3..5) => 2,
        (State::Waiting | State::Confirming, 5..8) => 6,
        (State::Waiting | State::Confirming, _) => {
            let seat = seat(rng, SeatState::Invited);
            return confirm(scene, rng, id, task, seat);
        }
        (State::Ready, 0..3) => 3,
        (State::Ready, 3..5) => 4,
        (State::Ready, roll) => match helper {
            Some(h) if h.owners.is_none() && roll > 80 => 7,
            Some(h) if h.owners.is_none() => 5,
            Some(h) if h.helper.is_none() && roll > 75 => 3,
            Some(h) if h.helper.is_none() => 7,
            Some(h) if !h.serving && roll < 20 => 9,
            Some(h) if !h.serving && roll < 30 => 10,
            Some(h) if !h.serving => 8,
            _ => 11,
        },
        (State::Started, 0..10) => 4,
        (State::Started, _) => 12,
        (State::Running, 0..40) => 13,
        (State::Running, 40..60) => 14,
        (State::Running, 60..75) => 15,
        (State::Running, 75..80) => 10,
        (State::Running, 80..84) => 9,
        (State::Running, 84..88) => 8,
        (State::Running, _) => 4,
        (State::Stalled, 0..60) => 16,
        (State::Stalled, 60..65) => 13,
        (State::Stalled, 65..70) => 14,
        (State::Stalled, _) => 4,
        (State::Failed, 0..60) => 17,
        (State::Failed, 60..70) => 3,
        (State::Failed, _) => 4,
        (State::Finished, 0..35) => 18,
        (State::Finished, 35..60) => 19,
        _ => 20,
    };
    build(scene, rng, id, Some(task), kind)
}

fn any_move(scene: &Scene, rng: &mut StdRng, id: u64, task: Option<&Task>) -> Move {
    let kind = rng.random_range(1..21);
    build(scene, rng, id, task, kind)
}

fn confirm(scene: &Scene, rng: &mut StdRng, id: u64, task: &Task, seat: u8) -> Move {
    let holder = task.seats.get(usize::from(seat)).map_or(task.requester, |seat| seat.holder);
    let empty = rng.random_ratio(1, 40);
    let key = if empty { Digest::ZERO } else { Digest([7; 32]) };
    let wants = task.helper.is_some() || rng.random_ratio(1, 30);
    let accepted = if wants { accepted(rng) } else { 0 };
    Move::Confirm { task: id, seat, key, input: Digest([8; 32]), signer: scene.signer(holder), accepted }
}

/// Mostly so that owners agree.
fn accepted(rng: &mut StdRng) -> u16 {
    *[0, 1, 2, 4, 7, 7, 15, 15, 31, 31].choose(rng).unwrap()
}

fn build(scene: &Scene, rng: &mut StdRng, id: u64, task: Option<&Task>, kind: u32) -> Move {
    let seats = task.map_or(2, |task| task.seats.len() as u8);
    let beyond = u8::from(rng.random_ratio(1, 15));
    let seat = rng.random_range(0..seats + beyond);
    let heads = Digest([0x4e; 32]);
    let mut signers = scene.signers(id);
    match rng.random_range(0..30) {
        0 => drop(signers.pop()),
        1 => signers.push(scene.signer(trainer(1))),
        2 => signers.reverse(),
        _ => {}
    }
    let list =
        || -> Vec<Candidate> { task.and_then(|t| t.helper.as_ref()).map_or(Vec::new(), |h| h.candidates.clone()) };
    let mut listed = list();
    if rng.random_ratio(1, 30) {
        listed.pop();
    }
    match kind {
        2 => {
            let length = if rng.random_ratio(1, 6) { 501 } else { 9 };
            Move::Reject { task: id, seat, reason: "x".repeat(length) }
        }
        3 => Move::Cancel { task: id },
        4 => Move::Expire { task: id },
        5 | 6 => Move::Accept { task: id, seat, accepted: accepted(rng) },
        7 => Move::Draw { task: id, candidates: listed },
        8 => Move::Serve { task: id, key: Digest([u8::from(rng.random_ratio(29, 30)); 32]) },
        9 => Move::Decline { task: id, candidates: listed },
        10 => {
            let computing = |task: &Task| task.seats.iter().map(|seat| seat.roles.computes()).collect::<Vec<_>>();
            let computing = task.map(computing).unwrap_or_default();
            let mut both: Vec<_> = signers.iter().zip(&computing).filter(|(_, c)| **c).map(|(s, _)| *s).collect();
            if rng.random_ratio(1, 10) {
                both.pop();
            }
            Move::Advance { task: id, candidates: listed, dealt: rng.random_range(0..4), signers: both }
        }
        11 => Move::Start { task: id },
        12 => Move::Begin { task: id, signers },
        13 => {
            let outcome = outcome(typed_data::sealed_keys(&owed(id, seats)));
            Move::Finish { task: id, outcome, result: scene.result(id, &outcome), signers }
        }
        14 => {
            let (facts, rows) = task.map_or((1, 1), |task| (task.draft.facts, task.draft.rows));
            let beyond = u32::from(rng.random_ratio(1, 3));
            let facts = rng.random_range(0..=facts + beyond);
            let failure = Failure { code: 5, dealt: rng.random_range(0..3), facts, rows: rng.random_range(0..=rows) };
            Move::Fail { task: id, failure, signers }
        }
        15 => Move::Stall { task: id, seat, heads },
        16 => {
            let signer = match rng.random_range(0..10) {
                0..5 => None,
                5 => Some(scene.signer(trainer(1))),
                _ => signers.get(usize::from(seat)).copied(),
            };
            Move::Respond { task: id, seat, heads, signer }
        }
        17 => Move::Retry { task: id },
        18 => Move::Demand { task: id, seat, signed: signed(scene, id, owed(id, seats)) },
        19 => {
            let demanded = |task: &Task| task.seats.iter().position(|seat| seat.state == SeatState::Demanded);
            let seat = task.and_then(demanded).map_or(seat, |seat| seat as u8);
            let sealed = if rng.random_ratio(1, 2) { b"another".to_vec() } else { SEALED.to_vec() };
            Move::Deliver { task: id, seat, signed: signed(scene, id, owed(id, seats)), sealed }
        }
        1 => match task {
            Some(task) => confirm(scene, rng, id, task, seat),
            None => Move::Start { task: id },
        },
        _ => {
            let part = if rng.random_bool(0.3) { REQUESTER_PART } else { seat };
            Move::Collect { task: id, part }
        }
    }
}

pub fn hashes(seats: u8) -> Vec<Digest> {
    vec![Digest(ethers_core::utils::keccak256(SEALED)); usize::from(seats)]
}

/// Hashes of the keys that are owed in a task: in one of three the first seat owes none.
fn owed(task: u64, seats: u8) -> Vec<Digest> {
    let mut hashes = hashes(seats);
    if task.is_multiple_of(3)
        && let Some(first) = hashes.first_mut()
    {
        *first = Digest::ZERO;
    }
    hashes
}

/// What all sign where these are the hashes of their keys.
pub fn signed(scene: &Scene, task: u64, key_hashes: Vec<Digest>) -> SignedKeys {
    let keys = typed_data::sealed_keys(&key_hashes);
    SignedKeys { result: scene.result(task, &outcome(keys)), keys, key_hashes }
}

pub fn keys(seats: u8) -> Digest {
    typed_data::sealed_keys(&hashes(seats))
}

// ---------------------------------------------------------------- publishing

fn publish(scene: &mut Scene, rng: &mut StdRng) -> (Address, Move) {
    let requester = trainer(*[ANN, BEN].choose(rng).unwrap());
    let fresh: Vec<u64> = (1..=scene.book.registry.datasets.last())
        .filter(|id| !scene.book.registry.dataset(*id).unwrap().revoked)
        .collect();
    let wanted = rng.random_range(2..=3);
    let mut grants = Vec::new();
    for dataset in fresh.choose_multiple(rng, wanted).copied().collect::<Vec<_>>() {
        let registry = &scene.book.registry;
        let mine = |(id, grant): (u64, &directory::Grant)| {
            let fits =
                (grant.dataset, grant.user) == (dataset, requester) && grant.state == directory::GrantState::Approved;
            fits.then_some(id)
        };
        // An old one is often used up, which is what is to be met.
        let old: Vec<_> = registry.grants.iter().filter_map(mine).collect();
        let fee = rng.random_range(0..50);
        let (facts, rows, times) = (rng.random_range(3..12), rng.random_range(0..6), rng.random_range(1..4));
        let (tries, later) = (rng.random_range(1..5), u64::from(rng.random_ratio(1, 10)) * 200);
        match old.last() {
            Some(old) if rng.random_bool(0.6) => grants.push(*old),
            _ => grants.push(scene.granted(requester, dataset, fee, |terms| {
                (terms.facts, terms.rows, terms.times, terms.tries) = (facts, rows, times, tries);
                terms.from += later;
            })),
        }
    }
    let mut first = random_draft(scene, rng, &grants);
    if rng.random_ratio(1, 6) {
        spoil(scene, rng, &mut first, requester);
    }
    let mut drafts = vec![first];
    while rng.random_ratio(1, 4) && drafts.len() < 4 {
        let mut next = drafts[0].clone();
        let before = drafts.len() as u8;
        next.kind = *[Kind::Train, Kind::Predict, Kind::Evaluate].choose(rng).unwrap();
        next.waits_for = if rng.random_ratio(1, 20) { before + 1 } else { before };
        next.confirm_by += rng.random_range(0..2_000);
        next.start_by = next.confirm_by + 60 * rng.random_range(1..50);
        drafts.push(next);
    }
    if rng.random_ratio(1, 60) {
        drafts = if rng.random_bool(0.5) { Vec::new() } else { vec![drafts[0].clone(); 5] };
    }
    (requester, Move::Publish(drafts))
}

fn random_draft(scene: &Scene, rng: &mut StdRng, grants: &[u64]) -> Draft {
    let mut made = draft(scene.chain.now(), grants);
    made.kind = *[Kind::Psi, Kind::Train, Kind::Train, Kind::Predict].choose(rng).unwrap();
    if made.kind.uses_model() {
        let trained = |task: &Task| task.state == State::Finished && task.draft.kind == Kind::Train;
        let found = scene.book.tasks.iter().rfind(|(_, task)| trained(task));
        made.model_of = found.map_or(0, |(id, _)| id);
    }
    made.reveals_early = rng.random_ratio(1, 3);
    made.confirm_by = scene.chain.now() + rng.random_range(100..2_000);
    made.start_by = made.confirm_by + 60 * rng.random_range(1..50);
    made.max_seconds = rng.random_range(60..900);
    (made.facts, made.rows) = (rng.random_range(0..4), rng.random_range(0..2));
    (made.compute_fee, made.bond) = (Amount(rng.random_range(0..30)), Amount(rng.random_range(0..200)));
    if rng.random_bool(0.3) {
        made.seats.push(SeatTerms { grant: 0, roles: Roles(Roles::RECEIVES), purpose: Digest::ZERO });
    }
    if rng.random_bool(0.6) {
        let prices: Vec<u128> = (0..rng.random_range(1..=5)).map(|_| rng.random_range(0..20)).collect();
        made.helpers = candidates(&prices);
        made.helper_budget = Amount(rng.random_range(0..60));
    }
    made
}

/// Something is wrong with it.
fn spoil(scene: &Scene, rng: &mut StdRng, made: &mut Draft, requester: Address) {
    match rng.random_range(0..16) {
        0 => made.confirm_by = scene.chain.now(),
        1 => made.start_by -= [1, 60 * 50].choose(rng).copied().unwrap(),
        2 => made.max_seconds = 59,
        3 => made.spec = Digest::ZERO,
        4 => made.model_of = 1,
        5 => made.seats.truncate(1),
        6 => made.seats[0].roles.0 |= Roles::SECOND,
        7 => made.seats[0].roles = Roles(rng.random_range(0..=255)),
        8 => made.seats[1].grant = made.seats[0].grant,
        9 => made.seats[0].grant = scene.book.registry.grants.last() + 1,
        10 => made.seats[0].purpose = purpose(0),
        11 => made.told.digits = 4,
        12 => made.told.own_coefficients = true,
        13 => made.told.min_rows = 49,
        14 => {
            let helper = [requester, trainer(OWNERS[0]), Address::ZERO].choose(rng).copied().unwrap();
            made.helpers = vec![Candidate { helper, per_megabyte: Amount(1) }];
        }
        _ => made.helpers = vec![Candidate { helper: trainer(20), per_megabyte: Amount(1) }; 17],
    }
}
