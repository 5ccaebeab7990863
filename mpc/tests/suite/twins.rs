//! The protocol against its plain twin on random plans: equal where the plan says so, within what it plans elsewhere.

use std::collections::BTreeMap;

use mpc::{
    Arithmetic, Form, MpcError, Owned, OwnedProduct, Plain, Planner, Ring, Seat, Shape, Shared, SharedProduct, Wrap,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore as _, SeedableRng as _};

use crate::support::{Bytes, by_both, owned, ready, seed};

/// What a random plan does, step by step; numbers are places in the list of what was made so far.
#[derive(Clone, Debug)]
enum Step {
    Own(usize),
    OwnedProduct(usize, usize),
    Cross,
    Product(usize, usize),
    Each(usize, usize),
    Sum(usize, usize),
    Difference(usize, usize),
    Times(usize, i128),
    Turn(usize),
    Truncate(usize, u32),
    Round(usize, u32),
    Signs(usize),
}

const SIZE: usize = 3;
const FRAC: u32 = 8;

struct Case {
    matrices: [Owned; 2],
    steps: Vec<Step>,
}

/// Opens everything that it makes: the numbers, and by how much each may differ.
async fn go<A: Arithmetic>(a: &mut A, case: &Case) -> Result<Vec<(Vec<i128>, f64)>, MpcError> {
    let [first, second] = &case.matrices;
    let owned = [first, second];
    a.hide(&owned).await?;
    let mut made: Vec<Shared<A::Ring>> = Vec::new();
    for step in &case.steps {
        let next = match *step {
            Step::Own(seat) => a.own(owned[seat], Shape::matrix(SIZE, SIZE), FRAC, 14, |values| {
                values.iter().map(|&value| i128::from(value)).collect()
            })?,
            Step::OwnedProduct(seat, right) => {
                let (form, left, right) = (Form::Turned, owned[seat], &made[right]);
                a.owned_products(&[OwnedProduct { form, left, right }]).await?.remove(0)
            }
            Step::Cross => a.cross(Form::Groups(vec![SIZE]), first, second).await?,
            Step::Product(left, right) => {
                let (form, left, right) = (Form::Product, &made[left], &made[right]);
                a.products(&[SharedProduct { form, left, right }]).await?.remove(0)
            }
            Step::Each(left, right) => {
                let (form, left, right) = (Form::Each, &made[left], &made[right]);
                a.products(&[SharedProduct { form, left, right }]).await?.remove(0)
            }
            Step::Sum(left, right) => made[left].plus(&made[right])?,
            Step::Difference(left, right) => made[left].minus(&made[right])?,
            Step::Times(of, factor) => made[of].times(factor)?,
            Step::Turn(of) => made[of].transposed(),
            Step::Truncate(of, by) => a.truncate(&made[of], by, Wrap::Silent)?,
            Step::Round(of, by) => a.round(&made[of], by).await?,
            Step::Signs(of) => {
                let bits = a.negative(&made[of]).await?;
                a.numbers(&bits).await?.reshaped(made[of].shape())?
            }
        };
        made.push(next);
    }
    let mut opened = Vec::with_capacity(made.len());
    for numbers in &made {
        opened.push((a.open(numbers).await?, numbers.deviation()));
    }
    Ok(opened)
}

/// Steps that a plan accepts: those that it refuses (numbers too large, scales that differ) are drawn again.
fn random(stream: &mut ChaCha20Rng, known: &Case) -> Vec<Step> {
    let mut steps = vec![Step::Own(0), Step::Own(1)];
    let mut exact = vec![true, true];
    while steps.len() < 14 {
        let any = |stream: &mut ChaCha20Rng| stream.next_u32() as usize % steps.len();
        let (left, right) = (any(stream), any(stream));
        let next = match stream.next_u32() % 12 {
            0 => Step::OwnedProduct(0, left),
            1 => Step::OwnedProduct(1, left),
            2 => Step::Cross,
            3 => Step::Product(left, right),
            4 => Step::Each(left, right),
            5 => Step::Sum(left, right),
            6 => Step::Difference(left, right),
            7 => Step::Times(left, i128::from(stream.next_u32() % 2000) - 1000),
            8 => Step::Turn(left),
            9 => Step::Truncate(left, 1 + stream.next_u32() % 12),
            10 => Step::Round(left, 1 + stream.next_u32() % 12),
            // The sign of a number that may differ may differ.
            _ if exact[left] => Step::Signs(left),
            _ => continue,
        };
        steps.push(next);
        let case = Case { matrices: known.matrices.clone(), steps: steps.clone() };
        match ready(go(&mut Planner::<128>::new(), &case)) {
            Ok(planned) => exact = planned[..steps.len()].iter().map(|(_, deviation)| *deviation == 0.0).collect(),
            Err(_) => {
                steps.pop();
            }
        }
    }
    steps
}

#[test]
fn random_plans_give_what_their_plain_twin_gives() {
    let seed = seed();
    let mut stream = ChaCha20Rng::seed_from_u64(seed);
    let mut seen = BTreeMap::new();
    for round in 0..60 {
        let known = Case { matrices: Seat::BOTH.map(|seat| owned(seat, "m", None)), steps: Vec::new() };
        let steps = random(&mut stream, &known);
        let values =
            [0, 1].map(|_| (0..SIZE * SIZE).map(|_| i64::from(stream.next_u32() as i32 >> 19)).collect::<Vec<_>>());
        let at = |seats: &[Seat]| Case {
            matrices: Seat::BOTH.map(|seat| {
                let own = &values[usize::from(seat == Seat::Second)];
                owned(seat, "m", seats.contains(&seat).then_some(own))
            }),
            steps: steps.clone(),
        };
        let mut planner = Planner::<128>::new();
        let planned = ready(go(&mut planner, &at(&[]))).unwrap();
        let plain = ready(go(&mut Plain::<u128>::new(), &at(&Seat::BOTH))).unwrap();
        let ran =
            by_both::<u128, _>(planner.finish(), Bytes::of(round), async |seat, pair| go(pair, &at(&[seat])).await);
        let [first, second] = ran.succeeded();
        for (((plain, planned), (first, second)), step) in
            plain.iter().zip(&planned).zip(first.iter().zip(&second)).zip(&steps)
        {
            assert_eq!(first, second);
            assert_eq!(planned.1, plain.1);
            for (twin, pair) in plain.0.iter().zip(&first.0) {
                let apart = (twin - pair).unsigned_abs() as f64;
                assert!(apart <= planned.1, "seed {seed}: {step:?} is {apart} apart, planned {}: {steps:?}", planned.1);
            }
            let kind = format!("{step:?}").split('(').next().unwrap().to_owned();
            *seen.entry(kind).or_insert(0) += 1;
        }
    }
    println!("{seen:?}");
    assert_eq!(seen.len(), 12, "every step comes: {seen:?}");
}

/// Numbers at every edge: signs, roundings and what they are told apart by.
#[test]
fn signs_and_roundings_are_right_at_the_edges() {
    fn edges(bound: u32) -> Vec<i128> {
        let most = (1_i128 << bound) - 1;
        vec![0, 1, -1, 2, -2, most, -most, most - 1, 1 - most, most / 2, -most / 2, 255, 256, 257, -255, -256, -257]
    }
    async fn both<A: Arithmetic>(a: &mut A, numbers: &Shared<A::Ring>) -> Result<(Vec<bool>, Vec<i128>), MpcError> {
        let signs = a.negative(numbers).await?;
        let signs = a.open_bits(&signs).await?;
        let rounded = a.round(numbers, 8).await?;
        Ok((signs, a.open(&rounded).await?))
    }
    fn check<R: Ring, const BITS: u32>(bound: u32) {
        let edges = edges(bound);
        let shape = Shape::vector(edges.len());
        let mut planner = Planner::<BITS>::new();
        let blank = Shared::new(shape, vec![mpc::Blank; edges.len()], 8, bound).unwrap();
        ready(both(&mut planner, &blank)).unwrap();
        let ran = by_both::<R, _>(planner.finish(), Bytes::of(9), async |seat, pair| {
            // Shares that wrap round as far as they can.
            let share = |(at, &edge): (usize, &i128)| {
                let mask = R::of((at as i128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128 as i128));
                if seat == Seat::First { mask } else { R::of(edge).minus(mask) }
            };
            let shared = Shared::new(shape, edges.iter().enumerate().map(share).collect(), 8, bound)?;
            both(pair, &shared).await
        });
        for seat in ran.seats {
            let (signs, rounded) = seat.unwrap();
            for (at, &edge) in edges.iter().enumerate() {
                assert_eq!(signs[at], edge < 0, "sign of {edge} of {bound} bits");
                assert!((0..=1).contains(&(rounded[at] - (edge >> 8))), "{edge} rounded to {}", rounded[at]);
                assert!(edge & 255 != 0 || rounded[at] == edge >> 8, "{edge} needs no rounding");
            }
        }
    }
    for bound in [9, 30, 61, 62] {
        check::<u64, 64>(bound);
    }
    for bound in [9, 62, 63, 64, 125, 126] {
        check::<u128, 128>(bound);
    }
}
