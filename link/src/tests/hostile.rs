//! Somebody on the way: a relay that flips, drops, repeats, reorders, reflects and splices. Whatever it does, a link ends with a
//! sentence, and what was altered is never taken for what was said.

use rand_core::RngCore;

use super::{Pair, bytes, random, terms};
use crate::{LinkError, Terms};

/// Says ten things from seat 0 while `change` is done to what it sends, and answers how it ended and what was heard.
fn attacked(mut change: impl FnMut(usize, Vec<u8>) -> Vec<Vec<u8>>) -> (LinkError, Vec<Vec<u8>>) {
    let mut random = random("attack");
    let mut pair = Pair::open(&terms(2), &mut random);
    (0..10u8).for_each(|number| pair.say(0, &[number; 40]));
    let mut index = 0;
    let ended = pair.carry(|from, record| {
        if from == 1 {
            return vec![record];
        }
        index += 1;
        change(index, record)
    });
    let (side, error) = ended.unwrap_err();
    assert_eq!(side, 1);
    // It stays ended.
    assert_eq!(pair.lines[1].pop(), Err(error.clone()));
    assert_eq!(pair.lines[1].push(1, true, &[]), Err(error.clone()));
    assert!(pair.lines[1].next_record().is_none());
    assert_ne!(pair.lines[0].heads(), pair.lines[1].heads());
    assert!(
        error.to_string().ends_with('.') && error.to_string().contains("Seat 0")
            || error.to_string().contains("seat 0"),
        "{error}"
    );
    (error, Vec::new())
}

#[test]
fn a_flipped_bit_anywhere_is_noticed() {
    let mut random = random("flip");
    for _ in 0..60 {
        let (place, bit) = (random.next_u32() as usize, 1 << (random.next_u32() % 8));
        let (error, _) = attacked(|index, mut record| {
            if index == 4 {
                let place = place % record.len();
                record[place] ^= bit;
            }
            vec![record]
        });
        assert!(
            matches!(
                error,
                LinkError::Altered { seat: 0, .. }
                    | LinkError::Foreign { seat: 0 }
                    | LinkError::Unreadable { seat: 0, .. }
                    | LinkError::Handshake { seat: 0 }
                    // A record that is no longer one of this session is missing from it.
                    | LinkError::Dropped { seat: 0, .. }
            ),
            "{error}"
        );
    }
    let (error, _) = attacked(|index, mut record| {
        if index == 4 {
            *record.last_mut().unwrap() ^= 1;
        }
        vec![record]
    });
    assert!(matches!(error, LinkError::Altered { seat: 0, .. }));
}

#[test]
fn what_is_left_out_repeated_or_reordered_is_noticed() {
    let (dropped, _) = attacked(|index, record| if index == 3 { Vec::new() } else { vec![record] });
    assert!(matches!(dropped, LinkError::Dropped { seat: 0, expected, found } if found == expected + 1), "{dropped}");
    let (replayed, _) = attacked(|_, record| vec![record.clone(), record]);
    assert!(matches!(replayed, LinkError::Replayed { seat: 0, .. }), "{replayed}");
    let mut held = None;
    let (reordered, _) = attacked(|index, record| match index {
        2 => {
            held = Some(record);
            Vec::new()
        }
        3 => vec![record, held.take().unwrap()],
        _ => vec![record],
    });
    assert!(matches!(reordered, LinkError::Dropped { .. }), "{reordered}");
    let (cut, _) = attacked(|index, mut record| {
        record.truncate(if index == 2 { 30 } else { record.len() });
        vec![record]
    });
    assert!(matches!(cut, LinkError::Altered { .. }), "{cut}");
}

#[test]
fn what_comes_of_another_session_or_task_is_noticed() {
    // Sealed messages of the same two seats with the same keys, in another task.
    let mut random = random("splice");
    let mut other = Pair::open(&Terms { task: 8, ..terms(2) }, &mut random);
    other.say(0, b"other");
    let foreign = other.lines[0].next_record().unwrap();
    let (error, _) = attacked(|index, record| if index == 3 { vec![foreign.clone()] } else { vec![record] });
    assert_eq!(error, LinkError::Foreign { seat: 0 });
    // Under the outside of this session.
    let (error, _) = attacked(|index, record| {
        if index == 3 {
            return vec![[&record[..17], &foreign[17..]].concat()];
        }
        vec![record]
    });
    assert!(matches!(error, LinkError::Altered { seat: 0, .. }), "{error}");
    // A handshake of the other task.
    let mut elsewhere = Pair::new(&Terms { task: 8, ..terms(2) }, &mut random);
    elsewhere.lines[0].connect(elsewhere.now);
    let offer = elsewhere.lines[0].next_record().unwrap();
    let (error, _) = attacked(|_, record| vec![offer.clone(), record]);
    assert_eq!(error, LinkError::Handshake { seat: 0 });
}

#[test]
fn ones_own_messages_come_back_and_are_refused() {
    let mut random = random("reflection");
    let mut pair = Pair::open(&terms(2), &mut random);
    pair.say(0, b"mine");
    let mine = pair.lines[0].next_record().unwrap();
    let error = pair.lines[0].take(&mine, pair.now).unwrap_err();
    assert!(matches!(error, LinkError::Altered { seat: 1, .. }), "{error}");
    let mut fresh = Pair::new(&terms(2), &mut random);
    fresh.lines[0].connect(fresh.now);
    let offer = fresh.lines[0].next_record().unwrap();
    assert!(matches!(fresh.lines[0].take(&offer, fresh.now), Err(LinkError::Unreadable { seat: 1, .. })));
}

#[test]
fn an_offer_that_is_repeated_changes_nothing() {
    let mut random = random("old offer");
    let mut pair = Pair::new(&terms(2), &mut random);
    pair.connect();
    let mut offers = Vec::new();
    pair.carry(|from, record| {
        if from == 0 && record[0] == 1 {
            offers.push(record.clone());
        }
        vec![record]
    })
    .unwrap();
    let association = pair.lines[0].association();
    pair.say(0, b"before");
    pair.run();
    // The same offer again, as a relay may have kept it.
    let now = pair.now;
    pair.lines[1].take(&offers[0], now).unwrap();
    pair.say(0, b"after");
    pair.run();
    pair.say(1, b"and back");
    pair.run();
    assert_eq!(pair.heard(1), [b"before".to_vec(), b"after".to_vec()]);
    assert_eq!(pair.heard(0), [b"and back".to_vec()]);
    assert_eq!(pair.lines[1].association(), association);
}

#[test]
fn handshakes_that_are_altered_end_or_wait_and_never_open() {
    let mut random = random("altered handshakes");
    for _ in 0..40 {
        let mut pair = Pair::new(&terms(2), &mut random);
        pair.connect();
        let (place, bit) = (random.next_u32() as usize, 1 << (random.next_u32() % 8));
        let (mut done, kind) = (false, 1 + (random.next_u32() % 3) as u8);
        let _ = pair.carry(|_, mut record| {
            if record[0] == kind && !done {
                done = true;
                let place = place % record.len();
                record[place] ^= bit;
            }
            vec![record]
        });
        assert!(done && !pair.lines.iter().all(crate::Line::is_open));
    }
}

#[test]
fn no_bytes_bring_a_line_down() {
    let mut random = random("any bytes");
    for _ in 0..300 {
        let mut pair = Pair::open(&terms(2), &mut random);
        for _ in 0..10 {
            let size = random.next_u32() as usize % 120;
            let mut record = bytes(&mut random, size);
            if let Some(kind) = record.first_mut() {
                *kind %= 5;
            }
            if pair.lines[0].take(&record, pair.now).is_err() {
                break;
            }
        }
        assert!(pair.lines[0].pop().map_or(true, |heard| heard.is_none()));
    }
}

#[test]
fn nothing_on_the_way_looks_like_what_was_said() {
    let mut random = random("payloads");
    let mut pair = Pair::open(&terms(2), &mut random);
    let (mut counts, mut lengths) = ([0u64; 256], Vec::new());
    for _ in 0..400 {
        // As far from random as can be.
        pair.say(0, &[0; 1_000]);
    }
    pair.carry(|from, record| {
        if from == 0 {
            record[17..].iter().for_each(|byte| counts[usize::from(*byte)] += 1);
            lengths.push(record.len());
        }
        vec![record]
    })
    .unwrap();
    let total: u64 = counts.iter().sum();
    let expected = total as f64 / 256.0;
    let chi = counts.iter().map(|count| (*count as f64 - expected).powi(2) / expected).sum::<f64>();
    // 255 degrees of freedom: beyond 354 lies one in 30,000.
    assert!(chi < 354.0, "{chi}");
    assert!(lengths.iter().all(|length| *length == 17 + 13 + 1_000 + 16));
}
