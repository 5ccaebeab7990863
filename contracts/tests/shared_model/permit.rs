//! One signature, one transaction.

use protocol::{Address, Amount, typed_data::Permit};
use shared_model::{ClassifierKind, IncentiveKind, calls::shared};

use crate::harness::{
    House, account,
    house::{shape, sparse, terms},
    number,
    permit::Wallet,
    reverts,
    world::DEPLOYER,
};

/// A model, and a wallet with 1,000 MDC and no allowance.
fn ready(house: &mut House) -> (Address, Wallet) {
    let shape = shape(ClassifierKind::SparsePerceptron, 10, 2, 2);
    let made = house.ready(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit), None);
    let wallet = Wallet::development(0);
    house.chain.send(DEPLOYER, house.coin, coin::calls::transfer(wallet.address, Amount::mdc(1_000))).unwrap();
    (made.model, wallet)
}

fn signed(house: &House, wallet: &Wallet, model: Address, value: Amount) -> coin::PermitSignature {
    let deadline = house.chain.now() + 60;
    wallet.sign(house.coin, &Permit { owner: wallet.address, spender: model, value, nonce: 0, deadline })
}

#[test]
fn a_permit_pays_a_deposit() {
    let mut house = House::new();
    let (model, wallet) = ready(&mut house);
    let most = Amount::mdc(4);
    let permit = signed(&house, &wallet, model, most);
    house.send(wallet.address, model, shared::contribute(&sparse(&[1]), 1, most, Some(&permit))).unwrap();
    assert_eq!(house.tokens(model), Amount(36 * 10u128.pow(17)));
    house.money_is_conserved(model);
}

#[test]
fn a_permit_tops_up() {
    let mut house = House::new();
    let (model, wallet) = ready(&mut house);
    let permit = signed(&house, &wallet, model, Amount::mdc(7));
    house.send(wallet.address, model, shared::top_up_with_permit(Amount::mdc(7), &permit)).unwrap();
    assert_eq!(house.account(model, wallet.address).0, Amount::mdc(7));
    house.money_is_conserved(model);
}

#[test]
fn a_permit_that_somebody_used_before_does_no_harm_and_a_false_one_moves_nothing() {
    let mut house = House::new();
    let (model, wallet) = ready(&mut house);
    let amount = Amount::mdc(7);
    let mut permit = signed(&house, &wallet, model, amount);
    permit.r[0] ^= 1;
    let refused = house.send(wallet.address, model, shared::top_up_with_permit(amount, &permit));
    let arguments = [account(model), number(0u8), number(amount.0)];
    reverts(refused, "ERC20InsufficientAllowance(address,uint256,uint256)", &arguments);
    permit.r[0] ^= 1;
    // Allowed in another way before: as if somebody had sent the permit first.
    house.chain.send(wallet.address, house.coin, coin::calls::approve(model, amount)).unwrap();
    permit.s[0] ^= 1;
    house.send(wallet.address, model, shared::top_up_with_permit(amount, &permit)).unwrap();
    house.money_is_conserved(model);
}
