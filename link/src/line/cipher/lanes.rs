//! Four words at once, said outright: the program for browsers is linked in passes that turn no loop into vector instructions.
//! Elsewhere, where only tests come here, these are plain loops.

#[cfg(target_feature = "simd128")]
use std::arch::wasm32::{
    i8x16_shuffle, i32x4_shuffle, u32x4, u32x4_add, u32x4_shl, u32x4_shr, u32x4_splat, u64x2, u64x2_extract_lane, v128,
    v128_or, v128_xor,
};

/// Four words.
#[derive(Clone, Copy)]
pub(super) struct Four(Inside);

#[cfg(target_feature = "simd128")]
type Inside = v128;
#[cfg(not(target_feature = "simd128"))]
type Inside = [u32; 4];

#[cfg(target_feature = "simd128")]
impl Four {
    /// 0, 1, 2, 3.
    pub const COUNTED: Self = Self(u32x4(0, 1, 2, 3));

    pub fn all(word: u32) -> Self {
        Self(u32x4_splat(word))
    }

    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        Self(u32x4_add(self.0, other.0))
    }

    #[inline(always)]
    pub fn differs(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0))
    }

    /// To the left.
    #[inline(always)]
    pub fn rotated<const BITS: u32>(self) -> Self {
        Self(match BITS {
            // Whole bytes move in one instruction.
            16 => i8x16_shuffle::<2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13>(self.0, self.0),
            8 => i8x16_shuffle::<3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14>(self.0, self.0),
            _ => v128_or(u32x4_shl(self.0, BITS), u32x4_shr(self.0, 32 - BITS)),
        })
    }

    /// Rows to columns.
    #[inline(always)]
    pub fn turned([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let low = |one: Self, other: Self| i32x4_shuffle::<0, 4, 1, 5>(one.0, other.0);
        let high = |one: Self, other: Self| i32x4_shuffle::<2, 6, 3, 7>(one.0, other.0);
        let (ab, cd, ab_high, cd_high) = (low(a, b), low(c, d), high(a, b), high(c, d));
        [
            Self(i32x4_shuffle::<0, 1, 4, 5>(ab, cd)),
            Self(i32x4_shuffle::<2, 3, 6, 7>(ab, cd)),
            Self(i32x4_shuffle::<0, 1, 4, 5>(ab_high, cd_high)),
            Self(i32x4_shuffle::<2, 3, 6, 7>(ab_high, cd_high)),
        ]
    }

    /// The first 16 bytes of `from`, with these words over them, to the first of `to`.
    #[inline(always)]
    pub fn over(self, from: &[u8], to: &mut [u8]) {
        let (Some((low, from)), Some((low_to, to))) = (from.split_first_chunk(), to.split_first_chunk_mut()) else {
            return;
        };
        let (Some(high), Some(high_to)) = (from.first_chunk(), to.first_chunk_mut()) else { return };
        let done = v128_xor(self.0, u64x2(u64::from_le_bytes(*low), u64::from_le_bytes(*high)));
        *low_to = u64x2_extract_lane::<0>(done).to_le_bytes();
        *high_to = u64x2_extract_lane::<1>(done).to_le_bytes();
    }
}

#[cfg(not(target_feature = "simd128"))]
impl Four {
    /// 0, 1, 2, 3.
    pub const COUNTED: Self = Self([0, 1, 2, 3]);

    pub fn all(word: u32) -> Self {
        Self([word; 4])
    }

    pub fn plus(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane].wrapping_add(other.0[lane])))
    }

    pub fn differs(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] ^ other.0[lane]))
    }

    /// To the left.
    pub fn rotated<const BITS: u32>(self) -> Self {
        Self(self.0.map(|word| word.rotate_left(BITS)))
    }

    /// Rows to columns.
    pub fn turned(rows: [Self; 4]) -> [Self; 4] {
        std::array::from_fn(|column| Self(rows.map(|row| row.0[column])))
    }

    /// The first 16 bytes of `from`, with these words over them, to the first of `to`.
    pub fn over(self, from: &[u8], to: &mut [u8]) {
        let words = self.0.into_iter().flat_map(u32::to_le_bytes);
        for ((to, from), word) in to.iter_mut().zip(from).zip(words) {
            *to = from ^ word;
        }
    }
}
