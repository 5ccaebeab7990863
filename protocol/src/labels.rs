//! Packed labels: class indices in 1, 2, 4 or 8 bits each, first label in the highest bits, last byte padded with
//! zero bits.

/// Classes a bounty can have.
pub const CLASSES: std::ops::RangeInclusive<u16> = 2..=256;

/// Why bytes are not packed labels, or labels cannot be packed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    #[error("{rows} labels of {classes} classes take {expected} bytes, but there are {found}.")]
    Length { rows: u32, classes: u16, expected: usize, found: usize },
    #[error("Label {row} is class index {index}, but there are only {classes} classes (0 to {}).", classes - 1)]
    UnknownClass { row: u32, index: u8, classes: u16 },
    #[error("The padding after the last label is not zero.")]
    Padding,
}

/// Bits for one label: the least of 1, 2, 4, 8 that holds `classes` indices.
pub const fn bits(classes: u16) -> u32 {
    match classes {
        0..=2 => 1,
        3..=4 => 2,
        5..=16 => 4,
        _ => 8,
    }
}

/// Bytes that `rows` labels take.
pub const fn packed_len(rows: u32, classes: u16) -> usize {
    (rows as u64 * bits(classes) as u64).div_ceil(8) as usize
}

/// Packs class indices.
///
/// # Errors
/// [`LabelError::UnknownClass`] for an index that is not below `classes`.
pub fn pack(indices: &[u8], classes: u16) -> Result<Vec<u8>, LabelError> {
    let bits = bits(classes) as usize;
    let mut packed = vec![0u8; (indices.len() * bits).div_ceil(8)];
    for (row, &index) in indices.iter().enumerate() {
        if u16::from(index) >= classes {
            return Err(LabelError::UnknownClass { row: row as u32, index, classes });
        }
        let at = row * bits;
        packed[at / 8] |= index << (8 - bits - at % 8);
    }
    Ok(packed)
}

/// Reads `rows` class indices.
///
/// # Errors
/// [`LabelError`] when the length is wrong, an index names no class, or the padding is not zero.
pub fn unpack(packed: &[u8], rows: u32, classes: u16) -> Result<Vec<u8>, LabelError> {
    let expected = packed_len(rows, classes);
    if packed.len() != expected {
        return Err(LabelError::Length { rows, classes, expected, found: packed.len() });
    }
    let bits = bits(classes) as usize;
    let mask = ((1u16 << bits) - 1) as u8;
    let label = |row: usize| (packed[row * bits / 8] >> (8 - bits - row * bits % 8)) & mask;
    let mut indices = Vec::with_capacity(rows as usize);
    for row in 0..rows {
        let index = label(row as usize);
        if u16::from(index) >= classes {
            return Err(LabelError::UnknownClass { row, index, classes });
        }
        indices.push(index);
    }
    if (rows as usize..expected * 8 / bits).any(|row| label(row) != 0) {
        return Err(LabelError::Padding);
    }
    Ok(indices)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_label_is_in_the_highest_bits() {
        assert_eq!(pack(&[1, 0, 1], 2).unwrap(), [0b1010_0000]);
        assert_eq!(pack(&[3, 0, 1, 2, 3], 4).unwrap(), [0b1100_0110, 0b1100_0000]);
        assert_eq!(pack(&[9, 1, 15], 16).unwrap(), [0x91, 0xf0]);
        assert_eq!(pack(&[255, 0], 256).unwrap(), [255, 0]);
    }

    #[test]
    fn bits_are_the_least_that_hold_the_classes() {
        let cases = [(2, 1), (3, 2), (4, 2), (5, 4), (10, 4), (16, 4), (17, 8), (256, 8)];
        for (classes, expected) in cases {
            assert_eq!(bits(classes), expected, "{classes} classes");
        }
    }

    #[test]
    fn bad_bytes_are_named() {
        assert_eq!(pack(&[0, 10], 10), Err(LabelError::UnknownClass { row: 1, index: 10, classes: 10 }));
        assert_eq!(unpack(&[0xa0], 1, 10), Err(LabelError::UnknownClass { row: 0, index: 10, classes: 10 }));
        assert_eq!(unpack(&[0x01], 1, 10), Err(LabelError::Padding));
        assert!(matches!(unpack(&[0, 0], 1, 10), Err(LabelError::Length { expected: 1, found: 2, .. })));
    }

    proptest! {
        #[test]
        fn unpacking_gives_back_what_was_packed(classes in 2u16..=256, raw in prop::collection::vec(any::<u8>(), 0..300)) {
            let indices: Vec<u8> = raw.iter().map(|&b| (u16::from(b) % classes) as u8).collect();
            let packed = pack(&indices, classes).unwrap();
            prop_assert_eq!(packed.len(), packed_len(indices.len() as u32, classes));
            prop_assert_eq!(unpack(&packed, indices.len() as u32, classes).unwrap(), indices);
        }
    }
}
