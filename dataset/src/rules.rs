//! Which rules a table is read by.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cell;

/// The rules by which a table is put right, by their number. What is published of a table names them, so that its file
/// gives the same rows again after rules were added or changed. A table that is read as it stands is read by the first
/// ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rules(u8);

impl Rules {
    /// Those from before they had a number.
    pub const FIRST: Self = Self(1);
    /// Those by which tables are read now. Since the second: both decimal marks in a column, numbers of other columns that
    /// begin late, headers of numbers, quotation marks that are none or have `\` before them, errors of spreadsheets as
    /// gaps, lines that end in CR CR LF. Since the third: headers of which the first name is a mark of comments, headers
    /// below names of groups that have none for the numbers of rows, marks of UTF-8 at the beginning of rows.
    pub const NEWEST: Self = Self(3);

    pub(crate) const fn first() -> Self {
        Self::FIRST
    }

    /// Whether these are the first ones.
    pub fn are_first(self) -> bool {
        self <= Self::FIRST
    }

    /// Whether they are the second or the first ones.
    pub(crate) fn are_before_third(self) -> bool {
        self < Self(3)
    }

    /// Whether they are newer than this program.
    pub fn are_unknown(self) -> bool {
        self > Self::NEWEST
    }

    /// Whether a cell says that its value is missing.
    pub(crate) fn is_gap(self, cell: &str) -> bool {
        if self.are_first() { cell::is_first_gap(cell) } else { cell::is_gap(cell) }
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
