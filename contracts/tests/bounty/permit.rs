use bounty::{SubmissionState, calls};
use coin::PermitSignature;
use contracts::returns;
use ethers_core::abi::{Token, encode};
use protocol::{Address, Amount, Digest, typed_data::Permit};

use crate::harness::{
    BountyOffer, BountyRun, Failure, Receipt, World, account,
    bounty_run::{METADATA_CID, REQUESTER, STRANGER, TEST_CID, TRAIN_CID},
    number,
    permit::Wallet,
    reverts,
    world::DEPLOYER,
};

/// `permit` of the coin itself, which anyone who has seen the signature can call.
fn send_permit(
    world: &mut World,
    from: Address,
    owner: Address,
    value: Amount,
    permit: &PermitSignature,
) -> Result<Receipt, Failure> {
    let arguments = encode(&[
        account(owner),
        account(world.market),
        number(value.0),
        number(permit.deadline),
        number(permit.v),
        Token::FixedBytes(permit.r.to_vec()),
        Token::FixedBytes(permit.s.to_vec()),
    ]);
    let selector = &ethers_core::utils::keccak256("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)")[..4];
    world.chain.send(from, world.coin, [selector, &arguments].concat())
}

/// A wallet with 1,000 MDC and no allowance.
fn wallet(world: &mut World) -> Wallet {
    let wallet = Wallet::development(0);
    world.chain.send(DEPLOYER, world.coin, coin::calls::transfer(wallet.address, Amount::mdc(1_000))).unwrap();
    wallet
}

fn create(world: &mut World, wallet: &Wallet, permit: &PermitSignature) -> Result<Receipt, Failure> {
    let terms = BountyOffer::default().terms(world.chain.now());
    world.send(wallet.address, calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, Some(permit)))
}

#[test]
fn the_development_wallet_is_the_known_account() {
    assert_eq!(Wallet::development(0).address.to_string(), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
}

#[test]
fn creating_with_a_permit_needs_no_allowance_before() {
    let mut world = World::new();
    let wallet = wallet(&mut world);
    let deadline = world.chain.now();
    let permit = wallet.permit(&mut world, Amount::mdc(100), deadline);
    let receipt = create(&mut world, &wallet, &permit).unwrap();
    assert_eq!(returns::count(&receipt.output), Ok(1));
    assert_eq!(world.held(), Amount::mdc(100));
    assert_eq!(world.bounty(1).requester, wallet.address);
    let nonce = world.chain.view(world.coin, coin::calls::nonces(wallet.address)).unwrap();
    assert_eq!(returns::count(&nonce), Ok(1));
}

#[test]
fn submitting_with_a_permit_needs_no_allowance_before() {
    let mut run = BountyRun::open(BountyOffer::default());
    let wallet = wallet(&mut run.world);
    let deadline = run.world.chain.now() + 60;
    let permit = wallet.permit(&mut run.world, Amount::mdc(10), deadline);
    let truth = run.bounty().terms.truth_superhash;
    let data = calls::submit(run.id, truth, Digest([2; 32]), Some(&permit));
    run.send(wallet.address, data).unwrap();
    assert_eq!(run.state(wallet.address), Some(SubmissionState::Active));
    assert_eq!(run.balance(wallet.address), Amount::mdc(990));
}

#[test]
fn a_permit_that_somebody_sent_before_does_no_harm() {
    let mut run = BountyRun::open(BountyOffer::default());
    let wallet = wallet(&mut run.world);
    let deadline = run.world.chain.now() + 60;

    let permit = wallet.permit(&mut run.world, Amount::mdc(100), deadline);
    send_permit(&mut run.world, STRANGER, wallet.address, Amount::mdc(100), &permit).unwrap();
    create(&mut run.world, &wallet, &permit).unwrap();

    let permit = wallet.permit(&mut run.world, Amount::mdc(10), deadline);
    send_permit(&mut run.world, STRANGER, wallet.address, Amount::mdc(10), &permit).unwrap();
    let truth = run.bounty().terms.truth_superhash;
    let data = calls::submit(run.id, truth, Digest([2; 32]), Some(&permit));
    run.send(wallet.address, data).unwrap();
    assert_eq!(run.balance(wallet.address), Amount::mdc(890));
}

#[test]
fn a_permit_that_is_not_good_takes_nothing() {
    let mut world = World::new();
    let (wallet, other) = (wallet(&mut world), Wallet::development(1));
    let (market, now) = (world.market, world.chain.now());
    let value = Amount::mdc(100);
    let permit = |owner: Address, value: Amount, nonce: u64, deadline: u64, spender: Address| Permit {
        owner,
        spender,
        value,
        nonce,
        deadline,
    };
    let me = wallet.address;
    let bad = [
        ("expired", wallet.sign(world.coin, &permit(me, value, 0, now - 1, market))),
        ("signed by another", other.sign(world.coin, &permit(me, value, 0, now, market))),
        ("of another value", wallet.sign(world.coin, &permit(me, Amount(value.0 + 1), 0, now, market))),
        ("of another turn", wallet.sign(world.coin, &permit(me, value, 1, now, market))),
        ("for another spender", wallet.sign(world.coin, &permit(me, value, 0, now, STRANGER))),
        ("for another coin", wallet.sign(market, &permit(me, value, 0, now, market))),
    ];
    for (what, permit) in bad {
        println!("a permit {what}");
        let refused = create(&mut world, &wallet, &permit);
        reverts(
            refused,
            "ERC20InsufficientAllowance(address,uint256,uint256)",
            &[account(market), number(0u8), number(value.0)],
        );
    }
    // Where the allowance is there already, not even a bad permit is needed.
    world.chain.send(me, world.coin, coin::calls::approve(market, value)).unwrap();
    let expired = wallet.sign(world.coin, &permit(me, value, 0, now - 1, market));
    create(&mut world, &wallet, &expired).unwrap();
}

#[test]
fn the_coin_says_what_is_wrong_with_a_permit() {
    let mut world = World::new();
    let (wallet, other) = (wallet(&mut world), Wallet::development(1));
    let (now, value, me) = (world.chain.now(), Amount::mdc(100), wallet.address);
    let permit = Permit { owner: me, spender: world.market, value, nonce: 0, deadline: now - 1 };
    let expired = wallet.sign(world.coin, &permit);
    let refused = send_permit(&mut world, me, me, value, &expired);
    reverts(refused, "ERC2612ExpiredSignature(uint256)", &[number(now - 1)]);

    let foreign = other.sign(world.coin, &Permit { deadline: now, ..permit });
    let refused = send_permit(&mut world, me, me, value, &foreign);
    reverts(refused, "ERC2612InvalidSigner(address,address)", &[account(other.address), account(me)]);

    let mut high = foreign;
    high.s = [0xff; 32];
    let refused = send_permit(&mut world, me, me, value, &high);
    reverts(refused, "ECDSAInvalidSignatureS(bytes32)", &[Token::FixedBytes(vec![0xff; 32])]);

    let nothing = PermitSignature { deadline: now, r: [0; 32], s: [0; 32], v: 27 };
    let refused = send_permit(&mut world, me, me, value, &nothing);
    reverts(refused, "ECDSAInvalidSignature()", &[]);
}

#[test]
fn a_permit_for_a_bounty_that_does_not_exist_is_not_used_up() {
    let mut world = World::new();
    let wallet = wallet(&mut world);
    let deadline = world.chain.now();
    let permit = wallet.permit(&mut world, Amount::mdc(10), deadline);
    let data = calls::submit(5, Digest([1; 32]), Digest([2; 32]), Some(&permit));
    reverts(world.send(wallet.address, data), "NoSuchBounty(uint256)", &[number(5u8)]);
    let nonce = world.chain.view(world.coin, coin::calls::nonces(wallet.address)).unwrap();
    assert_eq!(returns::count(&nonce), Ok(0));
    assert_eq!(world.balance(REQUESTER), Amount::ZERO);
}
