//! One limit for the length of a CID.

use bounty::{Phase, calls};
use protocol::{Digest, cid::MAX_CID_LENGTH, commitment::superhash};

use crate::harness::{Chain, Game, House, Plan, Shelf, World, trainer};

#[test]
fn all_contracts_and_the_page_have_the_same_limit() {
    let limit = |chain: &mut Chain, of| {
        let data = ethers_core::utils::keccak256("MAX_CID_LENGTH()")[..4].to_vec();
        contracts::returns::count(&chain.view(of, data).unwrap()).unwrap()
    };
    let mut world = World::new();
    let shelf = Shelf::beside(&mut world);
    let mut house = House::new();
    let limits = [
        limit(&mut world.chain, world.market),
        limit(&mut world.chain, shelf.published),
        limit(&mut house.chain, house.factory),
    ];
    assert_eq!(limits, [MAX_CID_LENGTH as u64; 3]);
}

#[test]
fn what_wins_a_bounty_can_be_published() {
    let cid = "b".repeat(MAX_CID_LENGTH);
    let (winner, plan) = (trainer(0), Plan::default());
    let mut game = Game::open(plan.clone());
    let shelf = Shelf::beside(&mut game.world);
    game.world.fund(winner, plan.stake);
    let file = plan.prediction(winner, 90);
    let model = Digest::of(cid.as_bytes());
    game.send(winner, calls::submit(game.id, superhash(&file), model, None)).unwrap();
    game.after_deadline();
    game.reveal_truth().unwrap();
    game.claim(winner, 90).unwrap();
    game.next_window();
    game.send(winner, calls::reveal_prediction(game.id, &plan.truth(), &file, &cid)).unwrap();
    assert_eq!((game.phase(), game.bounty().best), (Phase::Settled, Some(winner)));

    shelf.publish(&mut game.world.chain, winner, [&cid, "The winner", ""]).unwrap();
    assert_eq!(shelf.model_count(&mut game.world.chain), 1);
}
