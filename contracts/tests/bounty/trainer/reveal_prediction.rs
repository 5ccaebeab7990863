use bounty::{Event, Phase, SubmissionState, calls, inputs};
use contracts::returns;
use protocol::{Amount, Digest, cid::Cid, commitment::superhash};

use crate::harness::{
    Game, Plan, account,
    game::{METADATA_CID, STRANGER, TEST_CID, TRAIN_CID, model_cid, model_commitment},
    number, reverts, trainer, word, wrong_state,
};

#[test]
fn a_true_claim_is_verified_and_the_files_can_be_read_back_from_the_call() {
    let mut game = Game::revealing(Plan::default(), &[(90, 90), (80, 80)]);
    let data = game.reveal_data(trainer(1));
    let receipt = game.send(trainer(1), data.clone()).unwrap();
    assert_eq!(returns::count(&receipt.output), Ok(80));
    assert_eq!(game.state(trainer(1)), Some(SubmissionState::Verified));
    assert_eq!(game.phase(), Phase::Revealing, "the higher claim may still be true");
    let bounty = game.bounty();
    assert_eq!((bounty.best, bounty.best_correct), (Some(trainer(1)), 80));

    let file = game.plan.prediction(trainer(1), 80);
    let digest = Digest::of(&file);
    assert_eq!(
        game.last_event(),
        Event::PredictionRevealed { trainer: trainer(1), correct: 80, digest, model_cid: model_cid(trainer(1)) }
    );
    let revealed = inputs::reveal_prediction(&data).unwrap();
    assert_eq!(revealed.truth_file, game.plan.truth());
    assert_eq!(revealed.prediction_file, file);
    assert_eq!(revealed.model_cid, model_cid(trainer(1)));
    assert_eq!(Cid::raw(digest).superhash(), game.world.submission(game.id, trainer(1)).unwrap().prediction_superhash);
}

#[test]
fn the_highest_claim_settles_the_bounty_at_once() {
    let mut game = Game::revealing(Plan::default(), &[(80, 80), (90, 90), (70, 70)]);
    game.reveal(trainer(1)).unwrap();
    assert_eq!(game.phase(), Phase::Settled);
    assert_eq!(game.balance(trainer(1)), Amount::mdc(110));
    assert_eq!(game.state(trainer(1)), Some(SubmissionState::Paid));
    for n in [0, 2] {
        assert_eq!(game.world.due(game.id, trainer(n)), Amount::mdc(10));
        game.collect(trainer(n)).unwrap();
    }
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn among_equal_claims_the_earlier_submission_wins_whoever_claims_or_reveals_first() {
    let mut game = Game::claiming(Plan::default(), &[80, 80, 80]);
    for n in [2, 1, 0] {
        game.claim(trainer(n), 80).unwrap();
    }
    game.next_window();
    game.reveal(trainer(2)).unwrap();
    assert_eq!(game.bounty().best, Some(trainer(2)));
    game.reveal(trainer(1)).unwrap();
    assert_eq!(game.bounty().best, Some(trainer(1)));
    assert_eq!(game.phase(), Phase::Revealing);
    game.reveal(trainer(0)).unwrap();
    assert_eq!(game.phase(), Phase::Settled);
    assert_eq!(game.bounty().best, Some(trainer(0)));
}

#[test]
fn a_worse_reveal_does_not_replace_a_better_one() {
    let mut game = Game::revealing(Plan::default(), &[(90, 90), (80, 80), (70, 70)]);
    game.reveal(trainer(1)).unwrap();
    game.reveal(trainer(2)).unwrap();
    let bounty = game.bounty();
    assert_eq!((bounty.best, bounty.best_correct), (Some(trainer(1)), 80));
}

#[test]
fn a_false_claim_is_slashed_at_once_whether_too_high_or_too_low() {
    for claim in [95, 85] {
        let mut game = Game::revealing(Plan::default(), &[(90, claim), (80, 80)]);
        let receipt = game.reveal(trainer(0)).unwrap();
        assert_eq!(returns::count(&receipt.output), Ok(90));
        assert_eq!(game.state(trainer(0)), Some(SubmissionState::Slashed));
        assert_eq!(game.last_event(), Event::Slashed { trainer: trainer(0), claim, counted: 90 });
        assert_eq!(game.bounty().false_claims, 1);
        game.reveal(trainer(1)).unwrap();
        assert_eq!(game.phase(), Phase::Settled);
        assert_eq!(game.balance(trainer(1)), Amount::mdc(120), "reward, own stake and the stake of the false claim");
        assert_eq!(game.world.held(), Amount::ZERO);
    }
}

#[test]
fn the_last_false_claim_settles_what_was_verified_before() {
    let mut game = Game::revealing(Plan::default(), &[(10, 95), (80, 80)]);
    game.reveal(trainer(1)).unwrap();
    assert_eq!(game.phase(), Phase::Revealing);
    game.reveal(trainer(0)).unwrap();
    assert_eq!(game.phase(), Phase::Settled);
    assert_eq!(game.balance(trainer(1)), Amount::mdc(120));
}

#[test]
fn when_no_claim_stands_any_more_the_requester_is_refunded_at_once_and_the_stakes_burn() {
    let plan = Plan { min_correct: 50, ..Plan::default() };
    let mut game = Game::revealing(plan, &[(60, 70), (60, 80), (40, 40)]);
    let supply = game.world.supply();
    game.reveal(trainer(0)).unwrap();
    assert_eq!(game.phase(), Phase::Revealing);
    game.reveal(trainer(1)).unwrap();
    assert_eq!(game.phase(), Phase::Refunded);
    let requester = game.bounty().requester;
    assert_eq!(game.balance(requester), Amount::mdc(100));
    assert_eq!(supply.0 - game.world.supply().0, Amount::mdc(20).0);
    assert_eq!(game.world.due(game.id, trainer(2)), Amount::mdc(10), "who conceded keeps the stake");
    game.collect(trainer(2)).unwrap();
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn a_wrong_file_is_refused_and_costs_nothing() {
    let mut game = Game::revealing(Plan::default(), &[(90, 90)]);
    let (id, me) = (game.id, trainer(0));
    let (truth, file, model) = (game.plan.truth(), game.plan.prediction(me, 90), model_cid(me));
    let mut attempt = |truth: &[u8], file: &[u8], model: &str| {
        let data = calls::reveal_prediction(id, truth, file, model);
        game.send(me, data)
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
    assert_eq!(game.state(me), Some(SubmissionState::Claimed));
    game.reveal(me).unwrap();
    assert_eq!(game.phase(), Phase::Settled);
}

#[test]
fn a_copied_commitment_is_worthless() {
    let mut game = Game::open(Plan::default());
    game.submit(trainer(0), 90);
    // The copycat sees the commitment in the pool and sends the same, in time and with a stake.
    let copied = game.world.submission(game.id, trainer(0)).unwrap();
    let copycat = trainer(1);
    game.world.fund(copycat, game.plan.stake);
    let data = calls::submit(game.id, copied.prediction_superhash, copied.model_superhash, None);
    game.send(copycat, data).unwrap();
    game.after_deadline();
    game.reveal_truth().unwrap();
    game.claim(trainer(0), 90).unwrap();
    game.claim(copycat, 90).unwrap();
    game.next_window();
    // Even with the file itself in hand, seen in the first one's reveal, it cannot be revealed by another.
    let data = game.reveal_data(trainer(0));
    let stolen = game.send(copycat, data.clone());
    reverts(stolen, "NotYourPrediction(address,address)", &[account(trainer(0)), account(copycat)]);
    // And a file that names the copycat is not the one that was committed.
    let renamed = game.plan.prediction(copycat, 90);
    let data = calls::reveal_prediction(game.id, &game.plan.truth(), &renamed, &model_cid(trainer(0)));
    let refused = game.send(copycat, data);
    reverts(
        refused,
        "PredictionMismatch(bytes32,bytes32)",
        &[word(superhash(&renamed)), word(copied.prediction_superhash)],
    );
    game.reveal(trainer(0)).unwrap();
    assert_eq!(game.bounty().best, Some(trainer(0)));
    assert_eq!(game.phase(), Phase::Settled);
}

#[test]
fn only_a_competing_claimant_reveals_and_only_once() {
    let plan = Plan { min_correct: 50, ..Plan::default() };
    let mut game = Game::claiming(plan, &[90, 80, 40, 30, 85]);
    for (n, claim) in [(0, 90), (1, 80), (2, 40), (4, 99)] {
        game.claim(trainer(n), claim).unwrap();
    }
    game.next_window();
    game.reveal(trainer(1)).unwrap();
    game.reveal(trainer(4)).unwrap();
    use SubmissionState::{Active, Conceded, Slashed, Verified};
    for (n, state) in [(1, Verified), (2, Conceded), (3, Active), (4, Slashed)] {
        wrong_state(game.reveal(trainer(n)), game.id, trainer(n), Some(state));
    }
    wrong_state(game.reveal(STRANGER), game.id, STRANGER, None);
}
