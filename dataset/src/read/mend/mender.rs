//! Puts rows right, one after the other, as the form of their table says.

use memchr::memchr2;

use crate::{
    error::{Column, Part},
    read::{
        mend::form::{Form, Mends},
        mend::note::Note,
        mend::numbers::NumberForm,
        mend::watch::Watch,
        quotes::Quoting,
        row::{Cells, Row},
        separator::Separator,
    },
};

/// Rows as they are read, and how often each thing was put right.
pub struct Mender {
    part: Part,
    separator: Separator,
    mends: Mends,
    /// Form of the numbers of each column of the file that has one.
    numbers: Vec<Option<NumberForm>>,
    /// Whether a number of such a column was written anew.
    changed: Vec<bool>,
    watch: Watch,
    /// Whether the next row is the header.
    at_header: bool,
    /// The header's cells.
    header: Option<Vec<Vec<u8>>>,
    /// Lines of empty rows that may be the end of the file.
    held: Vec<u64>,
    repeated: u64,
    empty: u64,
    shorts: u64,
    /// Lines that are taken for comments although the file has none at its beginning, and the first of them.
    stray: Option<(u64, u64)>,
    row: Mended,
}

/// A row that is being put right.
#[derive(Default)]
struct Mended {
    text: Vec<u8>,
    ends: Vec<usize>,
    /// Cells of the file so far, those that are left out among them.
    cells: usize,
    /// A cell in quotation marks of which the end has not come.
    open: Vec<u8>,
}

impl Mender {
    pub fn new(part: Part, form: &Form, mends: Mends) -> Self {
        let mut numbers = vec![None; mends.numbers.iter().map(|(at, _)| at + 1).max().unwrap_or_default()];
        mends.numbers.iter().for_each(|&(at, form)| numbers[at] = Some(form));
        Self {
            part,
            separator: form.separator,
            changed: vec![false; numbers.len()],
            watch: Watch::new(&mends.plain),
            mends,
            numbers,
            at_header: form.header,
            header: None,
            held: Vec::new(),
            repeated: 0,
            empty: 0,
            shorts: 0,
            stray: None,
            row: Mended::default(),
        }
    }

    /// The next row of the file. `on_row` sees it as it is read, unless it is none.
    ///
    /// # Errors
    /// What `on_row` answers.
    pub fn row<E>(&mut self, row: Row<'_>, on_row: &mut impl FnMut(Row<'_>) -> Result<(), E>) -> Result<(), E> {
        if row.line < self.mends.first_line || Some(row.line) == self.mends.units {
            return Ok(());
        }
        if self.is_comment(&row) {
            if self.mends.comments.is_none() {
                self.stray.get_or_insert((0, row.line)).0 += 1;
            }
            return Ok(());
        }
        if self.mends.width > 1 && is_empty(&row.cells) {
            if self.skips_empty_rows() {
                self.empty += 1;
            } else {
                self.held.push(row.line);
            }
            return Ok(());
        }
        if !self.at_header {
            self.watch.row(&row);
        }
        let width = self.mends.width;
        let keeps = self.mends.keeps_cells() && !(self.at_header && self.mends.commented_header);
        if keeps && !(self.mends.short && row.cells.count() < width) {
            return self.hand_on(row, on_row);
        }
        self.rewrite(&row.cells);
        let mended = std::mem::take(&mut self.row);
        let cells = Cells::Parsed { text: &mended.text, ends: &mended.ends };
        let result = self.hand_on(Row { line: row.line, cells }, on_row);
        self.row = mended;
        result
    }

    /// What was done, where the columns that are not left out have these names.
    pub fn notes(&self, has_header: bool, names: &[String], whole: bool) -> Vec<Note> {
        let mends = &self.mends;
        let left_out = usize::from(mends.without_first);
        let column = |at: usize| Column {
            number: at as u32 + 1,
            name: at.checked_sub(left_out).and_then(|at| names.get(at)).filter(|_| has_header).cloned(),
        };
        let columns = |places: &mut dyn Iterator<Item = usize>| places.map(column).collect::<Vec<Column>>();
        let count = |rows: u64| if whole { rows } else { 0 };
        let mut notes = Vec::new();
        let mut note = |is: bool, what: Note| {
            if is {
                notes.push(what);
            }
        };
        note(mends.declared, Note::Declared { separator: self.separator });
        note(mends.titles > 0, Note::Above { first: mends.first_line });
        if let Some(mark) = mends.comments {
            note(true, Note::Comments { mark: mark.to_owned(), header: mends.commented_header });
        }
        match mends.marks.quoting {
            Quoting::Usual => {}
            Quoting::Escaped => note(true, Note::EscapedQuotes),
            Quoting::Off => note(true, Note::NoQuotes),
        }
        note(mends.runs, Note::Runs { separator: self.separator });
        note(mends.padded, Note::Padding);
        if let Some(line) = mends.units {
            note(true, Note::Units { line });
        }
        note(self.repeated > 0, Note::RepeatedHeaders { rows: count(self.repeated) });
        let at_end = if whole { self.held.len() as u64 } else { 0 };
        note(self.empty + at_end > 0, Note::EmptyRows { rows: count(self.empty + at_end) });
        note(self.shorts > 0, Note::ShortRows { rows: count(self.shorts) });
        if let Some((rows, line)) = self.stray {
            note(true, Note::StrayComments { rows: count(rows), line });
        }
        note(mends.trailing, Note::Trailing);
        note(mends.row_names, Note::RowNames);
        if mends.index {
            let name = names.first().filter(|_| has_header && left_out == 0).cloned();
            note(true, Note::Index { column: Column { number: 1, name }, left_out: left_out > 0 });
        }
        for (form, stands, read) in &mends.examples {
            let is_told = |at: usize| self.changed[at] || !mends.quiet.contains(&at);
            let places = mends.numbers.iter().filter(|(_, other)| other == form).map(|&(at, _)| at);
            let mut places = places.filter(|&at| is_told(at));
            let (form, example) = (*form, (stands.clone(), read.clone()));
            let other = mends.other_examples.iter().find(|(other, text, _)| *other == form && text != stands);
            let other = other.map(|(_, stands, read)| (stands.clone(), read.clone()));
            note(true, Note::Numbers { form, columns: columns(&mut places), example, other });
        }
        let (signs, places) = &mends.gaps;
        let gaps = Note::Gaps { signs: signs.clone(), columns: columns(&mut places.iter().copied()) };
        note(!signs.is_empty(), gaps);
        if let Some(late) = &self.watch.late {
            let (cells, line, example) = (count(late.cells), late.line, late.text.clone());
            note(true, Note::LateNumbers { cells, line, column: column(late.column), example });
        }
        if let Some((cells, line)) = self.watch.long {
            note(true, Note::LongCells { cells: count(cells), line });
        }
        notes
    }

    /// In a file of labels or features an empty row may be one that the other file has a row for.
    fn skips_empty_rows(&self) -> bool {
        matches!(self.part, Part::Table | Part::Training)
    }

    fn is_comment(&self, row: &Row<'_>) -> bool {
        let first = row.cells.text().trim_ascii_start();
        match self.mends.comments {
            Some(mark) if first.starts_with(mark.as_bytes()) => {
                !(self.mends.commented_header && row.line == self.mends.first_line)
            }
            Some(_) => false,
            // Nothing else can be made of such a line.
            None => first.first() == Some(&b'#') && self.mends.width > 1 && row.cells.count() != self.mends.width,
        }
    }

    fn hand_on<E>(&mut self, row: Row<'_>, on_row: &mut impl FnMut(Row<'_>) -> Result<(), E>) -> Result<(), E> {
        if std::mem::take(&mut self.at_header) {
            self.header = Some(row.cells.iter().map(|cell| cell.trim_ascii().to_vec()).collect());
        } else if let Some(header) = &self.header
            && row.cells.iter().next().map(<[u8]>::trim_ascii) == header.first().map(Vec::as_slice)
            && row.cells.iter().map(<[u8]>::trim_ascii).eq(header.iter().map(Vec::as_slice))
        {
            self.repeated += 1;
            return Ok(());
        }
        if !self.held.is_empty() {
            let columns = self.mends.width - usize::from(self.mends.without_first);
            let ends = vec![0; columns];
            for line in std::mem::take(&mut self.held) {
                on_row(Row { line, cells: Cells::Parsed { text: b"", ends: &ends } })?;
            }
        }
        on_row(row)
    }

    fn rewrite(&mut self, cells: &Cells<'_>) {
        self.row.text.clear();
        self.row.ends.clear();
        self.row.cells = 0;
        self.row.open.clear();
        let tabs = self.separator == Separator::Blanks;
        let mut first = true;
        for cell in cells.iter() {
            let cell = match std::mem::take(&mut first) && self.at_header && self.mends.commented_header {
                true => without_mark(cell, self.mends.comments),
                false => cell,
            };
            if self.mends.runs && tabs {
                cell.split(|byte| *byte == b'\t').filter(|cell| !cell.is_empty()).for_each(|cell| self.put(cell));
            } else if self.mends.runs && cell.is_empty() {
                continue;
            } else if self.mends.padded {
                self.put_padded(cell);
            } else {
                self.put(cell);
            }
        }
        if !self.row.open.is_empty() {
            let rest = std::mem::take(&mut self.row.open);
            self.put(rest.trim_ascii());
        }
        self.settle_end();
    }

    /// Cells that are too many or too few at the end.
    fn settle_end(&mut self) {
        let row = &mut self.row;
        let header = self.at_header && self.mends.row_names;
        let width = self.mends.width - usize::from(header);
        while self.mends.trailing && row.cells > width {
            let start = row.ends.len().checked_sub(2).map_or(0, |before| row.ends[before]);
            if !row.text[start..].trim_ascii().is_empty() {
                return;
            }
            row.text.truncate(start);
            row.ends.pop();
            row.cells -= 1;
        }
        if self.mends.short && row.cells < width && !self.at_header {
            self.shorts += 1;
            let missing = width - row.cells;
            row.ends.extend(std::iter::repeat_n(row.text.len(), missing));
            row.cells = width;
        }
    }

    /// A cell with blanks around it; one in quotation marks may have been cut where a separator stands in it.
    fn put_padded(&mut self, cell: &[u8]) {
        if self.row.open.is_empty() && !cell.trim_ascii_start().starts_with(b"\"") {
            return self.put(cell.trim_ascii());
        }
        let mut open = std::mem::take(&mut self.row.open);
        if !open.is_empty() {
            open.push(self.separator.byte());
        }
        open.extend_from_slice(cell);
        let text = open.trim_ascii();
        let marks = text.iter().filter(|byte| **byte == b'"').count();
        if text.len() > 1 && text.ends_with(b"\"") && marks.is_multiple_of(2) {
            let inside = String::from_utf8_lossy(&text[1..text.len() - 1]).replace("\"\"", "\"");
            return self.put(inside.as_bytes());
        }
        self.row.open = open;
    }

    fn put(&mut self, cell: &[u8]) {
        let row = &mut self.row;
        let at = row.cells;
        row.cells += 1;
        let lacks_first = self.at_header && self.mends.row_names;
        if at == 0 && self.mends.without_first && !lacks_first {
            return;
        }
        let form = self.numbers.get(at).copied().flatten().filter(|_| !self.at_header);
        // Digits alone are the same in every form.
        let form = form.filter(|_| !cell.iter().all(u8::is_ascii_digit));
        let plain = form.and_then(|form| form.plain(std::str::from_utf8(cell).ok()?));
        if plain.as_ref().is_some_and(|plain| plain.as_bytes() != cell.trim_ascii()) {
            self.changed[at] = true;
        }
        row.text.extend_from_slice(plain.as_deref().map_or(cell, str::as_bytes));
        row.ends.push(row.text.len());
    }
}

/// The header in a comment, without the mark before it.
fn without_mark<'a>(cell: &'a [u8], mark: Option<&str>) -> &'a [u8] {
    let mut text = cell.trim_ascii_start();
    while let Some(rest) = mark.and_then(|mark| text.strip_prefix(mark.as_bytes())) {
        text = rest;
    }
    text.trim_ascii_start()
}

/// Whether nothing stands in any cell.
pub fn is_empty(cells: &Cells<'_>) -> bool {
    match *cells {
        Cells::Plain { text, separator } => {
            text.iter().all(|byte| *byte == separator || byte.is_ascii_whitespace())
                && memchr2(separator, b' ', text).is_some()
        }
        Cells::Parsed { text, .. } => text.trim_ascii().is_empty(),
    }
}
