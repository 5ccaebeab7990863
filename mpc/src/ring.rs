//! Whole numbers modulo a power of two: what shares are made of.

mod blank;
mod tiny;

pub use blank::Blank;
pub use tiny::Tiny;

use std::fmt::Debug;

/// A number modulo 2^`BITS`, read as signed where its size matters: from −2^(BITS−1) up to 2^(BITS−1), exclusive.
pub trait Ring: Copy + Debug + Default + PartialEq + Eq + 'static {
    const BITS: u32;
    /// Bytes of one number in a frame.
    const BYTES: usize;

    /// The number that is `value` modulo 2^BITS.
    fn of(value: i128) -> Self;
    /// The number with these bits; those above BITS are dropped.
    fn from_bits(bits: u128) -> Self;
    /// The bits, the others zero.
    fn bits(self) -> u128;
    /// The number, read as signed.
    fn signed(self) -> i128;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// `self` divided by 2^`by`, rounded down; read as signed.
    fn floored(self, by: u32) -> Self;

    fn negated(self) -> Self {
        Self::default().minus(self)
    }

    /// The bits moved down by `by`; read as unsigned.
    fn shifted_down(self, by: u32) -> Self {
        Self::from_bits(if by >= Self::BITS { 0 } else { self.bits() >> by })
    }

    fn shifted_up(self, by: u32) -> Self {
        Self::from_bits(if by >= Self::BITS { 0 } else { self.bits() << by })
    }

    /// The highest bit.
    fn top(self) -> bool {
        self.bits() >> (Self::BITS - 1) & 1 == 1
    }

    /// The lowest `bits` bits.
    fn low(self, bits: u32) -> Self {
        Self::from_bits(if bits >= Self::BITS { self.bits() } else { self.bits() & ((1 << bits) - 1) })
    }
}

macro_rules! machine_ring {
    ($unsigned:ty, $signed:ty) => {
        impl Ring for $unsigned {
            const BITS: u32 = <$unsigned>::BITS;
            const BYTES: usize = size_of::<$unsigned>();

            #[inline]
            fn of(value: i128) -> Self {
                value as Self
            }

            #[inline]
            fn from_bits(bits: u128) -> Self {
                bits as Self
            }

            #[inline]
            fn bits(self) -> u128 {
                self as u128
            }

            #[inline]
            fn signed(self) -> i128 {
                self as $signed as i128
            }

            #[inline]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            #[inline]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }

            #[inline]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }

            #[inline]
            fn floored(self, by: u32) -> Self {
                ((self as $signed) >> by.min(Self::BITS - 1)) as Self
            }
        }
    };
}

machine_ring!(u64, i64);
machine_ring!(u128, i128);

#[cfg(test)]
mod tests {
    use super::*;

    /// The same laws in every ring, against 128-bit arithmetic.
    fn laws<R: Ring>(values: &[i128]) {
        let modulus = |value: i128| R::from_bits(value as u128);
        for &a in values {
            assert_eq!(R::of(a), modulus(a));
            assert_eq!(R::of(R::of(a).signed()), R::of(a));
            for &b in values {
                assert_eq!(R::of(a).plus(R::of(b)), modulus(a.wrapping_add(b)));
                assert_eq!(R::of(a).minus(R::of(b)), modulus(a.wrapping_sub(b)));
                assert_eq!(R::of(a).times(R::of(b)), modulus(a.wrapping_mul(b)));
            }
            for by in 0..R::BITS {
                assert_eq!(R::of(a).floored(by).signed(), R::of(a).signed() >> by);
                assert_eq!(R::of(a).shifted_down(by).bits(), R::of(a).bits() >> by);
            }
            assert_eq!(R::of(a).top(), R::of(a).signed() < 0);
        }
    }

    #[test]
    fn rings_are_arithmetic_modulo_a_power_of_two() {
        let edges: Vec<i128> = (0..126).flat_map(|bit| [(1_i128 << bit) - 1, 1 << bit, -(1 << bit) - 3]).collect();
        laws::<u64>(&edges);
        laws::<u128>(&edges);
        let all: Vec<i128> = (-20..20).collect();
        laws::<Tiny<2>>(&all);
        laws::<Tiny<3>>(&all);
        laws::<Tiny<4>>(&all);
    }
}
