//! How a table is written: told once, obeyed row by row.

use crate::read::{mend::numbers::NumberForm, quotes::Marks, separator::Separator};

/// Everything that a reader needs to know of a table to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What stands between cells.
    pub separator: Separator,
    /// Whether the first row is a header.
    pub header: bool,
    /// Cells of a row, without those that are left out.
    pub columns: usize,
    /// What is put right; none for a table that is read as it stands.
    pub mends: Option<Mends>,
}

/// What is put right in a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mends {
    /// What quotation marks and line ends mean.
    pub marks: Marks,
    /// Physical line of the first row, from 1.
    pub first_line: u64,
    /// The first line says what the separator is.
    pub declared: bool,
    /// Lines above the table that are no comments, a title for instance.
    pub titles: u64,
    /// What the comment lines at the beginning of the file begin with.
    pub comments: Option<&'static str>,
    /// The header is the last of them.
    pub commented_header: bool,
    /// Several separators in a row count as one.
    pub runs: bool,
    /// Blanks beside separators are no part of the cells.
    pub padded: bool,
    /// What else may stand between the cells of a file that has one column only.
    pub other_separator: Option<char>,
    /// Cells of a row as the file has them, without empty ones at the end.
    pub width: usize,
    /// Rows end with separators behind which nothing stands.
    pub trailing: bool,
    /// Rows may lack cells at the end, which are empty then.
    pub short: bool,
    /// The row below the header holds units, in this line.
    pub units: Option<u64>,
    /// The header lacks a name for the first column, which holds row names.
    pub row_names: bool,
    /// The first column numbers the rows.
    pub index: bool,
    /// The first column is left out, for either reason.
    pub without_first: bool,
    /// Columns whose numbers are written anew, by their place in the file from 0.
    pub numbers: Vec<(usize, NumberForm)>,
    /// Those of them in which the beginning of the file has no such number yet.
    pub quiet: Vec<usize>,
    /// Other columns that hold plain numbers or nothing at the beginning of the file.
    pub plain: Vec<usize>,
    /// Of each form that occurs, a cell as it stands and as it is read.
    pub examples: Vec<(NumberForm, String, String)>,
    /// The same of a column of that form in which no such cell has a comma: `1.234.567` beside `0,5`.
    pub other_examples: Vec<(NumberForm, String, String)>,
    /// What stands for missing numbers, and in which columns of numbers, by their place in the file from 0.
    pub gaps: (Vec<String>, Vec<usize>),
}

impl Mends {
    /// Whether rows can be handed on as they stand, once it is clear that they are rows.
    pub fn keeps_cells(&self) -> bool {
        !self.runs && !self.padded && !self.trailing && !self.without_first && self.numbers.is_empty()
    }
}
