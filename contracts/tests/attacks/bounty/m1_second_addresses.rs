//! M1: what a requester forfeits, or loses by cancelling, comes back to it through second addresses.

use bounty::calls;
use protocol::{Address, Amount};

use super::{
    super::{Attack, Outcome, Rules},
    stage::Stage,
};
use crate::harness::{
    BountyOffer,
    bounty_run::{REQUESTER, STRANGER},
    trainer,
};

const SECOND_ADDRESSES: u32 = 19;

pub const M1: Attack = Attack {
    id: "M1",
    what: "A requester of 1,000 MDC and 19 second addresses cheat one trainer by silence, and another by cancelling.",
    play: second_addresses,
};

fn second_addresses(rules: Rules) -> Outcome {
    let lost = [lose(rules, false), lose(rules, true)];
    let told = format!("lost of 1,000 MDC: {} by silence, {} by cancelling", lost[0], lost[1]);
    let half = Amount::mdc(500);
    if lost.iter().any(|lost| *lost < half) { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

/// What requester and second addresses have less than before, together.
fn lose(rules: Rules, by_cancelling: bool) -> Amount {
    let mut stage = Stage::new(rules);
    let offer = BountyOffer { reward: Amount::mdc(1_000), ..BountyOffer::default() };
    stage.fund(REQUESTER, offer.reward);
    let id = stage.post(REQUESTER, &offer, &offer.truth()).unwrap();
    // Trainer 0 is honest.
    let everyone: Vec<Address> = (0..=SECOND_ADDRESSES).map(trainer).collect();
    for person in &everyone {
        stage.fund(*person, offer.stake);
        stage.submit(*person, id, &offer.truth(), &offer.prediction(*person, 50)).unwrap();
    }
    if by_cancelling {
        stage.cancel(REQUESTER, id, u32::MAX).unwrap();
    } else {
        stage.chain.wait(offer.duration + u64::from(offer.window));
        stage.send(STRANGER, calls::timeout(id)).unwrap();
    }
    for person in &everyone {
        stage.send(STRANGER, calls::collect(id, *person)).unwrap();
    }
    let stakes = offer.stake.0 * u128::from(SECOND_ADDRESSES);
    let back: u128 = everyone[1..].iter().map(|person| stage.balance(*person).0).sum();
    Amount(offer.reward.0 + stakes - back - stage.balance(REQUESTER).0)
}

#[test]
fn m1_a_penalty_comes_back_through_second_addresses() {
    M1.must_fail_now();
}
