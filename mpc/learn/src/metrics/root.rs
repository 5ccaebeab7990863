//! Square roots on shares.

use mpc::{Arithmetic, Form, MpcError, Shape, Shared, SharedProduct, Wrap};

use crate::solve::{only, two};

/// Bits behind the point of numbers from which roots are taken, and of the roots.
pub(crate) const ROOT: u32 = 32;
/// Numbers are below 2^`HIGHEST`; below 2^`LOWEST` their root comes out too small.
const HIGHEST: i32 = 7;
const LOWEST: i32 = -24;
/// Steps until an inverse root that is right to a sixth is right to the last bit.
const STEPS: usize = 4;

/// The square root of each number from 0 to 128. Comparisons with the powers of two give an inverse root h that is right
/// to a sixth; then Goldschmidt's iteration: g → √x and h → 1 / (2√x) by r = ½ − g·h, g ← g + g·r, h ← h + h·r; at last g
/// is mended by h·(x − g²). 17 rounds.
pub(crate) async fn root<A: Arithmetic>(a: &mut A, numbers: &Shared<A::Ring>) -> Result<Shared<A::Ring>, MpcError> {
    let shape = numbers.shape();
    // Roots are below 2^4, inverse roots below 2^13.
    let (root_bound, inverse_bound) = (ROOT + 4, ROOT + 13);
    let x = numbers.clone().claim(ROOT + HIGHEST as u32);
    let mut inverse = guess(a, &x).await?.claim(inverse_bound);
    let root = each(a, &x, &inverse).await?.claim(2 * ROOT + 4);
    // h is half of the inverse root.
    let mut root = a.truncate(&root, ROOT - 1, Wrap::Silent)?.read_with(ROOT).claim(root_bound);
    let half = a.constant(shape, &vec![1 << (ROOT - 1); shape.len()], ROOT, ROOT)?;
    for _ in 0..STEPS {
        let product = each(a, &root, &inverse).await?.claim(2 * ROOT + 1);
        let rest = half.minus(&a.truncate(&product, ROOT, Wrap::Silent)?)?.claim(ROOT + 1);
        let [more_root, more_inverse] = two(a
            .products(&[
                SharedProduct { form: Form::Each, left: &root, right: &rest },
                SharedProduct { form: Form::Each, left: &inverse, right: &rest },
            ])
            .await?)?;
        let more_root = a.truncate(&more_root.claim(ROOT + root_bound), ROOT, Wrap::Silent)?;
        let more_inverse = a.truncate(&more_inverse.claim(ROOT + inverse_bound), ROOT, Wrap::Silent)?;
        root = root.plus(&more_root)?.claim(root_bound);
        inverse = inverse.plus(&more_inverse)?.claim(inverse_bound);
    }
    let square = each(a, &root, &root).await?;
    let missing = x.minus(&a.truncate(&square, ROOT, Wrap::Silent)?)?.claim(ROOT + HIGHEST as u32);
    let change = each(a, &inverse, &missing).await?.claim(2 * ROOT + 13);
    Ok(root.plus(&a.truncate(&change, ROOT, Wrap::Silent)?)?.claim(root_bound))
}

/// Half of an inverse root, right to a sixth: from the power of two below the number. 5 rounds.
async fn guess<A: Arithmetic>(a: &mut A, x: &Shared<A::Ring>) -> Result<Shared<A::Ring>, MpcError> {
    let Shape { count, rows, columns } = x.shape();
    let powers: Vec<i32> = (LOWEST + 1..HIGHEST).collect();
    let above = x.chosen((0..powers.len()).flat_map(|_| 0..count))?;
    let limits: Vec<i128> =
        powers.iter().flat_map(|power| vec![1_i128 << (ROOT as i32 + power); x.shape().len()]).collect();
    let limits = a.constant(above.shape(), &limits, ROOT, ROOT + HIGHEST as u32)?;
    let below = a.negative(&above.minus(&limits)?).await?;
    let below = a.numbers(&below).await?;
    // √(4/3) in the middle of numbers from 2^power to 2^(power + 1), halved.
    let guess =
        |power: i32| (2_f64.powi(ROOT as i32) * 0.5 * (4.0 / 3.0 / 2_f64.powi(power + 1)).sqrt()).round() as i128;
    let each = x.shape().len();
    let start = vec![guess(HIGHEST - 1); each];
    let mut sum = a.constant(x.shape(), &start, ROOT, ROOT + 13)?;
    for (index, power) in powers.into_iter().enumerate() {
        let bits = below.block(index * each..(index + 1) * each, 0..1)?.reshaped(Shape { count, rows, columns })?;
        let more = bits.times(guess(power - 1) - guess(power))?.read_with(ROOT);
        sum = sum.plus(&more)?.claim(ROOT + 13);
    }
    Ok(sum)
}

async fn each<A: Arithmetic>(
    a: &mut A,
    left: &Shared<A::Ring>,
    right: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    only(a.products(&[SharedProduct { form: Form::Each, left, right }]).await?)
}

#[cfg(test)]
mod tests {
    use mpc::{Plain, Shape};

    use super::*;
    use crate::fit::at_once;

    #[test]
    fn roots_are_those_of_floats_over_the_whole_range() {
        let values: Vec<f64> =
            (-240..=69).map(|tenth| 2_f64.powf(f64::from(tenth) / 10.0)).chain([0.0, 1.0, 4.0, 127.99]).collect();
        let mut plain = Plain::<u128>::new();
        let one = 2_f64.powi(ROOT as i32);
        let words = values.iter().map(|value| (value * one) as u128).collect();
        let numbers = Shared::new(Shape::stack(values.len(), 1, 1), words, ROOT, ROOT + 7).unwrap();
        let roots = at_once(root(&mut plain, &numbers)).unwrap();
        for (root, value) in roots.words().iter().zip(values) {
            let apart = (*root as i128 as f64 / one - value.sqrt()).abs();
            // The number itself has 32 bits behind the point, which small roots feel.
            assert!(apart < 3e-9 + 1.2e-9 / value.sqrt().clamp(1e-9, 1.0), "√{value} is {apart} off");
        }
    }
}
