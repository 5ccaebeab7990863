//! What the beginning of a file shows a person, and a reader for the rest of it.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Column, DatasetError, Part},
    read::{
        format::{Format, SAMPLE},
        header::{column_names, likely_label, suggested_label},
        mend::{
            form::Form,
            note::{LabelReason, Note},
        },
        options::ReadOptions,
        reader::TableReader,
        row::Row,
        separator::Separator,
    },
};

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
    /// What is done to the table while it is read, as far as its beginning shows it.
    pub notes: Vec<Note>,
}

const SHOWN_ROWS: usize = 20;
const SHOWN_CELL: usize = 200;
/// Rows from which the label is told.
const LABEL_ROWS: usize = 4096;

/// Enough was read.
enum Stop {
    Enough,
    Error,
}

impl From<DatasetError> for Stop {
    fn from(_: DatasetError) -> Self {
        Self::Error
    }
}

/// Shows what a file looks like. `head` is its first [`SAMPLE`] bytes, or all of it.
///
/// # Errors
/// [`DatasetError::Empty`], [`DatasetError::NotCsv`], or what keeps the first rows from being read.
pub fn peek(part: Part, head: &[u8], options: ReadOptions) -> Result<Peek, DatasetError> {
    // As everyone who reads the table does, so that all take it for the same.
    let whole = !options.mending.form || head.len() != SAMPLE;
    let format = Format::tell(part, head, whole, options)?;
    Ok(look(part, head, whole, options, &format.form))
}

/// The column that is most likely the label, from 0, and why.
pub fn likely(part: Part, head: &[u8], whole: bool, options: ReadOptions, form: &Form) -> (u32, LabelReason) {
    let peeked = look(part, head, whole, options, form);
    let told = peeked.notes.iter().find_map(|note| match note {
        Note::Label { why, .. } => Some(*why),
        _ => None,
    });
    (peeked.label, told.unwrap_or(LabelReason::Last))
}

/// The beginning of a table of which the form is known.
fn look(part: Part, head: &[u8], whole: bool, options: ReadOptions, form: &Form) -> Peek {
    let mut reader = TableReader::of(part, form);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let most = if options.mending.form { LABEL_ROWS } else { SHOWN_ROWS };
    let mut keep = |_: &[String], row: Row<'_>| {
        rows.push(row.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect());
        if rows.len() < most { Ok(()) } else { Err(Stop::Enough) }
    };
    // What is wrong in the rows is told when they are read.
    if reader.push(head, &mut keep).is_ok() && whole {
        let _ = reader.finish(&mut keep);
    }
    let columns = reader.names().map_or_else(|| column_names(None, form.columns), <[String]>::to_vec);
    let (label, why) = match options.mending.form {
        true => likely_label(&columns, &rows),
        false => (suggested_label(&columns), LabelReason::Last),
    };
    let mut notes = reader.notes(false);
    if options.mending.form && columns.len() > 1 {
        let name = form.header.then(|| columns[label as usize].clone());
        notes.push(Note::Label { column: Column { number: label + 1, name }, why });
    }
    let cut = |cell: &String| cell.chars().take(SHOWN_CELL).collect();
    let rows = rows.iter().take(SHOWN_ROWS).map(|row| row.iter().map(cut).collect()).collect();
    Peek { separator: form.separator, header: form.header, columns, rows, label, notes }
}

/// Looks at the beginning of a file and gives the reader that reads all of it, from its first byte on. `head` is its first
/// [`SAMPLE`] bytes, or all of it.
///
/// # Errors
/// As [`peek`].
pub fn open(part: Part, head: &[u8], options: ReadOptions) -> Result<(Peek, TableReader), DatasetError> {
    let whole = !options.mending.form || head.len() != SAMPLE;
    let format = Format::tell(part, head, whole, options)?;
    Ok((look(part, head, whole, options, &format.form), TableReader::of(part, &format.form)))
}

/// The same for a file in memory, which is given whole: as much of its beginning is looked at as is needed.
///
/// # Errors
/// As [`peek`].
pub fn open_whole(part: Part, bytes: &[u8], options: ReadOptions) -> Result<(Peek, TableReader), DatasetError> {
    let mut wanted = SAMPLE;
    let (head, format) = loop {
        let head = &bytes[..wanted.min(bytes.len())];
        if head.len() == bytes.len() {
            break (head, Format::tell(part, head, true, options)?);
        }
        if let Some(format) = Format::if_enough(part, head, options)? {
            break (head, format);
        }
        wanted *= 2;
    };
    let whole = head.len() == bytes.len();
    Ok((look(part, head, whole, options, &format.form), TableReader::of(part, &format.form)))
}
