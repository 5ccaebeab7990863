//! L6: a stranger ends what can be said about a loser's model by having its stake sent.

use bounty::calls;

use super::{
    super::{Attack, Outcome, Rules, audited},
    stage::Stage,
};
use crate::harness::{
    BountyOffer,
    bounty_run::{REQUESTER, STRANGER},
    trainer,
    world::DEPLOYER,
};

pub const L6: Attack = Attack {
    id: "L6",
    what: "A stranger calls `collect` for a verified loser, so that nobody can attest its model any more.",
    play: collected,
};

fn collected(rules: Rules) -> Outcome {
    let mut stage = Stage::new(rules);
    let market = stage.market;
    let registry = match rules {
        Rules::Audited => audited(&mut stage.chain, "Reproductions", &[market]),
        Rules::Present => stage.chain.deploy(DEPLOYER, trained::deploy::reproductions(market).unwrap()),
    };
    let offer = BountyOffer::default();
    let (winner, loser, truth) = (trainer(0), trainer(1), offer.truth());
    stage.fund(REQUESTER, offer.reward);
    let id = stage.post(REQUESTER, &offer, &truth).unwrap();
    for (person, correct) in [(winner, 90), (loser, 80)] {
        stage.fund(person, offer.stake);
        stage.submit(person, id, &truth, &offer.prediction(person, correct)).unwrap();
    }
    stage.chain.wait(offer.duration);
    stage.send(REQUESTER, calls::reveal_truth(id, &truth)).unwrap();
    for (person, correct) in [(winner, 90), (loser, 80)] {
        stage.send(person, calls::claim(id, correct)).unwrap();
    }
    stage.chain.wait(u64::from(offer.window));
    for (person, correct) in [(loser, 80), (winner, 90)] {
        stage.reveal(person, id, &truth, &offer.prediction(person, correct)).unwrap();
    }
    assert!(stage.can_attest(registry, id, loser, offer.rows, trainer(5)), "a verified loser can be reproduced");
    stage.send(STRANGER, calls::collect(id, loser)).unwrap();
    if stage.can_attest(registry, id, loser, offer.rows, trainer(6)) {
        Outcome::Failed("the loser's model is attested all the same".to_owned())
    } else {
        Outcome::Succeeded("nobody can attest the loser's model any more".to_owned())
    }
}

#[test]
fn l6_a_stranger_ends_the_attestations_of_a_loser() {
    L6.must_fail_now();
}
