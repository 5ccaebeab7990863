//! A receiver that is the helper knows every draw. From shares that were not drawn anew it solves for the rows of both
//! owners, by lattice reduction; from released ones it cannot.

use mpc::{
    Arithmetic, Dealer, Form, MatrixName, MpcError, Operation, Owned, OwnedProduct, Planner, Ring, Seat, Shape, Shared,
    draw::{At, Draws, Seed, Seeded, Use},
};

use crate::support::{Bytes, by_both, ready};

const ROWS: usize = 40;
/// Bits of a cell.
const CELL: u32 = 20;

fn owned(seat: Seat, values: Option<Vec<i64>>) -> Owned {
    let (name, shape) = (MatrixName::of(&["column"]), Shape::vector(ROWS));
    match values {
        Some(values) => Owned::here(name, seat, shape, 16, CELL, values).unwrap(),
        None => Owned::elsewhere(name, seat, shape, 16, CELL),
    }
}

/// Sums of both owners' cells, each times a shared weight, released: this seat's words.
async fn sums<A: Arithmetic>(
    a: &mut A,
    [first, second]: &[Owned; 2],
    weights: &[Shared<A::Ring>; 2],
) -> Result<Vec<A::Ring>, MpcError> {
    a.hide(&[first, second]).await?;
    let form = Form::Product;
    let both = a
        .owned_products(&[
            OwnedProduct { form: form.clone(), left: first, right: &weights[0] },
            OwnedProduct { form, left: second, right: &weights[1] },
        ])
        .await?;
    let released = a.release(&both[0].plus(&both[1])?, 10).await?;
    Ok(released.words().to_vec())
}

fn cells(seat: Seat) -> Vec<i64> {
    let start = if seat == Seat::First { 3 } else { 8 };
    let half = 1 << (CELL - 1);
    (0..ROWS as i64).map(|row| (start + row * 786_433) * 1_299_709 % (2 * half) - half).collect()
}

fn weights<R: Ring>(share: impl Fn(i128, usize) -> R) -> [Shared<R>; 2] {
    [(9_000_001, 0), (-23_456_789, 1)]
        .map(|(weight, at)| Shared::new(Shape::matrix(1, 1), vec![share(weight, at)], 16, 26).unwrap())
}

/// The part of the cells that the helper finds as the receiver of both seats' words.
fn found() -> f64 {
    let mut planner = Planner::<128>::new();
    ready(sums(&mut planner, &Seat::BOTH.map(|seat| owned(seat, None)), &weights(|_, _| mpc::Blank))).unwrap();
    let plan = planner.finish();
    let bytes = Bytes::of(1);
    let ran = by_both::<u128, _>(plan.clone(), bytes, async |seat, pair| {
        let matrices = Seat::BOTH.map(|owner| owned(owner, (owner == seat).then(|| cells(owner))));
        let mask = |at: usize| 0x0123_4567_89ab_cdef_0f1e_2d3c_4b5a_6978_u128.wrapping_mul(at as u128 * 2 + 3);
        let share =
            |weight: i128, at| if seat == Seat::First { mask(at) } else { (weight as u128).wrapping_sub(mask(at)) };
        sums(pair, &matrices, &weights(share)).await
    });
    let shares = ran.succeeded();

    // From here on only what the helper has: the plan, the seeds, and the words that it received as the receiver.
    let draws = bytes.seeds.map(|seed| Seeded::new(&Seed::new(seed), &bytes.run));
    let dealer = Dealer::<u128, _>::new(&plan, [&draws[0], &draws[1]]);
    let steps: Vec<u32> = (0..plan.steps.len() as u32)
        .filter(|&step| matches!(plan.steps[step as usize], Operation::Owned { .. }))
        .collect();
    let vector = |seat: usize, step| draws[seat].words::<u128>(At::Step(step, Use::Vector), 1)[0];
    // The first seat's half of what was dealt.
    let half = |step| match dealer.deal(step) {
        Some((Seat::First, frame)) => {
            frame[4..].as_chunks::<16>().0.iter().map(|word| u128::from_le_bytes(*word)).collect::<Vec<_>>()
        }
        _ => draws[0].words(At::Step(step, Use::Output), ROWS),
    };
    let (v_first, v_second) = (vector(1, steps[0]), vector(0, steps[1]));
    let (z, z_other) = (half(steps[0]), half(steps[1]));
    let u_second = draws[1].words::<u128>(At::Mask(MatrixName::of(&["column"])), ROWS);
    let by = 32 - 10;
    let mut right = 0;
    for row in 0..ROWS {
        // The share was x·(w − v) + z + (y + u)·v′ + z′: what is left is −x·v + y·v′, and x·w, which is small.
        let known = z[row].wrapping_add(z_other[row]).wrapping_add(u_second[row].wrapping_mul(v_second));
        let target = (shares[0][row] << by).wrapping_sub(known);
        let (x, y) = nearest(v_first.wrapping_neg(), v_second, target);
        right += usize::from(x == cells(Seat::First)[row].into()) + usize::from(y == cells(Seat::Second)[row].into());
    }
    right as f64 / (2 * ROWS) as f64
}

/// Small x and y with a·x + b·y near `target` modulo 2^128: a reduced lattice and the nearest plane.
fn nearest(a: u128, b: u128, target: u128) -> (i128, i128) {
    // The lowest bits are noise; without them everything fits.
    let cut = 12;
    let (modulus, weight) = (1_i128 << (128 - cut), 1_i128 << 28);
    let part = |word: u128| (word >> cut) as i128;
    let mut basis = [[modulus, 0, 0], [part(a), weight, 0], [part(b), 0, weight]];
    reduce(&mut basis);
    let orthogonal = gram_schmidt(&basis);
    let mut rest = [part(target) as f64, 0.0, 0.0];
    let mut exact = [part(target), 0, 0];
    // Floats see the whole of the quotients in the third pass.
    for index in (0..3).rev().cycle().take(9) {
        let times = (dot(&rest, &orthogonal[index]) / dot(&orthogonal[index], &orthogonal[index])).round();
        for place in 0..3 {
            exact[place] -= times as i128 * basis[index][place];
            rest[place] = exact[place] as f64;
        }
    }
    (-exact[1] / weight, -exact[2] / weight)
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn gram_schmidt(basis: &[[i128; 3]; 3]) -> [[f64; 3]; 3] {
    let mut orthogonal = basis.map(|row| row.map(|cell| cell as f64));
    for index in 0..3 {
        for before in 0..index {
            let times = dot(&orthogonal[index], &orthogonal[before]) / dot(&orthogonal[before], &orthogonal[before]);
            let along = orthogonal[before];
            orthogonal[index].iter_mut().zip(along).for_each(|(cell, along)| *cell -= times * along);
        }
    }
    orthogonal
}

/// Lenstra, Lenstra and Lovász, in three dimensions.
fn reduce(basis: &mut [[i128; 3]; 3]) {
    let mut index = 1;
    while index < 3 {
        for before in (0..index).rev() {
            // As often as floats need to see the whole of the quotient.
            for _ in 0..8 {
                let orthogonal = gram_schmidt(basis);
                let row = basis[index].map(|cell| cell as f64);
                let times = (dot(&row, &orthogonal[before]) / dot(&orthogonal[before], &orthogonal[before])).round();
                if times == 0.0 {
                    break;
                }
                let along = basis[before];
                basis[index].iter_mut().zip(along).for_each(|(cell, along)| *cell -= times as i128 * along);
            }
        }
        let orthogonal = gram_schmidt(basis);
        let row = basis[index].map(|cell| cell as f64);
        let along = dot(&row, &orthogonal[index - 1]) / dot(&orthogonal[index - 1], &orthogonal[index - 1]);
        let (own, last) =
            (dot(&orthogonal[index], &orthogonal[index]), dot(&orthogonal[index - 1], &orthogonal[index - 1]));
        if own >= (0.75 - along * along) * last {
            index += 1;
        } else {
            basis.swap(index, index - 1);
            index = (index - 1).max(1);
        }
    }
}

#[test]
fn a_receiver_that_is_the_helper_finds_no_cells_in_released_shares() {
    let found = found();
    assert!(found < 0.05, "{found} of the cells");
}

#[cfg(feature = "faults")]
#[test]
fn planted_shares_that_are_not_drawn_anew_give_it_all_cells() {
    let found = mpc::fault::with(mpc::fault::Fault::NoReshare, found);
    assert!(found > 0.99, "{found} of the cells");
}
