//! What a table holds, column by column, for people who look at it before they post, pay or train.

mod column;
mod compared;
mod measured;
mod numbers;
mod sample;

use serde::{Deserialize, Serialize};

use crate::read::row::Cells;
pub use column::{ColumnProfile, Values, WordCount};
pub use compared::Difference;
pub use numbers::{Bar, Numbers};
use sample::Sample;

/// First rows that are shown.
const SHOWN_ROWS: usize = 20;
/// Characters of a cell that are shown.
const SHOWN_CELL: usize = 200;
/// Bytes of the first rows that are shown, so that a table of very many columns does not fill the memory.
const SHOWN_BYTES: usize = 1 << 20;

/// What a table holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Data rows of the table.
    pub rows: u64,
    /// Rows that the columns are described by: all of them, or so many that were drawn from all, each equally likely. Then
    /// least and greatest are those of the drawn rows, and so is everything else; see [`Profile::uncertainty`].
    pub looked_at: u64,
    /// The columns, in their order.
    pub columns: Vec<ColumnProfile>,
    /// The first rows, at most 20, cells cut to 200 characters; fewer where they are very long.
    pub first: Vec<Vec<String>>,
    /// Column of the label, from 0, where the table has one. Its values are words, also where they look like numbers.
    pub label: Option<u32>,
}

impl Profile {
    /// Whether every row was looked at, so that all figures are exact.
    pub const fn is_exact(&self) -> bool {
        self.rows == self.looked_at
    }

    /// How far a share of rows may be from that of the whole table, in 95 of 100 tables; 0 where all rows were looked at.
    /// The normal bound for a share of one half, which is the widest, of rows drawn without putting back (Cochran 1977).
    pub fn uncertainty(&self) -> f64 {
        if self.is_exact() || self.looked_at == 0 {
            return 0.0;
        }
        let (rows, drawn) = (self.rows as f64, self.looked_at as f64);
        let left_out = (rows - drawn) / (rows - 1.0).max(1.0);
        1.96 * (0.25 / drawn * left_out).sqrt()
    }

    /// The columns that differ from those of the training table that have the same names, and in what.
    pub fn differences(&self, train: &Self) -> Vec<(String, Difference)> {
        let of: std::collections::HashMap<&str, &ColumnProfile> =
            train.columns.iter().map(|column| (column.name.as_str(), column)).collect();
        let found = self.columns.iter().flat_map(|test| {
            let train_column = of.get(test.name.as_str());
            let found = train_column.map_or_else(Vec::new, |column| compared::differences(column, test, train));
            found.into_iter().map(|difference| (test.name.clone(), difference))
        });
        found.collect()
    }
}

/// Describes a table whose rows come one by one.
#[derive(Default)]
pub struct Profiler {
    sample: Sample,
    first: Vec<Vec<String>>,
    first_bytes: usize,
}

impl Profiler {
    /// The next row, of as many cells as all.
    pub fn row(&mut self, cells: &Cells<'_>, columns: usize) {
        if self.first.len() < SHOWN_ROWS && self.first_bytes < SHOWN_BYTES {
            let row: Vec<String> = cells.iter().map(shown_cell).collect();
            self.first_bytes += row.iter().map(String::len).sum::<usize>();
            self.first.push(row);
        }
        self.sample.row(cells, columns);
    }

    /// There are no more rows. `names` are those of all columns, `label` is the label's, from 0.
    pub fn finish(self, names: &[String], label: Option<usize>) -> Profile {
        let rows = self.sample.rows();
        let mut drawn = self.sample.into_rows();
        let looked_at = drawn.len() as u64;
        let mut columns = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            let cells = drawn.next_column();
            columns.push(ColumnProfile::of(name, &cells, rows, label == Some(at)));
        }
        Profile { rows, looked_at, columns, first: self.first, label: label.map(|at| at as u32) }
    }
}

fn shown_cell(cell: &[u8]) -> String {
    // A character has at most four bytes.
    let head = &cell[..cell.len().min(SHOWN_CELL * 4)];
    String::from_utf8_lossy(head).chars().take(SHOWN_CELL).collect()
}
