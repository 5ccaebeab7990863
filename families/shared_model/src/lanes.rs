//! Lanes: signed 24-bit numbers, ten to a storage word. Weights, counts and dense samples are made of them.
//!
//! A word is 30 bytes, big-endian, its first lane most significant. On chain it is the low 240 bits of a storage slot.

/// The unit of dense values and perceptron weights: this many are 1.0.
pub const ONE: i32 = 1_000_000;
/// The least that a lane holds.
pub const MIN: i32 = -(1 << 23);
/// The most that a lane holds. Counts stay there.
pub const MAX: i32 = (1 << 23) - 1;
/// Bytes of a lane.
pub const LANE_BYTES: usize = 3;
/// Lanes in a word.
pub const PER_WORD: usize = 10;
/// Bytes of a word.
pub const WORD_BYTES: usize = PER_WORD * LANE_BYTES;
/// What the squares of a dense sample must add up to, within [`NORM_TOLERANCE`]: 1.0 squared.
pub const NORM: u64 = 1_000_000_000_000;
/// See [`NORM`].
pub const NORM_TOLERANCE: u64 = 1_000_000_000;

/// The nearest value that a lane holds.
pub const fn clamp(value: i64) -> i32 {
    if value > MAX as i64 {
        MAX
    } else if value < MIN as i64 {
        MIN
    } else {
        value as i32
    }
}

/// A lane from its three bytes.
pub const fn from_bytes([a, b, c]: [u8; LANE_BYTES]) -> i32 {
    i32::from_be_bytes([a, b, c, 0]) >> 8
}

/// The three bytes of a value that a lane holds; what lies above 24 bits is cut off.
pub const fn to_bytes(value: i32) -> [u8; LANE_BYTES] {
    let [_, a, b, c] = value.to_be_bytes();
    [a, b, c]
}

/// Lanes from bytes; one or two bytes left at the end are not looked at.
pub fn read(bytes: &[u8]) -> Vec<i32> {
    bytes.as_chunks::<LANE_BYTES>().0.iter().map(|lane| from_bytes(*lane)).collect()
}

/// Bytes of lanes.
pub fn write(lanes: &[i32]) -> Vec<u8> {
    lanes.iter().flat_map(|lane| to_bytes(*lane)).collect()
}

/// The sum of the squares of lanes.
pub fn squared_norm(lanes: &[i32]) -> u64 {
    lanes.iter().map(|lane| lane.unsigned_abs() as u64 * lane.unsigned_abs() as u64).sum()
}

/// Whether a dense sample is as long as 1.0, near enough for the chain.
pub fn is_unit(lanes: &[i32]) -> bool {
    squared_norm(lanes).abs_diff(NORM) <= NORM_TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_twos_complement_big_endian() {
        let cases: [(i32, [u8; 3]); 6] = [
            (0, [0, 0, 0]),
            (1, [0, 0, 1]),
            (-1, [0xff, 0xff, 0xff]),
            (ONE, [0x0f, 0x42, 0x40]),
            (MAX, [0x7f, 0xff, 0xff]),
            (MIN, [0x80, 0, 0]),
        ];
        for (value, bytes) in cases {
            assert_eq!(to_bytes(value), bytes);
            assert_eq!(from_bytes(bytes), value);
        }
        let all = cases.map(|(value, _)| value);
        assert_eq!(read(&write(&all)), all);
    }

    #[test]
    fn values_beyond_a_lane_stay_at_its_ends() {
        assert_eq!(clamp(i64::from(MAX) + 1), MAX);
        assert_eq!(clamp(i64::from(MIN) - 1), MIN);
        assert_eq!(clamp(i64::MAX), MAX);
        assert_eq!(clamp(-5), -5);
    }

    #[test]
    fn the_norm_is_one_within_a_thousandth_of_its_square() {
        assert!(is_unit(&[ONE]));
        assert!(is_unit(&[-600_000, 800_000]));
        // 10^12 + 10^9 and one more than that, as the squares of two numbers.
        assert_eq!(squared_norm(&[1_000_499, 1_414]), 1_001_000_248_397);
        assert!(!is_unit(&[1_000_499, 1_414]));
        assert!(is_unit(&[1_000_499, 0]));
        assert!(!is_unit(&[0]));
        assert_eq!(squared_norm(&[MIN; 4_096]), 4_096 << 46);
    }
}
