//! What each function does and says.

use protocol::{Amount, Digest, typed_data::Permit};

use super::{Escrow, burn, call, collect, owe, send, take};
use crate::harness::{account, number, permit::Wallet, reverts, trainer, world::DEPLOYER};

/// An escrow that holds 100 of the deployer's tokens, in the smallest unit.
fn holding() -> Escrow {
    let mut escrow = Escrow::with_model_coin();
    let approval = coin::calls::approve(escrow.address, Amount(1_000));
    escrow.chain.send(DEPLOYER, escrow.coin, approval).unwrap();
    escrow.send(DEPLOYER, take(100)).unwrap();
    escrow
}

#[test]
fn what_is_owed_is_collected_once_by_anyone() {
    let mut escrow = holding();
    let (ann, ben) = (trainer(1), trainer(2));
    let receipt = escrow.send(ben, owe(ann, 40)).unwrap();
    let [(from, log)] = &receipt.logs[..] else { panic!("one log: {:?}", receipt.logs) };
    assert_eq!(*from, escrow.address);
    assert_eq!(log.topics[0], Digest(ethers_core::utils::keccak256("Owed(address,uint256)")));
    assert_eq!((log.topics[1].0[12..].to_vec(), log.data.clone()), (ann.0.to_vec(), encoded(40)));
    escrow.send(ben, owe(ann, 2)).unwrap();
    assert_eq!((escrow.owed(ann), escrow.total_owed(), escrow.balance(ann)), (Amount(42), Amount(42), Amount(0)));

    let receipt = escrow.send(ben, collect(ann)).unwrap();
    assert_eq!(receipt.output, encoded(42), "the answer is what was paid");
    let collected = receipt.logs.iter().find(|(from, _)| *from == escrow.address).unwrap();
    assert_eq!(collected.1.topics[0], Digest(ethers_core::utils::keccak256("Collected(address,uint256)")));
    assert_eq!((escrow.owed(ann), escrow.total_owed(), escrow.balance(ann)), (Amount(0), Amount(0), Amount(42)));
    assert_eq!(escrow.held(), Amount(58));
    for who in [ann, ben] {
        reverts(escrow.send(who, collect(ann)), "NothingOwed(address)", &[account(ann)]);
    }
}

fn encoded(amount: u128) -> Vec<u8> {
    ethers_core::abi::encode(&[number(amount)])
}

#[test]
fn what_is_owed_to_some_is_not_for_others() {
    let mut escrow = holding();
    let (ann, ben) = (trainer(1), trainer(2));
    escrow.send(ben, owe(ann, 60)).unwrap();
    for (data, left) in [(owe(ben, 41), None), (send(ben, 41), Some(59)), (burn(41), Some(59))] {
        let arguments = left.map_or([100, 101], |left| [left, 60u128]).map(number);
        reverts(escrow.send(ben, data), "NotCovered(uint256,uint256)", &arguments);
    }
    let too_much = [account(escrow.address), number(100u8), number(101u8)];
    reverts(escrow.send(ben, send(ben, 101)), "ERC20InsufficientBalance(address,uint256,uint256)", &too_much);
    reverts(escrow.send(ben, burn(101)), "ERC20InsufficientBalance(address,uint256,uint256)", &too_much);
    // The rest is free.
    escrow.send(ben, send(ben, 15)).unwrap();
    escrow.send(ben, burn(20)).unwrap();
    escrow.send(ben, owe(ben, 5)).unwrap();
    assert_eq!((escrow.held(), escrow.total_owed(), escrow.balance(ben)), (Amount(65), Amount(65), Amount(15)));
}

#[test]
fn tokens_are_taken_from_the_caller_alone() {
    let mut escrow = holding();
    // The deployer's allowance is no other's.
    let arguments = [account(escrow.address), number(0u8), number(7u8)];
    let refused = escrow.send(trainer(1), take(7));
    reverts(refused, "ERC20InsufficientAllowance(address,uint256,uint256)", &arguments);
    let arguments = [account(escrow.address), number(900u128), number(901u128)];
    reverts(escrow.send(DEPLOYER, take(901)), "ERC20InsufficientAllowance(address,uint256,uint256)", &arguments);
    assert_eq!(escrow.held(), Amount(100));
}

#[test]
fn nothing_is_moved_where_there_is_nothing_to_move() {
    let mut escrow = Escrow::with_model_coin();
    for data in [take(0), owe(trainer(1), 0), send(trainer(1), 0), burn(0)] {
        assert!(escrow.send(trainer(0), data).unwrap().logs.is_empty());
    }
}

#[test]
fn a_permit_is_used_once_and_may_be_used_by_others_before() {
    for sent_before in [false, true] {
        let mut escrow = Escrow::with_model_coin();
        let wallet = Wallet::development(0);
        let gift = coin::calls::transfer(wallet.address, Amount(50));
        escrow.chain.send(DEPLOYER, escrow.coin, gift).unwrap();
        let (owner, spender, deadline) = (wallet.address, escrow.address, escrow.chain.now());
        let permit = wallet.sign(escrow.coin, &Permit { owner, spender, value: Amount(50), nonce: 0, deadline });
        let signature = [
            number(deadline),
            number(permit.v),
            ethers_core::abi::Token::FixedBytes(permit.r.to_vec()),
            ethers_core::abi::Token::FixedBytes(permit.s.to_vec()),
        ];
        if sent_before {
            let arguments = [&[account(owner), account(spender), number(50u8)][..], &signature].concat();
            let data = call("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", &arguments);
            escrow.chain.send(trainer(9), escrow.coin, data).unwrap();
        }
        let arguments = [&[number(50u8)][..], &signature].concat();
        let data = call("takeWithPermit(uint256,uint256,uint8,bytes32,bytes32)", &arguments);
        escrow.send(owner, data.clone()).unwrap();
        assert_eq!((escrow.held(), escrow.balance(owner)), (Amount(50), Amount(0)));
        let again = [account(escrow.address), number(0u8), number(50u8)];
        reverts(escrow.send(owner, data), "ERC20InsufficientAllowance(address,uint256,uint256)", &again);
    }
}
