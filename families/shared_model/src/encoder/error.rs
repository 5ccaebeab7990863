//! Why an original cannot be encoded, and why there can be no such encoder.

use dataset::shown;

use super::{
    MAX_BUCKETS, MAX_SIDE, MAX_VOCABULARY_BYTES, MAX_VOCABULARY_WORDS,
    decimal::DecimalError,
    original::{MAX_ORIGINAL, OriginalKind},
};
use crate::{sample::MAX_LISTED, shape::DENSE_FEATURES};

/// Why an original has no sample: what is wrong, and what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    #[error("This model takes {expected}, not {found}.")]
    WrongKind { expected: &'static str, found: &'static str },
    #[error("There are {found} numbers, but the model has {expected} columns; give one number a column.")]
    WrongColumns { found: usize, expected: usize },
    /// `column` from 1.
    #[error("Column {column} (“{}”) is “{}”. {why}", shown(name), shown(text))]
    NotANumber { column: usize, name: String, text: String, why: DecimalError },
    #[error(
        "Column {column} (“{}”) is too large for this model after scaling; its size may be 100,000,000.",
        shown(name)
    )]
    NumberTooLarge { column: usize, name: String },
    #[error(
        "Column {column} (“{}”) is “{}”, which is no whole number; this model takes numbers as they are.",
        shown(name),
        shown(text)
    )]
    NotWhole { column: usize, name: String, text: String },
    #[error(
        "The squares of the numbers add up to {squared_norm} instead of 10^12; this model takes numbers of length 1 as they are."
    )]
    NotUnit { squared_norm: u64 },
    #[error(
        "All numbers are zero (or average, where the model scales them), so there is no direction; change at least one."
    )]
    AllZero,
    #[error("The text has no word that this model knows. Write a longer one, or other words.")]
    NoKnownWord,
    #[error("The picture is empty; draw something.")]
    EmptyPicture,
    #[error("None of the features that this model uses is in it; give it something else.")]
    NothingLeft,
    #[error(
        "The text has {found} different words that the model knows; at most {MAX_LISTED} are possible. Shorten it."
    )]
    TooManyFeatures { found: usize },
    #[error("The text has {bytes} bytes; at most {MAX_ORIGINAL} are possible. Shorten it.")]
    TextTooLong { bytes: usize },
    #[error("The picture has {found} pixels, but the model takes {side} × {side}. Scale it to that size.")]
    ImageSize { found: usize, side: u16 },
    #[error("Pixel {position} has the value {value}; this model's pixels go from 0 to {brightest}.")]
    TooBright { position: usize, value: u8, brightest: u8 },
}

impl EncodeError {
    /// The same of a row of a table, where nobody types or draws: what is wrong, without what to type instead.
    pub fn of_row(&self) -> String {
        match self {
            Self::AllZero => {
                "All its numbers are zero (or average, where the model scales them), so there is no direction.".into()
            }
            Self::NoKnownWord => "It has no word that this model knows.".into(),
            Self::EmptyPicture => "Its picture is empty.".into(),
            Self::NothingLeft => "None of the features that this model uses is in it.".into(),
            other => other.to_string(),
        }
    }

    /// What is said where a sparse sample would be empty.
    pub(super) fn nothing_in(kind: OriginalKind) -> Self {
        match kind {
            OriginalKind::Text => Self::NoKnownWord,
            OriginalKind::Image { .. } => Self::EmptyPicture,
            OriginalKind::Numbers { .. } => Self::NothingLeft,
        }
    }
}

/// Why there can be no encoder of this description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    #[error("The encoder has no columns; name at least one.")]
    NoColumns,
    #[error("The encoder has {found} columns; a model of numbers has at most {}.", DENSE_FEATURES.end())]
    TooManyColumns { found: usize },
    #[error("Two columns are called “{}”; rename one of them.", shown(name))]
    SameColumn { name: String },
    #[error("Words can be hashed into 1 to {MAX_BUCKETS} features, not into {found}.")]
    Buckets { found: u32 },
    #[error("The vocabulary is empty; give it one word a line.")]
    EmptyVocabulary,
    #[error(
        "The vocabulary has {found} words; at most {MAX_VOCABULARY_WORDS} are possible. Keep the most frequent ones, or choose hashed words, which need no vocabulary."
    )]
    TooManyWords { found: usize },
    #[error(
        "The vocabulary has {bytes} bytes; at most {MAX_VOCABULARY_BYTES} are possible. Keep the most frequent words, or choose hashed words, which need no vocabulary."
    )]
    VocabularyTooLarge { bytes: u64 },
    #[error("The vocabulary is not text in UTF-8; save it as plain text, one word a line.")]
    VocabularyNotText,
    /// `position` from 1: the line of a file, or the place in a list.
    #[error(
        "Word {position} of the vocabulary, “{}”, is not one word in lower case; texts are split into lower-case letters and digits with inner apostrophes.",
        shown(word)
    )]
    NotAWord { position: usize, word: String },
    #[error("Word {position} of the vocabulary, “{}”, is there twice; remove one.", shown(word))]
    SameWord { position: usize, word: String },
    #[error("Pictures have 1 to {MAX_SIDE} pixels a side, not {found}.")]
    Side { found: u16 },
    #[error("The brightest pixel must be at least 1.")]
    NoBrightness,
    #[error("A pixel counts from {threshold} on, but the brightest one is {brightest}; choose 1 to {brightest}.")]
    Threshold { threshold: u8, brightest: u8 },
    #[error("The encoder keeps no feature; choose at least one.")]
    EmptySubset,
    #[error("The kept features must increase; the one at position {position} does not.")]
    SubsetNotIncreasing { position: usize },
    #[error("The encoder keeps feature {index}, but there are only {features}.")]
    SubsetOutOfRange { index: u32, features: u32 },
    #[error("A choice of features of a choice of features is not possible; choose once.")]
    NestedSubset,
}
