//! A CSV as rows for a model: read piece by piece, its columns found by name.

use std::collections::HashMap;

use dataset::{Cells, DatasetError, DecimalMark, Part, ReadOptions, Records, Row, Separator, TableReader};

use crate::{
    error::RunError,
    input::cells::Reading,
    input::deal::deal,
    input::layout::{self, Columns, Layout},
    input::rows::PendingRows,
};

/// Bytes of a table that are read at most.
pub const MAX_TABLE: u64 = 1 << 30;
/// Bytes of a piece.
const PIECE: usize = 128 << 10;

/// Where a table's bytes come from, so that they need not all be in this program's memory.
pub trait Source {
    fn bytes(&self) -> u64;
    /// Appends at most `bytes` bytes from position `at`.
    fn read(&self, at: u64, bytes: usize, into: &mut Vec<u8>);
}

impl Source for [u8] {
    fn bytes(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, at: u64, bytes: usize, into: &mut Vec<u8>) {
        let start = usize::try_from(at).unwrap_or(usize::MAX).min(self.len());
        into.extend_from_slice(&self[start..self.len().min(start.saturating_add(bytes))]);
    }
}

/// A table that is being read.
pub struct Table<'s, S: ?Sized> {
    source: &'s S,
    at: u64,
    piece: Vec<u8>,
    reader: TableReader,
    binding: Binding,
    rows: PendingRows,
    /// The label of each row that waits, where there is a label column.
    labels: Vec<String>,
    ended: bool,
    /// Data rows, as lines tell; quoted line breaks make it too high.
    total: u64,
}

/// Which cell of a row goes where.
struct Binding {
    /// The table's column for each of the model's.
    taken: Vec<usize>,
    label: Option<usize>,
    reading: Reading,
}

impl<'s, S: Source + ?Sized> Table<'s, S> {
    /// Looks at the beginning of the table and finds the columns.
    ///
    /// # Errors
    /// [`RunError`] that names the columns which are missing or too many.
    pub fn open(source: &'s S, layout: &Layout, label: Option<&str>) -> Result<Self, RunError> {
        if source.bytes() > MAX_TABLE {
            return Err(RunError::TableTooLarge { bytes: source.bytes(), limit: MAX_TABLE });
        }
        let mut head = Vec::new();
        source.read(0, dataset::SAMPLE, &mut head);
        let (binding, layout, reader) = bind(&head, layout, label)?;
        let total = lines(source).saturating_sub(u64::from(reader.has_header()));
        let (at, piece, labels, ended) = (0, Vec::new(), Vec::new(), false);
        Ok(Self { source, at, piece, reader, binding, rows: PendingRows::new(layout), labels, ended, total })
    }

    /// Data rows, about.
    pub fn total(&self) -> u64 {
        self.total
    }

    pub fn rows(&self) -> &PendingRows {
        &self.rows
    }

    /// Whether labels are given.
    pub fn labelled(&self) -> bool {
        self.binding.label.is_some()
    }

    /// Labels of the rows that wait.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Reads until `rows` rows wait or the table ends; yields how many wait.
    ///
    /// # Errors
    /// [`RunError`] with line and column.
    pub fn fill(&mut self, rows: usize) -> Result<usize, RunError> {
        while self.rows.waiting() < rows && !self.ended {
            self.piece.clear();
            self.source.read(self.at, PIECE, &mut self.piece);
            self.at += self.piece.len() as u64;
            let Self { reader, piece, binding, rows, labels, .. } = self;
            let mut on_row = |_: &[String], row: Row<'_>| binding.take(row, rows, labels);
            if piece.is_empty() {
                self.ended = true;
                reader.finish(&mut on_row)?;
            } else {
                reader.push(piece, &mut on_row)?;
            }
        }
        Ok(self.rows.waiting())
    }

    /// The first `rows` of those that wait were run.
    pub fn done(&mut self, rows: usize) {
        self.rows.done(rows);
        self.labels.drain(..rows.min(self.labels.len()));
    }
}

impl Binding {
    fn take(&self, row: Row<'_>, rows: &mut PendingRows, labels: &mut Vec<String>) -> Result<(), RunError> {
        let cells: Vec<&[u8]> = row.cells.iter().collect();
        if let Some(label) = self.label {
            labels.push(String::from_utf8_lossy(cells[label]).trim().to_owned());
        }
        rows.push(Some(row.line), self.reading, |at| {
            let column = self.taken[at];
            (column, std::str::from_utf8(cells[column]).ok())
        })
    }
}

/// Finds the model's columns in the beginning of a table: as it stands, since a published table says what it says; and
/// where they are not found so, with the habits of people and programs put right.
fn bind(head: &[u8], layout: &Layout, label: Option<&str>) -> Result<(Binding, Layout, TableReader), RunError> {
    // No published table begins with a line that names the separator.
    if names_separator(head) {
        return bind_as(head, layout, label, ReadOptions::default());
    }
    bind_as(head, layout, label, ReadOptions::as_it_stands())
        .or_else(|error| bind_as(head, layout, label, ReadOptions::default()).map_err(|_| error))
}

/// Whether the first line is `sep=;` or the like.
fn names_separator(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    text.get(..4).is_some_and(|key| key.eq_ignore_ascii_case(b"sep="))
}

fn bind_as(
    head: &[u8],
    layout: &Layout,
    label: Option<&str>,
    options: ReadOptions,
) -> Result<(Binding, Layout, TableReader), RunError> {
    let peeked = dataset::peek(Part::Table, head, options)?;
    let separator = peeked.separator;
    let width = peeked.columns.len();
    let first = match (options.mending.form, peeked.header) {
        (false, _) => first_row(head, separator),
        (true, true) => peeked.columns.clone(),
        (true, false) => peeked.rows.first().cloned().unwrap_or_default(),
    };
    // Words above words are told from data by the names that are looked for.
    let named = match &layout.columns {
        Columns::Named(names) => names.len() > 1 && names.iter().all(|name| first.contains(name)),
        _ => false,
    };
    let header = peeked.header || named || label.is_some_and(|label| first.iter().any(|cell| cell == label));
    let names = dataset::column_names(header.then_some(&first), width);
    let label = match label {
        None => None,
        Some(label) => Some(
            names
                .iter()
                .position(|name| name == label.trim())
                .ok_or_else(|| RunError::NoLabel { label: label.to_owned(), columns: names.clone() })?,
        ),
    };
    let features: Vec<usize> = (0..width).filter(|&at| Some(at) != label).collect();
    let mut layout = layout.clone().closed(features.len());
    let mut taken = match &layout.columns {
        Columns::Named(wanted) if header => by_name(wanted, &names, &features, label.is_some())?,
        columns => {
            let wanted = layout.width().unwrap_or_default();
            if features.len() != wanted {
                let names = if let Columns::Named(names) = columns { names.clone() } else { Vec::new() };
                return Err(RunError::Count { found: features.len(), wanted, names, label: label.is_some() });
            }
            features
        }
    };
    let mark = match separator {
        Separator::Comma => DecimalMark::Point,
        _ => DecimalMark::PointOrComma,
    };
    if layout.guessed {
        // A header that was taken for data says nothing of what columns hold.
        let rows = peeked.rows.get(usize::from(header && !peeked.header)..).unwrap_or_default();
        let dealt = deal(&layout.slots, &taken, &names, rows, mark);
        layout.columns = Columns::Named(dealt.columns.iter().map(|&at| names[at].clone()).collect());
        (taken, layout.guessed) = (dealt.columns, dealt.guessed);
    }
    let reading = Reading { gaps: layout.gaps, mark };
    let reader = match options.mending.form {
        false => TableReader::new(Part::Table, separator, header, width),
        true => {
            let options = ReadOptions { header: (header != peeked.header).then_some(header), ..options };
            dataset::open(Part::Table, head, options)?.1
        }
    };
    Ok((Binding { taken, label, reading }, layout, reader))
}

fn first_row(head: &[u8], separator: Separator) -> Vec<String> {
    let mut first = Vec::new();
    let mut keep = |row: Row<'_>| {
        if first.is_empty() {
            first = texts(row.cells);
        }
        Ok::<(), DatasetError>(())
    };
    let mut records = Records::new(Part::Table, separator, false);
    // What is wrong here is told when the rows are read.
    let _ = records.push(head, &mut keep);
    if first.is_empty() {
        let _ = records.finish(&mut |row: Row<'_>| {
            first = texts(row.cells);
            Ok::<(), DatasetError>(())
        });
    }
    first
}

fn texts(cells: Cells<'_>) -> Vec<String> {
    cells.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
}

/// The table's column for each wanted name: as it is spelt, else but for case and signs.
fn by_name(wanted: &[String], names: &[String], features: &[usize], label: bool) -> Result<Vec<usize>, RunError> {
    let mut exact: HashMap<&str, usize> = HashMap::new();
    let mut plain: HashMap<String, Option<usize>> = HashMap::new();
    for &at in features {
        if exact.insert(&names[at], at).is_some() && wanted.contains(&names[at]) {
            return Err(RunError::Twice(names[at].clone()));
        }
        // Two columns of one plain name are none.
        plain.entry(layout::plain(&names[at])).and_modify(|found| *found = None).or_insert(Some(at));
    }
    let find = |name: &String| {
        let known = exact.get(name.trim()).copied();
        known.or_else(|| plain.get(&layout::plain(name)).copied().flatten())
    };
    let found: Vec<Option<usize>> = wanted.iter().map(find).collect();
    let missing: Vec<String> =
        wanted.iter().zip(&found).filter(|(_, at)| at.is_none()).map(|(name, _)| name.clone()).collect();
    if missing.is_empty() {
        return Ok(found.into_iter().flatten().collect());
    }
    // None of the names, in a table that has a row for each: the names say nothing, their number does not fit either.
    if missing.len() == wanted.len() && features.len() != wanted.len() && wanted.len() > 16 {
        return Err(RunError::Count { found: features.len(), wanted: wanted.len(), names: wanted.to_vec(), label });
    }
    let used: Vec<usize> = found.into_iter().flatten().collect();
    let extra = features.iter().filter(|at| !used.contains(at)).map(|&at| names[at].clone()).collect();
    Err(RunError::Missing { missing, extra })
}

/// Lines of a table that are not empty, about.
fn lines<S: Source + ?Sized>(source: &S) -> u64 {
    let (mut at, mut lines, mut last) = (0, 0, b'\n');
    let mut piece = Vec::new();
    loop {
        piece.clear();
        source.read(at, 1 << 20, &mut piece);
        if piece.is_empty() {
            return lines + u64::from(last != b'\n');
        }
        at += piece.len() as u64;
        for &byte in &piece {
            lines += u64::from(byte == b'\n' && last != b'\n');
            last = byte;
        }
    }
}
