use bounty::{Event, Phase, calls, inputs};
use protocol::{Digest, commitment::superhash};

use crate::harness::{
    BountyOffer, BountyRun, account,
    bounty_run::{REQUESTER, STRANGER},
    number, reverts, trainer, word,
};

#[test]
fn the_truth_opens_the_claim_window_and_can_be_read_back_from_the_call() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    run.after_deadline();
    run.world.chain.wait(100);
    let now = run.world.chain.now();
    let truth = run.offer.truth();
    let data = calls::reveal_truth(run.id, &truth);
    run.send(REQUESTER, data.clone()).unwrap();
    assert_eq!(run.phase(), Phase::Claiming);
    assert_eq!(run.bounty().truth_revealed_at, Some(now));
    assert_eq!(run.last_event(), Event::TruthRevealed { digest: Digest::of(&truth), at: now });
    assert_eq!(inputs::reveal_truth(&data).unwrap().truth_file, truth);
}

#[test]
fn only_the_requester_reveals() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    run.after_deadline();
    for caller in [STRANGER, trainer(0)] {
        let data = calls::reveal_truth(run.id, &run.offer.truth());
        let refused = run.send(caller, data);
        reverts(refused, "NotRequester(address,address)", &[account(caller), account(REQUESTER)]);
    }
}

#[test]
fn only_the_committed_file_is_taken() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    run.after_deadline();
    let truth = run.offer.truth();
    for (found, file) in [(0, vec![]), (81, truth[..81].to_vec()), (83, [&truth[..], &[0]].concat())] {
        let refused = run.send(REQUESTER, calls::reveal_truth(run.id, &file));
        reverts(refused, "WrongLength(uint256,uint256)", &[number(found as u32), number(82u32)]);
    }
    for at in [0, 31, 32, 81] {
        let mut other = truth.clone();
        other[at] ^= 1;
        let refused = run.send(REQUESTER, calls::reveal_truth(run.id, &other));
        reverts(refused, "TruthMismatch(bytes32,bytes32)", &[word(superhash(&other)), word(superhash(&truth))]);
    }
    run.reveal_truth().unwrap();
}
