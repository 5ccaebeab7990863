//! How a score is counted. `BountyMarket.countCorrect` is the same rule in Solidity.

use protocol::labels::{LabelError, bits, packed_len};

/// Number of equal labels of two packed arrays; padding never counts.
///
/// Every bit pattern takes part, as on chain: two equal indices that name no class are equal. Whether labels are
/// valid is [`protocol::labels::unpack`]'s question.
///
/// # Errors
/// [`LabelError::Length`] when either array is not as long as `rows` labels are.
pub fn count_correct(truth: &[u8], predictions: &[u8], rows: u32, classes: u16) -> Result<u32, LabelError> {
    let expected = packed_len(rows, classes);
    for packed in [truth, predictions] {
        if packed.len() != expected {
            return Err(LabelError::Length { rows, classes, expected, found: packed.len() });
        }
    }
    let bits = bits(classes) as usize;
    let mask = ((1u16 << bits) - 1) as u8;
    let equal = |row: &u32| {
        let at = *row as usize * bits;
        let difference = truth[at / 8] ^ predictions[at / 8];
        (difference >> (8 - bits - at % 8)) & mask == 0
    };
    Ok((0..rows).filter(equal).count() as u32)
}

/// How many rows are so many per cent of all, rounded up. Per cents are taken to a millionth: 55 % of 200 rows are 110,
/// while 0.55 · 200 in binary fractions is more. What is no number, or below 0, is 0.
pub fn rows_of(percent: f64, rows: u32) -> u32 {
    const PARTS: u64 = 1_000_000;
    let parts = (percent.clamp(0.0, 100.0) * PARTS as f64).round() as u64;
    // At most all of them.
    (parts * u64::from(rows)).div_ceil(100 * PARTS) as u32
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use protocol::labels::pack;

    proptest! {
        #[test]
        fn equals_comparing_the_indices(
            classes in 2u16..=256,
            raw in prop::collection::vec((any::<u8>(), any::<u8>(), any::<bool>()), 1..300),
        ) {
            let truth: Vec<u8> = raw.iter().map(|r| (u16::from(r.0) % classes) as u8).collect();
            let guess: Vec<u8> =
                raw.iter().map(|r| if r.2 { (u16::from(r.0) % classes) as u8 } else { (u16::from(r.1) % classes) as u8 }).collect();
            let expected = truth.iter().zip(&guess).filter(|(t, g)| t == g).count() as u32;
            let counted = count_correct(
                &pack(&truth, classes).unwrap(), &pack(&guess, classes).unwrap(), truth.len() as u32, classes);
            prop_assert_eq!(counted, Ok(expected));
        }
    }

    #[test]
    fn per_cents_of_rows_are_counted_in_whole_numbers() {
        for rows in [1_u32, 3, 100, 200, 359, 4_294_967_295] {
            for percent in 0..=100_u32 {
                let expected = (u64::from(percent) * u64::from(rows)).div_ceil(100);
                assert_eq!(u64::from(rows_of(percent.into(), rows)), expected, "{percent} % of {rows}");
                let tenth = (u64::from(percent) * u64::from(rows)).div_ceil(1_000);
                assert_eq!(u64::from(rows_of(f64::from(percent) / 10.0, rows)), tenth, "{percent} ‰ of {rows}");
            }
        }
        assert_eq!((rows_of(f64::NAN, 10), rows_of(-1.0, 10), rows_of(1e9, 10)), (0, 0, 10));
    }

    #[test]
    fn padding_is_never_a_match() {
        assert_eq!(count_correct(&[0b1000_0000], &[0], 1, 2), Ok(0));
        assert_eq!(count_correct(&[0], &[0], 1, 2), Ok(1));
    }
}
