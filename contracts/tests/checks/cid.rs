//! One limit for the length of a CID.

use bounty::{Commitment, Phase, calls};
use protocol::{Digest, cid::MAX_CID_LENGTH, commitment::superhash};

use crate::harness::{BountyOffer, BountyRun, Chain, ModelFiles, Models, World, trainer};

#[test]
fn all_contracts_and_the_page_have_the_same_limit() {
    let limit = |chain: &mut Chain, of| {
        let data = ethers_core::utils::keccak256("MAX_CID_LENGTH()")[..4].to_vec();
        contracts::returns::count(&chain.view(of, data).unwrap()).unwrap()
    };
    let mut world = World::new();
    let files = ModelFiles::beside(&mut world);
    let mut models = Models::new();
    let limits = [
        limit(&mut world.chain, world.market),
        limit(&mut world.chain, files.published),
        limit(&mut models.chain, models.factory),
    ];
    assert_eq!(limits, [MAX_CID_LENGTH as u64; 3]);
}

#[test]
fn what_wins_a_bounty_can_be_published() {
    let cid = "b".repeat(MAX_CID_LENGTH);
    let (winner, offer) = (trainer(0), BountyOffer::default());
    let mut run = BountyRun::open(offer.clone());
    let files = ModelFiles::beside(&mut run.world);
    run.world.fund(winner, offer.stake);
    let file = offer.prediction(winner, 90);
    let committed = Commitment { prediction_superhash: superhash(&file), model_superhash: Digest::of(cid.as_bytes()) };
    let truth = run.bounty().terms.truth_superhash;
    run.send(winner, calls::submit(run.id, truth, committed.word(), None)).unwrap();
    run.after_deadline();
    run.reveal_truth().unwrap();
    run.claim(winner, 90).unwrap();
    run.next_window();
    run.send(winner, calls::reveal_prediction(run.id, &committed, &offer.truth(), &file, &cid)).unwrap();
    assert_eq!((run.phase(), run.bounty().best), (Phase::Settled, Some(winner)));

    files.publish(&mut run.world.chain, winner, [&cid, "The winner", ""]).unwrap();
    assert_eq!(files.model_count(&mut run.world.chain), 1);
}
