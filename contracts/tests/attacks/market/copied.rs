//! H4 and M3: who comes first, and who chooses the time.

use protocol::Address;
use shared_model::calls::market;

use super::stage::{BOUNTY, OPEN_SECONDS, STAKE, Stage, WINDOW, bayes, listed, mdc, piece};
use crate::{
    attacks::{Attack, Outcome, Rules},
    harness::trainer,
};

const THIEF: Address = Address([0x7f; 20]);

pub const H4: Attack = Attack {
    id: "H4",
    what: "Somebody sees a contribution to a market on its way and sends the same in front of it.",
    play: the_copy_earns,
};

fn the_copy_earns(rules: Rules) -> Outcome {
    let rows = || piece(&[(&[6], 1), (&[7], 1)]);
    let mut stage = Stage::new(rules, &bayes(12, 2), vec![rows(), rows(), rows()], 20);
    let drawn = stage.open();
    let (author, sample) = (trainer(0), listed(&[6, 7]));
    // What is seen on its way: the contribution itself, or its commitment.
    match rules {
        Rules::Audited => {
            stage.contribute(THIEF, 1, sample.clone()).unwrap();
        }
        Rules::Present => {
            stage.give(THIEF, STAKE);
            let seen = stage.commitment(author, 1, &sample);
            stage.send(THIEF, market::commit(seen, None)).unwrap();
            stage.made.push((THIEF, 1, sample.clone()));
        }
    }
    stage.contribute(author, 1, sample).unwrap();
    stage.close();
    if rules == Rules::Present {
        // The copy could not be shown.
        stage.chain.wait(u64::from(WINDOW));
    }
    for n in (0..3).filter(|n| *n != drawn) {
        stage.reveal(n).unwrap();
    }
    let pieces = stage.shown(drawn);
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let first = if rules == Rules::Present { 1 } else { 0 };
    stage.evaluate(first, 2, &pieces).unwrap();
    stage.send(THIEF, market::end_pass()).unwrap();
    let taken = stage.has(THIEF) - STAKE.0 as i128;
    let earned = stage.has(author) - STAKE.0 as i128;
    let told = format!("the copy earns {}, its author {}", mdc(taken), mdc(earned));
    if taken > 0 { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

pub const M3: Attack = Attack {
    id: "M3",
    what: "Somebody fills a market at once, so that its owner misses the hours in which to reveal.",
    play: the_owner_is_not_there,
};

fn the_owner_is_not_there(rules: Rules) -> Outcome {
    let rows = || piece(&[(&[6], 1), (&[0], 0)]);
    let mut stage = Stage::new(rules, &bayes(12, 2), vec![rows(), rows(), rows()], 4);
    let drawn = stage.open();
    for n in 0..4 {
        stage.contribute(THIEF, 1, listed(&[n])).unwrap();
    }
    stage.show();
    stage.chain.wait(u64::from(WINDOW) + 1);
    let early = stage.send(THIEF, market::timeout());
    if early.is_ok() {
        let taken = stage.has(THIEF) - 4 * STAKE.0 as i128;
        let told = format!("{} of a bounty of {BOUNTY} MDC, an hour after it opened for a week", mdc(taken));
        return Outcome::Succeeded(told);
    }
    // The owner comes when it was announced.
    stage.chain.wait(u64::from(OPEN_SECONDS));
    for n in (0..3).filter(|n| *n != drawn) {
        stage.reveal(n).unwrap();
    }
    Outcome::Failed("the owner reveals at the time that was announced".into())
}

#[test]
fn h4_a_contribution_copied_in_front_earns_what_its_author_should() {
    H4.must_fail_now();
}

#[test]
fn m3_who_fills_a_market_chooses_when_its_owner_must_be_there() {
    M3.must_fail_now();
}
