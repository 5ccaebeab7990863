//! I4: after a reorganisation a signed submission locks its stake in another bounty than the one that was seen.

use protocol::{Address, Amount};

use super::{
    super::{Attack, Outcome, Rules, told},
    stage::Stage,
};
use crate::harness::{BountyOffer, bounty_run::REQUESTER, trainer};

const OTHER: Address = Address([0xac; 20]);

pub const I4: Attack = Attack {
    id: "I4",
    what: "The number of the bounty that a trainer saw goes to another one before the submission is mined.",
    play: another_number,
};

fn another_number(rules: Rules) -> Outcome {
    let mut stage = Stage::new(rules);
    let seen = BountyOffer::default();
    let other = BountyOffer { salt: 7, ..BountyOffer::default() };
    for person in [REQUESTER, OTHER] {
        stage.fund(person, seen.reward);
    }
    let me = trainer(0);
    stage.fund(me, seen.stake);
    // On the branch that stays the other bounty came first.
    let id = stage.post(OTHER, &other, &other.truth()).unwrap();
    stage.post(REQUESTER, &seen, &seen.truth()).unwrap();
    let submitted = stage.submit(me, id, &seen.truth(), &seen.prediction(me, 90));
    if stage.balance(me) == Amount::ZERO {
        Outcome::Succeeded("the stake is locked in a bounty of somebody else".to_owned())
    } else {
        Outcome::Failed(told(&submitted))
    }
}

#[test]
fn i4_a_submission_meets_another_bounty() {
    I4.must_fail_now();
}
