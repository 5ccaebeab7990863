use bounty::{Commitment, Event, MAX_DURATION, MAX_WINDOW, MIN_WINDOW, Phase, PostNumber, Terms, calls};
use protocol::{
    Address, Amount, Digest,
    commitment::{MAX_FILE, max_test_rows},
};

use crate::harness::{
    BountyOffer, Failure, Receipt, World, account,
    bounty_run::{METADATA_CID, REQUESTER, TEST_CID, TRAIN_CID},
    number, reverts, word,
};

fn attempt(world: &mut World, change: impl FnOnce(&mut Terms)) -> Result<Receipt, Failure> {
    let mut terms = BountyOffer::default().terms(world.chain.now());
    terms.truth_superhash = Digest::of(&world.history.len().to_be_bytes());
    change(&mut terms);
    world.send(REQUESTER, calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, None))
}

fn rich() -> World {
    let mut world = World::new();
    world.fund(REQUESTER, Amount::mdc(10_000));
    world
}

#[test]
fn the_reward_is_escrowed_and_the_terms_are_kept() {
    let mut world = rich();
    let offer = BountyOffer { min_correct: 60, ..BountyOffer::default() };
    let terms = Terms { post_number: PostNumber([1, 2, 3, 4, 5, 6, 7, 0xff]), ..offer.terms(world.chain.now()) };
    let receipt = world.send(REQUESTER, calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, None)).unwrap();
    assert_eq!(contracts::returns::count(&receipt.output), Ok(1));
    assert_eq!(world.balance(REQUESTER), Amount::mdc(9_900));
    assert_eq!(world.held(), Amount::mdc(100));

    let bounty = world.bounty(1);
    assert_eq!(bounty.terms, terms);
    assert_eq!(bounty.requester, REQUESTER);
    assert_eq!(bounty.phase, Phase::Open);
    assert_eq!((bounty.submissions, bounty.active, bounty.claims, bounty.false_claims), (0, 0, 0, 0));
    assert_eq!((bounty.truth_revealed_at, bounty.best, bounty.best_correct), (None, None, 0));
    assert_eq!(
        world.emitted(0),
        [Event::Created {
            requester: REQUESTER,
            terms,
            train_cid: TRAIN_CID.into(),
            test_cid: TEST_CID.into(),
            metadata_cid: METADATA_CID.into(),
        }]
    );
}

#[test]
fn ids_count_from_one_and_never_meet_again() {
    let mut world = rich();
    for expected in 1..=3 {
        let receipt = attempt(&mut world, |_| {}).unwrap();
        assert_eq!(contracts::returns::count(&receipt.output), Ok(expected));
    }
    let count = world.chain.view(world.market, calls::bounty_count()).unwrap();
    assert_eq!(contracts::returns::count(&count), Ok(3));
    let coin = world.chain.view(world.market, calls::coin()).unwrap();
    assert_eq!(contracts::returns::address(&coin), Ok(world.coin));
}

#[test]
fn a_bounty_that_does_not_exist_is_nothing() {
    let mut world = rich();
    let nothing = Commitment { prediction_superhash: Digest::ZERO, model_superhash: Digest::ZERO };
    for id in [0, 1, u64::MAX] {
        let data = world.chain.view(world.market, calls::bounty(id)).unwrap();
        assert_eq!(bounty::returns::bounty(&data), Ok(None));
        assert_eq!(world.submission(id, REQUESTER), None);
        assert_eq!(world.due(id, REQUESTER), Amount::ZERO);
        for call in [
            calls::cancel(id, 0),
            calls::reveal_truth(id, &[]),
            calls::submit(id, Digest([1; 32]), Digest([1; 32]), None),
            calls::replace(id, Digest([1; 32])),
            calls::withdraw(id),
            calls::claim(id, 0),
            calls::reveal_prediction(id, &nothing, &[], &[], ""),
            calls::timeout(id),
            calls::settle(id),
            calls::slash_silent(id, REQUESTER),
            calls::collect(id, REQUESTER),
        ] {
            reverts(world.send(REQUESTER, call), "NoSuchBounty(uint256)", &[number(id)]);
        }
    }
}

#[test]
fn terms_outside_their_limits_are_refused() {
    let mut world = rich();
    let now = world.chain.now();
    let latest = now + 365 * 86_400;
    reverts(attempt(&mut world, |t| t.reward = Amount::ZERO), "RewardIsZero()", &[]);
    for deadline in [0, now - 1, now] {
        let refused = attempt(&mut world, |t| t.deadline = deadline);
        reverts(refused, "DeadlineInPast(uint40,uint256)", &[number(deadline), number(now)]);
    }
    let refused = attempt(&mut world, |t| t.deadline = latest + 1);
    reverts(refused, "DeadlineTooFar(uint40,uint256)", &[number(latest + 1), number(latest)]);
    for window in [0, 30, 599, 30 * 86_400 + 1] {
        let refused = attempt(&mut world, |t| t.window = window);
        reverts(
            refused,
            "WindowOutOfRange(uint32,uint32,uint32)",
            &[number(window), number(600u16), number(30 * 86_400u32)],
        );
    }
    for classes in [0, 1, 257, u16::MAX] {
        let refused = attempt(&mut world, |t| t.classes = classes);
        reverts(refused, "ClassesOutOfRange(uint16)", &[number(classes)]);
    }
    for classes in [2, 4, 16, 256] {
        let most = max_test_rows(classes);
        for rows in [0, most + 1, u32::MAX] {
            let refused = attempt(&mut world, |t| (t.test_rows, t.classes) = (rows, classes));
            reverts(refused, "TestRowsOutOfRange(uint32,uint32)", &[number(rows), number(most)]);
        }
    }
    let refused = attempt(&mut world, |t| t.min_correct = 101);
    reverts(refused, "MinCorrectTooHigh(uint32,uint32)", &[number(101u8), number(100u8)]);
    reverts(attempt(&mut world, |t| t.truth_superhash = Digest::ZERO), "EmptyCommitment()", &[]);
    assert_eq!(world.held(), Amount::ZERO);
    assert!(world.history.is_empty());
}

#[test]
fn terms_at_their_limits_are_taken() {
    let mut world = rich();
    let now = world.chain.now();
    attempt(&mut world, |t| t.reward = Amount(1)).unwrap();
    attempt(&mut world, |t| t.stake = Amount::ZERO).unwrap();
    attempt(&mut world, |t| t.deadline = now + 1).unwrap();
    attempt(&mut world, |t| t.deadline = now + 365 * 86_400).unwrap();
    attempt(&mut world, |t| t.window = 600).unwrap();
    attempt(&mut world, |t| t.window = 30 * 86_400).unwrap();
    attempt(&mut world, |t| t.min_correct = 100).unwrap();
    for classes in [2, 3, 4, 5, 16, 17, 256] {
        attempt(&mut world, |t| (t.test_rows, t.classes) = (max_test_rows(classes), classes)).unwrap();
        attempt(&mut world, |t| (t.test_rows, t.classes, t.min_correct) = (1, classes, 1)).unwrap();
    }
}

#[test]
fn page_and_contract_have_the_same_limits() {
    let mut world = World::new();
    let mut limit = |name: &str| {
        let data = ethers_core::utils::keccak256(format!("{name}()"))[..4].to_vec();
        contracts::returns::count(&world.chain.view(world.market, data).unwrap()).unwrap()
    };
    assert_eq!(limit("MIN_WINDOW"), u64::from(MIN_WINDOW));
    assert_eq!(limit("MAX_WINDOW"), u64::from(MAX_WINDOW));
    assert_eq!(limit("MAX_DURATION"), MAX_DURATION);
    assert_eq!(limit("MAX_FILE_LENGTH"), MAX_FILE as u64);
}

/// After its first bounty a truth is known. Only its own requester is kept from it: whoever copies the commitment of
/// another, to stop the other's post, stops nobody.
#[test]
fn a_requester_uses_a_truth_once_whatever_became_of_the_bounty() {
    let mut world = rich();
    let copycat = Address([0xcc; 20]);
    world.fund(copycat, Amount::mdc(1_000));
    let terms = BountyOffer::default().terms(world.chain.now());
    let create = |terms: &Terms| calls::create(terms, TRAIN_CID, TEST_CID, METADATA_CID, None);
    world.send(copycat, create(&terms)).unwrap();
    world.send(REQUESTER, create(&terms)).unwrap();
    world.send(REQUESTER, calls::cancel(2, 0)).unwrap();
    for number in [terms.post_number, PostNumber([7; 8])] {
        let refused = world.send(REQUESTER, create(&Terms { post_number: number, ..terms.clone() }));
        let arguments = [account(REQUESTER), word(terms.truth_superhash)];
        reverts(refused, "TruthUsedBefore(address,bytes32)", &arguments);
    }
}

#[test]
fn a_cid_has_at_most_128_bytes() {
    let mut world = rich();
    let terms = BountyOffer::default().terms(world.chain.now());
    let (fits, long) = ("b".repeat(128), "b".repeat(129));
    for cids in [[&long, &fits, &fits], [&fits, &long, &fits], [&fits, &fits, &long]] {
        let refused = world.send(REQUESTER, calls::create(&terms, cids[0], cids[1], cids[2], None));
        reverts(refused, "CidTooLong(uint256)", &[number(129u8)]);
    }
    world.send(REQUESTER, calls::create(&terms, &fits, &fits, &fits, None)).unwrap();
}

#[test]
fn without_tokens_or_allowance_nothing_is_created() {
    let mut world = World::new();
    let terms = BountyOffer::default().terms(world.chain.now());
    let data = calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, None);
    let market = world.market;
    let refused = world.send(REQUESTER, data.clone());
    reverts(
        refused,
        "ERC20InsufficientAllowance(address,uint256,uint256)",
        &[account(market), number(0u8), number(terms.reward.0)],
    );
    world.chain.send(REQUESTER, world.coin, coin::calls::approve(market, terms.reward)).unwrap();
    let refused = world.send(REQUESTER, data);
    reverts(
        refused,
        "ERC20InsufficientBalance(address,uint256,uint256)",
        &[account(REQUESTER), number(0u8), number(terms.reward.0)],
    );
    let count = world.chain.view(world.market, calls::bounty_count()).unwrap();
    assert_eq!(contracts::returns::count(&count), Ok(0));
}

#[test]
fn a_market_without_a_coin_takes_nothing() {
    let mut world = World::new();
    let nowhere = Address([0x99; 20]);
    world.market = world.chain.deploy(REQUESTER, bounty::deploy::bounty_market(nowhere).unwrap());
    let terms = BountyOffer::default().terms(world.chain.now());
    let refused = world.send(REQUESTER, calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, None));
    reverts(refused, "SafeERC20FailedOperation(address)", &[account(nowhere)]);
}
