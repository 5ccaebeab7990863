//! Logarithms of whole numbers in fixed point with 32 fractional bits, and products too long for a machine word.
//!
//! Every step rounds down the way the contract does, so the results are equal to the last bit.

/// Fractional bits of a logarithm.
pub const FRACTION_BITS: u32 = 32;

/// Floor of log₂ of a number ≥ 1 in units of 2⁻³², but for what 32 squarings of a 64-bit mantissa lose: at most one
/// unit. 0 is taken as 1.
pub fn log2(value: u128) -> u64 {
    let value = value.max(1);
    let exponent = value.ilog2();
    // In [2^63, 2^64): the value without its power of two.
    let mut mantissa = if exponent > 63 { value >> (exponent - 63) } else { value << (63 - exponent) } as u64;
    let mut log = u64::from(exponent);
    for _ in 0..FRACTION_BITS {
        // Squaring doubles the logarithm; what passes 2, at bit 127 of the square, is its next bit.
        let square = u128::from(mantissa) * u128::from(mantissa);
        let bit = (square >> 127) as u64;
        mantissa = (square >> (63 + bit)) as u64;
        log = log << 1 | bit;
    }
    log
}

/// A product of many factors: up to 192 bits, and how many words of 64 follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Product {
    /// The lowest first.
    limbs: [u64; 3],
    dropped: u32,
}

impl Product {
    /// The empty product.
    pub const ONE: Self = Self { limbs: [1, 0, 0], dropped: 0 };

    /// Multiplies. What then has more than 192 bits loses its last 64.
    pub fn times(self, factor: u64) -> Self {
        let mut carry = 0;
        let limbs = self.limbs.map(|limb| {
            let product = u128::from(limb) * u128::from(factor) + carry;
            carry = product >> 64;
            product as u64
        });
        match carry as u64 {
            0 => Self { limbs, dropped: self.dropped },
            top => Self { limbs: [limbs[1], limbs[2], top], dropped: self.dropped + 1 },
        }
    }

    /// Its logarithm, as [`log2`] takes it.
    pub fn log2(self) -> u64 {
        // The first 64 bits decide; two limbs hold them, wherever the highest bit of the upper one is.
        let [low, middle, high] = self.limbs;
        let (upper, lower, below) = match (high, middle) {
            (0, 0) => (low, 0, 0),
            (0, _) => (middle, low, 1),
            _ => (high, middle, 2),
        };
        let value = u128::from(upper) << 64 | u128::from(lower);
        // `value` counts one limb too many.
        log2(value) + (u64::from(self.dropped + below) << (FRACTION_BITS + 6)) - (64 << FRACTION_BITS)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNIT: f64 = (1u64 << FRACTION_BITS) as f64;

    #[test]
    fn powers_of_two_are_exact() {
        for exponent in 0u32..128 {
            assert_eq!(log2(1 << exponent), u64::from(exponent) << FRACTION_BITS);
        }
        assert_eq!(log2(u128::MAX), (128u64 << FRACTION_BITS) - 1);
    }

    #[test]
    fn log2_of_three_to_the_last_bit() {
        // log2(3) = 1.58496250072115618145..., times 2^32 = 6807362105.98...
        assert_eq!(log2(3), 6_807_362_105);
    }

    proptest! {
        #[test]
        fn agrees_with_floating_point(value in 1u128.., shift in 0u32..127) {
            let value = (value >> shift).max(1);
            let expected = (value as f64).log2();
            let found = log2(value) as f64 / UNIT;
            prop_assert!((found - expected).abs() < 1e-9, "{value}: {found}, not {expected}");
        }

        #[test]
        fn never_decreases(value in 1u128..u128::MAX, step in 0u128..1_000_000) {
            prop_assert!(log2(value.saturating_add(step)) >= log2(value));
        }

        #[test]
        fn a_product_has_the_sum_of_the_logarithms(factors in prop::collection::vec(1u64..1 << 44, 1..1_024)) {
            let product = factors.iter().fold(Product::ONE, |product, factor| product.times(*factor));
            let expected: f64 = factors.iter().map(|factor| (*factor as f64).log2()).sum();
            prop_assert!((product.log2() as f64 / UNIT - expected).abs() < 1e-6);
        }

        #[test]
        fn short_products_are_exact(factors in prop::collection::vec(1u64..1 << 40, 3)) {
            let product = factors.iter().fold(Product::ONE, |product, factor| product.times(*factor));
            let expected = factors.iter().map(|factor| u128::from(*factor)).product::<u128>();
            prop_assert_eq!(product.limbs, [expected as u64, (expected >> 64) as u64, 0]);
            prop_assert_eq!((product.dropped, product.log2()), (0, log2(expected)));
        }
    }
}
