//! Whole numbers that are a dense sample already.

use super::{
    Encoder, Features,
    decimal::DecimalError,
    error::{EncodeError, SpecError},
    numbers::{cells, check_names},
    original::{Original, OriginalKind},
};
use crate::{lanes, sample::Sample, shape::Form};

/// See [`super::EncoderSpec::Raw`].
pub(super) struct Raw {
    columns: Vec<String>,
}

impl Raw {
    pub(super) fn new(columns: &[String]) -> Result<Self, SpecError> {
        check_names(columns.iter())?;
        Ok(Self { columns: columns.to_vec() })
    }
}

impl Encoder for Raw {
    fn original(&self) -> OriginalKind {
        OriginalKind::Numbers { columns: self.columns.clone() }
    }

    fn form(&self) -> Form {
        Form::Dense
    }

    fn features(&self) -> u32 {
        self.columns.len() as u32
    }

    fn describe(&self) -> String {
        let count = self.columns.len();
        format!("{count} whole numbers as they are, in millionths; their squares must add up to 10^12.")
    }

    fn feature_name(&self, feature: u32) -> Option<String> {
        self.columns.get(feature as usize).cloned()
    }

    fn extract(&self, original: &Original) -> Result<Features, EncodeError> {
        let cells = cells(original, self.columns.len())?;
        let value = |(at, (name, text)): (usize, (&String, &String))| {
            let (column, name) = (at + 1, name.clone());
            let number = text.trim().parse::<i64>();
            if number.is_err() && text.parse::<super::Decimal>().is_err() {
                return Err(EncodeError::NotANumber { column, name, text: text.clone(), why: DecimalError::Form });
            }
            let number =
                number.map_err(|_| EncodeError::NotWhole { column, name: name.clone(), text: text.clone() })?;
            let fits = (i64::from(lanes::MIN)..=i64::from(lanes::MAX)).contains(&number);
            if fits { Ok(number) } else { Err(EncodeError::NumberTooLarge { column, name }) }
        };
        self.columns.iter().zip(cells).enumerate().map(value).collect::<Result<_, _>>().map(Features::Dense)
    }

    /// Not normalised: what is not of length 1 is refused.
    fn encode(&self, original: &Original) -> Result<Sample, EncodeError> {
        let Features::Dense(values) = self.extract(original)? else { return Err(EncodeError::AllZero) };
        let lanes: Vec<i32> = values.iter().map(|value| lanes::clamp(*value)).collect();
        if lanes::is_unit(&lanes) {
            Ok(Sample::Dense(lanes))
        } else {
            Err(EncodeError::NotUnit { squared_norm: lanes::squared_norm(&lanes) })
        }
    }
}
