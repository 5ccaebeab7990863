//! Keeps the beginning of a file until its format is told, then hands its rows on.

use crate::{
    error::{DatasetError, Part},
    read::format::{Format, SAMPLE},
    read::mend::{
        form::Form,
        note::{LabelReason, Note},
    },
    read::options::ReadOptions,
    read::peek::likely,
    read::reader::TableReader,
    read::row::Row,
    read::separator::Separator,
};

/// One file on its way through the first pass.
pub struct Intake {
    part: Part,
    options: ReadOptions,
    /// What has come before the format is known.
    head: Vec<u8>,
    wanted: usize,
    /// From when the format is known.
    reader: Option<(Form, TableReader)>,
    /// The column that is most likely the label, from 0, and why.
    label: (u32, LabelReason),
}

/// How a file is written, and what its columns are called.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Which file.
    pub part: Part,
    /// Everything that is needed to read it again.
    pub form: Form,
}

/// What a row's owner is told of the file.
pub struct Header<'a> {
    /// Of all columns; `f1`, `f2`, … where there is no header.
    pub names: &'a [String],
    /// Whether the first row gave the names.
    pub has_header: bool,
    /// The column that is most likely the label, from 0.
    pub label: u32,
    /// What stands between cells.
    pub separator: Separator,
}

impl Intake {
    /// Nothing read yet.
    pub fn new(part: Part, options: ReadOptions) -> Self {
        Self { part, options, head: Vec::new(), wanted: SAMPLE, reader: None, label: (0, LabelReason::Last) }
    }

    /// The next piece. `on_row` sees every data row that it completes, all of the right length.
    ///
    /// # Errors
    /// [`DatasetError`] at the first thing that is wrong, or what `on_row` answers.
    pub fn push(
        &mut self,
        mut piece: &[u8],
        on_row: &mut impl FnMut(&Header<'_>, Row<'_>) -> Result<(), DatasetError>,
    ) -> Result<(), DatasetError> {
        // The head ends at the same byte whatever the sizes of the pieces, and so does the guess.
        while self.reader.is_none() && !piece.is_empty() {
            let (now, later) = piece.split_at(piece.len().min(self.wanted - self.head.len()));
            self.head.extend_from_slice(now);
            piece = later;
            if self.head.len() == self.wanted {
                if let Some(format) = Format::if_enough(self.part, &self.head, self.options)? {
                    self.open(format, false, on_row)?;
                }
                self.wanted *= 2;
            }
        }
        self.rows(piece, on_row)
    }

    /// There are no more pieces.
    ///
    /// # Errors
    /// As [`Self::push`], and [`DatasetError::Empty`] where nothing came.
    pub fn finish(
        mut self,
        on_row: &mut impl FnMut(&Header<'_>, Row<'_>) -> Result<(), DatasetError>,
    ) -> Result<Finished, DatasetError> {
        let part = self.part;
        if self.reader.is_none() {
            let format = Format::tell(part, &self.head, true, self.options)?;
            self.open(format, true, on_row)?;
        }
        let Some((form, mut reader)) = self.reader else { return Err(DatasetError::Empty { part }) };
        let (has_header, label, separator) = (reader.has_header(), self.label.0, reader.separator());
        let result = reader.finish(&mut |names, row| on_row(&Header { names, has_header, label, separator }, row));
        result.map_err(|error| named(error, &reader))?;
        let notes = reader.notes(true);
        Ok(Finished { layout: Layout { part, form }, names: reader.into_names(), has_header, label: self.label, notes })
    }

    fn open(
        &mut self,
        format: Format,
        whole: bool,
        on_row: &mut impl FnMut(&Header<'_>, Row<'_>) -> Result<(), DatasetError>,
    ) -> Result<(), DatasetError> {
        self.label = likely(self.part, &self.head, whole, self.options, &format.form);
        let reader = TableReader::of(self.part, &format.form).strict();
        self.reader = Some((format.form, reader));
        let head = std::mem::take(&mut self.head);
        self.rows(&head, on_row)
    }

    fn rows(
        &mut self,
        piece: &[u8],
        on_row: &mut impl FnMut(&Header<'_>, Row<'_>) -> Result<(), DatasetError>,
    ) -> Result<(), DatasetError> {
        let Some((form, reader)) = &mut self.reader else { return Ok(()) };
        let (has_header, label, separator) = (reader.has_header(), self.label.0, reader.separator());
        let result = reader.push(piece, &mut |names, row| on_row(&Header { names, has_header, label, separator }, row));
        result.map_err(|error| match (error, form.mends.as_ref().and_then(|mends| mends.other_separator)) {
            (DatasetError::NoFeatures, Some(character)) => match Separator::of(character) {
                Some(separator) => DatasetError::JoinedCells { separators: separator.plural().to_owned() },
                None => DatasetError::OtherSeparator { character },
            },
            (error, _) => named(error, reader),
        })
    }
}

/// What went wrong, with its column called by its name where the file has a header.
fn named(error: DatasetError, reader: &TableReader) -> DatasetError {
    match reader.names() {
        Some(names) if reader.has_header() => error.named(names),
        _ => error,
    }
}

/// What is known of a file at its end.
pub struct Finished {
    /// How it was written.
    pub layout: Layout,
    /// Of all columns; `f1`, `f2`, … where there is no header.
    pub names: Vec<String>,
    /// Whether the first row gave the names.
    pub has_header: bool,
    /// The column that is most likely the label, from 0, and why.
    pub label: (u32, LabelReason),
    /// What was put right.
    pub notes: Vec<Note>,
}
