//! Eight floats at once, and where a float stands among four.

/// How many floats are handled at once.
pub(crate) const LANES: usize = 8;
/// Among how many a float is ranked at once.
pub(crate) const SORTED: usize = 4;

pub(crate) use eight::{Eight, below};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod eight {
    use core::arch::wasm32::{
        f32x4_add, f32x4_extract_lane, f32x4_gt, f32x4_mul, f32x4_ne, f32x4_pmax, f32x4_pmin, f32x4_splat,
        i32x4_bitmask, i32x4_trunc_sat_f32x4, v128, v128_bitselect, v128_or,
    };

    use bytemuck::cast;

    use super::{LANES, SORTED};

    #[derive(Clone, Copy)]
    pub(crate) struct Eight(v128, v128);

    impl Eight {
        #[inline(always)]
        pub(crate) fn splat(value: f32) -> Self {
            Self(f32x4_splat(value), f32x4_splat(value))
        }

        #[inline(always)]
        pub(crate) fn of(values: &[f32; LANES]) -> Self {
            let [low, high]: [[f32; LANES / 2]; 2] = cast(*values);
            Self(cast(low), cast(high))
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

        /// Rounded down to whole numbers, from 0 to `most`; 0 where it is NaN.
        #[inline(always)]
        pub(crate) fn whole(self, most: u16) -> [usize; LANES] {
            let (least, most) = (f32x4_splat(0.0), f32x4_splat(f32::from(most)));
            let one = |a| i32x4_trunc_sat_f32x4(f32x4_pmin(f32x4_pmax(a, least), most));
            let (a, b): ([u32; LANES / 2], [u32; LANES / 2]) = (cast(one(self.0)), cast(one(self.1)));
            [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]].map(|number| number as usize)
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

    /// How many of `sorted` are below `value`; none where it is NaN.
    #[inline(always)]
    pub(crate) fn below(sorted: &[f32; SORTED], value: f32) -> usize {
        i32x4_bitmask(f32x4_gt(f32x4_splat(value), cast(*sorted))).count_ones() as usize
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod eight {
    use std::array::from_fn;

    use super::{LANES, SORTED};

    #[derive(Clone, Copy)]
    pub(crate) struct Eight([f32; LANES]);

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

        /// Rounded down to whole numbers, from 0 to `most`; 0 where it is NaN.
        #[inline(always)]
        pub(crate) fn whole(self, most: u16) -> [usize; LANES] {
            self.0.map(|number| (number as usize).min(usize::from(most)))
        }

        #[inline(always)]
        pub(crate) fn numbers(self) -> [f32; LANES] {
            self.0
        }
    }

    /// How many of `sorted` are below `value`; none where it is NaN.
    #[inline(always)]
    pub(crate) fn below(sorted: &[f32; SORTED], value: f32) -> usize {
        sorted.iter().map(|&other| usize::from(other < value)).sum()
    }
}
