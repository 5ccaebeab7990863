//! What is said of a side that is silent, in virtual time.

use std::time::Duration;

use super::{Pair, random, terms};
use crate::{Line, Presence};

const SECOND: Duration = Duration::from_secs(1);

/// Lets so many seconds pass; `carried`: whether records arrive.
fn pass(pair: &mut Pair, seconds: u32, carried: bool) -> usize {
    let mut records = 0;
    for _ in 0..seconds {
        pair.now += SECOND;
        let now = pair.now;
        pair.lines.iter_mut().for_each(|line| line.tick(now));
        pair.carry(|_, record| {
            records += 1;
            if carried { vec![record] } else { Vec::new() }
        })
        .unwrap();
    }
    records
}

#[test]
fn two_idle_sides_hear_each_other_every_five_seconds() {
    let mut pair = Pair::open(&terms(2), &mut random("idle"));
    let records = pass(&mut pair, 3_600, true);
    let now = pair.now;
    assert!(pair.lines.iter().all(|line| line.presence(now) == Presence::Here && line.is_open()));
    // A ping and its answer each 5 seconds, or one of each side.
    assert!((1_000..=3_000).contains(&records), "{records}");
}

#[test]
fn silence_is_waited_for_after_30_seconds_and_a_pause_after_10_minutes() {
    let mut pair = Pair::open(&terms(2), &mut random("silence"));
    let presence = |pair: &Pair| pair.lines[0].presence(pair.now);
    pass(&mut pair, 29, false);
    assert_eq!(presence(&pair), Presence::Here);
    pass(&mut pair, 1, false);
    assert_eq!(presence(&pair), Presence::Waiting);
    pass(&mut pair, 569, false);
    assert_eq!(presence(&pair), Presence::Waiting);
    pass(&mut pair, 1, false);
    assert_eq!(presence(&pair), Presence::Paused);
    // Once records arrive again the two find each other, and go on where they were.
    pair.lines.iter_mut().for_each(Line::part);
    pair.connect();
    pass(&mut pair, 6, true);
    assert_eq!(presence(&pair), Presence::Here);
    assert!(pair.lines.iter_mut().all(|line| line.is_open() && !line.take_restarted()));
}

#[test]
fn an_offer_that_was_lost_is_made_again() {
    let mut random = random("lost offer");
    let mut pair = Pair::new(&terms(2), &mut random);
    pair.connect();
    pair.carry(|_, _| Vec::new()).unwrap();
    assert!(!pair.lines[0].is_open());
    pass(&mut pair, 6, true);
    assert!(pair.lines.iter().all(Line::is_open));
}

#[test]
fn a_session_that_one_side_lost_is_replaced() {
    let mut pair = Pair::open(&terms(2), &mut random("lost session"));
    // The upper side's connection broke and is back, and nobody told the lower one.
    let now = pair.now;
    pair.lines[1].part();
    pair.lines[1].connect(now);
    pair.say(0, b"into the dark");
    pass(&mut pair, 40, true);
    assert!(pair.lines.iter().all(Line::is_open));
    assert_eq!(pair.heard(1), [b"into the dark".to_vec()]);
}

#[test]
fn a_clock_that_jumps_ends_nothing() {
    let mut pair = Pair::open(&terms(2), &mut random("jump"));
    pair.now += Duration::from_secs(3_600);
    pass(&mut pair, 1, true);
    pair.now = Duration::ZERO;
    pass(&mut pair, 1, true);
    pair.say(0, b"still here");
    pair.run();
    assert_eq!(pair.heard(1), [b"still here".to_vec()]);
}
