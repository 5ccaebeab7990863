use bounty::{Event, Phase, calls, inputs};
use protocol::{
    Digest,
    commitment::{TRUTH_HEADER, max_test_rows, superhash},
    labels::bits,
};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::harness::{
    BountyOffer, BountyRun, World, account,
    bounty_run::{METADATA_CID, REQUESTER, STRANGER, TEST_CID, TRAIN_CID},
    number, reverts, seed, trainer, word,
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

/// Reveals these bytes as the truth of a bounty that committed to them.
fn reveal(
    world: &mut World,
    truth: &[u8],
    rows: u32,
    classes: u16,
) -> Result<crate::harness::Receipt, crate::harness::Failure> {
    let offer = BountyOffer { rows, classes, ..BountyOffer::default() };
    world.fund(REQUESTER, offer.reward);
    let mut terms = offer.terms(world.chain.now());
    terms.truth_superhash = superhash(truth);
    world.send(REQUESTER, calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, None)).unwrap();
    let id = world.history.last().unwrap().subject;
    world.chain.set_time(terms.deadline);
    world.send(REQUESTER, calls::reveal_truth(id, truth))
}

/// Labels that name no class are counted as [`protocol::labels::unpack`] would, whatever stands in the padding.
#[test]
fn a_truth_whose_labels_name_no_class_is_refused() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(seed("labels"));
    for round in 0..400 {
        let classes = if round < 60 {
            [2, 3, 4, 5, 10, 15, 16, 17, 200, 255, 256][round % 11]
        } else {
            rng.random_range(2..=256)
        };
        let rows = rng.random_range(1..700);
        let bits = bits(classes);
        // Most labels are classes; the last bits of the file belong to no label.
        let mut truth = vec![0u8; TRUTH_HEADER + (rows * bits).div_ceil(8) as usize];
        rng.fill(&mut truth[..]);
        let mut wrong = 0u32;
        for row in 0..rows {
            let most = if rng.random_ratio(1, 50) { 1 << bits } else { u32::from(classes) };
            let label = rng.random_range(0..most);
            wrong += u32::from(label >= u32::from(classes));
            for bit in 0..bits {
                let at = (row * bits + bit) as usize;
                let (byte, mask) = (TRUTH_HEADER + at / 8, 0x80u8 >> (at % 8));
                truth[byte] = truth[byte] & !mask | if label >> (bits - 1 - bit) & 1 == 1 { mask } else { 0 };
            }
        }
        let result = reveal(&mut world, &truth, rows, classes);
        if wrong == 0 {
            result.unwrap();
        } else {
            reverts(result, "LabelsBeyondClasses(uint256,uint16)", &[number(wrong), number(classes)]);
        }
    }
}

#[test]
fn the_labels_of_the_largest_truth_are_looked_at_in_one_transaction() {
    for (classes, byte) in [(3, 0b10_10_10_10), (10, 0x99), (255, 254)] {
        let mut world = World::new();
        let rows = max_test_rows(classes);
        let length = TRUTH_HEADER + (rows * bits(classes)).div_ceil(8) as usize;
        let gas = reveal(&mut world, &vec![byte; length], rows, classes).unwrap().gas;
        println!("{rows} labels of {classes} classes: {gas} gas");
        assert!(gas < 3_000_000, "{gas}");
        let beyond = vec![0xff; length];
        reverts(
            reveal(&mut world, &beyond, rows, classes),
            "LabelsBeyondClasses(uint256,uint16)",
            &[number(rows), number(classes)],
        );
    }
}
