//! Two honest sides.

use protocol::{Address, Digest};
use rand_core::RngCore;
use tiny_keccak::{Hasher, Keccak};

use super::{Pair, bytes, line, own, random, secret, seed, terms};
use crate::{LinkError, Proof, Terms, line::WINDOW};

#[test]
fn two_sides_open_agree_on_the_association_and_hear_what_was_said() {
    let mut random = random("talk");
    let mut pair = Pair::open(&terms(2), &mut random);
    assert_eq!(pair.lines[0].association(), pair.lines[1].association());
    let mut said = [Vec::new(), Vec::new()];
    for _ in 0..200 {
        let from = random.next_u32() as usize % 2;
        let size = random.next_u32() as usize % 5_000;
        let payload = bytes(&mut random, size);
        pair.say(from, &payload);
        said[from].push(payload);
        if random.next_u32().is_multiple_of(3) {
            pair.run();
        }
    }
    pair.run();
    assert_eq!(pair.heard(1), said[0]);
    assert_eq!(pair.heard(0), said[1]);
    assert_eq!(pair.lines[0].heads(), pair.lines[1].heads());
}

#[test]
fn an_association_is_never_the_same_twice() {
    let mut random = random("associations");
    let terms = terms(2);
    let associations: std::collections::HashSet<_> =
        (0..5).map(|_| Pair::open(&terms, &mut random).lines[0].association().unwrap()).collect();
    assert_eq!(associations.len(), 5);
}

#[test]
fn heads_are_chained_as_the_documents_say() {
    let keccak = |parts: &[&[u8]]| {
        let (mut keccak, mut hash) = (Keccak::v256(), [0; 32]);
        parts.iter().for_each(|part| keccak.update(part));
        keccak.finalize(&mut hash);
        hash
    };
    let mut pair = Pair::open(&terms(2), &mut random("heads"));
    let [begin, other] = pair.lines[0].heads().unwrap();
    pair.say(0, b"hello");
    pair.say(0, b"again");
    // A fragment is: whether it is the last, its sequence, its operation, its payload.
    let fragment = |sequence: u8, payload: &[u8]| [&[1, 0, 0, 0, 0, 0, 0, 0, sequence, 0, 0, 0, 5], payload].concat();
    let one = keccak(&[&begin.0, &[0; 8], blake3::hash(&fragment(0, b"hello")).as_bytes()]);
    let two = keccak(&[&one, &[0, 0, 0, 0, 0, 0, 0, 1], blake3::hash(&fragment(1, b"again")).as_bytes()]);
    assert_eq!(pair.lines[0].heads(), Some([Digest(two), other]));
    assert_eq!(pair.lines[1].heads(), Some([begin, other]), "nothing has come yet");
    pair.run();
    assert_eq!(pair.lines[1].heads(), Some([Digest(two), other]));
    // Nobody can try contents against a head: it begins with secrets of this association.
    let later = Pair::open(&terms(2), &mut random("other heads"));
    assert!(later.lines[0].heads().unwrap()[0] != begin);
}

#[test]
fn a_side_that_differs_in_anything_agreed_does_not_get_through() {
    let mut random = random("prologue");
    let right = terms(2);
    let changed: [fn(&mut Terms); 9] = [
        |terms| terms.chain_id = 1,
        |terms| terms.contract = Address([8; 20]),
        |terms| terms.task = 8,
        |terms| terms.attempt = 2,
        |terms| terms.plan = Digest([9; 32]),
        |terms| terms.spec = Digest([9; 32]),
        |terms| terms.seats[0].roles = 9,
        |terms| terms.seats[1].address = Address([1; 20]),
        |terms| terms.seats[0].key = [7; 32],
    ];
    for (index, change) in changed.into_iter().enumerate() {
        let mut wrong = right.clone();
        change(&mut wrong);
        let mut pair = Pair::new(&right, &mut random);
        pair.lines[1] = line(&wrong, 1, 0, &mut random);
        pair.connect();
        let (side, error) = pair.carry(|_, record| vec![record]).unwrap_err();
        assert!((side, &error) == (1, &LinkError::Handshake { seat: 0 }), "change {index}: {error}");
        assert!(pair.lines[1].association().is_none());
    }
}

#[test]
fn another_secret_than_the_confirmed_one_is_noticed_at_once() {
    let terms = terms(3);
    let wrong = crate::Own { seat: 0, secret: secret(2).into(), confirmation: Vec::new() };
    let make =
        |own, peer| crate::Line::new(std::sync::Arc::new(terms.clone()), own, peer, [1; 32], Default::default()).err();
    assert!(matches!(make(std::sync::Arc::new(wrong), 1), Some(LinkError::OwnKey { .. })));
    assert_eq!(make(own(&terms, 0), 0), Some(LinkError::NoSuchSeat { seat: 0 }));
    assert_eq!(make(own(&terms, 0), 3), Some(LinkError::NoSuchSeat { seat: 3 }));
}

#[test]
fn a_smart_account_needs_no_transaction_where_two_nodes_were_asked() {
    let mut random = random("smart account");
    let mut terms = terms(2);
    terms.seats[1].proof = Proof::TwoNodes;
    let mut pair = Pair::new(&terms, &mut random);
    let none = crate::Own { seat: 1, secret: secret(1).into(), confirmation: Vec::new() };
    let made = crate::Line::new(std::sync::Arc::new(terms), std::sync::Arc::new(none), 0, seed(&mut random), pair.now);
    pair.lines[1] = made.unwrap();
    pair.connect();
    pair.run();
    assert!(pair.lines.iter().all(crate::Line::is_open));
}

#[test]
fn who_does_not_take_what_comes_stops_the_sender_and_not_itself() {
    let mut random = random("window");
    let mut pair = Pair::open(&terms(2), &mut random);
    let fragment = vec![7; crate::line::FRAGMENT];
    let fits = WINDOW.div_ceil(fragment.len() as u64) as usize;
    for _ in 0..fits + 20 {
        pair.lines[0].push(1, true, &fragment).unwrap();
    }
    let mut carried = 0;
    let mut count = |from: usize, record: Vec<u8>| {
        carried += usize::from(from == 0 && record.len() > fragment.len());
        vec![record]
    };
    pair.carry(&mut count).unwrap();
    assert_eq!(carried, fits);
    assert!(!pair.lines[0].has_room());
    assert_eq!(pair.heard(1).len(), fits);
    pair.run();
    assert!(pair.lines[0].has_room(), "it was told that there is room again");
    assert_eq!(pair.heard(1).len(), 20, "and sent the rest");
    // A sender that goes on nevertheless is refused.
    for _ in 0..=fits {
        pair.lines[0].push(1, true, &fragment).unwrap();
    }
    pair.run();
    pair.lines[0].history.as_mut().unwrap().believe_all_taken();
    let (_, error) = pair.carry(|_, record| vec![record]).unwrap_err();
    assert!(matches!(error, LinkError::Unreadable { seat: 0, .. }), "{error}");
}
