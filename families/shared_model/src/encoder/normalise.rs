//! Values to length 1.

use super::error::EncodeError;
use crate::lanes::ONE;

/// The largest size of a value before it is normalised: 10^8 in units of 10^-9. The squares of 4,096 of them still add
/// up within 128 bits.
pub const MAX_VALUE: i64 = 100_000_000_000_000_000;
/// Lengths below this are too coarse to divide by: rounding the root would show in the norm.
const FINE: u128 = 1_000_000;

/// Divides by the length: xᵢ · ONE / ⌊√Σx²⌋, cut off towards zero. The unit of the values does not matter; where all
/// are so small that their length is below 10^6, they are multiplied by 10^6 first.
///
/// The result is what the chain takes for length 1: cutting off loses less than 2·√n·10^-6 of the squared length, the
/// root less than 2·10^-6 of it, and the chain allows 10^-3.
///
/// # Errors
/// [`EncodeError::AllZero`]. Values beyond [`MAX_VALUE`] are taken as that.
pub fn normalise(values: &[i64]) -> Result<Vec<i32>, EncodeError> {
    let wide: Vec<i128> = values.iter().map(|value| i128::from((*value).clamp(-MAX_VALUE, MAX_VALUE))).collect();
    let length = |values: &[i128]| values.iter().map(|value| value.unsigned_abs().pow(2)).sum::<u128>().isqrt();
    let root = length(&wide);
    let (wide, root) = if root < FINE {
        let finer: Vec<i128> = wide.iter().map(|value| value * FINE as i128).collect();
        let root = length(&finer);
        (finer, root)
    } else {
        (wide, root)
    };
    if root == 0 {
        return Err(EncodeError::AllZero);
    }
    Ok(wide.iter().map(|value| (value * i128::from(ONE) / root as i128) as i32).collect())
}
