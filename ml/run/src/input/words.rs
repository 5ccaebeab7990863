//! What a model's encoders know of the texts of a column: how they write a gap, and which texts they refuse.

use std::collections::{BTreeMap, HashMap, HashSet};

use dataset::is_gap;
use ml_onnx::{ElementType, Model};

use super::layout::Layout;
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

/// The encoders of the columns that go into inputs of texts. `widths` is how many columns each value has.
pub fn known(model: &Model, layout: &Layout, widths: &HashMap<String, usize>) -> BTreeMap<usize, Known> {
    let mut columns = BTreeMap::new();
    for (at, (slot, place)) in layout.places().enumerate() {
        let slot = &layout.slots[slot];
        if slot.element != ElementType::String {
            continue;
        }
        if let Some((node, texts)) = graph::encoder(model, &slot.name, place, widths) {
            let strict = node.operator == "OneHotEncoder" && node.int("zeros", 1) == 0;
            columns.insert(at, Known { texts: texts.into_iter().collect(), strict });
        }
    }
    columns
}

impl Known {
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
