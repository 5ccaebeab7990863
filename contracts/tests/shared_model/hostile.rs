//! A coin that calls back into the model before each movement of tokens, as a receiver with hooks could.

use ethers_core::abi::{Token, encode};
use protocol::{Address, Amount};
use shared_model::{
    ClassifierKind, IncentiveKind, Sample,
    calls::{market, shared},
};

use crate::harness::{
    Chain, Failure, House, Receipt, account,
    fair::{BOUNTY, Fair, STAKE},
    house::{Made, OWNER, shape, sparse, terms},
    number, reverts, trainer,
};

const ARTIFACT: &str = include_str!("../../../families/shared_model/artifacts/test/ThievingCoin.json");
const MOST: Amount = Amount::mdc(10);

/// A house whose coin is hostile; harmless until armed. The coin itself is the attacker: it has what others have.
fn hostile() -> House {
    let mut chain = Chain::new();
    let artifact: serde_json::Value = serde_json::from_str(ARTIFACT).unwrap();
    let code = hex::decode(artifact["bytecode"].as_str().unwrap()).unwrap();
    let at = chain.deploy(OWNER, code);
    let mut house = House::with_coin(chain, at);
    for person in [OWNER, trainer(0), trainer(1), at] {
        call(&mut house, "mint(address,uint256)", &[account(person), number(Amount::mdc(10_000).0)]);
    }
    house
}

fn call(house: &mut House, signature: &str, arguments: &[Token]) -> Vec<u8> {
    let selector = &ethers_core::utils::keccak256(signature)[..4];
    let data = [selector, &encode(arguments)].concat();
    house.chain.send(OWNER, house.coin, data).unwrap().output
}

fn arm(house: &mut House, target: Address, payload: Vec<u8>) {
    call(house, "arm(address,bytes)", &[account(target), Token::Bytes(payload)]);
}

/// Number of callbacks, and whether the last one went through.
fn outcome(house: &mut House) -> (u64, bool) {
    let attempts = contracts::returns::count(&call(house, "attempts()", &[])).unwrap();
    (attempts, contracts::returns::boolean(&call(house, "succeeded()", &[])).unwrap())
}

/// Acts as the coin.
fn act(house: &mut House, target: Address, payload: Vec<u8>) -> Result<Receipt, Failure> {
    let selector = &ethers_core::utils::keccak256("act(address,bytes)")[..4];
    let data = [selector, &encode(&[account(target), Token::Bytes(payload)])].concat();
    house.send(OWNER, house.coin, data)
}

/// A model in which the coin itself has a balance of 50 MDC, one contribution that can be refunded, and one of trainer
/// 0 that it can report; everybody else's money is there to be stolen.
fn scene() -> (House, Made) {
    let mut house = hostile();
    let shape = shape(ClassifierKind::SparsePerceptron, 10, 2, 2);
    let made = house.ready(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit), None);
    let model = made.model;
    house.send(trainer(0), model, shared::top_up(Amount::mdc(500))).unwrap();
    act(&mut house, model, shared::top_up(Amount::mdc(50))).unwrap();
    act(&mut house, model, shared::contribute(&sparse(&[1]), 1, MOST, None)).unwrap();
    house.send(trainer(0), model, shared::contribute(&sparse(&[2]), 1, MOST, None)).unwrap();
    house.chain.wait(300);
    (house, made)
}

/// Calls that move tokens, by whom.
fn paths() -> Vec<(&'static str, Address, Vec<u8>)> {
    let permit = coin::PermitSignature { deadline: u64::MAX, r: [1; 32], s: [1; 32], v: 27 };
    let sample = sparse(&[5]);
    vec![
        ("contribute", trainer(1), shared::contribute(&sample, 1, MOST, None)),
        ("contributeWithPermit", trainer(1), shared::contribute(&sample, 1, MOST, Some(&permit))),
        ("topUp", trainer(1), shared::top_up(MOST)),
        ("topUpWithPermit", trainer(1), shared::top_up_with_permit(MOST, &permit)),
        ("withdraw", trainer(0), shared::withdraw(MOST)),
    ]
}

/// What the attacker calls in the middle of it.
fn attacks() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("withdraw all", shared::withdraw(Amount::mdc(46))),
        ("withdraw", shared::withdraw(MOST)),
        ("refund", shared::refund(&sparse(&[1]), 1)),
        ("report", shared::report(trainer(0), &sparse(&[2]), 1)),
        ("contribute", shared::contribute(&sparse(&[7]), 1, MOST, None)),
        ("topUp", shared::top_up(MOST)),
    ]
}

/// Tokens of everybody outside and inside the model. None of them may ever be made or lost.
fn wealth(house: &mut House, made: &Made) -> Vec<(Address, u128)> {
    let people = [OWNER, trainer(0), trainer(1), house.coin];
    people.map(|who| (who, house.tokens(who).0 + house.account(made.model, who).0.0)).to_vec()
}

/// A callback is a call like any other: what it achieves it would have achieved in a transaction of its own, just
/// before or just after. Nobody's wealth differs from one of these two, and the model holds what it owes at the end.
#[test]
fn a_callback_gains_nothing_that_a_call_of_its_own_would_not() {
    for (path, from, data) in paths() {
        for (attack, payload) in attacks() {
            let (mut house, made) = scene();
            let before = act(&mut house, made.model, payload.clone()).is_ok();
            house.send(from, made.model, data.clone()).unwrap();
            let first = wealth(&mut house, &made);
            let (mut house, made) = scene();
            house.send(from, made.model, data.clone()).unwrap();
            let after = act(&mut house, made.model, payload.clone()).is_ok();
            let second = wealth(&mut house, &made);

            let (mut house, made) = scene();
            arm(&mut house, made.model, payload);
            house.send(from, made.model, data.clone()).unwrap();
            let (attempts, succeeded) = outcome(&mut house);
            assert_eq!(attempts, 1, "{attack} during {path} was tried");
            let found = wealth(&mut house, &made);
            let as_before = found == first && succeeded == before;
            let as_after = found == second && succeeded == after;
            assert!(as_before || as_after, "{attack} during {path}: {found:?}, {first:?} or {second:?}");
            house.money_is_conserved(made.model);
        }
    }
}

#[test]
fn a_coin_that_pretends_to_pay_undoes_everything() {
    for (path, from, data) in paths() {
        let (mut house, made) = scene();
        let before = wealth(&mut house, &made);
        call(&mut house, "setAnswer(bool)", &[Token::Bool(false)]);
        let at = account(house.coin);
        reverts(house.send(from, made.model, data), "SafeERC20FailedOperation(address)", &[at]);
        assert_eq!(wealth(&mut house, &made), before, "{path}");
    }
}

/// Posting and contributing to a market, with the same attacker inside.
#[test]
fn a_market_is_no_easier_to_enter_twice() {
    let shape = shared_model::Shape { headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 12, 2, 2) };
    let rows = |n: u32| vec![(Sample::Sparse(vec![n]), 0), (Sample::Sparse(vec![n + 6]), 1)];
    let mut house = hostile();
    // What `fund` would do for another coin.
    house.coin_has_no_limits = true;
    let mut fair = Fair::in_house(house, &shape, None, vec![rows(0), rows(1)]);
    let again = market::post_market(&fair.offer);
    let model = fair.made.model;
    arm(&mut fair.house, model, again);
    fair.post().unwrap();
    let (attempts, succeeded) = outcome(&mut fair.house);
    assert!(attempts > 0 && !succeeded);
    let mut fair = {
        arm(&mut fair.house, Address::ZERO, Vec::new());
        fair.draw().unwrap();
        let drawn = fair.drawn();
        fair.reveal(drawn).unwrap();
        fair
    };
    let sample = Sample::Sparse(vec![7]);
    let payload = shared::contribute(&sample.to_bytes(), 1, STAKE, None);
    arm(&mut fair.house, model, payload);
    fair.contribute(0, &sample, 1, STAKE).unwrap();
    // The attacker's own contribution came in as well, second in order, and its stake was taken like anybody's.
    assert_eq!(fair.market().contributions, 2);
    arm(&mut fair.house, Address::ZERO, Vec::new());
    fair.house.money_is_conserved(model);
    let held = fair.house.tokens(model);
    assert_eq!(held.0, BOUNTY.0 + 2 * STAKE.0);
    let data = fair.house.view(fair.house.coin, coin::calls::balance_of(model));
    assert_eq!(contracts::returns::amount(&data), Ok(held));
}
