//! How a number that was told is written: with the digits that its grid gives, and no more.

use super::Told;

/// Decimals at most: a float has no more that count.
const MOST: i32 = 15;

impl Told {
    /// One of its numbers, in the digits that were told.
    pub fn shown(&self, number: f64) -> String {
        shown(number, self.exponent)
    }
}

/// A whole number of steps of 2^`exponent`, written with the decimals that come nearest to that step: a grid of ⅛ has one
/// decimal, one of 2^-10 has three, and on one of 1024 only the thousands say something.
fn shown(number: f64, exponent: i32) -> String {
    let decimals = (f64::from(-exponent) * std::f64::consts::LOG10_2).round() as i32;
    let text = if decimals >= 0 {
        format!("{number:.*}", decimals.min(MOST) as usize)
    } else {
        let step = 10_f64.powi(-decimals);
        format!("{:.0}", (number / step).round() * step)
    };
    // What is rounded to nothing has no sign.
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|digit| matches!(digit, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_digits_of_its_grid() {
        for (number, exponent, right) in [
            // An error of a label with a deviation of 77: three digits of 128 are steps of ⅛.
            (55.125, -3, "55.1"),
            (55.0, -3, "55.0"),
            // R², in steps of 2^-10.
            (0.517_578_125, -10, "0.518"),
            (-0.25, -10, "-0.250"),
            // A coefficient, in steps of 2^-30.
            (0.321_605_000_645, -30, "0.321605001"),
            // A price in the hundred thousands: steps of 1024.
            (55_296.0, 10, "55000"),
            (1_048_576.0, 10, "1049000"),
            (7.0, 0, "7"),
            (-0.000_4, -10, "0.000"),
            (-400.0, 10, "0"),
        ] {
            assert_eq!(shown(number, exponent), right, "{number} in steps of 2^{exponent}");
        }
    }

    #[test]
    fn neighbours_on_a_grid_never_differ_by_more_than_is_shown() {
        for exponent in -40..40 {
            let step = 2_f64.powi(exponent);
            for at in [0_i32, 1, 7, 1_000] {
                let number = f64::from(at) * step;
                let read: f64 = shown(number, exponent).parse().unwrap();
                // Half of the last digit that is shown, which is at most √10 steps.
                assert!((read - number).abs() <= step * 1.6, "{number} is shown as {read}");
            }
        }
    }
}
