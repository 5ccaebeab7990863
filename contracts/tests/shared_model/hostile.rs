//! A coin that calls back into the model before each movement of tokens, as a receiver with hooks could.

use ethers_core::abi::{Token, encode};
use protocol::{Address, Amount, Digest};
use shared_model::{
    ClassifierKind, IncentiveKind, Sample,
    calls::{market, shared},
};

use crate::harness::{
    Chain, Failure, Models, Receipt, account,
    models::market_fixture::{BOUNTY, MarketFixture, STAKE},
    models::{CreatedModel, OWNER, shape, sparse, terms},
    number, reverts, trainer,
};

const ARTIFACT: &str = include_str!("../../../families/shared_model/artifacts/test/ThievingCoin.json");
const MOST: Amount = Amount::mdc(10);

/// Models whose coin is hostile; harmless until armed. The coin itself is the attacker: it has what others have.
fn hostile() -> Models {
    let mut chain = Chain::new();
    let artifact: serde_json::Value = serde_json::from_str(ARTIFACT).unwrap();
    let code = hex::decode(artifact["bytecode"].as_str().unwrap()).unwrap();
    let at = chain.deploy(OWNER, code);
    let mut models = Models::with_coin(chain, at);
    for person in [OWNER, trainer(0), trainer(1), at] {
        call(&mut models, "mint(address,uint256)", &[account(person), number(Amount::mdc(10_000).0)]);
    }
    models
}

fn call(models: &mut Models, signature: &str, arguments: &[Token]) -> Vec<u8> {
    let selector = &ethers_core::utils::keccak256(signature)[..4];
    let data = [selector, &encode(arguments)].concat();
    models.chain.send(OWNER, models.coin, data).unwrap().output
}

fn arm(models: &mut Models, target: Address, payload: Vec<u8>) {
    call(models, "arm(address,bytes)", &[account(target), Token::Bytes(payload)]);
}

/// Number of callbacks, and whether the last one went through.
fn outcome(models: &mut Models) -> (u64, bool) {
    let attempts = contracts::returns::count(&call(models, "attempts()", &[])).unwrap();
    (attempts, contracts::returns::boolean(&call(models, "succeeded()", &[])).unwrap())
}

/// Acts as the coin.
fn act(models: &mut Models, target: Address, payload: Vec<u8>) -> Result<Receipt, Failure> {
    let selector = &ethers_core::utils::keccak256("act(address,bytes)")[..4];
    let data = [selector, &encode(&[account(target), Token::Bytes(payload)])].concat();
    models.send(OWNER, models.coin, data)
}

/// A model in which the coin itself has a balance of 50 MDC, one contribution that can be refunded, and one of trainer
/// 0 that it can report; everybody else's money is there to be stolen.
fn scene() -> (Models, CreatedModel) {
    let mut models = hostile();
    let shape = shape(ClassifierKind::SparsePerceptron, 10, 2, 2);
    let made = models.ready(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit), None);
    let model = made.model;
    models.send(trainer(0), model, shared::top_up(Amount::mdc(500))).unwrap();
    act(&mut models, model, shared::top_up(Amount::mdc(50))).unwrap();
    act(&mut models, model, shared::contribute(&sparse(&[1]), 1, MOST, None)).unwrap();
    models.send(trainer(0), model, shared::contribute(&sparse(&[2]), 1, MOST, None)).unwrap();
    // Trainer 1 teaches the model that this is wrong; after the longest wait anybody reports and takes it.
    models.send(trainer(1), model, shared::contribute(&sparse(&[2]), 0, MOST, None)).unwrap();
    models.chain.wait(300);
    assert_eq!(models.predict(&made, &sparse(&[2])), 0);
    act(&mut models, model, shared::report(trainer(0), &sparse(&[2]), 1)).unwrap();
    models.chain.wait(200);
    (models, made)
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
        ("take", shared::take(trainer(0), &sparse(&[2]), 1)),
        ("contribute", shared::contribute(&sparse(&[7]), 1, MOST, None)),
        ("topUp", shared::top_up(MOST)),
    ]
}

/// Tokens of everybody outside and inside the model. None of them may ever be made or lost.
fn wealth(models: &mut Models, made: &CreatedModel) -> Vec<(Address, u128)> {
    let people = [OWNER, trainer(0), trainer(1), models.coin];
    people.map(|who| (who, models.tokens(who).0 + models.account(made.model, who).0.0)).to_vec()
}

/// A callback is a call like any other: what it achieves it would have achieved in a transaction of its own, just
/// before or just after. Nobody's wealth differs from one of these two, and the model holds what it owes at the end.
#[test]
fn a_callback_gains_nothing_that_a_call_of_its_own_would_not() {
    for (path, from, data) in paths() {
        for (attack, payload) in attacks() {
            let (mut models, made) = scene();
            let before = act(&mut models, made.model, payload.clone()).is_ok();
            models.send(from, made.model, data.clone()).unwrap();
            let first = wealth(&mut models, &made);
            let (mut models, made) = scene();
            models.send(from, made.model, data.clone()).unwrap();
            let after = act(&mut models, made.model, payload.clone()).is_ok();
            let second = wealth(&mut models, &made);

            let (mut models, made) = scene();
            arm(&mut models, made.model, payload);
            models.send(from, made.model, data.clone()).unwrap();
            let (attempts, succeeded) = outcome(&mut models);
            assert_eq!(attempts, 1, "{attack} during {path} was tried");
            let found = wealth(&mut models, &made);
            let as_before = found == first && succeeded == before;
            let as_after = found == second && succeeded == after;
            assert!(as_before || as_after, "{attack} during {path}: {found:?}, {first:?} or {second:?}");
            models.money_is_conserved(made.model);
        }
    }
}

#[test]
fn a_coin_that_pretends_to_pay_undoes_everything() {
    for (path, from, data) in paths() {
        let (mut models, made) = scene();
        let before = wealth(&mut models, &made);
        call(&mut models, "setAnswer(bool)", &[Token::Bool(false)]);
        let at = account(models.coin);
        reverts(models.send(from, made.model, data), "SafeERC20FailedOperation(address)", &[at]);
        assert_eq!(wealth(&mut models, &made), before, "{path}");
    }
}

/// Posting and contributing to a market, with the same attacker inside.
#[test]
fn a_market_is_no_easier_to_enter_twice() {
    let shape = shared_model::Shape { headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 12, 2, 2) };
    let rows = |n: u32| vec![(Sample::Sparse(vec![n]), 0), (Sample::Sparse(vec![n + 6]), 1)];
    let mut models = hostile();
    // What `fund` would do for another coin.
    models.coin_has_no_limits = true;
    let mut fixture = MarketFixture::with_models(models, &shape, None, vec![rows(0), rows(1), rows(2)]);
    let again = market::post_market(&fixture.offer);
    let model = fixture.made.model;
    arm(&mut fixture.models, model, again);
    fixture.post().unwrap();
    let (attempts, succeeded) = outcome(&mut fixture.models);
    assert!(attempts > 0 && !succeeded);
    let mut fixture = {
        arm(&mut fixture.models, Address::ZERO, Vec::new());
        fixture.draw().unwrap();
        let drawn = fixture.drawn();
        fixture.reveal(drawn).unwrap();
        fixture
    };
    let sample = Sample::Sparse(vec![7]);
    arm(&mut fixture.models, model, market::commit(Digest([7; 32]), None));
    fixture.commit(0, &sample, 1).unwrap();
    // The attacker's own commitment came in as well, second in order, and its stake was taken like anybody's.
    assert_eq!(fixture.market().committed, 2);
    arm(&mut fixture.models, Address::ZERO, Vec::new());
    fixture.models.money_is_conserved(model);
    let held = fixture.models.tokens(model);
    assert_eq!(held.0, BOUNTY.0 + 2 * STAKE.0);
    let data = fixture.models.view(fixture.models.coin, coin::calls::balance_of(model));
    assert_eq!(contracts::returns::amount(&data), Ok(held));
}
