//! Over rings of a few bits, every number that the protocol could draw is tried: what a seat receives must be as often
//! the same whatever the other seat's secrets are.
//!
//! For a seat and everything it has itself (inputs, draws), all draws of the other seat are gone through, for every
//! secret of the other seat. The list of what was received, sorted, must be one and the same for all secrets that open
//! the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chains;
mod tape;

use std::{collections::BTreeMap, rc::Rc};

use chains::{Chain, go};
use futures::{executor::block_on, future::join};
use mpc::{
    Dealer, Helper, MatrixName, Memory, MpcError, Owned, Pair, Party, Plan, Planner, Ring, Seat, Shape, Shared, Start,
    Tiny,
    draw::{Registry, Run},
    network,
};
use tape::{Drawn, Tape};

/// The secrets of one seat: its shares of x and y, its matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Own {
    x: u128,
    y: u128,
    matrix: i64,
}

fn matrix(seat: Seat, value: Option<i64>) -> Owned {
    let name = MatrixName::of(&["matrix"]);
    match value {
        Some(value) => Owned::here(name, seat, Shape::matrix(1, 1), 0, 1, vec![value]).unwrap(),
        None => Owned::elsewhere(name, seat, Shape::matrix(1, 1), 0, 1),
    }
}

fn plan<const BITS: u32>(chain: Chain) -> Plan {
    let mut planner = Planner::<BITS>::new();
    let shared = |bound| Shared::new(Shape::matrix(1, 1), vec![mpc::Blank], chain.frac(), bound).unwrap();
    let owned = Seat::BOTH.map(|seat| matrix(seat, None));
    block_on(go(&mut planner, chain, &shared(chain.bound()), &shared(chain.bound()), &owned)).unwrap();
    planner.finish()
}

/// How often each list of frames came.
type Frames = BTreeMap<Vec<Vec<u8>>, u64>;

/// What was opened.
type Opened = Option<Vec<i128>>;

/// What a seat received, and what was opened.
type View = (Vec<Vec<u8>>, Opened);

fn run<R: Ring>(
    chain: Chain,
    plan: &Rc<Plan>,
    tape: &Rc<Tape>,
    own: [Own; 2],
    watched: Seat,
) -> Result<View, MpcError> {
    let (first, second, mut helper) = network(true);
    let drawn = |seat: Seat| Drawn { seat, tape: tape.clone() };
    let dealer = Dealer::<R, _>::new(plan, Seat::BOTH.map(drawn));
    block_on(dealer.serve(&mut helper))?;
    let seat = async |seat: Seat, link: Memory| {
        let run = Run { task: [0; 32], attempt: 0, epoch: [0; 32] };
        let mut registry = Registry::default();
        let start = Start { seat, plan: plan.clone(), run, registry: &mut registry, fresh: [0; 32] };
        let mut pair = Pair::<R, _, _>::begin(start, Helper::new(seat, drawn(seat)), link).await?;
        let own = own[usize::from(seat == Seat::Second)];
        let shared =
            |share| Shared::new(Shape::matrix(1, 1), vec![R::from_bits(share)], chain.frac(), chain.bound()).unwrap();
        let owned = Seat::BOTH.map(|owner| matrix(owner, (owner == seat).then_some(own.matrix)));
        go(&mut pair, chain, &shared(own.x), &shared(own.y), &owned).await
    };
    let (a, b) = block_on(join(seat(Seat::First, first), seat(Seat::Second, second)));
    let (a, b) = (a?, b?);
    assert_eq!(a, b);
    let received = helper.recorded().into_iter().filter(|sent| sent.to == Party::Seat(watched));
    let frames: Vec<Vec<u8>> = received.map(|sent| sent.frame).collect();
    // Both seats know the coin by which a number was rounded: what is opened is the number rounded by that coin.
    let coin = match (chain, frames.as_slice()) {
        (Chain::RoundOpen, [.., rounding, _]) => rounding.get(4).map(|byte| i128::from(byte & 1)),
        _ => None,
    };
    Ok((frames, a.map(|opened| opened.into_iter().chain(coin).collect())))
}

/// The first case in which what `watched` receives tells more than what is opened.
fn leak_to<const BITS: u32>(chain: Chain, watched: Seat, cases: u64) -> Option<String>
where
    Tiny<BITS>: Ring,
{
    let plan = Rc::new(plan::<BITS>(chain));
    let tape = Rc::new(Tape::default());
    let none = Own { x: 0, y: 0, matrix: 0 };
    // One run, to learn what is drawn.
    run::<Tiny<BITS>>(chain, &plan, &tape, [none; 2], watched).unwrap();
    let (mine, theirs) = tape.bits(watched);
    assert!(theirs <= 16, "{chain:?} draws {theirs} bits");
    for case in 0..cases {
        // The seat's own draws and inputs, spread over all that they can be.
        let spread = case.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        tape.set(watched, if mine < 64 { spread & ((1 << mine) - 1) } else { spread });
        let own = Own { x: (spread >> 40).into(), y: (spread >> 44).into(), matrix: (spread >> 48 & 1) as i64 };
        let own = Own { x: own.x % (1 << BITS), y: own.y % (1 << BITS), ..own };
        let mut by_output: BTreeMap<Opened, (Own, Frames)> = BTreeMap::new();
        for secret in chain.secrets(BITS, own.x, own.y) {
            let secret = Own { x: secret.0, y: secret.1, matrix: secret.2 };
            let both = if watched == Seat::First { [own, secret] } else { [secret, own] };
            let mut received: BTreeMap<Opened, Frames> = BTreeMap::new();
            for drawn in 0..1 << theirs {
                tape.set(watched.other(), drawn);
                let (frames, opened) = run::<Tiny<BITS>>(chain, &plan, &tape, both, watched).unwrap();
                *received.entry(opened).or_default().entry(frames).or_default() += 1;
            }
            // With its coin a rounding may open two things for one secret; each is compared by itself.
            for (opened, mut frames) in received {
                let all: u64 = frames.values().sum();
                frames.values_mut().for_each(|times| *times = *times * (1 << theirs) / all);
                if let Some((other, known)) = by_output.get(&opened) {
                    if *known != frames {
                        return Some(format!(
                            "{chain:?}, ring of {BITS} bits: {watched:?} with {own:?} can tell {other:?} from {secret:?}"
                        ));
                    }
                } else {
                    by_output.insert(opened, (secret, frames));
                }
            }
        }
    }
    None
}

/// The first leak in any chain.
fn leak() -> Option<String> {
    for watched in Seat::BOTH {
        for chain in Chain::SHORT {
            let found = leak_to::<2>(chain, watched, 12).or_else(|| leak_to::<3>(chain, watched, 2));
            if found.is_some() {
                return found;
            }
        }
        for chain in Chain::LONG {
            let found = leak_to::<2>(chain, watched, 6);
            if found.is_some() {
                return found;
            }
        }
        for chain in Chain::WIDE {
            let found = leak_to::<3>(chain, watched, 3);
            if found.is_some() {
                return found;
            }
        }
        for chain in Chain::COMPARING {
            let found = leak_to::<3>(chain, watched, 6)
                .or_else(|| if chain.is_short() { leak_to::<4>(chain, watched, 2) } else { None });
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

#[test]
fn nothing_that_a_seat_receives_tells_of_the_others_secrets() {
    assert_eq!(leak(), None);
}

#[cfg(feature = "faults")]
mod planted {
    use mpc::fault::{Fault, with};

    #[test]
    fn every_fault_in_the_draws_is_found() {
        for fault in [Fault::VectorReused, Fault::OutputReused, Fault::OutputZero, Fault::ShortMask] {
            let found = with(fault, super::leak);
            println!("{fault:?}: {found:?}");
            assert!(found.is_some(), "{fault:?} was not found");
        }
    }
}
