//! Each arrow of the states' picture, legal where it stands and nowhere else; pipelines; uses.

use contracts::Refused;
use directory::Move as RegistryMove;
use protocol::{Amount, Digest, typed_data::Permit};
use tasks::{Failure, Kind, Move, REQUESTER_PART, State, calls};

use super::choose::{hashes, keys, signed};
use crate::harness::{
    permit::Wallet,
    reverts,
    tasks::{ANN, Scene, outcome},
    trainer,
};

const HEADS: Digest = Digest([4; 32]);

/// A task that came to a state; number 2 where it waits for number 1.
pub fn in_state(state: State) -> (Scene, u64) {
    let mut scene = Scene::new();
    let draft = scene.draft(5);
    if state == State::Waiting {
        let mut next = draft.clone();
        next.waits_for = 1;
        scene.play(trainer(ANN), &Move::Publish(vec![draft, next])).unwrap();
        return (scene, 2);
    }
    let task = scene.publish(&draft);
    if matches!(state, State::Confirming | State::Rejected | State::Expired) {
        match state {
            State::Rejected => {
                scene.play(trainer(1), &Move::Reject { task, seat: 0, reason: "no".to_owned() }).unwrap();
            }
            State::Expired => {
                scene.chain.set_time(draft.confirm_by);
                scene.play(trainer(99), &Move::Expire { task }).unwrap();
            }
            _ => {}
        }
        return (scene, task);
    }
    scene.confirm_all(task, 0);
    match state {
        State::Ready => {}
        State::Cancelled => drop(scene.play(trainer(ANN), &Move::Cancel { task }).unwrap()),
        State::Started => scene.start(task),
        _ => {
            scene.begin(task);
            let what = match state {
                State::Stalled => Move::Stall { task, seat: 0, heads: HEADS },
                State::Finished => scene.finishing(task, outcome(keys(2))),
                State::Failed => Move::Fail { task, failure: FAILURE, signers: scene.signers(task) },
                _ => return (scene, task),
            };
            scene.play(trainer(1), &what).unwrap();
        }
    }
    (scene, task)
}

const FAILURE: Failure = Failure { code: 1, dealt: 0, facts: 0, rows: 0 };

/// Every call, by whom it is for, where an independent table says that it may go through.
#[test]
fn every_arrow_is_legal_where_it_stands_and_nowhere_else() {
    use State::*;
    let table: [(&str, &[State]); 12] = [
        ("confirm", &[Confirming]),
        ("reject", &[Waiting, Confirming]),
        ("cancel", &[Waiting, Confirming, Ready, Failed]),
        ("start", &[Ready]),
        ("begin", &[Started]),
        ("finish", &[Running, Stalled]),
        ("fail", &[Running, Stalled]),
        ("stall", &[Running]),
        ("respond", &[Stalled]),
        ("retry", &[Failed]),
        ("demand", &[Finished]),
        ("expire", &[Waiting, Confirming, Ready, Started, Running, Stalled, Failed]),
    ];
    for state in State::ALL {
        for (name, legal) in table {
            let (mut scene, task) = in_state(state);
            assert_eq!(scene.book.task(task).unwrap().state, state);
            let signers = scene.signers(task);
            let (caller, what) = match name {
                "confirm" => (1, scene.confirmation(task, 0, 0)),
                "reject" => (1, Move::Reject { task, seat: 0, reason: String::new() }),
                "cancel" => (ANN, Move::Cancel { task }),
                "start" => (ANN, Move::Start { task }),
                "begin" => (99, Move::Begin { task, signers }),
                "finish" => (99, scene.finishing(task, outcome(keys(2)))),
                "fail" => (99, Move::Fail { task, failure: FAILURE, signers }),
                "stall" => (2, Move::Stall { task, seat: 1, heads: HEADS }),
                "respond" => (2, Move::Respond { task, seat: 1, heads: HEADS, signer: None }),
                "retry" => (ANN, Move::Retry { task }),
                "demand" => (ANN, Move::Demand { task, seat: 0, signed: signed(&scene, task, hashes(2)) }),
                _ => {
                    // Too early everywhere, and then not.
                    assert!(scene.play(trainer(99), &Move::Expire { task }).is_err(), "{state:?} expires at once");
                    scene.chain.wait(70 * 86_400);
                    (99, Move::Expire { task })
                }
            };
            let met = scene.play(trainer(caller), &what);
            assert_eq!(met.is_ok(), legal.contains(&state), "{name} in {state:?}: {met:?}");
            if met.is_ok() && !matches!(name, "confirm" | "demand" | "expire") {
                let again = scene.play(trainer(caller), &what);
                assert!(again.is_err(), "{name} goes through twice in {state:?}");
            }
        }
    }
}

#[test]
fn a_pipeline_takes_one_use_and_each_task_waits_for_the_one_before() {
    let mut scene = Scene::new();
    let mut align = scene.draft(5);
    align.kind = Kind::Psi;
    let (mut train, mut predict) = (align.clone(), align.clone());
    (train.kind, train.waits_for) = (Kind::Train, 1);
    (predict.kind, predict.waits_for) = (Kind::Predict, 2);
    for later in [&mut train, &mut predict] {
        later.confirm_by += 3_000;
        later.start_by += 6_000;
    }
    scene.play(trainer(ANN), &Move::Publish(vec![align, train, predict])).unwrap();
    // One fee for the data of each owner, and computing three times.
    assert_eq!(scene.book.holds(), Amount(2 * 5 + 3 * 2 * 11));
    let confirm = scene.confirmation(2, 0, 0);
    let refused: Refused = scene.play(trainer(1), &confirm).unwrap_err();
    assert_eq!(refused.signature(), "PredecessorNotFinished(uint64,uint8)");
    for task in 1..=3 {
        scene.confirm_all(task, 0);
        scene.begin(task);
        let finish = scene.finishing(task, outcome(keys(2)));
        scene.play(trainer(99), &finish).unwrap();
        let grant = &scene.book.registry.grants[1];
        assert_eq!((grant.used, grant.held, u64::from(grant.tried)), (1, 0, task));
    }
    assert_eq!(scene.book.registry.grants[1].facts_used, 12);
    assert_eq!(scene.book.task(3).unwrap().model_of, 2);
}

#[test]
fn what_waits_for_a_task_that_was_given_up_ends_at_once() {
    let (mut scene, task) = in_state(State::Waiting);
    scene.play(trainer(ANN), &Move::Cancel { task: 1 }).unwrap();
    scene.play(trainer(99), &Move::Expire { task }).unwrap();
    for task in [1, 2] {
        scene.play(trainer(99), &Move::Collect { task, part: REQUESTER_PART }).unwrap();
    }
    assert_eq!(scene.book.holds(), Amount(0));
}

#[test]
fn the_third_start_of_a_grant_for_two_is_refused() {
    let mut scene = Scene::new();
    let first = scene.granted(trainer(ANN), 1, 5, |terms| terms.times = 2);
    let second = scene.granted(trainer(ANN), 2, 5, |_| {});
    let made = crate::harness::tasks::draft(scene.chain.now(), &[first, second]);
    for round in 0..3 {
        let task = scene.publish(&made);
        scene.confirm_all(task, 0);
        if round == 2 {
            let refused = scene.play(trainer(ANN), &Move::Start { task }).unwrap_err();
            assert_eq!(refused.signature(), "TimesUsedUp(uint64,uint32)");
            // The other grant was not touched.
            assert_eq!(scene.book.registry.grants[second].tried, 2);
            return;
        }
        scene.begin(task);
        let finish = scene.finishing(task, outcome(keys(2)));
        scene.play(trainer(99), &finish).unwrap();
    }
}

#[test]
fn what_is_told_on_the_way_costs_a_use_at_every_begin() {
    let mut scene = Scene::new();
    let mut made = scene.draft(5);
    made.reveals_early = true;
    let task = scene.publish(&made);
    scene.confirm_all(task, 0);
    for attempt in 1..=2 {
        scene.begin(task);
        let (failure, signers) = (FAILURE, scene.signers(task));
        scene.play(trainer(99), &Move::Fail { task, failure, signers }).unwrap();
        let grant = &scene.book.registry.grants[1];
        assert_eq!((grant.used, grant.held, grant.tried), (attempt, 0, attempt as u16));
        scene.play(trainer(ANN), &Move::Retry { task }).unwrap();
    }
    // A start that never begins tells nothing.
    scene.start(task);
    scene.chain.wait(600);
    scene.play(trainer(99), &Move::Expire { task }).unwrap();
    assert_eq!((scene.book.registry.grants[1].used, scene.book.registry.grants[1].held), (2, 0));
}

#[test]
fn a_task_has_as_many_runs_as_can_be_counted() {
    let mut scene = Scene::new();
    let grants = [1, 2].map(|dataset| scene.granted(trainer(ANN), dataset, 5, |terms| terms.tries = 1_000));
    let mut made = crate::harness::tasks::draft(scene.chain.now(), &grants);
    made.start_by = made.confirm_by + tasks::MAX_WAIT;
    let task = scene.publish(&made);
    scene.confirm_all(task, 0);
    for attempt in 1..=tasks::MAX_ATTEMPTS {
        assert_eq!(scene.book.task(task).unwrap().attempt, attempt);
        scene.start(task);
        scene.chain.wait(tasks::BEGIN_WINDOW);
        scene.play(trainer(99), &Move::Expire { task }).unwrap();
        let again = scene.play(trainer(ANN), &Move::Retry { task });
        assert_eq!(again.is_ok(), attempt < tasks::MAX_ATTEMPTS);
    }
}

/// After a reorganisation another task has the number; who was asked for the first one begins no other.
#[test]
fn seats_begin_the_task_that_they_mean() {
    let (mut scene, task) = in_state(State::Started);
    let signers = scene.signers(task);
    let data = scene.data(&Move::Begin { task, signers });
    scene.book.tasks.get_mut(1).unwrap().draft.spec = Digest([0x77; 32]);
    let signers = scene.signers(task);
    let other = scene.data(&Move::Begin { task, signers });
    let tasks = scene.tasks;
    let refused = scene.chain.send(trainer(99), tasks, other).unwrap_err();
    assert!(format!("{refused:?}").contains("WrongSigner"), "{refused:?}");
    scene.chain.send(trainer(99), tasks, data).unwrap();
}

#[test]
fn a_data_set_that_was_revoked_starts_nothing() {
    let mut scene = Scene::new();
    let made = scene.draft(5);
    let task = scene.publish(&made);
    scene.confirm_all(task, 0);
    scene.registry(trainer(2), &RegistryMove::Revoke { dataset: 2 }).unwrap();
    let refused = scene.play(trainer(ANN), &Move::Start { task }).unwrap_err();
    assert_eq!(refused.signature(), "DatasetNotUsable(uint64)");
}

#[test]
fn permits_take_the_place_of_allowances() {
    let mut scene = Scene::new();
    let wallet = Wallet::development(1);
    let coin = scene.coin;
    scene
        .chain
        .send(crate::harness::world::DEPLOYER, coin, coin::calls::transfer(wallet.address, Amount(10_000)))
        .unwrap();
    let grants = [1, 2].map(|dataset| scene.granted(wallet.address, dataset, 5, |_| {}));
    let mut made = crate::harness::tasks::draft(scene.chain.now(), &grants);
    made.seats.push(tasks::SeatTerms { grant: 0, roles: tasks::Roles(16), purpose: Digest::ZERO });
    let (owner, spender, deadline) = (wallet.address, scene.tasks, scene.chain.now());
    let permit = |value, nonce| wallet.sign(coin, &Permit { owner, spender, value: Amount(value), nonce, deadline });
    let (published, confirmed) = (permit(32, 0), permit(100, 1));
    let tasks = scene.tasks;
    scene.chain.send(owner, tasks, calls::publish(&[made], Some((Amount(32), &published)))).unwrap();
    let said = calls::Confirmation { key: HEADS, input: HEADS, signer: owner, accepted: 0 };
    scene.chain.send(owner, tasks, calls::confirm(1, 2, &said, Some(&confirmed))).unwrap();
    assert_eq!(scene.balance(owner), 10_000 - 132);
}

#[test]
fn the_other_half_does_nothing_by_itself() {
    let mut scene = Scene::new();
    let made = scene.draft(5);
    let data = ethers_core::utils::keccak256("OFFERS()")[..4].to_vec();
    let half = contracts::returns::address(&scene.view(data)).unwrap();
    scene.chain.made_inside(half, "TaskOffers");
    for data in [calls::publish(&[made], None), calls::draw(1, &[]), calls::accept(1, 0, 1), calls::serve(1, HEADS)] {
        reverts(scene.chain.send(trainer(ANN), half, data), "OnlyForTasks()", &[]);
    }
}

#[test]
fn limits_are_those_of_the_rules() {
    let mut scene = Scene::new();
    let half = ethers_core::utils::keccak256("OFFERS()")[..4].to_vec();
    let (whole, grants) = (scene.tasks, scene.grants);
    let half = contracts::returns::address(&scene.chain.view(whole, half).unwrap()).unwrap();
    let mut read = |at, name: &str| {
        let data = ethers_core::utils::keccak256(format!("{name}()"))[..4].to_vec();
        contracts::returns::count(&scene.chain.view(at, data).unwrap()).unwrap()
    };
    for (at, name, value) in [
        (whole, "BEGIN_WINDOW", tasks::BEGIN_WINDOW),
        (whole, "STALL_WINDOW", tasks::STALL_WINDOW),
        (whole, "DEMAND_PERIOD", tasks::DEMAND_PERIOD),
        (whole, "DELIVERY_WINDOW", tasks::DELIVERY_WINDOW),
        (whole, "MAX_ATTEMPTS", tasks::MAX_ATTEMPTS.into()),
        (whole, "REQUESTER_PART", REQUESTER_PART.into()),
        (whole, "MAX_REASON_LENGTH", directory::MAX_REASON_LENGTH as u64),
        (half, "MAX_PIPELINE", tasks::MAX_PIPELINE as u64),
        (half, "MIN_SEATS", tasks::MIN_SEATS as u64),
        (half, "MAX_SEATS", tasks::MAX_SEATS as u64),
        (half, "MAX_CANDIDATES", tasks::MAX_CANDIDATES as u64),
        (half, "MAX_WAIT", tasks::MAX_WAIT),
        (half, "MIN_RUN", tasks::MIN_RUN.into()),
        (half, "MAX_RUN", tasks::MAX_RUN.into()),
        (half, "COVERED", tasks::Roles::COVERED.into()),
        (half, "COMPUTES_SECOND", tasks::Roles::SECOND.into()),
        (grants, "MAX_DIGITS", directory::MAX_DIGITS.into()),
        (grants, "MAX_REASON_LENGTH", directory::MAX_REASON_LENGTH as u64),
    ] {
        assert_eq!(read(at, name), value, "{name}");
    }
}

#[test]
fn signatures_are_bound_as_the_page_binds_them() {
    let mut scene = Scene::new();
    let separator = contracts::returns::digest(&scene.view(calls::domain_separator())).unwrap();
    assert_eq!(separator, scene.run(1).domain_separator());
}
