//! M2: a bounty is posted whose predictions can never be revealed, since no pool takes so long a transaction.

use protocol::{Amount, commitment::MAX_TRANSACTION};

use super::{
    super::{Attack, Outcome, Rules, told},
    stage::Stage,
};
use crate::harness::{BountyOffer, bounty_run::REQUESTER, trainer};

pub const M2: Attack = Attack {
    id: "M2",
    what: "A bounty of 127,948 rows of 256 classes: its truth can be sent, predictions cannot, and all stakes burn.",
    play: too_long_to_send,
};

fn too_long_to_send(rules: Rules) -> Outcome {
    let mut stage = Stage::new(rules);
    let offer = BountyOffer { rows: 127_948, classes: 256, stake: Amount::ZERO, ..BountyOffer::default() };
    stage.fund(REQUESTER, offer.reward);
    let truth = offer.truth();
    let posted = stage.post(REQUESTER, &offer, &truth);
    let bytes = stage.reveal_data(trainer(0), 1, &truth, &offer.prediction(trainer(0), 1)).len();
    match posted {
        Ok(_) if bytes > MAX_TRANSACTION => Outcome::Succeeded(format!("{bytes} bytes are to be sent")),
        other => Outcome::Failed(told(&other)),
    }
}

#[test]
fn m2_a_bounty_is_posted_whose_predictions_no_pool_takes() {
    M2.must_fail_now();
}
