//! What a model's encoders know of the texts of a column: how they write a gap, and which texts they refuse.

use std::collections::{HashMap, HashSet};

use dataset::is_gap;
use ml_onnx::Model;

use crate::{error::Trouble, graph};

/// What data frames write where a text is missing, once they have made texts of a column.
const MISSING: &str = "nan";

/// The texts that the encoder of a column knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    texts: HashSet<String>,
    /// Whether it fails with any other.
    strict: bool,
}

impl Known {
    /// Of the encoder of a place in an input, where there is one. `widths` is how many columns each value has.
    pub fn of(model: &Model, input: &str, place: usize, widths: &HashMap<String, usize>) -> Option<Self> {
        let (node, texts) = graph::encoder(model, input, place, widths)?;
        let strict = node.operator == "OneHotEncoder" && node.int("zeros", 1) == 0;
        Some(Self { texts: texts.into_iter().collect(), strict })
    }

    /// A cell as the encoder writes it.
    ///
    /// # Errors
    /// [`Trouble::Unknown`] where it would fail with it.
    pub fn read<'c>(&self, cell: &'c str) -> Result<&'c str, Trouble> {
        if self.texts.contains(cell) {
            return Ok(cell);
        }
        if is_gap(cell) && self.texts.contains(MISSING) {
            return Ok(MISSING);
        }
        if self.strict { Err(Trouble::Unknown(cell.to_owned())) } else { Ok(cell) }
    }
}
