//! Keeps the beginning of a file until its format is told, then hands its rows on.

use super::{
    MAX_COLUMNS, MAX_NAME,
    error::{Column, DatasetError, Part, Place},
    format::{Format, ReadOptions, SAMPLE, column_names},
    records::Records,
    row::Row,
};

/// One file on its way through the first pass.
pub struct Intake {
    part: Part,
    options: ReadOptions,
    /// What has come before the format is known.
    head: Vec<u8>,
    wanted: usize,
    open: Option<Open>,
}

struct Open {
    header: bool,
    records: Records,
    /// From the first row on.
    names: Option<Vec<String>>,
}

/// How a file is written, and what its columns are called.
#[derive(Debug, Clone)]
pub struct Layout {
    pub part: Part,
    pub options: ReadOptions,
    pub columns: usize,
}

/// What a row's owner is told of the file.
pub struct Header<'a> {
    pub names: &'a [String],
    pub has_header: bool,
}

impl Intake {
    pub fn new(part: Part, options: ReadOptions) -> Self {
        Self { part, options, head: Vec::new(), wanted: SAMPLE, open: None }
    }

    /// The next piece. `on_row` sees every data row that it completes, all of the right length.
    pub fn push(
        &mut self,
        mut piece: &[u8],
        on_row: &mut impl FnMut(&Header<'_>, Row<'_>) -> Result<(), DatasetError>,
    ) -> Result<(), DatasetError> {
        // The head ends at the same byte whatever the sizes of the pieces, and so does the guess.
        while self.open.is_none() && !piece.is_empty() {
            let (now, later) = piece.split_at(piece.len().min(self.wanted - self.head.len()));
            self.head.extend_from_slice(now);
            piece = later;
            if self.head.len() == self.wanted {
                if Format::suffices(self.part, &self.head, self.options) {
                    self.open(false, on_row)?;
                }
                self.wanted *= 2;
            }
        }
        self.rows(piece, on_row)
    }

    /// There are no more pieces.
    pub fn finish(
        mut self,
        on_row: &mut impl FnMut(&Header<'_>, Row<'_>) -> Result<(), DatasetError>,
    ) -> Result<Finished, DatasetError> {
        self.open(true, on_row)?;
        let part = self.part;
        let Some(Open { header, mut records, mut names }) = self.open else {
            return Err(DatasetError::Empty { part });
        };
        let result = records.finish(&mut |row| accept(part, header, &mut names, row, on_row));
        let names = names.unwrap_or_default();
        result.map_err(|e| if header { e.named(&names) } else { e })?;
        let options = ReadOptions { header: Some(header), separator: Some(records.separator()) };
        Ok(Finished { layout: Layout { part, options, columns: names.len() }, names, has_header: header })
    }

    fn open(
        &mut self,
        whole: bool,
        on_row: &mut impl FnMut(&Header<'_>, Row<'_>) -> Result<(), DatasetError>,
    ) -> Result<(), DatasetError> {
        if self.open.is_some() {
            return Ok(());
        }
        let format = Format::tell(self.part, &self.head, whole, self.options)?;
        let records = Records::new(self.part, format.separator, format.columns == 1);
        self.open = Some(Open { header: format.header, records, names: None });
        let head = std::mem::take(&mut self.head);
        self.rows(&head, on_row)
    }

    fn rows(
        &mut self,
        piece: &[u8],
        on_row: &mut impl FnMut(&Header<'_>, Row<'_>) -> Result<(), DatasetError>,
    ) -> Result<(), DatasetError> {
        let (part, Some(Open { header, records, names })) = (self.part, &mut self.open) else { return Ok(()) };
        let result = records.push(piece, &mut |row| accept(part, *header, names, row, on_row));
        result.map_err(|e| match names {
            Some(names) if *header => e.named(names),
            _ => e,
        })
    }
}

/// What is known of a file at its end.
pub struct Finished {
    pub layout: Layout,
    pub names: Vec<String>,
    pub has_header: bool,
}

fn accept(
    part: Part,
    header: bool,
    names: &mut Option<Vec<String>>,
    row: Row<'_>,
    on_row: &mut impl FnMut(&Header<'_>, Row<'_>) -> Result<(), DatasetError>,
) -> Result<(), DatasetError> {
    let found = row.cells.count();
    let place =
        |column: usize| Place { part, line: row.line, column: Column { number: column as u32 + 1, name: None } };
    if found > MAX_COLUMNS {
        return Err(DatasetError::TooManyColumns { place: place(MAX_COLUMNS) });
    }
    let names = match names {
        Some(names) => names,
        None if header => {
            *names = Some(header_names(part, row)?);
            return Ok(());
        }
        None => names.insert(column_names(None, found)),
    };
    if found != names.len() {
        let place = place(found.min(names.len()));
        return Err(DatasetError::Ragged { place, found: found as u64, expected: names.len() as u32 });
    }
    on_row(&Header { names, has_header: header }, row)
}

/// Column names from the first row.
fn header_names(part: Part, row: Row<'_>) -> Result<Vec<String>, DatasetError> {
    let texts: Vec<String> = row.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
    let names = column_names(Some(&texts), texts.len());
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
