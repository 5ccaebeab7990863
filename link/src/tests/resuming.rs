//! Connections that break, sides that are loaded anew, and sides that were set back.

use rand_core::RngCore;

use super::{Pair, bytes, line, random, terms};
use crate::{Line, LinkError};

#[test]
fn whatever_is_lost_with_connections_everything_arrives_once_and_in_order() {
    let mut random = random("cuts");
    for round in 0..30 {
        let mut pair = Pair::open(&terms(2), &mut random);
        let association = pair.lines[0].association();
        let (mut said, mut heard) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
        for _ in 0..40 {
            for _ in 0..random.next_u32() % 6 {
                let from = random.next_u32() as usize % 2;
                let size = random.next_u32() as usize % 300;
                let payload = bytes(&mut random, size);
                pair.say(from, &payload);
                said[from].push(payload);
            }
            // Some of what is under way arrives, and the rest is lost with the connection; it may be lost again before the
            // two have found each other.
            for _ in 0..1 + random.next_u32() % 2 {
                let mut left = random.next_u32() % 12;
                pair.carry(|_, record| {
                    left = left.saturating_sub(1);
                    if left == 0 { Vec::new() } else { vec![record] }
                })
                .or_else(|(_, error)| match error {
                    // What comes after a hole is refused; here the connection breaks instead.
                    LinkError::Dropped { .. } => Err(error),
                    _ => Ok(()),
                })
                .unwrap_or_default();
                if pair.lines.iter().any(|line| line.failed.is_some()) {
                    // In this test the way, not the other side, made the hole.
                    pair.lines.iter_mut().for_each(|line| line.failed = None);
                }
                pair.lines.iter_mut().for_each(Line::part);
                pair.connect();
            }
            pair.run();
            for (by, heard) in heard.iter_mut().enumerate() {
                heard.extend(pair.heard(by));
            }
        }
        assert_eq!(heard[1], said[0], "round {round}");
        assert_eq!(heard[0], said[1]);
        assert_eq!(pair.lines[0].heads(), pair.lines[1].heads());
        assert_eq!(pair.lines[0].association(), association, "it is one association");
        assert!(pair.lines.iter_mut().all(|line| !line.take_restarted()));
    }
}

#[test]
fn what_was_said_while_apart_is_sent_when_they_meet_again() {
    let mut pair = Pair::open(&terms(2), &mut random("apart"));
    pair.lines.iter_mut().for_each(Line::part);
    pair.say(0, b"while apart");
    assert!(pair.lines[0].next_record().is_none());
    pair.connect();
    pair.run();
    assert_eq!(pair.heard(1), [b"while apart".to_vec()]);
}

#[test]
fn a_side_that_is_loaded_anew_begins_a_new_association_and_the_other_is_told() {
    let mut random = random("reload");
    for reloaded in 0..2 {
        let terms = terms(2);
        let mut pair = Pair::open(&terms, &mut random);
        let before = pair.lines[0].association();
        pair.say(0, b"before");
        pair.say(1, b"before");
        pair.run();
        pair.lines[1 - reloaded].part();
        pair.lines[reloaded] = line(&terms, reloaded as u8, 1 - reloaded as u8, &mut random);
        pair.connect();
        pair.run();
        assert_ne!(pair.lines[0].association(), before);
        assert_eq!(pair.lines[0].association(), pair.lines[1].association());
        // Nothing of the old association is left, and nothing goes before the program knows.
        let other = &mut pair.lines[1 - reloaded];
        let seat = reloaded as u8;
        assert_eq!(other.pop(), Err(LinkError::Restarted { seat }));
        assert_eq!(other.push(1, true, &[]), Err(LinkError::Restarted { seat }));
        assert!(other.take_restarted() && !other.take_restarted());
        assert!(!pair.lines[reloaded].take_restarted());
        pair.say(1 - reloaded, b"after");
        pair.run();
        assert_eq!(pair.heard(reloaded), [b"after".to_vec()]);
        assert_eq!(pair.lines[0].heads(), pair.lines[1].heads());
    }
}

#[test]
fn a_new_association_can_be_asked_for() {
    let mut pair = Pair::open(&terms(2), &mut random("new helper"));
    let before = pair.lines[0].association();
    let now = pair.now;
    pair.lines[1].begin_anew(now);
    // The lower seat begins handshakes; it hears of the other's wish by its silence, or by the relay.
    pair.lines[0].connect(now);
    pair.run();
    assert_ne!(pair.lines[0].association(), before);
    assert!(pair.lines[0].take_restarted() && !pair.lines[1].take_restarted());
}

/// A side that was set back to an earlier memory, e.g. a copy of a machine that was kept and started again.
#[test]
fn a_fork_ends_the_run_on_the_side_that_remembers_more() {
    let mut random = random("fork");
    // Set back before something it had received; before something it had sent; and gone on differently from there.
    for case in 0..3 {
        let mut pair = Pair::open(&terms(2), &mut random);
        pair.say(0, b"one");
        pair.say(1, b"one");
        pair.run();
        let earlier = pair.lines[1].history.clone();
        pair.say(usize::from(case != 0), b"two");
        pair.run();
        // The other side knows that it had it.
        pair.lines[0].ask();
        pair.lines[1].ask();
        pair.run();
        pair.lines.iter_mut().for_each(Line::part);
        pair.lines[1].history = earlier;
        if case == 2 {
            pair.say(1, b"something else");
        }
        pair.connect();
        let (side, error) = pair.carry(|_, record| vec![record]).unwrap_err();
        let seat = 1 - side as u8;
        assert_eq!(error, LinkError::Fork { seat }, "case {case}");
        assert_eq!(pair.lines[side].pop(), Err(error));
    }
}

#[test]
fn a_fork_further_on_is_found_when_it_is_reached() {
    let mut pair = Pair::open(&terms(2), &mut random("fork further on"));
    pair.say(1, b"one");
    pair.run();
    pair.lines.iter_mut().for_each(Line::part);
    pair.say(1, b"two");
    let said = pair.lines[1].history.clone();
    pair.connect();
    // The hello says how far it is; what is then sent is another history of the same length.
    let mut hellos = 0;
    let ended = {
        let lines = &mut pair.lines;
        loop {
            let next: Vec<_> =
                (0..2).filter_map(|side| lines[side].next_record().map(|record| (side, record))).collect();
            if next.is_empty() {
                break Ok(());
            }
            let mut ended = Ok(());
            for (from, record) in next {
                if from == 1 && record[0] == 3 {
                    hellos += 1;
                }
                ended = ended.and(lines[1 - from].take(&record, pair.now));
            }
            if hellos == 1 {
                hellos += 1;
                let mut other = said.clone().unwrap();
                other.forget_last();
                other.push(5, true, b"owt");
                lines[1].history = Some(other);
            }
            if ended.is_err() {
                break ended;
            }
        }
    };
    assert_eq!(ended, Err(LinkError::Fork { seat: 1 }));
}
