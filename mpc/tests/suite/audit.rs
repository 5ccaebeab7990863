//! A helper that deals wrongly is found by what is dealt and never used; one that deals rightly cannot be blamed.

use std::rc::Rc;

use futures::{executor::block_on, future::join3};
use mpc::{
    Arithmetic, Choice, Dealer, Dealt, Form, Helper, Link, Memory, MpcError, Operation, Owned, OwnedProduct, Pair,
    Party, Plain, Plan, Planner, Recorded, Seat, Shape, SharedProduct, Slots, Start, audit,
    draw::{Registry, Seed, Seeded},
    network,
};

use crate::support::{Bytes, owned, ready};

/// Products of one kind often, others once.
async fn program<A: Arithmetic>(a: &mut A, [first, second]: &[Owned; 2]) -> Result<Vec<i128>, MpcError> {
    a.hide(&[first, second]).await?;
    let own = a.own(first, Shape::matrix(3, 3), 8, 13, |values| values.iter().map(|&v| v.into()).collect())?;
    let product = a.owned_products(&[OwnedProduct { form: Form::Product, left: second, right: &own }]).await?.remove(0);
    let across = a.cross(Form::Groups(vec![3]), first, second).await?;
    let mut sum = a.round(&product.plus(&across)?, 12).await?.claim(18);
    for _ in 0..20 {
        let square = a.products(&[SharedProduct { form: Form::Each, left: &sum, right: &own }]).await?.remove(0);
        sum = a.round(&square.read_with(4 + 12), 12).await?.claim(18);
    }
    let signs = a.negative(&sum).await?;
    let signs = a.numbers(&signs).await?;
    let mut opened = a.open(&sum).await?;
    opened.extend(a.open(&signs).await?);
    Ok(opened)
}

fn values(seat: Seat) -> Vec<i64> {
    let values = [250, -260, 255, -256, 256, 240, -270, 200, 199];
    if seat == Seat::First { values.to_vec() } else { values.iter().rev().copied().collect() }
}

fn matrices(here: &[Seat]) -> [Owned; 2] {
    Seat::BOTH.map(|owner| owned(owner, "m", here.contains(&owner).then(|| values(owner)).as_ref()))
}

fn plan() -> Plan {
    let mut planner = Planner::<128>::new();
    ready(program(&mut planner, &matrices(&[]))).unwrap();
    planner.finish()
}

/// What goes wrong.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// The helper changes a byte of what it deals in a slot.
    Dealt(u32),
    /// The helper has another seed of the first seat.
    Seed,
    /// The second seat shows another leaf.
    Leaf,
}

/// A link that changes what goes through it.
struct Bad<'f> {
    inner: Memory,
    change: &'f dyn Fn(Party, &mut Vec<u8>),
}

impl Link for Bad<'_> {
    async fn send(&mut self, to: Party, mut frame: Vec<u8>) -> Result<(), MpcError> {
        (self.change)(to, &mut frame);
        self.inner.send(to, frame).await
    }

    async fn receive(&mut self, from: Party) -> Result<Vec<u8>, MpcError> {
        self.inner.receive(from).await
    }
}

type Ended = Result<(Choice, Vec<i128>), MpcError>;

fn run(fault: Fault, number: u8) -> ([Ended; 2], Vec<Recorded>) {
    let (plan, bytes) = (Rc::new(plan()), Bytes::of(number));
    let slots = Slots::of(&plan);
    let (first, second, helper) = network(true);
    let seeds = bytes.seeds.map(Seed::new);
    let seeded = |seat: Seat| Seeded::new(&seeds[usize::from(seat == Seat::Second)], &bytes.run);
    let other = Seeded::new(&Seed::new([200; 32]), &bytes.run);
    let given = [if fault == Fault::Seed { other } else { seeded(Seat::First) }, seeded(Seat::Second)];
    let dealer = Dealer::<u128, _>::new(slots.plan(), [&given[0], &given[1]]);
    let dealt_wrongly = |_: Party, frame: &mut Vec<u8>| {
        if let (Fault::Dealt(slot), Some(last)) = (fault, frame.len().checked_sub(1))
            && frame[..4] == slot.to_le_bytes()
        {
            frame[last] ^= 1;
        }
    };
    let mut helper = Bad { inner: helper, change: &dealt_wrongly };
    let seat = async |seat: Seat, link: Memory| {
        let at = usize::from(seat == Seat::Second);
        let mine = seeded(seat);
        let shown_wrongly = |to: Party, frame: &mut Vec<u8>| {
            if fault == Fault::Leaf && seat == Seat::Second && to != Party::Helper && frame.len() > 100 {
                frame[10] ^= 1;
            }
        };
        let mut link = Bad { inner: link, change: &shown_wrongly };
        let dealt = Dealt::<u128>::receive(&mut link, &slots, seat, &mine).await?;
        let choice = audit(&mut link, &slots, seat, &mine, &dealt, bytes.fresh[at]).await?;
        let mut registry = Registry::default();
        let start = Start { seat, plan: plan.clone(), run: bytes.run, registry: &mut registry, fresh: [9; 32] };
        let source = Helper::audited(seat, mine, dealt, choice.clone());
        let honest = Bad { inner: link.inner, change: &|_, _| () };
        let mut pair = Pair::begin(start, source, honest).await?;
        let opened = program(&mut pair, &matrices(&[seat])).await?;
        Ok((choice, opened))
    };
    let (a, b, dealt) = block_on(join3(
        seat(Seat::First, first),
        seat(Seat::Second, second),
        dealer.serve_audited(&mut helper, &slots),
    ));
    dealt.unwrap();
    ([a, b], helper.inner.recorded())
}

#[test]
fn what_an_honest_helper_deals_passes_and_the_run_gives_what_it_gives_in_the_clear() {
    let clear = ready(program(&mut Plain::<u128>::new(), &matrices(&Seat::BOTH))).unwrap();
    let mut choices = std::collections::BTreeSet::new();
    for number in 0..10 {
        let ([first, second], _) = run(Fault::None, number);
        let ((choice, opened), (other_choice, other)) = (first.unwrap(), second.unwrap());
        assert_eq!((&choice, &opened), (&other_choice, &other));
        let (numbers, signs) = opened.split_at(9);
        // Each of the 21 roundings may add one, and the next product with at most 1.06 keeps it.
        assert!(numbers.iter().zip(&clear).all(|(got, wanted)| (got - wanted).abs() < 80), "{numbers:?}, {clear:?}");
        assert!(signs.iter().zip(numbers).all(|(sign, number)| *sign == i128::from(*number < 0)));
        choices.insert(format!("{choice:?}"));
    }
    assert_eq!(choices.len(), 10, "the choice is drawn anew each time");
}

#[test]
fn a_tenth_of_what_is_dealt_often_is_spare() {
    let plan = plan();
    let slots = Slots::of(&plan);
    let often = |plan: &Plan| plan.steps.iter().filter(|step| matches!(step, Operation::Multiply { .. })).count();
    assert_eq!((often(&plan), often(slots.plan())), (20, 23));
    let choice = slots.choose([1; 32]);
    // No slot is used and checked, or used twice.
    let text = format!("{choice:?}");
    let lists: Vec<Vec<u32>> = text
        .split(['[', ']'])
        .filter(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        .map(|part| part.split(", ").map(|slot| slot.parse().unwrap()).collect())
        .collect();
    let all: std::collections::BTreeSet<u32> = lists.iter().flatten().copied().collect();
    assert_eq!(all.len(), lists[0].len() + lists[1].len());
}

#[test]
fn a_helper_that_deals_wrongly_is_found_as_often_as_slots_are_spare() {
    let plan = plan();
    let slots = Slots::of(&plan);
    let first = |wanted: fn(&Operation) -> bool| plan.steps.iter().position(wanted).unwrap() as u32;
    // A kind with one step has two slots; one with 20 has 23, of which 3 are spare.
    for (slot, runs, least, most) in [
        (first(|step| matches!(step, Operation::Owned { .. })), 40, 10, 30),
        (first(|step| matches!(step, Operation::Compare { .. })), 40, 10, 30),
        (first(|step| matches!(step, Operation::Multiply { .. })), 200, 10, 45),
    ] {
        let mut found = 0;
        for number in 0..runs {
            let ([one, other], recorded) = run(Fault::Dealt(slot), number);
            let blamed = [&one, &other].into_iter().any(|seat| *seat == Err(MpcError::WronglyDealt { slot }));
            found += usize::from(blamed);
            if blamed {
                let hidden = |sent: &Recorded| sent.from != Party::Helper && sent.frame[..4] == [0; 4];
                assert!(recorded.iter().filter(|sent| hidden(sent)).count() <= 1, "the run had begun at both");
            }
        }
        println!("{:?}: found {found} of {runs}", slots.plan().steps[slot as usize]);
        assert!((least..=most).contains(&found), "slot {slot}: {found} of {runs}");
    }
}

#[test]
fn another_seed_at_the_helper_or_another_leaf_shown_ends_the_run_and_blames_nobody_else() {
    let ([first, _], _) = run(Fault::Seed, 1);
    assert_eq!(first, Err(MpcError::OtherSeed));
    let ([first, _], _) = run(Fault::Leaf, 1);
    assert_eq!(first, Err(MpcError::OtherLeaf { from: Party::Seat(Seat::Second) }));
}

/// Whoever knows both halves of a product with a mask knows the product: its owner never shows its own.
#[test]
fn nobody_shows_a_leaf_of_a_product_with_its_own_matrix() {
    let plan = plan();
    let slots = Slots::of(&plan);
    for number in 0..20 {
        let bytes = Bytes::of(number);
        let (_, recorded) = run(Fault::None, number);
        let owner = Seeded::new(&Seed::new(bytes.seeds[1]), &bytes.run);
        let (all, root) = (slots.plan().steps.len() as u32, Seed::new(bytes.seeds[1]).to_helper());
        let from_owner = || recorded.iter().filter(|sent| sent.from == Party::Seat(Seat::Second));
        let holds = |needle: &[u8]| from_owner().any(|sent| sent.frame.windows(32).any(|window| window == needle));
        assert!(!holds(&root), "a root was shown");
        let owned = (0..all).filter(|slot| matches!(slots.plan().steps[*slot as usize], Operation::Owned { .. }));
        for slot in owned {
            assert!(!holds(&owner.leaf(slot).to_helper()), "the owner showed slot {slot}");
        }
    }
}
