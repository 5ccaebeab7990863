use bounty::{Event, Phase, calls, inputs};
use protocol::{Digest, commitment::superhash};

use crate::harness::{
    Game, Plan, account,
    game::{REQUESTER, STRANGER},
    number, reverts, trainer, word,
};

#[test]
fn the_truth_opens_the_claim_window_and_can_be_read_back_from_the_call() {
    let mut game = Game::with_submissions(Plan::default(), &[50]);
    game.after_deadline();
    game.world.chain.wait(100);
    let now = game.world.chain.now();
    let truth = game.plan.truth();
    let data = calls::reveal_truth(game.id, &truth);
    game.send(REQUESTER, data.clone()).unwrap();
    assert_eq!(game.phase(), Phase::Claiming);
    assert_eq!(game.bounty().truth_revealed_at, Some(now));
    assert_eq!(game.last_event(), Event::TruthRevealed { digest: Digest::of(&truth), at: now });
    assert_eq!(inputs::reveal_truth(&data).unwrap().truth_file, truth);
}

#[test]
fn only_the_requester_reveals() {
    let mut game = Game::with_submissions(Plan::default(), &[50]);
    game.after_deadline();
    for caller in [STRANGER, trainer(0)] {
        let data = calls::reveal_truth(game.id, &game.plan.truth());
        let refused = game.send(caller, data);
        reverts(refused, "NotRequester(address,address)", &[account(caller), account(REQUESTER)]);
    }
}

#[test]
fn only_the_committed_file_is_taken() {
    let mut game = Game::with_submissions(Plan::default(), &[50]);
    game.after_deadline();
    let truth = game.plan.truth();
    for (found, file) in [(0, vec![]), (81, truth[..81].to_vec()), (83, [&truth[..], &[0]].concat())] {
        let refused = game.send(REQUESTER, calls::reveal_truth(game.id, &file));
        reverts(refused, "WrongLength(uint256,uint256)", &[number(found as u32), number(82u32)]);
    }
    for at in [0, 31, 32, 81] {
        let mut other = truth.clone();
        other[at] ^= 1;
        let refused = game.send(REQUESTER, calls::reveal_truth(game.id, &other));
        reverts(refused, "TruthMismatch(bytes32,bytes32)", &[word(superhash(&other)), word(superhash(&truth))]);
    }
    game.reveal_truth().unwrap();
}
