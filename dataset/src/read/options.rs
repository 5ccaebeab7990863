//! What a person says about a file; the rest is told from its beginning.

use serde::{Deserialize, Serialize};

use crate::{read::separator::Separator, rules::Rules};

/// What a person says about a file; the rest is detected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// Whether the first row is a header.
    pub header: Option<bool>,
    /// What stands between cells.
    pub separator: Option<Separator>,
    /// What is put right. Where nothing is said of it, as in descriptions from before it existed, the file is read as it
    /// stands.
    #[serde(default = "Mending::none")]
    pub mending: Mending,
}

impl ReadOptions {
    /// Every row is as long as the first, and every cell says what stands there: for files that a program of ours wrote.
    pub const fn as_it_stands() -> Self {
        Self { header: None, separator: None, mending: Mending::none() }
    }
}

/// What is put right in a table before anything is done with it. Each thing that was done is told by a
/// [`Note`](crate::Note).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mending {
    /// Lines that are no rows and columns that are no columns: comments, titles, units, `sep=`, repeated headers, empty
    /// rows, rows cut short, separators at the end, row names, blanks around cells.
    pub form: bool,
    /// Columns of numbers with decimal commas or grouped thousands are written plainly.
    pub numbers: bool,
    /// Labels that differ only by blanks, capitals or the form of a number are one class.
    pub labels: bool,
    /// A first column that only numbers the rows is left out.
    pub index: bool,
    /// By which rules this is done. Descriptions from before there were several say nothing of it.
    #[serde(default = "Rules::first")]
    pub rules: Rules,
}

impl Default for Mending {
    fn default() -> Self {
        Self { form: true, numbers: true, labels: false, index: false, rules: Rules::NEWEST }
    }
}

impl Mending {
    /// Nothing.
    pub const fn none() -> Self {
        Self { form: false, numbers: false, labels: false, index: false, rules: Rules::FIRST }
    }
}

/// How to read a data set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyOptions {
    /// Of the only file, or of the features file.
    pub table: ReadOptions,
    /// Of the labels file.
    pub labels: ReadOptions,
    /// Label column from 0, in the labels file where there is one; the one [`Peek::label`](crate::Peek::label) suggests
    /// unless chosen.
    pub label: Option<u32>,
}
