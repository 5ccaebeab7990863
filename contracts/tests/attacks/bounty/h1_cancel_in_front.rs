//! H1: a stranger takes the whole reward by submitting garbage in front of a requester's cancellation.

use bounty::calls;
use protocol::{Address, Amount};

use super::{
    super::{Attack, Outcome, Rules},
    stage::{Stage, gain},
};
use crate::harness::{BountyOffer, bounty_run::REQUESTER};

const THIEF: Address = Address([0x7f; 20]);

pub const H1: Attack = Attack {
    id: "H1",
    what: "A stranger submits garbage in front of a cancellation, and collects the reward.",
    play: garbage_in_front,
};

fn garbage_in_front(rules: Rules) -> Outcome {
    let mut stage = Stage::new(rules);
    let offer = BountyOffer { reward: Amount::mdc(1_000), ..BountyOffer::default() };
    stage.fund(REQUESTER, offer.reward);
    stage.fund(THIEF, offer.stake);
    let id = stage.post(REQUESTER, &offer, &offer.truth()).unwrap();
    // The requester has seen no submission. In the pool the thief sees the cancellation, and pays for the place before.
    stage.submit(THIEF, id, &offer.truth(), b"garbage").unwrap();
    let cancelled = stage.cancel(REQUESTER, id, 0);
    let _ = stage.send(THIEF, calls::collect(id, THIEF));
    let _ = stage.send(THIEF, calls::withdraw(id));
    let (told, gained) = gain(stage.balance(THIEF), offer.stake);
    match cancelled {
        Ok(_) if gained => Outcome::Succeeded(format!("the thief: {told}")),
        refused => Outcome::Failed(format!("the thief: {told}; {}", super::super::told(&refused))),
    }
}

#[test]
fn h1_a_stranger_collects_what_is_cancelled() {
    H1.must_fail_now();
}
