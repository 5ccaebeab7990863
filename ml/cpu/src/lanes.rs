//! Eight numbers at once, said outright: the program for browsers is linked for size, and then no loop becomes vector
//! instructions by itself. Elsewhere these are plain loops.

/// How many numbers are handled at once.
pub(crate) const LANES: usize = 8;

pub(crate) use eight::{Choice, Eight};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod eight {
    use core::arch::wasm32::{
        f32x4_add, f32x4_extract_lane, f32x4_gt, f32x4_le, f32x4_mul, f32x4_ne, f32x4_splat, i32x4_extract_lane,
        i32x4_shl, i32x4_splat, i32x4_sub, v128, v128_bitselect, v128_load, v128_or,
    };

    use super::LANES;

    #[derive(Clone, Copy)]
    pub(crate) struct Eight(v128, v128);

    /// Yes or no for each lane.
    #[derive(Clone, Copy)]
    pub(crate) struct Choice(v128, v128);

    impl Eight {
        #[inline(always)]
        pub(crate) fn splat(value: f32) -> Self {
            Self(f32x4_splat(value), f32x4_splat(value))
        }

        #[inline(always)]
        pub(crate) fn of(values: &[f32; LANES]) -> Self {
            let (low, high) = values.split_at(LANES / 2);
            // SAFETY: each half is borrowed and has the 16 bytes that are read; v128.load needs no alignment. The browser
            // tests of app/workers/models run networks and trees through here and compare them with other engines.
            unsafe { Self(v128_load(low.as_ptr().cast()), v128_load(high.as_ptr().cast())) }
        }

        /// `self + a * b`, rounded twice.
        #[inline(always)]
        pub(crate) fn plus_product(self, a: Self, b: Self) -> Self {
            Self(f32x4_add(self.0, f32x4_mul(a.0, b.0)), f32x4_add(self.1, f32x4_mul(a.1, b.1)))
        }

        /// The larger of each two; a NaN of `other` counts as larger.
        #[inline(always)]
        pub(crate) fn larger(self, other: Self) -> Self {
            let one = |a, b| v128_bitselect(b, a, v128_or(f32x4_gt(b, a), f32x4_ne(b, b)));
            Self(one(self.0, other.0), one(self.1, other.1))
        }

        /// Which are at most `bound`; NaN is not.
        #[inline(always)]
        pub(crate) fn at_most(self, bound: f32) -> Choice {
            let bound = f32x4_splat(bound);
            Choice(f32x4_le(self.0, bound), f32x4_le(self.1, bound))
        }

        #[inline(always)]
        pub(crate) fn numbers(self) -> [f32; LANES] {
            let Self(a, b) = self;
            [
                f32x4_extract_lane::<0>(a),
                f32x4_extract_lane::<1>(a),
                f32x4_extract_lane::<2>(a),
                f32x4_extract_lane::<3>(a),
                f32x4_extract_lane::<0>(b),
                f32x4_extract_lane::<1>(b),
                f32x4_extract_lane::<2>(b),
                f32x4_extract_lane::<3>(b),
            ]
        }
    }

    impl Choice {
        /// `yes` where it is yes, else `no`.
        #[inline(always)]
        pub(crate) fn of(self, yes: Self, no: Self) -> Self {
            Self(v128_bitselect(yes.0, no.0, self.0), v128_bitselect(yes.1, no.1, self.1))
        }

        /// Positions in a complete tree after going down three levels from 1 by these choices; yes is the second child.
        #[inline(always)]
        pub(crate) fn positions(first: Self, second: Self, third: Self) -> [u32; LANES] {
            // A yes is -1.
            let one = |a, b, c| {
                let at = i32x4_sub(i32x4_splat(2), a);
                let at = i32x4_sub(i32x4_shl(at, 1), b);
                i32x4_sub(i32x4_shl(at, 1), c)
            };
            let (a, b) = (one(first.0, second.0, third.0), one(first.1, second.1, third.1));
            [
                i32x4_extract_lane::<0>(a) as u32,
                i32x4_extract_lane::<1>(a) as u32,
                i32x4_extract_lane::<2>(a) as u32,
                i32x4_extract_lane::<3>(a) as u32,
                i32x4_extract_lane::<0>(b) as u32,
                i32x4_extract_lane::<1>(b) as u32,
                i32x4_extract_lane::<2>(b) as u32,
                i32x4_extract_lane::<3>(b) as u32,
            ]
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod eight {
    use std::array::from_fn;

    use super::LANES;

    #[derive(Clone, Copy)]
    pub(crate) struct Eight([f32; LANES]);

    /// Yes or no for each lane.
    #[derive(Clone, Copy)]
    pub(crate) struct Choice([bool; LANES]);

    impl Eight {
        #[inline(always)]
        pub(crate) fn splat(value: f32) -> Self {
            Self([value; LANES])
        }

        #[inline(always)]
        pub(crate) fn of(values: &[f32; LANES]) -> Self {
            Self(*values)
        }

        /// `self + a * b`, rounded twice.
        #[inline(always)]
        pub(crate) fn plus_product(self, a: Self, b: Self) -> Self {
            Self(from_fn(|i| self.0[i] + a.0[i] * b.0[i]))
        }

        /// The larger of each two; a NaN of `other` counts as larger.
        #[inline(always)]
        pub(crate) fn larger(self, other: Self) -> Self {
            Self(from_fn(|i| if other.0[i] > self.0[i] || other.0[i].is_nan() { other.0[i] } else { self.0[i] }))
        }

        /// Which are at most `bound`; NaN is not.
        #[inline(always)]
        pub(crate) fn at_most(self, bound: f32) -> Choice {
            Choice(from_fn(|i| self.0[i] <= bound))
        }

        #[inline(always)]
        pub(crate) fn numbers(self) -> [f32; LANES] {
            self.0
        }
    }

    impl Choice {
        /// `yes` where it is yes, else `no`.
        #[inline(always)]
        pub(crate) fn of(self, yes: Self, no: Self) -> Self {
            Self(from_fn(|i| if self.0[i] { yes.0[i] } else { no.0[i] }))
        }

        /// Positions in a complete tree after going down three levels from 1 by these choices; yes is the second child.
        #[inline(always)]
        pub(crate) fn positions(first: Self, second: Self, third: Self) -> [u32; LANES] {
            from_fn(|i| 8 + 4 * u32::from(first.0[i]) + 2 * u32::from(second.0[i]) + u32::from(third.0[i]))
        }
    }
}
