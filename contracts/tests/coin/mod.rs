//! ModelCoin: the airdrop, and who has what.

use contracts::returns;
use protocol::{Address, Amount};

use crate::harness::{Chain, World, account, number, reverts, trainer, world::DEPLOYER};

fn airdropped(world: &mut World, who: Address) -> bool {
    returns::boolean(&world.chain.view(world.coin, coin::calls::airdropped(who)).unwrap()).unwrap()
}

#[test]
fn half_of_a_million_belongs_to_the_deployer_and_half_waits_for_airdrops() {
    let mut world = World::new();
    assert_eq!(world.supply(), Amount::SUPPLY);
    assert_eq!(world.balance(DEPLOYER), Amount::mdc(500_000));
    assert_eq!(world.balance(world.coin), Amount::mdc(500_000));
}

#[test]
fn a_network_that_is_no_test_network_has_no_airdrop() {
    let mut chain = Chain::with_id(1);
    let coin = chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap());
    let read = |chain: &mut Chain, data| returns::amount(&chain.view(coin, data).unwrap()).unwrap();
    assert_eq!(read(&mut chain, coin::calls::total_supply()), Amount::SUPPLY);
    assert_eq!(read(&mut chain, coin::calls::balance_of(DEPLOYER)), Amount::SUPPLY);
    reverts(chain.send(trainer(1), coin, coin::calls::airdrop()), "AirdropPoolEmpty()", &[]);
}

#[test]
fn an_address_gets_one_airdrop() {
    let mut world = World::new();
    let who = trainer(1);
    assert!(!airdropped(&mut world, who));
    world.chain.send(who, world.coin, coin::calls::airdrop()).unwrap();
    assert!(airdropped(&mut world, who));
    assert_eq!(world.balance(who), Amount::mdc(1_000));
    let again = world.chain.send(who, world.coin, coin::calls::airdrop());
    reverts(again, "AlreadyAirdropped(address)", &[account(who)]);
    assert_eq!(world.balance(who), Amount::mdc(1_000));
    assert_eq!(world.supply(), Amount::SUPPLY);
}

#[test]
fn the_five_hundred_and_first_finds_the_pool_empty() {
    let mut world = World::new();
    for n in 0..500 {
        world.chain.send(trainer(n), world.coin, coin::calls::airdrop()).unwrap();
    }
    reverts(world.chain.send(trainer(500), world.coin, coin::calls::airdrop()), "AirdropPoolEmpty()", &[]);
    assert!(!airdropped(&mut world, trainer(500)));
    assert_eq!(world.balance(world.coin), Amount::ZERO);
}

#[test]
fn nobody_moves_what_belongs_to_another() {
    let mut world = World::new();
    let (owner, thief) = (trainer(1), trainer(2));
    world.chain.send(owner, world.coin, coin::calls::airdrop()).unwrap();
    let too_much = world.chain.send(thief, world.coin, coin::calls::transfer(owner, Amount(5)));
    reverts(too_much, "ERC20InsufficientBalance(address,uint256,uint256)", &[account(thief), number(0u8), number(5u8)]);
    let to_nobody = world.chain.send(owner, world.coin, coin::calls::transfer(Address::ZERO, Amount(5)));
    reverts(to_nobody, "ERC20InvalidReceiver(address)", &[account(Address::ZERO)]);
    let for_nobody = world.chain.send(owner, world.coin, coin::calls::approve(Address::ZERO, Amount(5)));
    reverts(for_nobody, "ERC20InvalidSpender(address)", &[account(Address::ZERO)]);
}

#[test]
fn an_allowance_reads_back_and_an_unlimited_one_as_the_largest_amount() {
    let mut world = World::new();
    let (owner, spender) = (trainer(1), world.market);
    world.chain.send(owner, world.coin, coin::calls::approve(spender, Amount::mdc(7))).unwrap();
    let read = |world: &mut World| {
        returns::amount(&world.chain.view(world.coin, coin::calls::allowance(owner, spender)).unwrap()).unwrap()
    };
    assert_eq!(read(&mut world), Amount::mdc(7));
    let mut unlimited = coin::calls::approve(spender, Amount::ZERO);
    let len = unlimited.len();
    unlimited[len - 32..].fill(0xff);
    world.chain.send(owner, world.coin, unlimited).unwrap();
    assert_eq!(read(&mut world), Amount(u128::MAX));
}
