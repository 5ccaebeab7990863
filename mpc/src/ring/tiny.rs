//! Rings so small that a test can try every number a protocol could draw.

use super::Ring;

/// Numbers modulo 2^`BITS` with `BITS` from 2 to 7: the protocol runs over them as it does over the large rings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tiny<const BITS: u32>(u8);

impl<const WIDTH: u32> Ring for Tiny<WIDTH> {
    const BITS: u32 = WIDTH;
    const BYTES: usize = 1;

    fn of(value: i128) -> Self {
        Self::from_bits(value as u128)
    }

    fn from_bits(bits: u128) -> Self {
        Self((bits & ((1 << WIDTH) - 1)) as u8)
    }

    fn bits(self) -> u128 {
        self.0.into()
    }

    fn signed(self) -> i128 {
        let value = i128::from(self.0);
        if value >> (WIDTH - 1) == 1 { value - (1 << WIDTH) } else { value }
    }

    fn plus(self, other: Self) -> Self {
        Self::from_bits(self.bits() + other.bits())
    }

    fn minus(self, other: Self) -> Self {
        Self::from_bits(self.bits().wrapping_sub(other.bits()))
    }

    fn times(self, other: Self) -> Self {
        Self::from_bits(self.bits() * other.bits())
    }

    fn floored(self, by: u32) -> Self {
        Self::of(self.signed() >> by)
    }
}
