//! L5: a requester with the shortest windows there are wins the stakes of trainers who look every five minutes.

use bounty::calls;
use protocol::{Address, Amount};

use super::{
    super::{Attack, Outcome, Rules},
    stage::{Stage, gain},
};
use crate::harness::{
    BountyOffer,
    bounty_run::{REQUESTER, STRANGER},
    trainer,
};

const SECOND: Address = Address([0xab; 20]);

pub const L5: Attack = Attack {
    id: "L5",
    what: "A requester posts with the shortest windows, and wins what trainers staked who look every five minutes.",
    play: asleep,
};

fn asleep(rules: Rules) -> Outcome {
    let mut stage = Stage::new(rules);
    let stake = Amount::mdc(100);
    let offer = |window| BountyOffer { stake, window, ..BountyOffer::default() };
    stage.fund(REQUESTER, offer(30).reward);
    stage.fund(SECOND, stake);
    let truth = offer(30).truth();
    let (window, posted) = match stage.post(REQUESTER, &offer(30), &truth) {
        Ok(id) => (30, Ok(id)),
        Err(_) => (600, stage.post(REQUESTER, &offer(600), &truth)),
    };
    let (id, offer) = (posted.unwrap(), offer(window));
    let file = |of: Address| offer.prediction(of, if of == SECOND { 100 } else { 90 });
    let honest: Vec<Address> = (0..3).map(trainer).collect();
    for person in honest.iter().chain([&SECOND]) {
        if *person != SECOND {
            stage.fund(*person, stake);
        }
        stage.submit(*person, id, &truth, &file(*person)).unwrap();
    }
    stage.chain.wait(offer.duration);
    let deadline = stage.chain.now();
    stage.send(REQUESTER, calls::reveal_truth(id, &truth)).unwrap();
    stage.send(SECOND, calls::claim(id, 100)).unwrap();
    // Whichever comes first: the claim window ends, or the others look.
    if window > 300 {
        stage.chain.set_time(deadline + 300);
    }
    for person in &honest {
        if window > 300 {
            stage.send(*person, calls::claim(id, 90)).unwrap();
        }
    }
    stage.chain.set_time(deadline + u64::from(window));
    stage.reveal(SECOND, id, &truth, &file(SECOND)).unwrap();
    for person in &honest {
        let _ = stage.send(STRANGER, calls::collect(id, *person));
    }
    let together = Amount(stage.balance(REQUESTER).0 + stage.balance(SECOND).0);
    let (told, gained) = gain(together, Amount(offer.reward.0 + stake.0));
    let told = format!("requester and second address with windows of {window} s: {told}");
    if gained { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

#[test]
fn l5_a_requester_wins_the_stakes_of_who_looks_every_five_minutes() {
    L5.must_fail_now();
}
