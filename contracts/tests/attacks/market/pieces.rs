//! H5 and M4: which piece is shown, and whether what is shown can be counted.

use protocol::Amount;
use shared_model::calls::market;

use super::stage::{BOUNTY, STAKE, Stage, WINDOW, bayes, listed, mdc, piece};
use crate::{
    attacks::{Attack, Outcome, Rules, told},
    harness::{models::OWNER, trainer},
};

pub const H5: Attack = Attack {
    id: "H5",
    what: "The owner draws again, for nothing, until the harmless piece is shown, and wins stakes with poisoned ones.",
    play: drawn_again,
};

/// The first piece is what the contributors see and teach; the others say the opposite.
const HARMLESS: usize = 0;
/// Honest contributors of the market whose harmless piece is shown.
const HONEST: u32 = 3;

fn drawn_again(rules: Rules) -> Outcome {
    let rows = |one: u16| piece(&[(&[6], one), (&[7], one), (&[0], 1 - one)]);
    let mut stage = Stage::new(rules, &bayes(12, 2), vec![rows(1), rows(0), rows(0)], 20);
    let before = stage.has(OWNER);
    let mut draws = 0;
    loop {
        draws += 1;
        stage.post();
        let drawn = stage.draw();
        // One draw too few is no attack: the first harmless one is left alone.
        if drawn == HARMLESS && draws > 1 {
            stage.reveal(drawn).unwrap();
            break;
        }
        stage.chain.wait(u64::from(WINDOW) + 1);
        stage.send(OWNER, market::timeout()).unwrap();
    }
    for n in 0..HONEST {
        stage.contribute(trainer(n), 1, listed(&[6, 7])).unwrap();
    }
    stage.close();
    for hidden in 1..3 {
        stage.reveal(hidden).unwrap();
    }
    // Each pass without those who lost everything in the one before, until nobody is left.
    let pieces = stage.shown(HARMLESS);
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    for first in 0..HONEST as usize {
        if stage.evaluate(first, HONEST as usize, &pieces).is_ok() {
            stage.send(OWNER, market::end_pass()).unwrap();
        }
    }
    let lost: i128 = (0..HONEST).map(|n| STAKE.0 as i128 - stage.has(trainer(n))).sum();
    let won = stage.has(OWNER) - before;
    let told = format!("{draws} draws: the owner {}, three honest contributors {}", mdc(won), mdc(-lost));
    if won > 0 { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

pub const M4: Attack = Attack {
    id: "M4",
    what: "A piece is shown that no transaction can count: the bounty goes to whoever waits for the end.",
    play: too_large_to_count,
};

/// Rows of a thousand features each: as many as the audited contract could still show.
const ROWS: usize = 3;
/// Contributors that teach a part of the features each.
const PARTS: usize = 8;

fn too_large_to_count(rules: Rules) -> Outcome {
    let features: Vec<u32> = (0..1_000).collect();
    let rows = || piece(&[(&features[..], 1); ROWS]);
    let mut stage = Stage::new(rules, &bayes(1_000, 20), vec![rows(), rows(), rows()], 20);
    stage.post();
    let drawn = stage.draw();
    let shown = stage.reveal(drawn);
    let Ok(shown) = shown else { return Outcome::Failed(format!("a piece that cannot be counted: {}", told(&shown))) };
    // Contributions that together teach every feature: counting then reads two words where showing read one.
    for (n, part) in (0..).zip(features.chunks(features.len() / PARTS)) {
        stage.contribute(trainer(n), 1, listed(part)).unwrap();
    }
    stage.close();
    for hidden in (0..3).filter(|hidden| *hidden != drawn) {
        stage.reveal(hidden).unwrap();
    }
    let pieces = stage.shown(drawn);
    let is_counted = (0..PARTS).all(|taught| {
        stage.evaluate(taught, taught + 1, &[]).unwrap();
        (0..3).filter(|hidden| *hidden != drawn).all(|hidden| {
            let mut one = vec![&[][..]; 3];
            one[hidden] = &pieces[hidden];
            stage.evaluate(taught + 1, taught + 1, &one).is_ok()
        })
    });
    if is_counted {
        return Outcome::Failed("what was shown was counted".into());
    }
    stage.chain.wait(365 * 86_400);
    stage.send(trainer(0), market::timeout()).unwrap();
    let gained = stage.has(trainer(0)) - STAKE.0 as i128;
    Outcome::Succeeded(format!(
        "shown with {} gas, counted never; {} to a contributor who waited",
        shown.gas,
        mdc(gained)
    ))
}

#[test]
fn h5_drawing_again_until_the_harmless_piece_is_shown_wins_stakes() {
    H5.must_fail_now();
}

#[test]
fn m4_a_piece_is_shown_that_cannot_be_counted() {
    M4.must_fail_now();
}

/// What drawing again costs now: a bounty each time, whoever calls.
#[test]
fn each_draw_that_is_not_revealed_burns_a_bounty() {
    let rows = || piece(&[(&[6], 1)]);
    let mut stage = Stage::new(Rules::Present, &bayes(12, 2), vec![rows(), rows(), rows()], 20);
    let before = stage.has(OWNER);
    for voided in 1..=2 {
        stage.post();
        stage.draw();
        stage.chain.wait(u64::from(WINDOW) + 1);
        stage.send(trainer(0), market::timeout()).unwrap();
        assert_eq!(before - stage.has(OWNER), voided * BOUNTY.0 as i128);
        assert_eq!(stage.has(trainer(0)), Amount::ZERO.0 as i128, "and nobody gets it");
    }
}
