use std::fmt;

use serde::{Deserialize, Serialize};

/// A stack of `count` matrices of `rows` by `columns` numbers each, row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub count: usize,
    pub rows: usize,
    pub columns: usize,
}

impl Shape {
    pub const fn stack(count: usize, rows: usize, columns: usize) -> Self {
        Self { count, rows, columns }
    }

    pub const fn matrix(rows: usize, columns: usize) -> Self {
        Self::stack(1, rows, columns)
    }

    /// One column.
    pub const fn vector(rows: usize) -> Self {
        Self::stack(1, rows, 1)
    }

    /// Numbers in all matrices.
    pub const fn len(&self) -> usize {
        self.count * self.rows * self.columns
    }

    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where row `row` of matrix `index` begins.
    pub const fn start(&self, index: usize, row: usize) -> usize {
        (index * self.rows + row) * self.columns
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}×{}", self.count, self.rows, self.columns)
    }
}
