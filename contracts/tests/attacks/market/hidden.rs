//! H5 and M4: what the hidden pieces of a test set hold.

use shared_model::calls::market;

use super::stage::{BOUNTY, STAKE, Stage, WINDOW, bayes, listed, mdc, piece};
use crate::{
    attacks::{Attack, Outcome, Rules, told},
    harness::{models::OWNER, trainer},
};

/// What the owner has at first, in MDC.
const START: i128 = 10_000;
const HONEST: u32 = 3;

pub const H5: Attack = Attack {
    id: "H5",
    what: "An owner draws again until the harmless piece is shown, and wins honest stakes with the poisoned ones.",
    play: drawn_again,
};

/// One piece says the truth, two say the opposite. The owner reveals no other than the first, and posts again instead.
fn drawn_again(rules: Rules) -> Outcome {
    // Where the harmless piece comes first by luck, another one is the harmless piece.
    let found = (0..3).map(|harmless| poisoned(rules, harmless)).find(|(posts, _)| *posts > 1);
    let (posts, gain) = found.unwrap_or((0, 0));
    let told = format!("the owner gains {} by posting {posts} times", mdc(gain));
    if gain > 0 { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

/// How often the owner posted, and what it has more in the end.
fn poisoned(rules: Rules, harmless: usize) -> (usize, i128) {
    let rows = |n| piece(&[(&[6], u16::from(n == harmless)), (&[7], u16::from(n == harmless))]);
    let mut stage = Stage::new(rules, &bayes(12, 2), (0..3).map(rows).collect(), 20);
    let mut posts = 0;
    loop {
        posts += 1;
        stage.post();
        let drawn = stage.draw();
        if drawn == harmless {
            stage.reveal(drawn).unwrap();
            break;
        }
        stage.chain.wait(u64::from(WINDOW) + 1);
        stage.send(OWNER, market::timeout()).unwrap();
    }
    // They teach what the piece that was shown says.
    for n in 0..HONEST {
        stage.contribute(trainer(n), 1, listed(&[6, 7])).unwrap();
    }
    stage.close();
    for n in (0..3).filter(|n| *n != harmless) {
        stage.reveal(n).unwrap();
    }
    let shown = stage.shown(harmless);
    let pieces: Vec<&[u8]> = shown.iter().map(Vec::as_slice).collect();
    // Who has lost a stake is dropped, and the next one loses it in the next pass.
    for first in 0..HONEST as usize {
        stage.evaluate(first, HONEST as usize, &pieces).unwrap();
        stage.send(trainer(9), market::end_pass()).unwrap();
    }
    for n in 0..HONEST {
        assert_eq!(stage.has(trainer(n)), 0, "an honest stake of {STAKE} MDC is lost");
    }
    (posts, stage.has(OWNER) - START * 10i128.pow(18))
}

pub const M4: Attack = Attack {
    id: "M4",
    what: "An owner commits to a piece that can be shown and never be counted, so that the bounty is lost to a time-out.",
    play: shown_but_not_counted,
};

/// The longest rows that can be shown.
fn shown_but_not_counted(rules: Rules) -> Outcome {
    let lengths = (1..=20).rev().map(|fifties| 50 * fifties);
    lengths
        .into_iter()
        .find_map(|features| counted(rules, features))
        .unwrap_or(Outcome::Failed("nothing is shown".into()))
}

/// What becomes of a piece with rows of so many features; `None` where it cannot be shown.
fn counted(rules: Rules, features: u32) -> Option<Outcome> {
    const ROWS: usize = 5;
    let features: Vec<u32> = (0..features).collect();
    let rows = || piece(&[(&features[..], 1); ROWS]);
    let mut stage = Stage::new(rules, &bayes(1_000, 20), vec![rows(), rows(), rows()], 20);
    stage.post();
    let drawn = stage.draw();
    stage.reveal(drawn).ok()?;
    stage.contribute(trainer(0), 1, listed(&[0])).unwrap();
    stage.close();
    for n in (0..3).filter(|n| *n != drawn) {
        stage.reveal(n).unwrap();
    }
    stage.evaluate(0, 1, &[]).unwrap();
    let pieces = stage.shown(drawn);
    let one: Vec<&[u8]> = (0..3).map(|n| if n == (drawn + 1) % 3 { pieces[n].as_slice() } else { &[] }).collect();
    let counted = stage.evaluate(1, 1, &one);
    if counted.is_ok() {
        return Some(Outcome::Failed(format!("rows of {} features are shown and counted", features.len())));
    }
    stage.chain.wait(4 * 86_400);
    stage.send(trainer(0), market::timeout()).unwrap();
    let taken = stage.has(trainer(0)) - STAKE.0 as i128;
    let told = told(&counted);
    let lost = format!("counting ends with {told}; a contributor gets {} of {BOUNTY} MDC", mdc(taken));
    Some(if taken > 0 { Outcome::Succeeded(lost) } else { Outcome::Failed(lost) })
}

#[test]
fn h5_draws_are_repeated_until_the_harmless_piece_is_shown() {
    H5.must_fail_now();
}

#[test]
fn m4_a_piece_is_shown_that_cannot_be_counted() {
    M4.must_fail_now();
}

/// Half of what a time-out leaves is burned, so that an owner who contributes from other addresses and then hides the rest
/// of its test set wins back at most half, and loses the other half, however many addresses it has.
#[test]
fn an_owners_second_addresses_bring_back_at_most_half() {
    for addresses in [1, 2, 10] {
        let rows = || piece(&[(&[6], 1), (&[7], 1)]);
        let mut stage = Stage::new(Rules::Present, &bayes(12, 2), vec![rows(), rows(), rows()], 20);
        stage.open();
        // One honest contributor beside them.
        stage.contribute(trainer(0), 1, listed(&[6, 7])).unwrap();
        for n in 1..=addresses {
            stage.contribute(trainer(n), 1, listed(&[n % 12])).unwrap();
        }
        stage.close();
        // The owner reveals nothing more.
        stage.chain.wait(u64::from(2 * WINDOW) + 1);
        stage.send(trainer(0), market::timeout()).unwrap();
        let stakes = STAKE.0 as i128 * i128::from(addresses);
        let seconds: i128 = (1..=addresses).map(|n| stage.has(trainer(n))).sum::<i128>() - stakes;
        let bounty = BOUNTY.0 as i128;
        let together = stage.has(OWNER) - START * 10i128.pow(18) + seconds;
        let (least, most) = (-bounty, -bounty / 2);
        assert!((least..=most).contains(&together), "{addresses} addresses: {}", mdc(together));
        assert!(stage.has(trainer(0)) >= STAKE.0 as i128, "the honest stake comes back");
    }
}
