//! Two honest sides get what a plain intersection gets.

use std::collections::BTreeSet;

use rand_core::RngCore;

use super::{Pair, entries, ids, random, seed, terms};
use crate::{IdError, Mode, Psi, PsiError, Role};

/// Some of 40 names each, in random orders and spellings.
fn lists(random: &mut rand_chacha::ChaCha20Rng) -> [Vec<String>; 2] {
    [0, 1].map(|_| {
        let chosen: BTreeSet<u32> = (0..random.next_u32() % 30).map(|_| random.next_u32() % 40).collect();
        let mut list: Vec<(u32, String)> = chosen
            .into_iter()
            .map(|name| {
                let spelled = match random.next_u32() % 3 {
                    0 => format!("Name {name}"),
                    1 => format!("  NAME {name} "),
                    _ => format!("ｎame {name}"),
                };
                (random.next_u32(), spelled)
            })
            .collect();
        list.sort();
        list.into_iter().map(|(_, name)| name).collect()
    })
}

/// What the names are, by hand.
fn number(name: &str) -> u32 {
    name.trim().split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn random_lists_give_what_a_plain_intersection_gives() {
    let mut random = random("random lists");
    for _ in 0..25 {
        let [first, second] = lists(&mut random);
        let declared = |list: &[String], more: u32| list.len() as u32 + more % 5 + u32::from(list.is_empty());
        let terms = terms(declared(&first, random.next_u32()), declared(&second, random.next_u32()), Mode::Exact);
        let numbers = |list: &[String]| list.iter().map(|name| number(name)).collect::<BTreeSet<_>>();
        let expected: BTreeSet<u32> = numbers(&first).intersection(&numbers(&second)).copied().collect();

        let mut pair = Pair::new(&terms, &first, &second, &mut random);
        pair.run();
        for side in &pair.sides {
            assert_eq!(side.count(), Some(expected.len() as u32));
            assert_eq!(side.aligned(), None, "nobody has accepted");
        }
        pair.accept();
        let [a, b] = &pair.sides;
        let (a, b) = (a.aligned().unwrap(), b.aligned().unwrap());
        assert_eq!(a.digest, b.digest);
        let named = |rows: &[u32], list: &[String]| rows.iter().map(|&row| number(&list[row as usize])).collect();
        let (a, b): (Vec<u32>, Vec<u32>) = (named(&a.rows, &first), named(&b.rows, &second));
        assert_eq!(a, b, "the rows at a place are of one subject");
        assert_eq!(a.into_iter().collect::<BTreeSet<_>>(), expected);
        assert!(pair.sides.iter().all(Psi::is_finished));
    }
}

#[test]
fn in_size_mode_both_learn_the_count_and_no_order_travels() {
    let mut random = random("size mode");
    let [first, second] = [["a", "b", "c"].map(String::from), ["c", "d", "a"].map(String::from)];
    let mut pair = Pair::new(&terms(5, 4, Mode::Size), &first, &second, &mut random);
    pair.run();
    assert!(pair.sides.iter().all(|side| side.count() == Some(2) && side.is_finished() && side.aligned().is_none()));
    assert_eq!(pair.sides[0].digest(), pair.sides[1].digest());
    assert!(pair.travelled.iter().all(|(_, message)| ![4, 5].contains(&message[0])));
    assert_eq!(pair.sides[0].decide(true), Err(PsiError::TooEarly));
}

#[test]
fn what_travels_tells_the_declared_sizes_only() {
    let mut random = random("sizes");
    let names = |count: u32| (0..count).map(|name| format!("name {name}")).collect::<Vec<_>>();
    let mut sizes = BTreeSet::new();
    for (a, b) in [(1, 1), (30, 2_000), (1_500, 10), (1_500, 2_000)] {
        let mut pair = Pair::new(&terms(1_500, 2_000, Mode::Exact), &names(a), &names(b), &mut random);
        pair.run();
        pair.accept();
        let kinds = |role| pair.travelled.iter().filter(move |(from, _)| *from == role);
        sizes.insert(
            [Role::First, Role::Second]
                .map(|role| kinds(role).map(|(_, message)| (message[0], message.len())).collect::<Vec<_>>()),
        );
        // 52 bytes an entry each way: point and, of the other's list, image and place.
        let [first, second] = [Role::First, Role::Second].map(|role| {
            [(2, 32), (3, 16), (5, 4)].map(|(kind, size)| entries(&pair.travelled, role, kind, size).len())
        });
        assert_eq!((first, second), ([1_500, 2_000, 2_000], [2_000, 1_500, 1_500]));
    }
    assert_eq!(sizes.len(), 1);
}

#[test]
fn who_does_not_go_on_tells_nothing_more() {
    let mut random = random("refusing");
    let list = ["a", "b"].map(String::from);
    let mut pair = Pair::new(&terms(2, 2, Mode::Exact), &list, &list, &mut random);
    pair.run();
    pair.sides[0].decide(true).unwrap();
    pair.sides[1].decide(false).unwrap();
    let (role, error) = pair.run_changing(|_, _| {}).unwrap_err();
    assert!(matches!(error, PsiError::Refused { count: 2 } | PsiError::RefusedHere { count: 2 }), "{role:?}: {error}");
    assert!(pair.travelled.iter().all(|(_, message)| message[0] != 5), "no order was told");
    assert_eq!(pair.sides[1].next_message(), Err(PsiError::RefusedHere { count: 2 }));
    assert_eq!(pair.sides[1].aligned(), None);
}

#[test]
fn the_first_side_tells_its_order_first() {
    let mut random = random("orders");
    let list = (0..1_100).map(|name| format!("name {name}")).collect::<Vec<_>>();
    let mut pair = Pair::new(&terms(1_100, 1_100, Mode::Exact), &list, &list, &mut random);
    pair.run();
    // The second has accepted already, and has the first one's acceptance.
    pair.sides[1].decide(true).unwrap();
    pair.run();
    assert!(pair.travelled.iter().all(|(_, message)| message[0] != 5));
    pair.sides[0].decide(true).unwrap();
    pair.run();
    let orders: Vec<Role> = pair.travelled.iter().filter(|(_, m)| m[0] == 5).map(|(role, _)| *role).collect();
    assert_eq!(orders, [Role::First, Role::First, Role::Second, Role::Second]);
}

#[test]
fn work_is_done_in_portions_and_says_how_far_it_is() {
    let mut random = random("portions");
    let list = ["a", "b", "c", "d", "e"];
    let mut side = Psi::new(terms(6, 3, Mode::Exact), Role::First, ids(&list), seed(&mut random)).unwrap();
    assert_eq!(side.next_message(), Ok(None), "nothing is sent before the list is whole");
    let done: Vec<usize> = (0..4).map(|_| side.work(2).unwrap().done).collect();
    assert_eq!(done, [2, 4, 6, 6]);
    let progress = side.progress();
    assert!(progress.waits && progress.total == 9);
    assert_eq!(side.decide(true), Err(PsiError::TooEarly));
}

#[test]
fn lists_that_do_not_fit_what_is_declared_are_refused_before() {
    let refused = |declared: u32, list: &[&str]| {
        Psi::new(terms(declared, 1, Mode::Exact), Role::First, ids(list), [1; 32]).err().unwrap()
    };
    assert_eq!(refused(2, &["a", "b", "c"]), IdError::TooMany { found: 3, declared: 2 });
    assert!(matches!(refused(0, &[]), IdError::Declared { declared: 0, .. }));
    assert!(matches!(refused(u32::MAX, &[]), IdError::Declared { .. }));
}
