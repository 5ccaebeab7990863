//! L8: a truth of labels that name no class, which nobody matches but who knows it.

use bounty::calls;
use protocol::{Address, commitment::PREDICTION_HEADER, commitment::TRUTH_HEADER};

use super::{
    super::{Attack, Outcome, Rules, told},
    stage::Stage,
};
use crate::harness::{BountyOffer, bounty_run::REQUESTER, trainer};

const SECOND: Address = Address([0xab; 20]);

pub const L8: Attack = Attack {
    id: "L8",
    what: "All labels of a truth of 10 classes are 15: the requester's second address matches them and wins.",
    play: no_class,
};

fn no_class(rules: Rules) -> Outcome {
    let mut stage = Stage::new(rules);
    let offer = BountyOffer { min_correct: 50, ..BountyOffer::default() };
    let (mut truth, mut file) = (offer.truth(), offer.prediction(SECOND, 0));
    truth[TRUTH_HEADER..].fill(0xff);
    file[PREDICTION_HEADER..].fill(0xff);
    stage.fund(REQUESTER, offer.reward);
    let id = stage.post(REQUESTER, &offer, &truth).unwrap();
    for (person, file) in [(trainer(0), offer.prediction(trainer(0), 100)), (SECOND, file.clone())] {
        stage.fund(person, offer.stake);
        stage.submit(person, id, &truth, &file).unwrap();
    }
    stage.chain.wait(offer.duration);
    let revealed = stage.send(REQUESTER, calls::reveal_truth(id, &truth));
    if revealed.is_err() {
        return Outcome::Failed(told(&revealed));
    }
    stage.send(SECOND, calls::claim(id, offer.rows)).unwrap();
    stage.chain.wait(u64::from(offer.window));
    stage.reveal(SECOND, id, &truth, &file).unwrap();
    Outcome::Succeeded(format!("the second address has {} MDC", stage.balance(SECOND)))
}

#[test]
fn l8_a_truth_of_no_class_is_won_by_who_knows_it() {
    L8.must_fail_now();
}
