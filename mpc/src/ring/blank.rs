//! A ring without numbers, for the run that only writes down what would be done.

use super::Ring;

/// Takes no memory and says zero. Its width is that of the ring in which the plan will run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blank<const BITS: u32>;

impl<const WIDTH: u32> Ring for Blank<WIDTH> {
    const BITS: u32 = WIDTH;
    const BYTES: usize = (WIDTH as usize).div_ceil(8);

    fn of(_: i128) -> Self {
        Self
    }

    fn from_bits(_: u128) -> Self {
        Self
    }

    fn bits(self) -> u128 {
        0
    }

    fn signed(self) -> i128 {
        0
    }

    fn plus(self, _: Self) -> Self {
        Self
    }

    fn minus(self, _: Self) -> Self {
        Self
    }

    fn times(self, _: Self) -> Self {
        Self
    }

    fn floored(self, _: u32) -> Self {
        Self
    }
}
