//! Columns of decimal numbers, each moved and scaled, then normalised.

use serde::{Deserialize, Serialize};

use super::{
    Encoder, Features,
    decimal::Decimal,
    error::{EncodeError, SpecError},
    normalise::MAX_VALUE,
    original::{Original, OriginalKind},
};
use crate::shape::{DENSE_FEATURES, Form};

/// A column: what becomes of a number in it is (number − offset) · scale.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NumberColumn {
    /// As in the header of the table.
    pub name: String,
    /// Taken off first.
    #[serde(default)]
    pub offset: Decimal,
    /// Multiplied with then.
    #[serde(default = "unscaled")]
    pub scale: Decimal,
}

fn unscaled() -> Decimal {
    Decimal::ONE
}

/// Digits that a fitted offset or scale keeps.
const FITTED_DIGITS: usize = 4;

/// Offsets and scales that give each column mean 0 and standard deviation 1, rounded to four digits. A column that is
/// always the same is only moved to 0. Cells that are no numbers do not count.
pub fn fit_columns(names: &[String], rows: &[Vec<String>]) -> Vec<NumberColumn> {
    let column = |(at, name): (usize, &String)| {
        let numbers: Vec<f64> = rows
            .iter()
            .filter_map(|row| row.get(at)?.parse::<Decimal>().ok())
            .map(|decimal| decimal.0 as f64 / Decimal::ONE.0 as f64)
            .collect();
        let count = numbers.len().max(1) as f64;
        let mean = numbers.iter().sum::<f64>() / count;
        let deviation = (numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count).sqrt();
        let scale = if deviation > 0.0 { Decimal::rounded(1.0 / deviation, FITTED_DIGITS) } else { Decimal::ONE };
        NumberColumn { name: name.clone(), offset: Decimal::rounded(mean, FITTED_DIGITS), scale }
    };
    names.iter().enumerate().map(column).collect()
}

/// Digits of a number in a made-up row.
const SHOWN_DIGITS: usize = 6;

/// A row that is encoded to a sample again, but for rounding; `values` in units of 10^-6, as in a sample. A sample does not
/// say how long its row was, so the row is as long as usual: the root of the number of columns, since their numbers have
/// deviation 1.
pub fn row_like(columns: &[NumberColumn], values: &[i32]) -> Vec<String> {
    let number = |decimal: Decimal| decimal.0 as f64 / Decimal::ONE.0 as f64;
    let length = (columns.len() as f64).sqrt();
    let cell = |(column, value): (&NumberColumn, &i32)| {
        let moved = f64::from(*value) / 1e6 * length / number(column.scale);
        Decimal::rounded(number(column.offset) + moved, SHOWN_DIGITS).to_string()
    };
    columns.iter().zip(values).map(cell).collect()
}

/// See [`super::EncoderSpec::Numbers`].
pub(super) struct Numbers {
    columns: Vec<NumberColumn>,
}

/// Checks names: some, not too many, no two alike.
pub(super) fn check_names<'a>(names: impl ExactSizeIterator<Item = &'a String>) -> Result<(), SpecError> {
    let found = names.len();
    if found == 0 {
        return Err(SpecError::NoColumns);
    }
    if found > *DENSE_FEATURES.end() as usize {
        return Err(SpecError::TooManyColumns { found });
    }
    let mut seen = std::collections::HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(SpecError::SameColumn { name: name.clone() });
        }
    }
    Ok(())
}

/// The cells of a row of numbers, one for each column.
pub(super) fn cells(original: &Original, expected: usize) -> Result<&[String], EncodeError> {
    match original {
        Original::Numbers { values } if values.len() == expected => Ok(values),
        Original::Numbers { values } => Err(EncodeError::WrongColumns { found: values.len(), expected }),
        other => Err(EncodeError::WrongKind { expected: "a row of numbers", found: other.name() }),
    }
}

impl Numbers {
    pub(super) fn new(columns: &[NumberColumn]) -> Result<Self, SpecError> {
        check_names(columns.iter().map(|column| &column.name))?;
        Ok(Self { columns: columns.to_vec() })
    }
}

impl Encoder for Numbers {
    fn original(&self) -> OriginalKind {
        OriginalKind::Numbers { columns: self.columns.iter().map(|column| column.name.clone()).collect() }
    }

    fn form(&self) -> Form {
        Form::Dense
    }

    fn features(&self) -> u32 {
        self.columns.len() as u32
    }

    fn describe(&self) -> String {
        let plain = |column: &NumberColumn| column.offset == Decimal::ZERO && column.scale == Decimal::ONE;
        let how = if self.columns.iter().all(plain) { "" } else { "standardised by column, " };
        let count = self.columns.len();
        format!("{count} number{}, {how}scaled to unit length.", if count == 1 { "" } else { "s" })
    }

    fn feature_name(&self, feature: u32) -> Option<String> {
        self.columns.get(feature as usize).map(|column| column.name.clone())
    }

    fn extract(&self, original: &Original) -> Result<Features, EncodeError> {
        let cells = cells(original, self.columns.len())?;
        let value = |(at, (column, text)): (usize, (&NumberColumn, &String))| {
            let number = text.parse::<Decimal>().map_err(|why| EncodeError::NotANumber {
                column: at + 1,
                name: column.name.clone(),
                text: text.clone(),
                why,
            })?;
            // Two factors of at most 2^64: no overflow. Back to units of 10^-9, cut off towards zero.
            let moved = i128::from(number.0) - i128::from(column.offset.0);
            let scaled = moved * i128::from(column.scale.0) / i128::from(Decimal::ONE.0);
            i64::try_from(scaled)
                .ok()
                .filter(|value| value.unsigned_abs() <= MAX_VALUE.unsigned_abs())
                .ok_or_else(|| EncodeError::NumberTooLarge { column: at + 1, name: column.name.clone() })
        };
        self.columns.iter().zip(cells).enumerate().map(value).collect::<Result<_, _>>().map(Features::Dense)
    }
}
