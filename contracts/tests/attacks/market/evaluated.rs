//! M5 and L7: evaluations that do not end, or that are done twice.

use protocol::Address;
use shared_model::calls::market;

use super::stage::{STAKE, Stage, WINDOW, bayes, listed, mdc, piece};
use crate::{
    attacks::{Attack, Outcome, Rules},
    harness::trainer,
};

const THIEF: Address = Address([0x7f; 20]);
const DAY: u64 = 86_400;

pub const M5: Attack =
    Attack { id: "M5", what: "A step every three days keeps a market from ending.", play: heartbeat };

fn heartbeat(rules: Rules) -> Outcome {
    let rows = |n: u32| piece(&[(&[n], 1)]);
    let mut stage = Stage::new(rules, &bayes(40, 2), (0..8).map(rows).collect(), 20);
    let drawn = stage.open();
    for n in 0..4 {
        stage.contribute(trainer(n), 1, listed(&[n])).unwrap();
    }
    stage.close();
    for n in (0..8).filter(|n| *n != drawn) {
        stage.reveal(n).unwrap();
    }
    let (began, shown) = (stage.chain.now(), stage.shown(drawn));
    for at in 0..4 {
        let _taught = stage.evaluate(at, at + 1, &[]);
        for n in (0..8).filter(|n| *n != drawn) {
            stage.chain.wait(3 * DAY - 1);
            let days = (stage.chain.now() - began) / DAY;
            if stage.send(trainer(0), market::timeout()).is_ok() {
                return Outcome::Failed(format!("ended after {days} days, whatever steps were made"));
            }
            if days > 60 {
                return Outcome::Succeeded(format!("held open for {days} days"));
            }
            let mut one = vec![&[][..]; 8];
            one[n] = &shown[n];
            let first = if rules == Rules::Present { at } else { at + 1 };
            stage.evaluate(first, at + 1, &one).unwrap();
        }
    }
    Outcome::Succeeded("the evaluation ended before anybody could end it".into())
}

pub const L7: Attack = Attack {
    id: "L7",
    what: "A step that is sent in front of another's makes that one fail, and its gas is lost.",
    play: stepped_in_front,
};

fn stepped_in_front(rules: Rules) -> Outcome {
    let rows = |n: u32| piece(&[(&[n], 1)]);
    let mut stage = Stage::new(rules, &bayes(12, 2), (0..3).map(rows).collect(), 20);
    let drawn = stage.open();
    for n in 0..3 {
        stage.contribute(trainer(n), 1, listed(&[n])).unwrap();
    }
    stage.close();
    for n in (0..3).filter(|n| *n != drawn) {
        stage.reveal(n).unwrap();
    }
    let shown = stage.shown(drawn);
    let pieces: Vec<&[u8]> = shown.iter().map(Vec::as_slice).collect();
    stage.evaluate(0, 1, &pieces).unwrap();
    match stage.evaluate(0, 3, &pieces) {
        Err(_) => Outcome::Succeeded("the other's step is refused".into()),
        Ok(_) => Outcome::Failed("the other's step goes on behind it".into()),
    }
}

#[test]
fn m5_steps_without_an_end_hold_a_market_open() {
    M5.must_fail_now();
}

#[test]
fn l7_a_step_in_front_makes_anothers_fail() {
    L7.must_fail_now();
}

/// What M5 would have paid: a part of the bounty for holding the evaluation up. Now a stake comes back, and no more.
#[test]
fn who_holds_an_evaluation_up_earns_nothing() {
    let rows = |n: u32| piece(&[(&[n], 1)]);
    for (rules, earned) in [(Rules::Audited, 300), (Rules::Present, 0)] {
        let mut stage = Stage::new(rules, &bayes(12, 2), (0..3).map(rows).collect(), 20);
        let drawn = stage.open();
        stage.contribute(THIEF, 0, listed(&[0, 1, 2])).unwrap();
        stage.close();
        for n in (0..3).filter(|n| *n != drawn) {
            stage.reveal(n).unwrap();
        }
        stage.chain.wait(3 * DAY + u64::from(WINDOW));
        stage.send(THIEF, market::timeout()).unwrap();
        let gained = stage.has(THIEF) - STAKE.0 as i128;
        assert_eq!(mdc(gained), format!("{earned} MDC"), "{rules:?}");
    }
}
