//! A side, or a way between the two, that does not do what it should.

use curve25519_dalek::{
    ristretto::{CompressedRistretto, RistrettoPoint},
    scalar::Scalar,
};
use rand_core::RngCore;

use super::{Pair, ids, random, seed, terms};
use crate::{Mode, Psi, PsiError, Role, message::Message};

/// How the first side answers a list that the second made up, with the right commitment to it.
fn answer_to(list: &[[u8; 32]]) -> PsiError {
    let mut random = random("made-up list");
    let terms = terms(2, list.len() as u32, Mode::Exact);
    let mut side = Psi::new(terms, Role::First, ids(&["a", "b"]), seed(&mut random)).unwrap();
    side.work(9).unwrap();
    side.next_message().unwrap().unwrap();
    side.receive(&Message::Commitment(side.commitment(Role::Second, list)).encode()).unwrap();
    side.next_message().unwrap().unwrap();
    side.receive(&Message::Points(0, list.to_vec()).encode()).and_then(|()| side.work(9)).unwrap_err()
}

fn point(number: u8) -> [u8; 32] {
    RistrettoPoint::mul_base(&Scalar::from(number)).compress().to_bytes()
}

#[test]
fn points_that_no_honest_side_sends_are_refused() {
    assert_eq!(answer_to(&[point(1), [0; 32]]), PsiError::Point { place: 2 }, "the identity");
    // 1 + p is another writing of 1, and 1 is odd: not the one encoding of anything.
    let mut not_canonical = [0xff; 32];
    (not_canonical[0], not_canonical[31]) = (0xee, 0x7f);
    assert_eq!(answer_to(&[not_canonical, point(1)]), PsiError::Point { place: 1 });
    assert_eq!(answer_to(&[point(3), point(4), point(3)]), PsiError::RepeatedPoint { place: 3 });
    // A point and its torsion coset have one encoding, so there is no second way to repeat one.
    assert!(CompressedRistretto(point(3)).decompress().is_some());
}

#[test]
fn a_list_that_was_exchanged_after_its_commitment_is_refused() {
    let mut random = random("exchanged list");
    let names = ["a", "b", "c"].map(String::from);
    let mut pair = Pair::new(&terms(3, 3, Mode::Exact), &names, &names, &mut random);
    let changed = pair.run_changing(|role, message| {
        if role == Role::Second && message[0] == 2 {
            message[5..37].copy_from_slice(&point(9));
        }
    });
    assert_eq!(changed.unwrap_err(), (Role::First, PsiError::Commitment));
    // It stays so, and says nothing more.
    assert_eq!(pair.sides[0].next_message(), Err(PsiError::Commitment));
    assert_eq!(pair.sides[0].count(), None);
}

#[test]
fn what_was_sent_cannot_be_sent_back_as_ones_own() {
    let mut random = random("reflection");
    let terms = terms(3, 3, Mode::Exact);
    let mut side = Psi::new(terms, Role::First, ids(&["a", "b", "c"]), seed(&mut random)).unwrap();
    side.work(9).unwrap();
    let commitment = side.next_message().unwrap().unwrap();
    side.receive(&commitment).unwrap();
    let points = side.next_message().unwrap().unwrap();
    assert_eq!(side.receive(&points), Err(PsiError::Commitment));
}

#[test]
fn a_list_with_a_point_of_ones_own_is_refused_even_with_its_commitment() {
    let mut random = random("copied point");
    let terms = terms(1, 2, Mode::Exact);
    let mut side = Psi::new(terms, Role::First, ids(&["a"]), seed(&mut random)).unwrap();
    side.work(9).unwrap();
    let copied = [side.mine[0], point(5)];
    side.next_message().unwrap();
    side.receive(&Message::Commitment(side.commitment(Role::Second, &copied)).encode()).unwrap();
    side.next_message().unwrap();
    assert_eq!(side.receive(&Message::Points(0, copied.to_vec()).encode()), Err(PsiError::Reflected));
}

type Change = fn(&mut Vec<u8>);

#[test]
fn images_and_orders_that_are_none_are_refused() {
    let mut random = random("images and orders");
    let names = ["a", "b", "c", "d"].map(String::from);
    let mut cases: Vec<(u8, Change, PsiError)> = Vec::new();
    cases.push((3, |m| m.copy_within(5..21, 21), PsiError::RepeatedImage));
    cases.push((5, |m| m.copy_within(5..9, 9), PsiError::Order));
    cases.push((5, |m| m[5] = 1, PsiError::Order));
    cases.push((
        3,
        |m| m.truncate(20),
        PsiError::Unreadable { what: "a part of a list that is not made of whole entries" },
    ));
    cases.push((5, |m| m.push(0), PsiError::Unreadable { what: "a part of a list that is not made of whole entries" }));
    cases.push((5, |m| m[4] = 1, PsiError::Turn { what: "order" }));
    cases.push((4, |m| m[1] = 2, PsiError::Unreadable { what: "a verdict that is neither yes nor no" }));
    cases.push((4, |m| m[0] = 9, PsiError::Unreadable { what: "of a kind that is not known here" }));
    for (kind, change, expected) in cases {
        let mut pair = Pair::new(&terms(4, 4, Mode::Exact), &names, &names, &mut random);
        let mut alter = |role, message: &mut Vec<u8>| {
            if role == Role::Second && message[0] == kind {
                change(message);
            }
        };
        let ended = pair.run_changing(&mut alter).and_then(|()| {
            pair.sides.iter_mut().for_each(|side| side.decide(true).unwrap());
            pair.run_changing(&mut alter)
        });
        assert_eq!(ended.unwrap_err(), (Role::First, expected));
        assert_eq!(pair.sides[0].aligned(), None);
    }
}

#[test]
fn an_order_that_makes_a_filler_common_is_refused() {
    let mut random = random("filler");
    let names = ["a"].map(String::from);
    let mut pair = Pair::new(&terms(2, 1, Mode::Exact), &names, &names, &mut random);
    pair.run();
    pair.sides.iter_mut().for_each(|side| side.decide(true).unwrap());
    // The two places of the first side's list, the other way round.
    let changed = pair.run_changing(|role, message| {
        if role == Role::Second && message[0] == 5 {
            let (a, b) = message[5..].split_at_mut(4);
            a.swap_with_slice(b);
        }
    });
    assert_eq!(changed.unwrap_err(), (Role::First, PsiError::Filler));
}

#[test]
fn messages_out_of_turn_are_refused() {
    let fresh = || Psi::new(terms(1, 1, Mode::Exact), Role::First, ids(&["a"]), [3; 32]).unwrap();
    for message in [
        Message::Points(0, vec![point(1)]),
        Message::ImagesCommitment([1; 32]),
        Message::Images(0, vec![[1; 16]]),
        Message::Verdict(true),
        Message::Order(0, vec![0]),
    ] {
        let (mut before, mut after) = (fresh(), fresh());
        after.work(1).unwrap();
        for side in [&mut before, &mut after] {
            assert!(matches!(side.receive(&message.encode()), Err(PsiError::Turn { .. })), "{message:?}");
        }
    }
    let mut twice = fresh();
    twice.receive(&Message::Commitment([1; 32]).encode()).unwrap();
    assert!(matches!(twice.receive(&Message::Commitment([1; 32]).encode()), Err(PsiError::Turn { .. })));
}

#[test]
fn no_bytes_bring_a_side_down() {
    let mut random = random("any bytes");
    for _ in 0..2_000 {
        let mut side = Psi::new(terms(1, 1, Mode::Exact), Role::Second, ids(&["a"]), [4; 32]).unwrap();
        side.work(1).unwrap();
        side.next_message().unwrap();
        for _ in 0..4 {
            let mut bytes = vec![0; random.next_u32() as usize % 80];
            random.fill_bytes(&mut bytes);
            if let Some(kind) = bytes.first_mut() {
                *kind %= 7;
            }
            if side.receive(&bytes).is_err() {
                break;
            }
            let _ = side.work(9);
        }
        assert_eq!(side.aligned(), None);
    }
}
