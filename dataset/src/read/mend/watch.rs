//! What a person should hear of rows far below the beginning of a file, from which its form was told.

use memchr::{memchr, memchr2};

use crate::{
    cell::{DecimalMark, Number},
    read::{
        mend::numbers,
        row::{Cells, Row},
    },
};

/// Looks at rows as they stand in the file.
#[derive(Default)]
pub struct Watch {
    /// Whether a column of the file holds plain numbers or nothing at the beginning of the file.
    plain: Vec<bool>,
    /// Cells of these columns that are numbers in a form of others.
    pub late: Option<Late>,
    /// Cells that run over several lines, and the line of the first.
    pub long: Option<(u64, u64)>,
}

/// Cells that are numbers as the beginning of their file does not show them.
pub struct Late {
    /// How many there are.
    pub cells: u64,
    /// Line of the first, from 1.
    pub line: u64,
    /// Its column in the file, from 0.
    pub column: usize,
    /// What it says.
    pub text: String,
}

impl Watch {
    /// `columns` are those that hold plain numbers or nothing, from 0.
    pub fn new(columns: &[usize]) -> Self {
        let mut plain = vec![false; columns.iter().max().map_or(0, |last| last + 1)];
        columns.iter().for_each(|&at| plain[at] = true);
        Self { plain, late: None, long: None }
    }

    /// The next row of the table.
    pub fn row(&mut self, row: &Row<'_>) {
        let text = row.cells.text();
        let comma_separates = match row.cells {
            Cells::Plain { separator, .. } => separator == b',',
            Cells::Parsed { .. } => {
                if memchr2(b'\n', b'\r', text).is_some() {
                    let cells = row.cells.iter().filter(|cell| memchr2(b'\n', b'\r', cell).is_some()).count();
                    self.long.get_or_insert((0, row.line)).0 += cells as u64;
                }
                false
            }
        };
        if !self.plain.is_empty() && !comma_separates && memchr(b',', text).is_some() {
            self.commas(row);
        }
    }

    /// A row with commas in its cells.
    fn commas(&mut self, row: &Row<'_>) {
        for (column, cell) in row.cells.iter().enumerate().take(self.plain.len()) {
            if !self.plain[column] || memchr(b',', cell).is_none() {
                continue;
            }
            let text = String::from_utf8_lossy(cell);
            if numbers::is_number(&text) && Number::read(&text, DecimalMark::Point).finite().is_none() {
                let text = || text.trim().to_owned();
                self.late.get_or_insert_with(|| Late { cells: 0, line: row.line, column, text: text() }).cells += 1;
            }
        }
    }
}
