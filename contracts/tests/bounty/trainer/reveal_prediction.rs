use bounty::{Commitment, Event, Phase, SubmissionState, calls, inputs};
use contracts::returns;
use protocol::{Amount, Digest, cid::Cid, commitment::superhash};

use crate::harness::{
    BountyOffer, BountyRun, account,
    bounty_run::{METADATA_CID, STRANGER, TEST_CID, TRAIN_CID, commitment, model_cid, model_commitment},
    number, reverts, trainer, word, wrong_state,
};

#[test]
fn a_true_claim_is_verified_and_the_files_can_be_read_back_from_the_call() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 90), (80, 80)]);
    let data = run.reveal_data(trainer(1));
    let receipt = run.send(trainer(1), data.clone()).unwrap();
    assert_eq!(returns::count(&receipt.output), Ok(80));
    assert_eq!(run.state(trainer(1)), Some(SubmissionState::Verified));
    assert_eq!(run.phase(), Phase::Revealing, "the higher claim may still be true");
    let bounty = run.bounty();
    assert_eq!((bounty.best, bounty.best_correct), (Some(trainer(1)), 80));

    let file = run.offer.prediction(trainer(1), 80);
    let digest = Digest::of(&file);
    assert_eq!(
        run.last_event(),
        Event::PredictionRevealed { trainer: trainer(1), correct: 80, digest, model_cid: model_cid(trainer(1)) }
    );
    let revealed = inputs::reveal_prediction(&data).unwrap();
    assert_eq!(revealed.truth_file, run.offer.truth());
    assert_eq!(revealed.prediction_file, file);
    assert_eq!(revealed.model_cid, model_cid(trainer(1)));
    assert_eq!(revealed.committed.prediction_superhash, Cid::raw(digest).superhash());
    let kept = run.world.submission(run.id, trainer(1)).unwrap();
    assert_eq!((kept.commitment, kept.verified), (revealed.committed.word(), true));
}

#[test]
fn the_highest_claim_settles_the_bounty_at_once() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(80, 80), (90, 90), (70, 70)]);
    run.reveal(trainer(1)).unwrap();
    assert_eq!(run.phase(), Phase::Settled);
    assert_eq!(run.balance(trainer(1)), Amount::mdc(110));
    assert_eq!(run.state(trainer(1)), Some(SubmissionState::Paid));
    for n in [0, 2] {
        assert_eq!(run.world.due(run.id, trainer(n)), Amount::mdc(10));
        run.collect(trainer(n)).unwrap();
    }
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn among_equal_claims_the_earlier_submission_wins_whoever_claims_or_reveals_first() {
    let mut run = BountyRun::claiming(BountyOffer::default(), &[80, 80, 80]);
    for n in [2, 1, 0] {
        run.claim(trainer(n), 80).unwrap();
    }
    run.next_window();
    run.reveal(trainer(2)).unwrap();
    assert_eq!(run.bounty().best, Some(trainer(2)));
    run.reveal(trainer(1)).unwrap();
    assert_eq!(run.bounty().best, Some(trainer(1)));
    assert_eq!(run.phase(), Phase::Revealing);
    run.reveal(trainer(0)).unwrap();
    assert_eq!(run.phase(), Phase::Settled);
    assert_eq!(run.bounty().best, Some(trainer(0)));
}

#[test]
fn a_worse_reveal_does_not_replace_a_better_one() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 90), (80, 80), (70, 70)]);
    run.reveal(trainer(1)).unwrap();
    run.reveal(trainer(2)).unwrap();
    let bounty = run.bounty();
    assert_eq!((bounty.best, bounty.best_correct), (Some(trainer(1)), 80));
}

#[test]
fn a_false_claim_is_slashed_at_once_whether_too_high_or_too_low() {
    for claim in [95, 85] {
        let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, claim), (80, 80)]);
        let receipt = run.reveal(trainer(0)).unwrap();
        assert_eq!(returns::count(&receipt.output), Ok(90));
        assert_eq!(run.state(trainer(0)), Some(SubmissionState::Slashed));
        assert_eq!(run.last_event(), Event::Slashed { trainer: trainer(0), claim, counted: 90, revealed: true });
        assert_eq!(run.bounty().false_claims, 1);
        run.reveal(trainer(1)).unwrap();
        assert_eq!(run.phase(), Phase::Settled);
        assert_eq!(run.balance(trainer(1)), Amount::mdc(120), "reward, own stake and the stake of the false claim");
        assert_eq!(run.world.held(), Amount::ZERO);
    }
}

#[test]
fn the_last_false_claim_settles_what_was_verified_before() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(10, 95), (80, 80)]);
    run.reveal(trainer(1)).unwrap();
    assert_eq!(run.phase(), Phase::Revealing);
    run.reveal(trainer(0)).unwrap();
    assert_eq!(run.phase(), Phase::Settled);
    assert_eq!(run.balance(trainer(1)), Amount::mdc(120));
}

#[test]
fn when_no_claim_stands_any_more_the_requester_is_refunded_at_once_and_the_stakes_burn() {
    let offer = BountyOffer { min_correct: 50, ..BountyOffer::default() };
    let mut run = BountyRun::revealing(offer, &[(60, 70), (60, 80), (40, 40)]);
    let supply = run.world.supply();
    run.reveal(trainer(0)).unwrap();
    assert_eq!(run.phase(), Phase::Revealing);
    run.reveal(trainer(1)).unwrap();
    assert_eq!(run.phase(), Phase::Refunded);
    let requester = run.bounty().requester;
    assert_eq!(run.balance(requester), Amount::mdc(100));
    assert_eq!(supply.0 - run.world.supply().0, Amount::mdc(20).0);
    assert_eq!(run.world.due(run.id, trainer(2)), Amount::mdc(10), "who conceded keeps the stake");
    run.collect(trainer(2)).unwrap();
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn a_wrong_file_is_refused_and_costs_nothing() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 90)]);
    let (id, me) = (run.id, trainer(0));
    let (truth, file, model) = (run.offer.truth(), run.offer.prediction(me, 90), model_cid(me));
    let committed = commitment(me, &file);
    let mut attempt = |truth: &[u8], file: &[u8], model: &str| {
        let data = calls::reveal_prediction(id, &committed, truth, file, model);
        run.send(me, data)
    };
    let long = |file: &[u8]| [file, &[0]].concat();
    let flipped = |file: &[u8], at: usize| {
        let mut other = file.to_vec();
        other[at] ^= 1;
        other
    };
    for wrong in [&truth[..81], &long(&truth)] {
        let refused = attempt(wrong, &file, &model);
        reverts(refused, "WrongLength(uint256,uint256)", &[number(wrong.len() as u32), number(82u32)]);
    }
    for wrong in [&file[..0], &file[..101], &long(&file)] {
        let refused = attempt(&truth, wrong, &model);
        reverts(refused, "WrongLength(uint256,uint256)", &[number(wrong.len() as u32), number(102u32)]);
    }
    let other = flipped(&truth, 40);
    reverts(
        attempt(&other, &file, &model),
        "TruthMismatch(bytes32,bytes32)",
        &[word(superhash(&other)), word(superhash(&truth))],
    );
    for at in [20, 51, 52, 101] {
        let other = flipped(&file, at);
        reverts(
            attempt(&truth, &other, &model),
            "PredictionMismatch(bytes32,bytes32)",
            &[word(superhash(&other)), word(superhash(&file))],
        );
    }
    for other in [TRAIN_CID, TEST_CID, METADATA_CID, ""] {
        reverts(
            attempt(&truth, &file, other),
            "ModelMismatch(bytes32,bytes32)",
            &[word(Digest::of(other.as_bytes())), word(model_commitment(me))],
        );
    }
    reverts(attempt(&truth, &file, &"b".repeat(129)), "CidTooLong(uint256)", &[number(129u8)]);
    // Other superhashes than those that were committed to are refused before any file is looked at.
    let swapped =
        Commitment { prediction_superhash: committed.model_superhash, model_superhash: committed.prediction_superhash };
    for other in [swapped, commitment(me, b"another file"), commitment(STRANGER, &file)] {
        let refused = run.send(me, calls::reveal_prediction(id, &other, &truth, b"", ""));
        reverts(refused, "CommitmentMismatch(bytes32,bytes32)", &[word(other.word()), word(committed.word())]);
    }
    assert_eq!(run.state(me), Some(SubmissionState::Claimed));
    run.reveal(me).unwrap();
    assert_eq!(run.phase(), Phase::Settled);
}

#[test]
fn a_copied_commitment_is_worthless() {
    let mut run = BountyRun::open(BountyOffer::default());
    run.submit(trainer(0), 90);
    // The copycat sees the commitment in the pool and sends the same, in time and with a stake.
    let copied = run.world.submission(run.id, trainer(0)).unwrap();
    let copycat = trainer(1);
    run.world.fund(copycat, run.offer.stake);
    let truth = run.bounty().terms.truth_superhash;
    let data = calls::submit(run.id, truth, copied.commitment, None);
    run.send(copycat, data).unwrap();
    run.after_deadline();
    run.reveal_truth().unwrap();
    run.claim(trainer(0), 90).unwrap();
    run.claim(copycat, 90).unwrap();
    run.next_window();
    // Even with the file itself in hand, seen in the first one's reveal, it cannot be revealed by another.
    let data = run.reveal_data(trainer(0));
    let stolen = run.send(copycat, data.clone());
    reverts(stolen, "NotYourPrediction(address,address)", &[account(trainer(0)), account(copycat)]);
    // And a file that names the copycat is not the one that was committed.
    let renamed = run.offer.prediction(copycat, 90);
    let committed = commitment(trainer(0), &run.offer.prediction(trainer(0), 90));
    let data = calls::reveal_prediction(run.id, &committed, &run.offer.truth(), &renamed, &model_cid(trainer(0)));
    let refused = run.send(copycat, data);
    reverts(
        refused,
        "PredictionMismatch(bytes32,bytes32)",
        &[word(superhash(&renamed)), word(committed.prediction_superhash)],
    );
    run.reveal(trainer(0)).unwrap();
    assert_eq!(run.bounty().best, Some(trainer(0)));
    assert_eq!(run.phase(), Phase::Settled);
}

#[test]
fn only_a_competing_claimant_reveals_and_only_once() {
    let offer = BountyOffer { min_correct: 50, ..BountyOffer::default() };
    let mut run = BountyRun::claiming(offer, &[90, 80, 40, 30, 85]);
    for (n, claim) in [(0, 90), (1, 80), (2, 40), (4, 99)] {
        run.claim(trainer(n), claim).unwrap();
    }
    run.next_window();
    run.reveal(trainer(1)).unwrap();
    run.reveal(trainer(4)).unwrap();
    use SubmissionState::{Active, Conceded, Slashed, Verified};
    for (n, state) in [(1, Verified), (2, Conceded), (3, Active), (4, Slashed)] {
        wrong_state(run.reveal(trainer(n)), run.id, trainer(n), Some(state));
    }
    wrong_state(run.reveal(STRANGER), run.id, STRANGER, None);
}
