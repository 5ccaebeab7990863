//! The first rows of a file.

use crate::read::{
    row::{Cells, Row},
    separator::Separator,
};

/// Rows of the sample that take part in the guess of separator and header.
pub const SAMPLE_ROWS: usize = 200;

/// A row of the sample.
pub struct Sampled {
    pub line: u64,
    pub cells: Vec<String>,
    /// Whether it has no quotation marks.
    pub plain: bool,
}

impl Sampled {
    pub fn of(row: &Row<'_>) -> Self {
        let plain = matches!(row.cells, Cells::Plain { .. });
        Self { line: row.line, cells: texts(row), plain }
    }
}

pub fn texts(row: &Row<'_>) -> Vec<String> {
    row.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
}

pub fn cells_of(rows: &[Sampled]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.cells.clone()).collect()
}

/// The separator that the first line names: `sep=;`.
pub fn declared(head: &[u8]) -> Option<Separator> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let line = text.split(|byte| *byte == b'\n' || *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?.trim_matches('"');
    let (key, value) = line.split_at_checked(4)?;
    let separator = value.chars().next().filter(|_| key.eq_ignore_ascii_case("sep="))?;
    let separator = Separator::of(separator)?;
    // Programs that saved the file again have filled the line up.
    value.bytes().all(|byte| byte == separator.byte() || byte == b'"').then_some(separator)
}
