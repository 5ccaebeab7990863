//! Exponential, logarithm and softmax from additions and products only, so that they give the same bits natively and
//! in wasm; the functions of the platform's library need not.

/// eˣ, to 2 units in the last place; 0 below -87.3 (where f32 becomes subnormal), and at most e⁸⁸.
pub fn exp(x: f32) -> f32 {
    // Cody and Waite: x = n·ln 2 + r, with ln 2 in two parts; polynomial of Cephes' `expf` for r in ±ln 2 / 2.
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³: adding it leaves no fraction.
    let clamped = x.clamp(-87.3, 88.0);
    let n = (clamped * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let r = clamped - n * 0.693_359_4;
    let r = r + n * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    let fraction = p * r * r + r + 1.0;
    let power = f32::from_bits(((n as i32 + 127) as u32) << 23);
    if x < -87.3 { 0.0 } else { fraction * power }
}

/// ln x of a positive, normal number.
pub fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) as i64 - 1023) as f64;
    let mut m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    if m > std::f64::consts::SQRT_2 {
        m *= 0.5;
        exponent += 1.0;
    }
    // ln m = 2 artanh s, |s| ≤ 0.172, so that 11 terms reach the last place.
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for k in (0..11).rev() {
        sum = sum * square + 1.0 / f64::from(2 * k + 1);
    }
    exponent * std::f64::consts::LN_2 + 2.0 * s * sum
}

/// Makes scores of one row to probabilities, and yields the cross-entropy of `label` in nats.
pub fn softmax(row: &mut [f32], label: usize) -> f64 {
    let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let above = f64::from(highest) - f64::from(row.get(label).copied().unwrap_or(highest));
    let mut sum = 0.0;
    for score in row.iter_mut() {
        *score = exp(*score - highest);
        sum += *score;
    }
    let scale = 1.0 / sum;
    row.iter_mut().for_each(|score| *score *= scale);
    ln(f64::from(sum)) + above
}

/// Position of the highest, the first of equals.
pub fn highest(row: &[f32]) -> usize {
    let mut best = 0;
    for (at, score) in row.iter().enumerate() {
        if *score > row[best] {
            best = at;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn exp_and_ln_are_those_of_f64() {
        let mut x = -87.0_f32;
        while x < 88.0 {
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) / exact - 1.0).abs() < 3e-7, "exp({x}) = {} for {exact}", exp(x));
            x += 0.0137;
        }
        assert_eq!((exp(0.0), exp(-200.0), exp(f32::NEG_INFINITY)), (1.0, 0.0, 0.0));
        for k in 1..5_000 {
            let x = f64::from(k).powi(3) * 1e-6;
            assert!((ln(x) - x.ln()).abs() <= 1e-14 * x.ln().abs().max(1.0), "ln({x})");
        }
    }

    #[test]
    fn softmax_adds_up_to_one_and_tells_the_loss() {
        let mut row = [1.0, 3.0, 1000.0, 998.0];
        let loss = softmax(&mut row, 3);
        let expected = (1.0 + (-2.0_f64).exp()).ln() + 2.0;
        assert!((loss - expected).abs() < 1e-6, "{loss} for {expected}");
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!(highest(&row), 2);
        assert_eq!(highest(&[0.2, 0.4, 0.4]), 1);
    }
}
