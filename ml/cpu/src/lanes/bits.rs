//! One bit for each of 128 rows at once.

/// How many bits are handled at once.
pub(crate) const BITS: usize = 128;
/// The bytes of so many bits, the first bit lowest in the first byte.
pub(crate) const BYTES: usize = BITS / 8;

pub(crate) use many::Bits;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod many {
    use core::arch::wasm32::{
        i8x16, i8x16_add, i8x16_eq, i8x16_splat, i8x16_sub, i8x16_swizzle, i64x2_splat, v128, v128_and, v128_andnot,
        v128_or,
    };

    use bytemuck::cast;

    use super::{BITS, BYTES};

    #[derive(Clone, Copy)]
    pub(crate) struct Bits(v128);

    impl Bits {
        #[inline(always)]
        pub(crate) fn of(bytes: &[u8; BYTES]) -> Self {
            Self(cast(*bytes))
        }

        #[inline(always)]
        pub(crate) fn bytes(self) -> [u8; BYTES] {
            cast(self.0)
        }

        #[inline(always)]
        pub(crate) fn none() -> Self {
            Self(i64x2_splat(0))
        }

        #[inline(always)]
        pub(crate) fn all() -> Self {
            Self(i64x2_splat(-1))
        }

        #[inline(always)]
        pub(crate) fn and(self, other: Self) -> Self {
            Self(v128_and(self.0, other.0))
        }

        #[inline(always)]
        pub(crate) fn without(self, other: Self) -> Self {
            Self(v128_andnot(self.0, other.0))
        }

        #[inline(always)]
        pub(crate) fn or(self, other: Self) -> Self {
            Self(v128_or(self.0, other.0))
        }

        /// The number that the bits of each row write, those of the first plane highest.
        #[inline(always)]
        pub(crate) fn numbers(planes: &[Self], numbers: &mut [u8; BITS]) {
            let each = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
            let mut from = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
            for numbers in numbers.chunks_exact_mut(16) {
                let written = planes.iter().fold(i8x16_splat(0), |at, plane| {
                    let bit = v128_and(i8x16_swizzle(plane.0, from), each);
                    // A yes is -1.
                    i8x16_sub(i8x16_add(at, at), i8x16_eq(bit, each))
                });
                numbers.copy_from_slice(&cast::<v128, [u8; 16]>(written));
                from = i8x16_add(from, i8x16_splat(2));
            }
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod many {
    use super::{BITS, BYTES};

    #[derive(Clone, Copy)]
    pub(crate) struct Bits(u128);

    impl Bits {
        #[inline(always)]
        pub(crate) fn of(bytes: &[u8; BYTES]) -> Self {
            Self(u128::from_le_bytes(*bytes))
        }

        #[inline(always)]
        pub(crate) fn bytes(self) -> [u8; BYTES] {
            self.0.to_le_bytes()
        }

        #[inline(always)]
        pub(crate) fn none() -> Self {
            Self(0)
        }

        #[inline(always)]
        pub(crate) fn all() -> Self {
            Self(u128::MAX)
        }

        #[inline(always)]
        pub(crate) fn and(self, other: Self) -> Self {
            Self(self.0 & other.0)
        }

        #[inline(always)]
        pub(crate) fn without(self, other: Self) -> Self {
            Self(self.0 & !other.0)
        }

        #[inline(always)]
        pub(crate) fn or(self, other: Self) -> Self {
            Self(self.0 | other.0)
        }

        /// The number that the bits of each row write, those of the first plane highest.
        #[inline(always)]
        pub(crate) fn numbers(planes: &[Self], numbers: &mut [u8; BITS]) {
            numbers.fill(0);
            for plane in planes {
                let bytes = plane.bytes();
                for (row, number) in numbers.iter_mut().enumerate() {
                    *number = *number << 1 | bytes[row / 8] >> (row % 8) & 1;
                }
            }
        }
    }
}
