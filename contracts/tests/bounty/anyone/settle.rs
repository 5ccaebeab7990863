use bounty::{Event, Phase, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{BountyOffer, BountyRun, bounty_run::REQUESTER, trainer, wrong_phase};

#[test]
fn at_the_end_of_the_window_the_best_verified_reveal_wins() {
    // 0 is silent above the winner, 1 reveals, 2 reveals less, 3 is silent below, 4 never claims, 5 abandons.
    let mut run = BountyRun::claiming(BountyOffer::default(), &[90, 80, 70, 60, 50, 40]);
    for (n, claim) in [(0, 90), (1, 80), (2, 70), (3, 60)] {
        run.claim(trainer(n), claim).unwrap();
    }
    run.send(trainer(5), calls::withdraw(run.id)).unwrap();
    run.next_window();
    run.reveal(trainer(2)).unwrap();
    run.reveal(trainer(1)).unwrap();
    run.next_window();
    assert_eq!(run.phase(), Phase::SettleDue);
    run.settle().unwrap();
    assert_eq!(run.phase(), Phase::Settled);
    // Reward, own stake, the stake of 4 and that of 5; the one of 0 follows when somebody asks for it.
    let paid = Amount::mdc(130);
    assert_eq!(run.last_event(), Event::Settled { winner: trainer(1), correct: 80, paid });
    assert_eq!(run.balance(trainer(1)), paid);
    assert_eq!(run.state(trainer(1)), Some(SubmissionState::Paid));
    for (n, due) in [(0, 0), (1, 0), (2, 10), (3, 10), (4, 0), (5, 0)] {
        assert_eq!(run.world.due(run.id, trainer(n)), Amount::mdc(due), "trainer {n}");
    }
    run.send(trainer(5), calls::slash_silent(run.id, trainer(0))).unwrap();
    assert_eq!(run.balance(trainer(1)), Amount::mdc(140));
    run.collect(trainer(2)).unwrap();
    run.collect(trainer(3)).unwrap();
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn when_everyone_stays_silent_the_requester_is_refunded_and_the_stakes_burn() {
    let offer = BountyOffer { min_correct: 50, ..BountyOffer::default() };
    let mut run = BountyRun::revealing(offer, &[(90, 90), (80, 80), (10, 10)]);
    run.next_window();
    run.settle().unwrap();
    assert_eq!(run.phase(), Phase::Refunded);
    assert_eq!(run.last_event(), Event::Refunded { reward: Amount::mdc(100), burned: Amount::mdc(20) });
    assert_eq!(run.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(run.world.held(), Amount::mdc(10), "of the trainer who conceded");
    run.collect(trainer(2)).unwrap();
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn when_nobody_competes_the_bounty_is_due_right_after_the_claim_window() {
    let offer = BountyOffer { min_correct: 50, ..BountyOffer::default() };
    let mut run = BountyRun::claiming(offer, &[90, 10]);
    run.claim(trainer(1), 10).unwrap();
    run.next_window();
    assert_eq!(run.phase(), Phase::SettleDue);
    run.settle().unwrap();
    assert_eq!(run.last_event(), Event::Refunded { reward: Amount::mdc(100), burned: Amount::mdc(10) });
    assert_eq!(run.world.due(run.id, trainer(1)), Amount::mdc(10));
}

#[test]
fn without_any_submission_the_requester_is_refunded() {
    let mut run = BountyRun::claiming(BountyOffer::default(), &[]);
    run.next_window();
    run.settle().unwrap();
    assert_eq!(run.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn a_bounty_without_stakes_settles_too() {
    let mut run =
        BountyRun::revealing(BountyOffer { stake: Amount::ZERO, ..BountyOffer::default() }, &[(90, 95), (80, 80)]);
    run.reveal(trainer(0)).unwrap();
    run.reveal(trainer(1)).unwrap();
    assert_eq!(run.balance(trainer(1)), Amount::mdc(100));
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn while_the_order_is_open_nobody_settles() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 90), (80, 80)]);
    run.reveal(trainer(1)).unwrap();
    wrong_phase(run.settle(), run.id, Phase::Revealing);
}

#[test]
fn a_bounty_of_one_correct_label_at_the_minimum_settles() {
    let offer = BountyOffer { rows: 1, classes: 2, min_correct: 1, ..BountyOffer::default() };
    let mut run = BountyRun::revealing(offer, &[(1, 1)]);
    run.reveal(trainer(0)).unwrap();
    assert_eq!(run.balance(trainer(0)), Amount::mdc(110));
}

#[test]
fn a_claim_of_nothing_correct_can_win_where_there_is_no_minimum() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(0, 0)]);
    run.reveal(trainer(0)).unwrap();
    assert_eq!(run.bounty().best, Some(trainer(0)));
    assert_eq!(run.balance(trainer(0)), Amount::mdc(110));
}
