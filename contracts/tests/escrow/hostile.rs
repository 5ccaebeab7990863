//! An escrow whose coin does everything that a coin must not do.

use ethers_core::abi::{ParamType, Token, decode};
use protocol::{Address, Amount};

use super::{Escrow, burn, call, collect, creation, owe, send, take};
use crate::harness::{Chain, account, number, reverts, trainer, world::DEPLOYER};

const COIN: &str = include_str!("../../artifacts/test/TrickyCoin.json");

/// How the coin answers a movement of tokens, as `TrickyCoin.Answer`.
const TRUE: u8 = 0;
const NOTHING: u8 = 1;
const FALSE: u8 = 2;

/// The first trainer put 1,000 in, of which 600 are owed to the second and 100 to the third.
fn escrow() -> Escrow {
    let mut chain = Chain::new();
    let coin = chain.deploy(DEPLOYER, creation(COIN));
    let mut escrow = Escrow::of(chain, coin);
    for person in 0..3 {
        tell(&mut escrow, "mint(address,uint256)", &[account(trainer(person)), number(2_000u128)]);
    }
    escrow.send(trainer(0), take(1_000)).unwrap();
    escrow.send(trainer(0), owe(trainer(1), 600)).unwrap();
    escrow.send(trainer(0), owe(trainer(2), 100)).unwrap();
    escrow
}

fn tell(escrow: &mut Escrow, signature: &str, arguments: &[Token]) -> Vec<u8> {
    escrow.chain.send(DEPLOYER, escrow.coin, call(signature, arguments)).unwrap().output
}

fn behave(escrow: &mut Escrow, fee: u128, idle: bool, answer: u8) {
    tell(escrow, "behave(uint256,bool,uint8)", &[number(fee), Token::Bool(idle), number(answer)]);
}

/// Every way on which tokens move or are booked, with amounts that the escrow has.
fn ways() -> [(&'static str, Vec<u8>); 5] {
    [
        ("take", take(50)),
        ("owe", owe(trainer(2), 300)),
        ("send", send(trainer(0), 300)),
        ("burn", burn(300)),
        ("collectOwed", collect(trainer(1))),
    ]
}

fn permitted() -> Vec<u8> {
    let word = Token::FixedBytes(vec![1; 32]);
    let arguments = [number(50u8), number(u64::MAX), number(27u8), word.clone(), word];
    call("takeWithPermit(uint256,uint256,uint8,bytes32,bytes32)", &arguments)
}

/// What the escrow holds and owes, and what everybody has and is owed.
fn picture(escrow: &mut Escrow) -> Vec<Amount> {
    let mut all = vec![escrow.held(), escrow.total_owed()];
    for person in (0..3).map(trainer) {
        all.extend([escrow.balance(person), escrow.owed(person)]);
    }
    all
}

#[test]
fn no_way_that_moves_tokens_can_be_entered_again() {
    let reentrant = ethers_core::utils::keccak256("ReentrancyGuardReentrantCall()")[..4].to_vec();
    // Booking alone calls nobody who could call back.
    let moving = ways().into_iter().filter(|(name, _)| *name != "owe").chain([("takeWithPermit", permitted())]);
    for (way, data) in moving {
        let mut peaceful = escrow();
        peaceful.send(trainer(0), data.clone()).unwrap();
        let expected = picture(&mut peaceful);
        for (attack, payload) in ways().into_iter().chain([("takeWithPermit", permitted())]) {
            let mut escrow = escrow();
            arm(&mut escrow, payload);
            escrow.send(trainer(0), data.clone()).unwrap();
            let (attempts, succeeded, returned) = outcome(&mut escrow);
            assert!(attempts > 0, "{attack} during {way} was tried");
            assert!(!succeeded && returned == reentrant, "{attack} during {way}: {returned:02x?}");
            assert_eq!(picture(&mut escrow), expected, "{attack} during {way}");
        }
    }
}

fn arm(escrow: &mut Escrow, payload: Vec<u8>) {
    let target = account(escrow.address);
    tell(escrow, "arm(address,bytes)", &[target, Token::Bytes(payload)]);
}

/// Number of callbacks, and what the last one returned.
fn outcome(escrow: &mut Escrow) -> (u64, bool, Vec<u8>) {
    let attempts = contracts::returns::count(&tell(escrow, "attempts()", &[])).unwrap();
    let succeeded = contracts::returns::boolean(&tell(escrow, "succeeded()", &[])).unwrap();
    let returned = tell(escrow, "returned()", &[]);
    (attempts, succeeded, decode(&[ParamType::Bytes], &returned).unwrap().remove(0).into_bytes().unwrap())
}

#[test]
fn a_coin_that_pretends_to_pay_undoes_everything() {
    for (way, data) in ways().into_iter().filter(|(name, _)| !["owe", "burn"].contains(name)) {
        let mut escrow = escrow();
        behave(&mut escrow, 0, true, FALSE);
        let before = picture(&mut escrow);
        let of = account(escrow.coin);
        reverts(escrow.send(trainer(0), data), "SafeERC20FailedOperation(address)", &[of]);
        assert_eq!(picture(&mut escrow), before, "{way}");
    }
}

#[test]
fn a_coin_that_answers_with_nothing_is_taken_at_its_deeds() {
    for (way, data) in ways() {
        let (mut usual, mut silent) = (escrow(), escrow());
        behave(&mut silent, 0, false, NOTHING);
        usual.send(trainer(0), data.clone()).unwrap();
        silent.send(trainer(0), data).unwrap();
        assert_eq!(picture(&mut silent), picture(&mut usual), "{way}");
    }
}

/// A fee makes less arrive than was taken, and a coin that stands still makes nothing arrive. Neither lets the escrow
/// owe what it does not have.
#[test]
fn what_did_not_arrive_cannot_be_owed() {
    for (fee, idle, arrives) in [(30, false, 20), (0, true, 0)] {
        let mut escrow = escrow();
        behave(&mut escrow, fee, idle, TRUE);
        escrow.send(trainer(0), take(50)).unwrap();
        let (held, owed) = (escrow.held().0, escrow.total_owed().0);
        assert_eq!(held, 1_000 + arrives);
        let refused = escrow.send(trainer(0), owe(trainer(2), 350));
        reverts(refused, "NotCovered(uint256,uint256)", &[number(held), number(owed + 350)]);
        escrow.send(trainer(0), owe(trainer(2), 300 + arrives)).unwrap();
        assert_eq!(escrow.held(), escrow.total_owed());
    }
}

#[test]
fn an_account_that_the_coin_refuses_keeps_nobody_else_from_being_paid() {
    let mut escrow = escrow();
    let (barred, other): (Address, Address) = (trainer(1), trainer(2));
    tell(&mut escrow, "refuse(address,bool)", &[account(barred), Token::Bool(true)]);
    let before = picture(&mut escrow);
    escrow.send(trainer(0), collect(barred)).unwrap_err();
    assert_eq!(picture(&mut escrow), before, "what is owed stays owed");
    escrow.send(trainer(0), collect(other)).unwrap();
    escrow.send(trainer(0), owe(barred, 300)).unwrap();
    assert_eq!((escrow.balance(other).0, escrow.owed(barred).0), (2_100, 900));
    tell(&mut escrow, "refuse(address,bool)", &[account(barred), Token::Bool(false)]);
    escrow.send(barred, collect(barred)).unwrap();
    assert_eq!((escrow.balance(barred).0, escrow.held().0, escrow.total_owed().0), (2_900, 0, 0));
}
