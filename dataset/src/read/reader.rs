//! A table row by row: its header is taken off, and every row is as long as the first. Whoever reads a table reads it
//! through this, whatever is done with the rows.

use crate::{
    MAX_COLUMNS, MAX_NAME,
    error::{Column, DatasetError, Part, Place},
    read::header::{column_names, free_column_names},
    read::mend::{form::Form, mender::Mender, note::Note},
    read::records::Records,
    read::row::Row,
    read::separator::Separator,
};

/// Reads a table of which the form is known. Give it every piece, then [`TableReader::finish`].
pub struct TableReader {
    records: Records,
    /// What is put right; none for a table that is read as it stands.
    mender: Option<Mender>,
    /// Ends of file of older systems, which are nothing where the file ends.
    ends: usize,
    rows: Rows,
}

/// What is known of the rows so far.
struct Rows {
    part: Part,
    header: bool,
    strict: bool,
    mended: bool,
    /// From the first row on.
    names: Option<Vec<String>>,
}

/// What older systems end a text with.
const END_OF_FILE: u8 = 0x1a;

impl TableReader {
    /// Reads a table as it stands. `columns` are those of the first row: where there is one only, an empty line between
    /// others is an empty cell.
    pub fn new(part: Part, separator: Separator, header: bool, columns: usize) -> Self {
        Self::of(part, &Form { separator, header, columns, mends: None })
    }

    /// Reads a table of this form.
    pub fn of(part: Part, form: &Form) -> Self {
        let marks = form.mends.as_ref().map(|mends| mends.marks).unwrap_or_default();
        let records = Records::new(part, form.separator, form.columns == 1).marked(marks);
        let mender = form.mends.clone().map(|mends| Mender::new(part, form, mends));
        let rows = Rows { part, header: form.header, strict: false, mended: mender.is_some(), names: None };
        Self { records, mender, ends: 0, rows }
    }

    /// Refuses headers with a name twice or a very long one, as everything that is published must.
    pub fn strict(mut self) -> Self {
        self.rows.strict = true;
        self
    }

    /// Names of the columns, once the first row was read: from the header, or `f1`, `f2`, …
    pub fn names(&self) -> Option<&[String]> {
        self.rows.names.as_deref()
    }

    /// Names of the columns; none where there was no row.
    pub fn into_names(self) -> Vec<String> {
        self.rows.names.unwrap_or_default()
    }

    /// Whether the first row is a header.
    pub const fn has_header(&self) -> bool {
        self.rows.header
    }

    /// What stands between cells.
    pub const fn separator(&self) -> Separator {
        self.records.separator()
    }

    /// What was put right so far; `whole` if the file is read to its end.
    pub fn notes(&self, whole: bool) -> Vec<Note> {
        let names = self.names().unwrap_or_default();
        self.mender.as_ref().map(|mender| mender.notes(self.rows.header, names, whole)).unwrap_or_default()
    }

    /// The next piece. `on_row` sees the names of the columns and every data row that the piece completes.
    ///
    /// # Errors
    /// [`DatasetError`] with line, column and its name, or what `on_row` answers.
    pub fn push<E: From<DatasetError>>(
        &mut self,
        piece: &[u8],
        on_row: &mut impl FnMut(&[String], Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.mender.is_none() {
            return self.read(piece, on_row);
        }
        let ends = piece.iter().rev().take_while(|byte| **byte == END_OF_FILE).count();
        let text = &piece[..piece.len() - ends];
        if !text.is_empty() {
            // Those that came before were not the end.
            for _ in 0..std::mem::take(&mut self.ends) {
                self.read(&[END_OF_FILE], on_row)?;
            }
            self.read(text, on_row)?;
        }
        self.ends += ends;
        Ok(())
    }

    fn read<E: From<DatasetError>>(
        &mut self,
        piece: &[u8],
        on_row: &mut impl FnMut(&[String], Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { records, mender, rows, .. } = self;
        let result = records.push(piece, &mut |row| rows.take(mender, row, on_row));
        result.map_err(|failure| self.named(failure))
    }

    /// There are no more pieces.
    ///
    /// # Errors
    /// As [`TableReader::push`].
    pub fn finish<E: From<DatasetError>>(
        &mut self,
        on_row: &mut impl FnMut(&[String], Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { records, mender, rows, .. } = self;
        let result = records.finish(&mut |row| rows.take(mender, row, on_row));
        result.map_err(|failure| self.named(failure))
    }

    /// What went wrong, with the column called by its name where the file has a header.
    fn named<E: From<DatasetError>>(&self, failure: Failure<E>) -> E {
        match (failure, &self.rows.names) {
            (Failure::Row(error), _) => error,
            (Failure::Table(error), Some(names)) if self.rows.header => error.named(names).into(),
            (Failure::Table(error), _) => error.into(),
        }
    }
}

/// Whose error it is.
enum Failure<E> {
    Table(DatasetError),
    /// Of whoever sees the rows.
    Row(E),
}

impl<E> From<DatasetError> for Failure<E> {
    fn from(error: DatasetError) -> Self {
        Self::Table(error)
    }
}

impl Rows {
    /// A row of the file, put right where that is wanted.
    fn take<E>(
        &mut self,
        mender: &mut Option<Mender>,
        row: Row<'_>,
        on_row: &mut impl FnMut(&[String], Row<'_>) -> Result<(), E>,
    ) -> Result<(), Failure<E>> {
        match mender {
            None => self.accept(row, on_row),
            Some(mender) => mender.row(row, &mut |row: Row<'_>| self.accept(row, on_row)),
        }
    }

    fn accept<E>(
        &mut self,
        row: Row<'_>,
        on_row: &mut impl FnMut(&[String], Row<'_>) -> Result<(), E>,
    ) -> Result<(), Failure<E>> {
        let Self { part, header, strict, mended, ref mut names } = *self;
        let found = row.cells.count();
        let place =
            |column: usize| Place { part, line: row.line, column: Column { number: column as u32 + 1, name: None } };
        if found > MAX_COLUMNS {
            return Err(DatasetError::TooManyColumns { place: place(MAX_COLUMNS) }.into());
        }
        let names = match names {
            Some(names) => names,
            None if header => {
                *names = Some(header_names(part, strict, mended, row)?);
                return Ok(());
            }
            None => names.insert(column_names(None, found)),
        };
        if found != names.len() {
            let place = place(found.min(names.len()));
            return Err(DatasetError::Ragged { place, found: found as u64, expected: names.len() as u32 }.into());
        }
        on_row(names, row).map_err(Failure::Row)
    }
}

/// Column names from the first row.
fn header_names(part: Part, strict: bool, mended: bool, row: Row<'_>) -> Result<Vec<String>, DatasetError> {
    let texts: Vec<String> = row.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
    let names = match mended {
        true => free_column_names(&texts, texts.len()),
        false => column_names(Some(&texts), texts.len()),
    };
    if !strict {
        return Ok(names);
    }
    let place = |at: usize, name: Option<&String>| Place {
        part,
        line: row.line,
        column: Column { number: at as u32 + 1, name: name.cloned() },
    };
    for (at, name) in names.iter().enumerate() {
        let characters = name.chars().count();
        if characters >= MAX_NAME {
            return Err(DatasetError::NameTooLong { place: place(at, None), characters: characters as u64 });
        }
    }
    let mut first_use = std::collections::HashMap::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        if let Some(first) = first_use.insert(name, at) {
            return Err(DatasetError::DuplicateName { place: place(at, Some(name)), first: first as u32 + 1 });
        }
    }
    Ok(names)
}
