//! What an account is told of its tasks without the logs of others, against all logs.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use contracts::abi::DecodeError;
use protocol::{Address, Digest};
use rand::{Rng, SeedableRng, rngs::StdRng};
use tasks::{
    Call, Kind, Move, Step,
    own::{self, Contracts, Found, Part, Question, Told},
};

use super::at_once;
use crate::{
    harness::{
        random_calls, seed,
        tasks::{ANN, BEN, HELPERS, OWNERS, Scene, candidates, draft},
        trainer,
    },
    tasks::choose::choose,
};

const CALLS: u64 = 4_000;
const CALLS_IN_A_WORLD: u64 = 400;

/// What reading for an account took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cost {
    /// Questions for logs.
    questions: usize,
    /// Logs that answered them.
    logs: usize,
    /// Views that were asked.
    views: usize,
}

fn contracts(scene: &Scene) -> Contracts {
    Contracts { directory: scene.directory, datasets: scene.datasets, grants: scene.grants, tasks: scene.tasks }
}

/// What a node answers that leaves out what `leaves_out` says.
fn answer(emitted: &[(u64, Address, protocol::RawLog)], question: &Question) -> Vec<Told> {
    let fits = |(block, from, raw): &&(u64, Address, protocol::RawLog)| {
        *block >= question.from
            && question.contracts.contains(from)
            && question.topics.iter().enumerate().all(|(at, wanted)| match wanted {
                None => true,
                Some(wanted) => raw.topics.get(at).is_some_and(|topic| wanted.contains(topic)),
            })
    };
    let told = |(block, from, raw): &(u64, Address, protocol::RawLog)| Told {
        contract: *from,
        block: *block,
        raw: raw.clone(),
    };
    emitted.iter().filter(fits).map(told).collect()
}

/// What an account is told; `named` are tasks that a server names beside.
fn told(scene: &mut Scene, account: Address, named: &[u64]) -> (Found, Vec<Part>, Cost) {
    let (at, cost) = (contracts(scene), Cell::new(Cost::default()));
    let emitted = scene.chain.emitted.clone();
    let logs = async |question: Question| -> Result<Vec<Told>, DecodeError> {
        let told = answer(&emitted, &question);
        let now = cost.get();
        cost.set(Cost { questions: now.questions + 1, logs: now.logs + told.len(), ..now });
        Ok(told)
    };
    let chain = RefCell::new(&mut scene.chain);
    let ask = async |to: Address, data: Vec<u8>| -> Result<Vec<u8>, DecodeError> {
        cost.set(Cost { views: cost.get().views + 1, ..cost.get() });
        Ok(chain.borrow_mut().view(to, data).unwrap())
    };
    let found = at_once(own::found(account, at, &logs)).unwrap();
    let ids: BTreeSet<u64> = found.tasks.keys().chain(named).copied().collect();
    let read = |id: &u64| at_once(own::read((account, *id), found.drafts.get(id), at, &ask, &logs)).unwrap();
    let parts = ids.iter().filter_map(read).collect();
    (found, parts, cost.get())
}

/// What all logs say that an account has to do. Anyone can draw and carry out what is over; it is the requester's to do.
fn expected(scene: &mut Scene, account: Address, id: u64) -> Vec<Step> {
    let numbers: Vec<u64> = scene.book.draws.values().map(|draw| draw.number).collect();
    let known: Vec<(u64, Option<Digest>)> = numbers.into_iter().map(|n| (n, scene.chain.block_hash(n))).collect();
    let hash_of = |number: u64| known.iter().find(|(n, _)| *n == number).and_then(|(_, hash)| *hash);
    let call = Call { caller: account, now: scene.chain.now(), block: scene.chain.block(), hash_of: &hash_of };
    let mut steps = scene.book.steps(call, id);
    steps.retain(is_own);
    if scene.book.task(id).unwrap().requester != account {
        steps.retain(|step| !matches!(step, Step::DrawHelper { .. }));
    }
    steps
}

fn is_own(step: &Step) -> bool {
    !matches!(step, Step::Expire)
}

fn agrees(scene: &mut Scene, account: Address) -> usize {
    let (found, parts, _) = told(scene, account, &[]);
    let mut things = 0;
    for id in 1..=scene.book.tasks.last() {
        let expected = expected(scene, account, id);
        let task = scene.book.task(id).unwrap().clone();
        let takes_part = task.requester == account || task.seats.iter().any(|seat| seat.holder == account);
        assert!(!takes_part || found.tasks.contains_key(&id), "task {id} is not found by {account}");
        let Some(part) = parts.iter().find(|part| part.id == id) else {
            assert_eq!(expected, [], "task {id} of {account}");
            continue;
        };
        let (now, block) = (scene.chain.now(), scene.chain.block());
        let hash = part.draws.and_then(|number| scene.chain.block_hash(number));
        let mut steps = part.steps(account, now, block, hash);
        steps.retain(is_own);
        assert_eq!(steps, expected, "task {id} of {account}: {task:?}");
        assert!(!part.is_over(account, now) || expected.is_empty(), "task {id} of {account}");
        things += steps.len();
    }
    let registry = &scene.book.registry;
    for (id, dataset) in registry.datasets.iter() {
        assert_eq!(found.datasets.contains_key(&id), dataset.owner == account, "data set {id}");
    }
    for (id, grant) in registry.grants.iter() {
        let owner = registry.dataset(grant.dataset).unwrap().owner;
        assert_eq!(found.grants.contains_key(&id), [grant.user, owner].contains(&account), "grant {id}");
    }
    things
}

#[test]
fn each_account_is_told_by_its_own_logs_and_the_contracts_what_all_logs_say() {
    let seed = seed("own tasks");
    let people: Vec<Address> = OWNERS.iter().chain(&[ANN, BEN]).chain(&HELPERS).map(|n| trainer(*n)).collect();
    let mut things = 0;
    for world in 0..random_calls(CALLS).div_ceil(CALLS_IN_A_WORLD) {
        let mut rng = StdRng::seed_from_u64(seed ^ world << 32);
        let mut scene = Scene::new();
        for call in 0..CALLS_IN_A_WORLD {
            if rng.random_ratio(1, 12) {
                let seconds = if rng.random_ratio(1, 30) { 86_400 } else { rng.random_range(0..60) };
                scene.chain.wait(seconds);
            }
            let (caller, what) = choose(&mut scene, &mut rng);
            let _ = scene.play(caller, &what);
            if call % 20 == 19 {
                things += people.iter().map(|person| agrees(&mut scene, *person)).sum::<usize>();
            }
        }
    }
    assert!(things > 500, "{things} things to do say little");
}

/// A task of Ann's on the data of owners 1 and 2, ready to be drawn for, among so many of Ben's on that of owners 2 and 3.
fn among(others: usize) -> (Scene, u64) {
    let mut scene = Scene::new();
    let grants = [1, 2].map(|dataset| scene.granted(trainer(ANN), dataset, 5, |_| {}));
    let mut task = draft(scene.chain.now(), &grants);
    task.helpers = candidates(&[3, 4]);
    let id = scene.publish(&task);
    scene.confirm_all(id, 0b11);
    for _ in 0..others {
        let grants = [2, 3].map(|dataset| scene.granted(trainer(BEN), dataset, 5, |_| {}));
        let task = draft(scene.chain.now(), &grants);
        scene.play(trainer(BEN), &Move::Publish(vec![task])).unwrap();
        let other = scene.book.tasks.last();
        scene.confirm_all(other, 0);
    }
    // The block that draws passes.
    scene.chain.wait(12);
    scene.chain.wait(12);
    (scene, id)
}

#[test]
fn what_is_read_for_an_account_does_not_grow_with_the_tasks_of_others() {
    let costs = [10, 100].map(|others| {
        let (mut scene, id) = among(others);
        let all = scene.chain.emitted.iter().filter(|(_, from, _)| *from != scene.coin).count();
        let of = |scene: &mut Scene, person: u32, things: &[Step]| {
            let (_, parts, cost) = told(scene, trainer(person), &[]);
            let mine: Vec<u64> = parts.iter().map(|part| part.id).collect();
            assert_eq!(mine, [id], "of {person}");
            let hash = parts[0].draws.and_then(|number| scene.chain.block_hash(number));
            assert_eq!(parts[0].steps(trainer(person), scene.chain.now(), scene.chain.block(), hash), things);
            cost
        };
        let start_by = scene.book.task(id).unwrap().draft.start_by;
        let draw = Step::DrawHelper { until: start_by };
        let requester = of(&mut scene, ANN, &[Step::Cancel, draw]);
        let owner = of(&mut scene, 1, &[]);
        println!("among {others} tasks of others, {all} logs: requester {requester:?}, owner {owner:?}");
        (requester, owner)
    });
    assert_eq!(costs[0], costs[1]);
    let (requester, owner) = costs[0];
    assert!(requester.questions <= 2 && owner.questions <= 4, "{requester:?} {owner:?}");
    assert!(requester.logs + owner.logs <= 12 && requester.views + owner.views <= 20, "{requester:?} {owner:?}");
}

#[test]
fn a_server_can_neither_invent_a_part_in_a_task_nor_is_it_needed_to_find_one() {
    let (mut scene, mine) = among(3);
    // Named are tasks of others, and one that there is not.
    let (found, parts, _) = told(&mut scene, trainer(ANN), &[mine + 1, mine + 2, 99]);
    assert_eq!(found.tasks.keys().copied().collect::<Vec<_>>(), [mine]);
    assert_eq!(parts.iter().map(|part| part.id).collect::<Vec<_>>(), [mine]);
    // The owner of a seat is found before it has confirmed, whatever a server says.
    let grants = [1, 2].map(|dataset| scene.granted(trainer(ANN), dataset, 5, |_| {}));
    let asked = draft(scene.chain.now(), &grants);
    let asked = scene.publish(&asked);
    let (_, parts, _) = told(&mut scene, trainer(1), &[]);
    let part = parts.iter().find(|part| part.id == asked).expect("found");
    let until = scene.book.task(asked).unwrap().draft.confirm_by;
    let now = scene.chain.now();
    assert_eq!(part.steps(trainer(1), now, scene.chain.block(), None), [Step::Confirm { seat: 0, until }]);
    assert_eq!(part.task().unwrap().draft.kind, Kind::Train);
    // A node that leaves out how it was published, and a server that names it: the contract says the rest.
    let all = scene.chain.emitted.clone();
    let topic = tasks::logs::published_topic();
    scene.chain.emitted.retain(|(_, _, log)| log.topics.first() != Some(&topic));
    assert!(!told(&mut scene, trainer(1), &[]).0.tasks.contains_key(&asked));
    let (_, parts, _) = told(&mut scene, trainer(1), &[asked]);
    let part = parts.iter().find(|part| part.id == asked).expect("named");
    assert_eq!(part.steps(trainer(1), now, scene.chain.block(), None), [Step::Confirm { seat: 0, until }]);
    scene.chain.emitted = all;
}
