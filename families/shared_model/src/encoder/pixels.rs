//! Pictures: a feature a pixel.

use super::{
    Encoder, Features,
    error::{EncodeError, SpecError},
    original::{Original, OriginalKind},
};
use crate::shape::Form;

/// Most pixels a side: 64 × 64 are the most features of a dense model.
pub const MAX_SIDE: u16 = 64;

/// See [`super::EncoderSpec::Pixels`].
pub(super) struct Pixels {
    side: u16,
    brightest: u8,
    threshold: Option<u8>,
}

impl Pixels {
    pub(super) fn new(side: u16, brightest: u8, threshold: Option<u8>) -> Result<Self, SpecError> {
        if !(1..=MAX_SIDE).contains(&side) {
            return Err(SpecError::Side { found: side });
        }
        if brightest == 0 {
            return Err(SpecError::NoBrightness);
        }
        match threshold {
            Some(threshold) if !(1..=brightest).contains(&threshold) => {
                Err(SpecError::Threshold { threshold, brightest })
            }
            _ => Ok(Self { side, brightest, threshold }),
        }
    }
}

impl Encoder for Pixels {
    fn original(&self) -> OriginalKind {
        OriginalKind::Image { side: self.side, brightest: self.brightest }
    }

    fn form(&self) -> Form {
        if self.threshold.is_some() { Form::Sparse } else { Form::Dense }
    }

    fn features(&self) -> u32 {
        u32::from(self.side).pow(2)
    }

    fn describe(&self) -> String {
        let side = self.side;
        match self.threshold {
            Some(threshold) => format!(
                "Which of {side} × {side} pixels are at least {threshold} bright, where {} is brightest.",
                self.brightest
            ),
            None => format!("The brightness of {side} × {side} pixels, scaled to unit length."),
        }
    }

    fn feature_name(&self, feature: u32) -> Option<String> {
        let side = u32::from(self.side);
        (feature < self.features()).then(|| format!("row {}, column {}", feature / side + 1, feature % side + 1))
    }

    fn extract(&self, original: &Original) -> Result<Features, EncodeError> {
        let Original::Image { pixels } = original else {
            return Err(EncodeError::WrongKind { expected: "a picture", found: original.name() });
        };
        if pixels.len() != self.features() as usize {
            return Err(EncodeError::ImageSize { found: pixels.len(), side: self.side });
        }
        let brightest = self.brightest;
        if let Some(position) = pixels.iter().position(|value| *value > brightest) {
            return Err(EncodeError::TooBright { position, value: pixels[position], brightest });
        }
        if pixels.iter().all(|value| *value == 0) {
            return Err(EncodeError::EmptyPicture);
        }
        Ok(match self.threshold {
            Some(threshold) => Features::Sparse(
                (0u32..).zip(pixels).filter(|(_, value)| **value >= threshold).map(|(i, _)| i).collect(),
            ),
            None => Features::Dense(pixels.iter().map(|value| i64::from(*value)).collect()),
        })
    }
}
