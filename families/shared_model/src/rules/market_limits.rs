//! What `MarketModel` takes, to be known before anything is paid. A posted market shows the chain nothing but hashes of its
//! test set. What is too large or too dear is refused only at the reveal, and a bounty whose test set cannot be revealed is
//! burned when the time is over.

use std::ops::RangeInclusive;

use crate::{
    lanes,
    sample::{Sample, SampleError},
    shape::{Form, Shape},
};

/// Pieces of a test set: `MarketModel.MIN_PIECES` to `MAX_PIECES`.
pub const PIECES: RangeInclusive<usize> = 3..=16;
/// Contributions to a market, at most `MarketModel.MAX_CONTRIBUTIONS`.
pub const CONTRIBUTIONS: RangeInclusive<u16> = 1..=256;
/// Seconds for commitments, for showing, for revealing: `MarketModel.MIN_WINDOW` to `MAX_WINDOW`.
pub const WINDOW: RangeInclusive<u32> = 600..=2_592_000;
/// Most gas that counting a piece uses: `MarketModel.MAX_COUNT_GAS`.
pub const MAX_COUNT_GAS: u64 = 6_000_000;
/// Most words that counting a piece of a sparse model reads: `MarketModel.MAX_PIECE_WORDS`.
pub const MAX_PIECE_WORDS: usize = 1_428;
/// Most bytes of a piece: `MarketModel.MAX_PIECE_BYTES`.
pub const MAX_PIECE_BYTES: usize = 65_000;

/// Bytes of a row before its sample: label and length of the sample.
const ROW_BYTES: usize = 4;
/// Bytes of a feature of a sparse sample.
const FEATURE_BYTES: usize = 3;
/// Gas of a transaction before it does anything, and of each byte of its call data.
const TRANSACTION_GAS: u64 = 21_000;
const ZERO_BYTE_GAS: u64 = 4;
const BYTE_GAS: u64 = 16;

/// Why a piece of a test set could never be revealed. Pieces are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PieceError {
    #[error("Piece {piece} has no rows. Choose fewer pieces, or more rows.")]
    Empty { piece: usize },
    #[error(
        "Piece {piece} has {} bytes; at most {} can be revealed. Choose more pieces, or fewer or shorter rows.",
        grouped(*bytes),
        grouped(*most)
    )]
    TooLarge { piece: usize, bytes: usize, most: usize },
    #[error(
        "Counting piece {piece} uses more gas than the {} that a reveal may use. Choose more pieces, or fewer or shorter rows.",
        grouped(MAX_COUNT_GAS as usize)
    )]
    TooDear { piece: usize },
    #[error("A row of piece {piece} is cut off. Choose the test set again.")]
    CutOff { piece: usize },
    #[error(
        "A row of piece {piece} is of class {label}, and the model has {classes}, counted from 0. Change its label."
    )]
    UnknownLabel { piece: usize, label: u16, classes: u16 },
    #[error("The model does not take a row of piece {piece}: {why}")]
    Sample { piece: usize, why: SampleError },
}

/// Most bytes of a piece for a model of this shape. A feature of a sparse model is three bytes of a row, and reads a word for
/// each ten classes that there can be.
pub fn most_piece_bytes(shape: &Shape) -> usize {
    match shape.kind.form() {
        Form::Dense => MAX_PIECE_BYTES,
        Form::Sparse => MAX_PIECE_WORDS * FEATURE_BYTES / usize::from(shape.capacity).div_ceil(lanes::PER_WORD),
    }
}

/// Whether the rows of a piece, which is the `piece`-th from 1 on, can be revealed to a model that has so many classes; but for
/// the gas of counting them, which the chain is asked about ([`stand_in`], [`gas_to_count`]).
///
/// # Errors
/// [`PieceError`]
pub fn check_piece(shape: &Shape, classes: u16, piece: usize, rows: &[u8]) -> Result<(), PieceError> {
    if rows.is_empty() {
        return Err(PieceError::Empty { piece });
    }
    let (bytes, most) = (rows.len(), most_piece_bytes(shape));
    if bytes > most {
        return Err(PieceError::TooLarge { piece, bytes, most });
    }
    let mut rest = rows;
    while !rest.is_empty() {
        let (label, sample) = next_row(&mut rest).ok_or(PieceError::CutOff { piece })?;
        if label >= classes {
            return Err(PieceError::UnknownLabel { piece, label, classes });
        }
        Sample::parse(shape, sample).map_err(|why| PieceError::Sample { piece, why })?;
    }
    Ok(())
}

/// Rows that cost no less to count than these, and tell of them only how many there are and how long each is. Whoever runs the
/// node that is asked could otherwise teach for a test that nobody should know. Of a sparse model each feature reads a word of
/// its own as far as there are words, which is the dearest.
pub fn stand_in(shape: &Shape, rows: &[u8]) -> Vec<u8> {
    let (mut rest, mut told) = (rows, Vec::with_capacity(rows.len()));
    let mut first = 0;
    while let Some((_, sample)) = next_row(&mut rest) {
        let other = match shape.kind.form() {
            Form::Dense => {
                let mut values = vec![0; sample.len() / lanes::LANE_BYTES];
                if let Some(first) = values.first_mut() {
                    *first = lanes::ONE;
                }
                Sample::Dense(values)
            }
            Form::Sparse => spread(shape, sample.len() / FEATURE_BYTES, &mut first),
        };
        let bytes = other.to_bytes();
        told.extend([0, 0]);
        told.extend((bytes.len() as u16).to_be_bytes());
        told.extend(bytes);
    }
    told
}

/// So many features, each in a word of its own where there are as many, from word `first` on, which moves behind them.
fn spread(shape: &Shape, many: usize, first: &mut usize) -> Sample {
    let all = shape.features as usize;
    let per_word = shape.features_per_word().max(1);
    let words = all.div_ceil(per_word);
    let in_order = (0..per_word).flat_map(|lane| (0..words).map(move |word| (word, lane)));
    let moved = in_order.map(|(word, lane)| (*first + word) % words * per_word + lane);
    let mut features: Vec<u32> =
        moved.filter(|feature| *feature < all).take(many).map(|feature| feature as u32).collect();
    features.sort_unstable();
    *first = (*first + many) % words;
    Sample::Sparse(features)
}

/// The gas of an `eth_call` that counts a piece, so that it fails where the reveal would be refused as too dear. What call data
/// costs a transaction comes on top: the contract does not see it. Calling through a clone keeps a 64th back, which is more than
/// what the market's own call of its classifier adds.
pub fn gas_to_count(call: &[u8]) -> u64 {
    let data: u64 = call.iter().map(|byte| if *byte == 0 { ZERO_BYTE_GAS } else { BYTE_GAS }).sum();
    MAX_COUNT_GAS + TRANSACTION_GAS + data
}

/// Label and sample of the row that `rest` begins with; `None` where it is cut off.
fn next_row<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let ([l0, l1, n0, n1], after) = rest.split_first_chunk::<ROW_BYTES>()?;
    let (sample, after) = after.split_at_checked(u16::from_be_bytes([*n0, *n1]).into())?;
    *rest = after;
    Some((u16::from_be_bytes([*l0, *l1]), sample))
}

/// `4,284`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::ClassifierKind;

    fn shape(kind: ClassifierKind, features: u32, capacity: u16) -> Shape {
        Shape { kind, features, capacity, classes: 2, setting: 1, headers: vec![1, 1] }
    }

    fn row(label: u16, sample: &Sample) -> Vec<u8> {
        let bytes = sample.to_bytes();
        [&label.to_be_bytes()[..], &(bytes.len() as u16).to_be_bytes(), &bytes].concat()
    }

    #[test]
    fn a_piece_of_long_texts_is_refused_before_anything_is_paid() {
        let ten = shape(ClassifierKind::NaiveBayes, 5_000, 10);
        // 16 rows of 4 and 3 · 100 bytes: 4,864.
        let words: Vec<u32> = (0..100).collect();
        let piece = row(0, &Sample::Sparse(words)).repeat(16);
        let refused = check_piece(&ten, 2, 2, &piece).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "Piece 2 has 4,864 bytes; at most 4,284 can be revealed. Choose more pieces, or fewer or shorter rows."
        );
        assert_eq!(check_piece(&ten, 2, 2, &piece[..304 * 14]), Ok(()));
        // Two words a feature from eleven classes on.
        let eleven = shape(ClassifierKind::NaiveBayes, 5_000, 11);
        assert_eq!(most_piece_bytes(&eleven), 2_142);
        assert_eq!(most_piece_bytes(&shape(ClassifierKind::DenseCentroid, 100, 64)), 65_000);
    }

    #[test]
    fn a_row_that_the_model_does_not_take_is_found() {
        let shape = shape(ClassifierKind::SparseCentroid, 12, 2);
        let check = |rows: &[u8]| check_piece(&shape, 2, 1, rows);
        assert_eq!(check(&[]), Err(PieceError::Empty { piece: 1 }));
        let good = row(1, &Sample::Sparse(vec![3, 11]));
        assert_eq!(check(&good), Ok(()));
        assert_eq!(check(&good[..good.len() - 1]), Err(PieceError::CutOff { piece: 1 }));
        let other = row(2, &Sample::Sparse(vec![3]));
        assert_eq!(check(&other), Err(PieceError::UnknownLabel { piece: 1, label: 2, classes: 2 }));
        let beyond = [good.clone(), row(0, &Sample::Sparse(vec![12]))].concat();
        assert!(matches!(check(&beyond), Err(PieceError::Sample { piece: 1, .. })));
    }

    #[test]
    fn a_stand_in_has_the_same_lengths_and_none_of_the_rows() {
        let sparse = shape(ClassifierKind::NaiveBayes, 50, 5);
        let rows = [
            row(1, &Sample::Sparse(vec![1, 2, 3])),
            row(1, &Sample::Sparse((0..30).collect())),
            row(1, &Sample::Sparse(vec![40])),
        ];
        let told = stand_in(&sparse, &rows.concat());
        assert_eq!(told.len(), rows.concat().len());
        assert_eq!(check_piece(&sparse, 2, 1, &told), Ok(()));
        // 25 words of two features each: 3, then 25 of the next 30.
        let mut rest = told.as_slice();
        let mut lengths = Vec::new();
        while let Some((label, sample)) = next_row(&mut rest) {
            let Ok(Sample::Sparse(features)) = Sample::parse(&sparse, sample) else { panic!("no features") };
            let words: std::collections::BTreeSet<_> = features.iter().map(|feature| feature / 2).collect();
            lengths.push((label, features.len(), words.len()));
        }
        assert_eq!(lengths, [(0, 3, 3), (0, 30, 25), (0, 1, 1)]);
        let dense = shape(ClassifierKind::DenseCentroid, 3, 2);
        let told = stand_in(&dense, &row(1, &Sample::Dense(vec![0, lanes::ONE, 0])).repeat(2));
        assert_eq!(told, row(0, &Sample::Dense(vec![lanes::ONE, 0, 0])).repeat(2));
    }
}
