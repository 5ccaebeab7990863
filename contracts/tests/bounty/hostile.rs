//! A coin that calls back into the market before each movement of tokens, as a receiver with hooks could.

use bounty::{Phase, calls};
use ethers_core::abi::{ParamType, Token, decode, encode};
use protocol::{Address, Amount, Digest};

use crate::harness::{
    Game, Plan, World, account,
    game::{METADATA_CID, REQUESTER, STRANGER, TEST_CID, TRAIN_CID},
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

fn open() -> Game {
    Game::open_in(hostile_world(), Plan::default())
}

fn submitted() -> Game {
    let mut game = open();
    game.submit_as(trainer(0), 90).unwrap();
    game.submit_as(trainer(1), 80).unwrap();
    game
}

fn claimed(claims: [u32; 2]) -> Game {
    let mut game = submitted();
    game.after_deadline();
    game.reveal_truth().unwrap();
    game.claim(trainer(0), claims[0]).unwrap();
    game.claim(trainer(1), claims[1]).unwrap();
    game.next_window();
    game
}

/// A way on which tokens move: how to get there, who sends what, and where it ends.
struct Path {
    name: &'static str,
    prepare: fn() -> Game,
    call: fn(&Game) -> (Address, Vec<u8>),
    ends: Phase,
}

fn terms_of(game: &Game) -> bounty::Terms {
    game.plan.terms(game.world.chain.now())
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
    Path {
        name: "submit",
        prepare: submitted,
        call: |g| (trainer(2), calls::submit(g.id, Digest([1; 32]), Digest([1; 32]), None)),
        ends: Phase::Open,
    },
    Path {
        name: "submitWithPermit",
        prepare: submitted,
        call: |g| (trainer(2), calls::submit(g.id, Digest([1; 32]), Digest([1; 32]), Some(&any_permit()))),
        ends: Phase::Open,
    },
    Path { name: "withdraw", prepare: submitted, call: |g| (trainer(0), calls::withdraw(g.id)), ends: Phase::Open },
    Path {
        name: "cancel, refunding",
        prepare: open,
        call: |g| (REQUESTER, calls::cancel(g.id)),
        ends: Phase::Cancelled,
    },
    Path {
        name: "cancel, burning the remainder",
        prepare: || {
            let mut game = submitted();
            game.submit_as(trainer(2), 1).unwrap();
            game
        },
        call: |g| (REQUESTER, calls::cancel(g.id)),
        ends: Phase::Cancelled,
    },
    Path {
        name: "timeout, refunding",
        prepare: || {
            let mut game = open();
            game.after_deadline();
            game.next_window();
            game
        },
        call: |g| (STRANGER, calls::timeout(g.id)),
        ends: Phase::Refunded,
    },
    Path {
        name: "timeout, burning an abandoned stake",
        prepare: || {
            let mut game = submitted();
            game.after_deadline();
            game.send(trainer(0), calls::withdraw(game.id)).unwrap();
            game.next_window();
            game
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
            let mut game = claimed([95, 85]);
            game.reveal(trainer(0)).unwrap();
            game
        },
        call: |g| (trainer(1), g.reveal_data(trainer(1))),
        ends: Phase::Refunded,
    },
    Path {
        name: "settle, paying the winner",
        prepare: || {
            let mut game = claimed([90, 80]);
            game.reveal(trainer(1)).unwrap();
            game.next_window();
            game
        },
        call: |g| (STRANGER, calls::settle(g.id)),
        ends: Phase::Settled,
    },
    Path {
        name: "settle, refunding and burning",
        prepare: || {
            let mut game = claimed([90, 80]);
            game.next_window();
            game
        },
        call: |g| (STRANGER, calls::settle(g.id)),
        ends: Phase::Refunded,
    },
    Path {
        name: "slashSilent",
        prepare: || {
            let mut game = claimed([90, 80]);
            game.reveal(trainer(1)).unwrap();
            game.next_window();
            game.settle().unwrap();
            game
        },
        call: |g| (STRANGER, calls::slash_silent(g.id, trainer(0))),
        ends: Phase::Settled,
    },
    Path {
        name: "collect",
        prepare: || {
            let mut game = submitted();
            game.send(REQUESTER, calls::cancel(game.id)).unwrap();
            game
        },
        call: |g| (STRANGER, calls::collect(g.id, trainer(0))),
        ends: Phase::Cancelled,
    },
];

/// Every function that changes something, with arguments that would be worth something to a thief.
fn attacks(game: &Game) -> Vec<(&'static str, Vec<u8>)> {
    let (id, one) = (game.id, Digest([1; 32]));
    vec![
        ("create", calls::create(&terms_of(game), "", "", "", None)),
        ("createWithPermit", calls::create(&terms_of(game), "", "", "", Some(&any_permit()))),
        ("cancel", calls::cancel(id)),
        ("revealTruth", calls::reveal_truth(id, &game.plan.truth())),
        ("submit", calls::submit(id, one, one, None)),
        ("submitWithPermit", calls::submit(id, one, one, Some(&any_permit()))),
        ("withdraw", calls::withdraw(id)),
        ("claim", calls::claim(id, 90)),
        ("revealPrediction", game.reveal_data(trainer(0))),
        ("timeout", calls::timeout(id)),
        ("settle", calls::settle(id)),
        ("slashSilent", calls::slash_silent(id, trainer(0))),
        ("collect", calls::collect(id, trainer(0))),
    ]
}

/// Balances of everyone, and where the bounty and its trainers stand.
fn picture(game: &mut Game) -> String {
    let people = [REQUESTER, STRANGER, trainer(0), trainer(1), trainer(2), game.world.market, game.world.coin];
    let balances = people.map(|person| game.balance(person));
    let states = [0, 1, 2].map(|n| game.state(trainer(n)));
    format!("{balances:?} {:?} {states:?}", game.bounty())
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
            let mut game = (path.prepare)();
            arm(&mut game.world, payload);
            let (from, data) = (path.call)(&game);
            game.send(from, data).unwrap();
            let (attempts, succeeded, returned) = outcome(&mut game.world);
            assert!(attempts > 0, "{attack} during {} was tried", path.name);
            assert!(!succeeded && returned == reentrant, "{attack} during {}: {returned:02x?}", path.name);
            arm(&mut game.world, Vec::new());
            assert_eq!(picture(&mut game), expected, "{attack} during {}", path.name);
        }
    }
}

#[test]
fn a_coin_that_pretends_to_pay_undoes_everything() {
    for path in PATHS.iter().filter(|path| !path.name.contains("burning")) {
        let mut game = (path.prepare)();
        coin(&mut game.world, "setAnswer(bool)", &[Token::Bool(false)]);
        let before = picture(&mut game);
        let (from, data) = (path.call)(&game);
        let refused = game.send(from, data);
        let of = account(game.world.coin);
        reverts(refused, "SafeERC20FailedOperation(address)", &[of]);
        assert_eq!(picture(&mut game), before, "{}", path.name);
    }
}
