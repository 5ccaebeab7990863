//! Separator, header and columns, told from the beginning of a file.

use serde::{Deserialize, Serialize};

use crate::{
    MAX_ROW,
    cell::{DecimalMark, Number, is_gap},
    error::{Column, DatasetError, Foreign, Part, Place},
    read::{records::Records, separator::Separator},
};

/// What a person says about a file; the rest is detected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// Whether the first row is a header.
    pub header: Option<bool>,
    /// What stands between cells.
    pub separator: Option<Separator>,
}

/// How to read a data set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyOptions {
    /// Of the only file, or of the features file.
    pub table: ReadOptions,
    /// Of the labels file.
    pub labels: ReadOptions,
    /// Label column from 0, in the labels file where there is one; the one [`Peek::label`] suggests unless chosen.
    pub label: Option<u32>,
}

/// What the beginning of a file shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peek {
    /// What stands between cells.
    pub separator: Separator,
    /// Whether the first row is a header.
    pub header: bool,
    /// Names from the header, or `f1`, `f2`, …
    pub columns: Vec<String>,
    /// The first data rows, at most 20, cells cut to 200 characters.
    pub rows: Vec<Vec<String>>,
    /// The column that is most likely the label, from 0.
    pub label: u32,
}

/// Bytes from which a file's format is told: more only where they hold less than two rows.
pub const SAMPLE: usize = 256 << 10;

/// Rows of the sample that take part in the guess.
const SAMPLE_ROWS: usize = 200;
const SHOWN_ROWS: usize = 20;
const SHOWN_CELL: usize = 200;
/// Names under which a label column usually goes.
const LABEL_NAMES: [&str; 10] =
    ["label", "labels", "class", "target", "y", "species", "diagnosis", "category", "outcome", "result"];

/// What a sample shows of a file's form.
pub struct Format {
    /// What stands between cells.
    pub separator: Separator,
    /// Whether the first row is a header.
    pub header: bool,
    /// Cells of every row.
    pub columns: usize,
    rows: Vec<Vec<String>>,
}

/// Shows what a file looks like. `head` is its first [`SAMPLE`] bytes, or all of it.
///
/// # Errors
/// [`DatasetError::Empty`], [`DatasetError::NotCsv`], or what keeps the first rows from being read.
pub fn peek(part: Part, head: &[u8], options: ReadOptions) -> Result<Peek, DatasetError> {
    let format = Format::tell(part, head, true, options)?;
    let columns = column_names(format.header.then(|| format.rows.first().map(Vec::as_slice)).flatten(), format.columns);
    let label = suggested_label(&columns);
    let cut = |cell: &String| cell.chars().take(SHOWN_CELL).collect();
    let rows = format.rows.iter().skip(usize::from(format.header)).take(SHOWN_ROWS);
    let rows = rows.map(|row| row.iter().map(cut).collect()).collect();
    Ok(Peek { separator: format.separator, header: format.header, columns, rows, label })
}

/// Names of the columns: from the header, `f` and the number where there is none.
pub fn column_names(header: Option<&[String]>, columns: usize) -> Vec<String> {
    let name = |at: usize| header.and_then(|names| names.get(at)).map(|name| name.trim()).filter(|n| !n.is_empty());
    (0..columns).map(|at| name(at).map_or_else(|| format!("f{}", at + 1), str::to_owned)).collect()
}

/// The column that is most likely the label, from 0: one that is called so, else the last.
pub fn suggested_label(columns: &[String]) -> u32 {
    let named = |wanted: &&str| columns.iter().position(|column| column.eq_ignore_ascii_case(wanted));
    LABEL_NAMES.iter().find_map(named).unwrap_or(columns.len().saturating_sub(1)) as u32
}

impl Format {
    /// Whether `head` holds enough to tell the format: two rows, unless it is a file of giant rows.
    pub fn suffices(part: Part, head: &[u8], options: ReadOptions) -> bool {
        head.len() > 2 * MAX_ROW
            || match Self::tell(part, head, false, options) {
                Ok(format) => format.rows.len() >= 2,
                Err(e) => !matches!(e, DatasetError::Empty { .. }),
            }
    }

    /// Tells the format from the beginning of a file; `whole` if `head` is all that can be had.
    ///
    /// # Errors
    /// [`DatasetError::Empty`], [`DatasetError::NotCsv`], or what keeps the first rows from being read.
    pub fn tell(part: Part, head: &[u8], whole: bool, options: ReadOptions) -> Result<Self, DatasetError> {
        if let Some(foreign) = foreign(head) {
            let place = Place { part, line: 1, column: Column { number: 1, name: None } };
            return Err(DatasetError::NotCsv { place, foreign });
        }
        let candidates = match options.separator {
            Some(separator) => vec![separator],
            None => Separator::ALL.to_vec(),
        };
        let mut best: Option<(u64, usize, Separator, Vec<Vec<String>>)> = None;
        let mut trouble = None;
        for separator in candidates {
            let (rows, error) = sample(part, head, whole, separator);
            // So many cells in a row are no accident, so this is the separator.
            if let Some(error @ DatasetError::TooManyColumns { .. }) = error {
                return Err(error);
            }
            trouble = trouble.or(error);
            let Some(first) = rows.first() else { continue };
            let columns = first.len();
            let alike = rows.iter().filter(|row| row.len() == columns).count();
            // Parts in a thousand of rows that look like the first; one column is no evidence at all.
            let score = if columns > 1 { alike as u64 * 1000 / rows.len() as u64 + 1 } else { 0 };
            if best.as_ref().is_none_or(|(other, most, ..)| (score, columns) > (*other, *most)) {
                best = Some((score, columns, separator, rows));
            }
        }
        let Some((_, columns, separator, rows)) = best else {
            return Err(trouble.unwrap_or(DatasetError::Empty { part }));
        };
        let header = options.header.unwrap_or_else(|| has_header(&rows));
        Ok(Self { separator, header, columns, rows })
    }
}

/// The first rows as texts, and what stopped the reading.
fn sample(part: Part, head: &[u8], whole: bool, separator: Separator) -> (Vec<Vec<String>>, Option<DatasetError>) {
    let mut rows = Vec::new();
    let mut records = Records::new(part, separator, false);
    let mut keep = |row: crate::read::row::Row<'_>| {
        if rows.len() < SAMPLE_ROWS {
            rows.push(row.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect::<Vec<_>>());
        }
        Ok::<(), DatasetError>(())
    };
    let mut result = records.push(head, &mut keep);
    if result.is_ok() && whole {
        result = records.finish(&mut keep);
    }
    (rows, result.err())
}

/// Whether the first row names the columns.
fn has_header(rows: &[Vec<String>]) -> bool {
    let Some((first, rest)) = rows.split_first() else { return false };
    let below = |at: usize| rest.iter().filter_map(move |row| row.get(at)).map(|cell| cell.trim());
    // A word above a column of numbers is a name.
    let word_above_numbers = first.iter().enumerate().any(|(at, cell)| {
        !is_number(cell)
            && !is_gap(cell)
            && below(at).any(is_number)
            && below(at).all(|cell| is_number(cell) || is_gap(cell))
    });
    if word_above_numbers {
        return true;
    }
    // Without such a column: names are different words that the data below does not repeat.
    let mut sorted: Vec<&str> = first.iter().map(|cell| cell.trim()).collect();
    sorted.sort_unstable();
    let different = sorted.windows(2).all(|pair| pair[0] != pair[1]);
    let words = first.iter().all(|cell| !is_number(cell) && !is_gap(cell));
    let repeated = first.iter().enumerate().any(|(at, cell)| below(at).any(|other| other == cell.trim()));
    different && words && !repeated
}

/// The separator may not be known yet, so a comma may be a decimal mark.
fn is_number(cell: &str) -> bool {
    Number::read(cell, DecimalMark::PointOrComma).finite().is_some()
}

fn foreign(head: &[u8]) -> Option<Foreign> {
    const MAGIC: [(&[u8], Foreign); 7] = [
        (b"PK\x03\x04", Foreign::Zip),
        (b"\xd0\xcf\x11\xe0", Foreign::OldExcel),
        (b"\x1f\x8b", Foreign::Gzip),
        (b"%PDF", Foreign::Pdf),
        (b"PAR1", Foreign::Parquet),
        (b"\xff\xfe", Foreign::Utf16),
        (b"\xfe\xff", Foreign::Utf16),
    ];
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|&(_, foreign)| foreign)
}
