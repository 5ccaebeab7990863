//! One signature, one transaction.

use protocol::{Address, Amount, typed_data::Permit};
use shared_model::{ClassifierKind, IncentiveKind, calls::shared};

use crate::harness::{
    Models, account,
    models::{shape, sparse, terms},
    number,
    permit::Wallet,
    reverts,
    world::DEPLOYER,
};

/// A model, and a wallet with 1,000 MDC and no allowance.
fn ready(models: &mut Models) -> (Address, Wallet) {
    let shape = shape(ClassifierKind::SparsePerceptron, 10, 2, 2);
    let made = models.ready(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit), None);
    let wallet = Wallet::development(0);
    models.chain.send(DEPLOYER, models.coin, coin::calls::transfer(wallet.address, Amount::mdc(1_000))).unwrap();
    (made.model, wallet)
}

fn signed(models: &Models, wallet: &Wallet, model: Address, value: Amount) -> coin::PermitSignature {
    let deadline = models.chain.now() + 60;
    wallet.sign(models.coin, &Permit { owner: wallet.address, spender: model, value, nonce: 0, deadline })
}

#[test]
fn a_permit_pays_a_deposit() {
    let mut models = Models::new();
    let (model, wallet) = ready(&mut models);
    let most = Amount::mdc(4);
    let permit = signed(&models, &wallet, model, most);
    models.send(wallet.address, model, shared::contribute(&sparse(&[1]), 1, most, Some(&permit))).unwrap();
    assert_eq!(models.tokens(model), Amount(36 * 10u128.pow(17)));
    models.money_is_conserved(model);
}

#[test]
fn a_permit_tops_up() {
    let mut models = Models::new();
    let (model, wallet) = ready(&mut models);
    let permit = signed(&models, &wallet, model, Amount::mdc(7));
    models.send(wallet.address, model, shared::top_up_with_permit(Amount::mdc(7), &permit)).unwrap();
    assert_eq!(models.account(model, wallet.address).0, Amount::mdc(7));
    models.money_is_conserved(model);
}

#[test]
fn a_permit_that_somebody_used_before_does_no_harm_and_a_false_one_moves_nothing() {
    let mut models = Models::new();
    let (model, wallet) = ready(&mut models);
    let amount = Amount::mdc(7);
    let mut permit = signed(&models, &wallet, model, amount);
    permit.r[0] ^= 1;
    let refused = models.send(wallet.address, model, shared::top_up_with_permit(amount, &permit));
    let arguments = [account(model), number(0u8), number(amount.0)];
    reverts(refused, "ERC20InsufficientAllowance(address,uint256,uint256)", &arguments);
    permit.r[0] ^= 1;
    // Allowed in another way before: as if somebody had sent the permit first.
    models.chain.send(wallet.address, models.coin, coin::calls::approve(model, amount)).unwrap();
    permit.s[0] ^= 1;
    models.send(wallet.address, model, shared::top_up_with_permit(amount, &permit)).unwrap();
    models.money_is_conserved(model);
}
