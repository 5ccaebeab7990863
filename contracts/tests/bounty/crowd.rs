//! Many trainers, honest and not: nothing may be delayed and no transaction may outgrow a block.

use bounty::{Phase, SubmissionState, calls};
use ethers_core::types::{
    Eip1559TransactionRequest, NameOrAddress, Signature, U256,
    transaction::{eip2718::TypedTransaction, eip2930::AccessList},
};
use protocol::{
    Address, Amount,
    cid::MAX_CID_LENGTH,
    commitment::{MAX_TRANSACTION, max_test_rows},
};

use crate::harness::{
    BountyOffer, BountyRun,
    chain::{BLOCK_GAS, TRANSACTION_GAS},
    trainer,
};

const HONEST: u32 = 1_000;
const SYBILS: u32 = 100;

/// The false claimants in the order in which they would win.
fn ranked(run: &mut BountyRun) -> Vec<u32> {
    let mut sybils: Vec<u32> = (0..SYBILS).collect();
    sybils.sort_by_key(|n| {
        let submission = run.world.submission(run.id, trainer(*n)).unwrap();
        (std::cmp::Reverse(submission.claim), submission.order)
    });
    sybils
}

/// A hundred claims above an honest trainer, who came last; all of them false.
fn besieged() -> (BountyRun, Address) {
    let offer = BountyOffer { stake: Amount::mdc(1), ..BountyOffer::default() };
    let mut run = BountyRun::with_submissions(offer, &[20; SYBILS as usize]);
    let honest = trainer(HONEST);
    run.submit(honest, 80);
    run.after_deadline();
    run.reveal_truth().unwrap();
    for n in 0..SYBILS {
        // Some claim the same, some rise, so that the ranking has to work.
        run.claim(trainer(n), 81 + n % 20).unwrap();
    }
    run.claim(honest, 80).unwrap();
    run.next_window();
    (run, honest)
}

#[test]
fn a_hundred_silent_false_claims_delay_the_pay_out_by_no_more_than_the_window() {
    let (mut run, honest) = besieged();
    run.reveal(honest).unwrap();
    assert_eq!(run.phase(), Phase::Revealing);
    run.next_window();
    assert_eq!(run.phase(), Phase::SettleDue);
    let gas = run.settle().unwrap().gas;
    assert!(gas < 200_000, "{gas}");
    assert_eq!(run.bounty().best, Some(honest));
    assert_eq!(run.balance(honest), Amount::mdc(101));
    for n in 0..SYBILS {
        let gas = run.send(honest, calls::slash_silent(run.id, trainer(n))).unwrap().gas;
        assert!(gas < 200_000, "{gas}");
    }
    assert_eq!(run.balance(honest), Amount::mdc(201));
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn a_hundred_false_reveals_settle_within_the_window_in_whatever_order_they_come() {
    for worst_first in [true, false] {
        let (mut run, honest) = besieged();
        let mut most = run.reveal(honest).unwrap().gas;
        let mut sybils = ranked(&mut run);
        if worst_first {
            sybils.reverse();
        }
        for n in sybils {
            most = most.max(run.reveal(trainer(n)).unwrap().gas);
        }
        // What the reveals left in the ranking is removed by anyone, a few at a time.
        let mut calls = 0;
        while run.phase() == Phase::Revealing {
            most = most.max(run.settle().unwrap().gas);
            calls += 1;
            assert!(calls <= SYBILS.div_ceil(8), "each call makes progress");
        }
        println!("worst first: {worst_first}; {calls} calls of settle, {most} gas at most");
        assert_eq!(run.phase(), Phase::Settled);
        assert_eq!(run.balance(honest), Amount::mdc(201));
        assert!(most < BLOCK_GAS / 20, "{most}");
        assert_eq!(run.world.held(), Amount::ZERO);
    }
}

#[test]
fn a_ranking_that_is_not_cleared_does_not_stop_the_end_of_the_window() {
    let (mut run, honest) = besieged();
    run.reveal(honest).unwrap();
    for n in ranked(&mut run).into_iter().rev() {
        run.reveal(trainer(n)).unwrap();
    }
    assert_eq!(run.phase(), Phase::Revealing);
    run.next_window();
    run.settle().unwrap();
    assert_eq!(run.balance(honest), Amount::mdc(201));
}

#[test]
fn a_thousand_trainers_of_a_cancelled_bounty_are_paid_one_by_one() {
    thousand(|run| {
        let gas = run.cancel().unwrap().gas;
        assert!(gas < 300_000, "{gas}");
    });
}

#[test]
fn a_thousand_trainers_of_a_forfeited_bounty_are_paid_one_by_one() {
    thousand(|run| {
        run.after_deadline();
        run.next_window();
        let gas = run.send(trainer(0), calls::timeout(run.id)).unwrap().gas;
        assert!(gas < 300_000, "{gas}");
    });
}

fn thousand(end: impl FnOnce(&mut BountyRun)) {
    let reward = Amount(Amount::mdc(100).0 + 777);
    let mut run = BountyRun::open(BountyOffer { reward, stake: Amount::mdc(1), ..BountyOffer::default() });
    let mut most = 0;
    for n in 0..1_000 {
        run.world.fund(trainer(n), run.offer.stake);
        most = most.max(run.submit_as(trainer(n), 50).unwrap().gas);
    }
    let supply = run.world.supply();
    end(&mut run);
    assert_eq!(supply.0 - run.world.supply().0, Amount::mdc(50).0 + 777, "half and the remainder are burned");
    let due = Amount(Amount::mdc(1).0 + Amount::mdc(50).0 / 1_000);
    for n in 0..1_000 {
        most = most.max(run.collect(trainer(n)).unwrap().gas);
        assert_eq!(run.balance(trainer(n)), due);
        assert_eq!(run.state(trainer(n)), Some(SubmissionState::Paid));
    }
    assert!(most < 300_000, "{most}");
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn the_thousandth_claim_costs_little_more_than_the_first() {
    let offer = BountyOffer { stake: Amount::ZERO, rows: 2_000, ..BountyOffer::default() };
    let mut run = BountyRun::with_submissions(offer, &[50; 1_000]);
    run.after_deadline();
    run.reveal_truth().unwrap();
    let mut most = 0;
    for n in 0..1_000 {
        // Each higher than all before: the longest way up the ranking.
        most = most.max(run.claim(trainer(n), n).unwrap().gas);
    }
    assert!(most < 200_000, "{most}");
}

/// All bytes of call data but a few are not zero, the dearest kind: whatever terms the contract takes can be played.
#[test]
fn the_largest_bounty_can_be_revealed_in_a_transaction_that_public_nodes_take() {
    for classes in [2, 256] {
        let rows = max_test_rows(classes);
        let offer = BountyOffer { rows, classes, ..BountyOffer::default() };
        let mut run = BountyRun::revealing(offer, &[(rows / 2, rows / 2)]);
        let data = run.reveal_data(trainer(0));
        let bytes = data.len() as u64;
        assert!(bytes > 2 * 64_900);
        let signed = signed(data, run.world.market);
        println!("{bytes} bytes of call data, {signed} signed");
        assert!(signed <= MAX_TRANSACTION, "{signed}");
        let gas = run.reveal(trainer(0)).unwrap().gas;
        assert_eq!(run.phase(), Phase::Settled);
        // What it would cost if no byte were zero, today and at the 64 gas a byte that are planned (EIP-7976).
        for a_byte in [40, 64] {
            assert!(21_000 + bytes * a_byte < TRANSACTION_GAS);
        }
        assert!(gas < TRANSACTION_GAS);
    }
}

/// Bytes of the signed transaction (EIP-1559) with this call data, everything else in it as long as it can be; and a CID
/// of the model as long as the contract takes one.
fn signed(data: Vec<u8>, market: Address) -> usize {
    let longest_cid = MAX_CID_LENGTH.next_multiple_of(32) - 64;
    let most = U256::MAX;
    let call = Eip1559TransactionRequest {
        from: None,
        to: Some(NameOrAddress::Address(market.0.into())),
        gas: Some(u64::MAX.into()),
        value: Some(most),
        data: Some([data, vec![0xff; longest_cid]].concat().into()),
        nonce: Some(u64::MAX.into()),
        access_list: AccessList::default(),
        max_priority_fee_per_gas: Some(u128::MAX.into()),
        max_fee_per_gas: Some(u128::MAX.into()),
        chain_id: Some(u64::MAX.into()),
    };
    let signature = Signature { r: most, s: most, v: 1 };
    TypedTransaction::Eip1559(call).rlp_signed(&signature).len()
}
