//! Many trainers, honest and not: nothing may be delayed and no transaction may outgrow a block.

use bounty::{Phase, SubmissionState, calls};
use protocol::{Address, Amount, commitment::max_test_rows};

use crate::harness::{
    Game, Plan,
    chain::{BLOCK_GAS, TRANSACTION_GAS},
    game::REQUESTER,
    trainer,
};

const HONEST: u32 = 1_000;
const SYBILS: u32 = 100;

/// The false claimants in the order in which they would win.
fn ranked(game: &mut Game) -> Vec<u32> {
    let mut sybils: Vec<u32> = (0..SYBILS).collect();
    sybils.sort_by_key(|n| {
        let submission = game.world.submission(game.id, trainer(*n)).unwrap();
        (std::cmp::Reverse(submission.claim), submission.order)
    });
    sybils
}

/// A hundred claims above an honest trainer, who came last; all of them false.
fn besieged() -> (Game, Address) {
    let plan = Plan { stake: Amount::mdc(1), ..Plan::default() };
    let mut game = Game::with_submissions(plan, &[20; SYBILS as usize]);
    let honest = trainer(HONEST);
    game.submit(honest, 80);
    game.after_deadline();
    game.reveal_truth().unwrap();
    for n in 0..SYBILS {
        // Some claim the same, some rise, so that the ranking has to work.
        game.claim(trainer(n), 81 + n % 20).unwrap();
    }
    game.claim(honest, 80).unwrap();
    game.next_window();
    (game, honest)
}

#[test]
fn a_hundred_silent_false_claims_delay_the_pay_out_by_no_more_than_the_window() {
    let (mut game, honest) = besieged();
    game.reveal(honest).unwrap();
    assert_eq!(game.phase(), Phase::Revealing);
    game.next_window();
    assert_eq!(game.phase(), Phase::SettleDue);
    let gas = game.settle().unwrap().gas;
    assert!(gas < 200_000, "{gas}");
    assert_eq!(game.bounty().best, Some(honest));
    assert_eq!(game.balance(honest), Amount::mdc(101));
    for n in 0..SYBILS {
        let gas = game.send(honest, calls::slash_silent(game.id, trainer(n))).unwrap().gas;
        assert!(gas < 200_000, "{gas}");
    }
    assert_eq!(game.balance(honest), Amount::mdc(201));
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn a_hundred_false_reveals_settle_within_the_window_in_whatever_order_they_come() {
    for worst_first in [true, false] {
        let (mut game, honest) = besieged();
        let mut most = game.reveal(honest).unwrap().gas;
        let mut sybils = ranked(&mut game);
        if worst_first {
            sybils.reverse();
        }
        for n in sybils {
            most = most.max(game.reveal(trainer(n)).unwrap().gas);
        }
        // What the reveals left in the ranking is removed by anyone, a few at a time.
        let mut calls = 0;
        while game.phase() == Phase::Revealing {
            most = most.max(game.settle().unwrap().gas);
            calls += 1;
            assert!(calls <= SYBILS.div_ceil(8), "each call makes progress");
        }
        println!("worst first: {worst_first}; {calls} calls of settle, {most} gas at most");
        assert_eq!(game.phase(), Phase::Settled);
        assert_eq!(game.balance(honest), Amount::mdc(201));
        assert!(most < BLOCK_GAS / 20, "{most}");
        assert_eq!(game.world.held(), Amount::ZERO);
    }
}

#[test]
fn a_ranking_that_is_not_cleared_does_not_stop_the_end_of_the_window() {
    let (mut game, honest) = besieged();
    game.reveal(honest).unwrap();
    for n in ranked(&mut game).into_iter().rev() {
        game.reveal(trainer(n)).unwrap();
    }
    assert_eq!(game.phase(), Phase::Revealing);
    game.next_window();
    game.settle().unwrap();
    assert_eq!(game.balance(honest), Amount::mdc(201));
}

#[test]
fn a_thousand_trainers_of_a_cancelled_bounty_are_paid_one_by_one() {
    thousand(|game| {
        let gas = game.send(REQUESTER, calls::cancel(game.id)).unwrap().gas;
        assert!(gas < 300_000, "{gas}");
    });
}

#[test]
fn a_thousand_trainers_of_a_forfeited_bounty_are_paid_one_by_one() {
    thousand(|game| {
        game.after_deadline();
        game.next_window();
        let gas = game.send(trainer(0), calls::timeout(game.id)).unwrap().gas;
        assert!(gas < 300_000, "{gas}");
    });
}

fn thousand(end: impl FnOnce(&mut Game)) {
    let reward = Amount(Amount::mdc(100).0 + 777);
    let mut game = Game::open(Plan { reward, stake: Amount::mdc(1), ..Plan::default() });
    let mut most = 0;
    for n in 0..1_000 {
        game.world.fund(trainer(n), game.plan.stake);
        most = most.max(game.submit_as(trainer(n), 50).unwrap().gas);
    }
    let supply = game.world.supply();
    end(&mut game);
    assert_eq!(supply.0 - game.world.supply().0, 777, "the remainder is burned");
    let due = Amount(Amount::mdc(1).0 + Amount::mdc(100).0 / 1_000);
    for n in 0..1_000 {
        most = most.max(game.collect(trainer(n)).unwrap().gas);
        assert_eq!(game.balance(trainer(n)), due);
        assert_eq!(game.state(trainer(n)), Some(SubmissionState::Paid));
    }
    assert!(most < 300_000, "{most}");
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn the_thousandth_claim_costs_little_more_than_the_first() {
    let plan = Plan { stake: Amount::ZERO, rows: 2_000, ..Plan::default() };
    let mut game = Game::with_submissions(plan, &[50; 1_000]);
    game.after_deadline();
    game.reveal_truth().unwrap();
    let mut most = 0;
    for n in 0..1_000 {
        // Each higher than all before: the longest way up the ranking.
        most = most.max(game.claim(trainer(n), n).unwrap().gas);
    }
    assert!(most < 200_000, "{most}");
}

/// All bytes of call data but a few are not zero, the dearest kind: whatever terms the contract takes can be played.
#[test]
fn the_largest_bounty_can_be_revealed_in_a_transaction() {
    let rows = max_test_rows(256);
    let mut game = Game::revealing(Plan { rows, classes: 256, ..Plan::default() }, &[(rows / 2, rows / 2)]);
    let data = game.reveal_data(trainer(0));
    let (zeros, bytes) = (data.iter().filter(|b| **b == 0).count() as u64, data.len() as u64);
    assert!(bytes > 2 * 127_000);
    let gas = game.reveal(trainer(0)).unwrap().gas;
    assert_eq!(game.phase(), Phase::Settled);
    // What it would cost if no byte were zero, today and at the 64 gas a byte that are planned (EIP-7976).
    println!("{gas} gas; {zeros} of {bytes} bytes are zero");
    for a_byte in [40, 64] {
        assert!(21_000 + bytes * a_byte < TRANSACTION_GAS);
    }
    assert!(gas < TRANSACTION_GAS);
}
