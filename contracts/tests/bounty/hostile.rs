//! A coin that calls back into the market before each movement of tokens, as a receiver with hooks could.

use bounty::{Phase, calls};
use ethers_core::abi::{ParamType, Token, decode, encode};
use protocol::{Address, Amount, Digest};

use crate::harness::{
    BountyOffer, BountyRun, World, account,
    bounty_run::{METADATA_CID, REQUESTER, STRANGER, TEST_CID, TRAIN_CID},
    number, reverts, trainer,
};

const ARTIFACT: &str = include_str!("../../../families/bounty/artifacts/test/HostileCoin.json");

/// A market whose coin is hostile; harmless until armed.
fn hostile_world() -> World {
    let mut world = World::new();
    let artifact: serde_json::Value = serde_json::from_str(ARTIFACT).unwrap();
    let code = hex::decode(artifact["bytecode"].as_str().unwrap()).unwrap();
    world.coin = world.chain.deploy(STRANGER, code);
    world.market = world.chain.deploy(STRANGER, bounty::deploy::bounty_market(world.coin).unwrap());
    for person in [REQUESTER, trainer(0), trainer(1), trainer(2)] {
        coin(&mut world, "mint(address,uint256)", &[account(person), number(Amount::mdc(1_000).0)]);
    }
    world.coin_has_no_limits = true;
    world
}

fn coin(world: &mut World, signature: &str, arguments: &[Token]) -> Vec<u8> {
    let selector = &ethers_core::utils::keccak256(signature)[..4];
    let data = [selector, &encode(arguments)].concat();
    world.chain.send(STRANGER, world.coin, data).unwrap().output
}

fn arm(world: &mut World, payload: Vec<u8>) {
    let market = account(world.market);
    coin(world, "arm(address,bytes)", &[market, Token::Bytes(payload)]);
}

/// Number of callbacks since it was armed, and what the last one returned.
fn outcome(world: &mut World) -> (u64, bool, Vec<u8>) {
    let attempts = contracts::returns::count(&coin(world, "attempts()", &[])).unwrap();
    let succeeded = contracts::returns::boolean(&coin(world, "succeeded()", &[])).unwrap();
    let returned = coin(world, "returned()", &[]);
    let returned = decode(&[ParamType::Bytes], &returned).unwrap().remove(0).into_bytes().unwrap();
    (attempts, succeeded, returned)
}

fn open() -> BountyRun {
    BountyRun::open_in(hostile_world(), BountyOffer::default())
}

fn submitted() -> BountyRun {
    let mut run = open();
    run.submit_as(trainer(0), 90).unwrap();
    run.submit_as(trainer(1), 80).unwrap();
    run
}

fn claimed(claims: [u32; 2]) -> BountyRun {
    let mut run = submitted();
    run.after_deadline();
    run.reveal_truth().unwrap();
    run.claim(trainer(0), claims[0]).unwrap();
    run.claim(trainer(1), claims[1]).unwrap();
    run.next_window();
    run
}

/// A way on which tokens move: how to get there, who sends what, and where it ends.
struct Path {
    name: &'static str,
    prepare: fn() -> BountyRun,
    call: fn(&BountyRun) -> (Address, Vec<u8>),
    ends: Phase,
}

fn terms_of(run: &BountyRun) -> bounty::Terms {
    BountyOffer { salt: 1_000, ..run.offer.clone() }.terms(run.world.chain.now())
}

fn truth_of(run: &BountyRun) -> Digest {
    protocol::commitment::superhash(&run.offer.truth())
}

fn any_permit() -> coin::PermitSignature {
    coin::PermitSignature { deadline: u64::MAX, r: [1; 32], s: [1; 32], v: 27 }
}

const PATHS: [Path; 15] = [
    Path {
        name: "create",
        prepare: open,
        call: |g| (REQUESTER, calls::create(&terms_of(g), TRAIN_CID, TEST_CID, METADATA_CID, None)),
        ends: Phase::Open,
    },
    Path {
        name: "createWithPermit",
        prepare: open,
        call: |g| (REQUESTER, calls::create(&terms_of(g), TRAIN_CID, TEST_CID, METADATA_CID, Some(&any_permit()))),
        ends: Phase::Open,
    },
    Path { name: "submit", prepare: submitted, call: |g| (trainer(2), g.any_submission()), ends: Phase::Open },
    Path {
        name: "submitWithPermit",
        prepare: submitted,
        call: |g| (trainer(2), calls::submit(g.id, truth_of(g), Digest([1; 32]), Some(&any_permit()))),
        ends: Phase::Open,
    },
    Path { name: "withdraw", prepare: submitted, call: |g| (trainer(0), calls::withdraw(g.id)), ends: Phase::Open },
    Path {
        name: "cancel, refunding",
        prepare: open,
        call: |g| (REQUESTER, calls::cancel(g.id, 3)),
        ends: Phase::Cancelled,
    },
    Path {
        name: "cancel, burning half",
        prepare: || {
            let mut run = submitted();
            run.submit_as(trainer(2), 1).unwrap();
            run
        },
        call: |g| (REQUESTER, calls::cancel(g.id, 3)),
        ends: Phase::Cancelled,
    },
    Path {
        name: "timeout, refunding",
        prepare: || {
            let mut run = open();
            run.after_deadline();
            run.next_window();
            run
        },
        call: |g| (STRANGER, calls::timeout(g.id)),
        ends: Phase::Refunded,
    },
    Path {
        name: "timeout, burning an abandoned stake",
        prepare: || {
            let mut run = submitted();
            run.after_deadline();
            run.send(trainer(0), calls::withdraw(run.id)).unwrap();
            run.next_window();
            run
        },
        call: |g| (STRANGER, calls::timeout(g.id)),
        ends: Phase::Forfeited,
    },
    Path {
        name: "revealPrediction, paying the winner",
        prepare: || claimed([90, 80]),
        call: |g| (trainer(0), g.reveal_data(trainer(0))),
        ends: Phase::Settled,
    },
    Path {
        name: "revealPrediction, refunding and burning",
        prepare: || {
            let mut run = claimed([95, 85]);
            run.reveal(trainer(0)).unwrap();
            run
        },
        call: |g| (trainer(1), g.reveal_data(trainer(1))),
        ends: Phase::Refunded,
    },
    Path {
        name: "settle, paying the winner",
        prepare: || {
            let mut run = claimed([90, 80]);
            run.reveal(trainer(1)).unwrap();
            run.next_window();
            run
        },
        call: |g| (STRANGER, calls::settle(g.id)),
        ends: Phase::Settled,
    },
    Path {
        name: "settle, refunding and burning",
        prepare: || {
            let mut run = claimed([90, 80]);
            run.next_window();
            run
        },
        call: |g| (STRANGER, calls::settle(g.id)),
        ends: Phase::Refunded,
    },
    Path {
        name: "slashSilent",
        prepare: || {
            let mut run = claimed([90, 80]);
            run.reveal(trainer(1)).unwrap();
            run.next_window();
            run.settle().unwrap();
            run
        },
        call: |g| (STRANGER, calls::slash_silent(g.id, trainer(0))),
        ends: Phase::Settled,
    },
    Path {
        name: "collect",
        prepare: || {
            let mut run = submitted();
            run.cancel().unwrap();
            run
        },
        call: |g| (STRANGER, calls::collect(g.id, trainer(0))),
        ends: Phase::Cancelled,
    },
];

/// Every function that changes something, with arguments that would be worth something to a thief.
fn attacks(run: &BountyRun) -> Vec<(&'static str, Vec<u8>)> {
    let (id, one) = (run.id, Digest([1; 32]));
    vec![
        ("create", calls::create(&terms_of(run), "", "", "", None)),
        ("createWithPermit", calls::create(&terms_of(run), "", "", "", Some(&any_permit()))),
        ("cancel", calls::cancel(id, 3)),
        ("revealTruth", calls::reveal_truth(id, &run.offer.truth())),
        ("submit", run.any_submission()),
        ("submitWithPermit", calls::submit(id, truth_of(run), one, Some(&any_permit()))),
        ("replace", calls::replace(id, one)),
        ("withdraw", calls::withdraw(id)),
        ("claim", calls::claim(id, 90)),
        ("revealPrediction", run.reveal_data(trainer(0))),
        ("timeout", calls::timeout(id)),
        ("settle", calls::settle(id)),
        ("slashSilent", calls::slash_silent(id, trainer(0))),
        ("collect", calls::collect(id, trainer(0))),
    ]
}

/// Balances of everyone, and where the bounty and its trainers stand.
fn picture(run: &mut BountyRun) -> String {
    let people = [REQUESTER, STRANGER, trainer(0), trainer(1), trainer(2), run.world.market, run.world.coin];
    let balances = people.map(|person| run.balance(person));
    let states = [0, 1, 2].map(|n| run.state(trainer(n)));
    format!("{balances:?} {:?} {states:?}", run.bounty())
}

#[test]
fn no_path_that_moves_tokens_can_be_entered_again() {
    let reentrant = ethers_core::utils::keccak256("ReentrancyGuardReentrantCall()")[..4].to_vec();
    for path in &PATHS {
        let mut peaceful = (path.prepare)();
        let (from, data) = (path.call)(&peaceful);
        peaceful.send(from, data).unwrap();
        assert_eq!(peaceful.phase(), path.ends, "{}", path.name);
        let expected = picture(&mut peaceful);

        let attacks = attacks(&(path.prepare)());
        for (attack, payload) in attacks {
            let mut run = (path.prepare)();
            arm(&mut run.world, payload);
            let (from, data) = (path.call)(&run);
            run.send(from, data).unwrap();
            let (attempts, succeeded, returned) = outcome(&mut run.world);
            assert!(attempts > 0, "{attack} during {} was tried", path.name);
            assert!(!succeeded && returned == reentrant, "{attack} during {}: {returned:02x?}", path.name);
            arm(&mut run.world, Vec::new());
            assert_eq!(picture(&mut run), expected, "{attack} during {}", path.name);
        }
    }
}

#[test]
fn a_coin_that_pretends_to_pay_undoes_everything() {
    for path in PATHS.iter().filter(|path| !path.name.contains("burning")) {
        let mut run = (path.prepare)();
        coin(&mut run.world, "setAnswer(bool)", &[Token::Bool(false)]);
        let before = picture(&mut run);
        let (from, data) = (path.call)(&run);
        let refused = run.send(from, data);
        let of = account(run.world.coin);
        reverts(refused, "SafeERC20FailedOperation(address)", &[of]);
        assert_eq!(picture(&mut run), before, "{}", path.name);
    }
}
