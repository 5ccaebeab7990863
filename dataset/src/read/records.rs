//! Cuts a CSV into rows, whatever the sizes of the pieces it arrives in.
//!
//! Rows without quotation marks are slices of the piece; the others, and those that lie across two pieces, go
//! through `csv_core`. Either way a row says the same.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::{memchr, memchr_iter, memchr2};

use crate::{
    MAX_CELL, MAX_COLUMNS, MAX_ROW,
    error::{Column, DatasetError, Foreign, Part, Place},
    read::quotes::{Marks, Quoting, Unescape},
    read::row::{Cells, Row},
    read::separator::Separator,
};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads one file. Give it every piece, then [`Records::finish`].
pub struct Records {
    part: Part,
    separator: Separator,
    /// Whether an empty line between others is a row with one empty cell, as in a file of one column.
    blank_is_cell: bool,
    blanks: u64,
    /// Physical line of the next byte, from 1.
    line: u64,
    at_start: bool,
    /// The last byte was CR, which ended a row; LF after it belongs to it.
    after_cr: bool,
    /// Whether CR CR LF ends one line, and whether its second CR has come.
    doubled_cr: bool,
    second_cr: bool,
    /// Whether the mark of UTF-8 is left out at the beginning of any row.
    inner_mark: bool,
    unescape: Option<Unescape>,
    /// A character of which only the beginning has come.
    cut: [u8; 4],
    cut_len: usize,
    parser: Parser,
}

impl Records {
    /// At the beginning of a file.
    pub fn new(part: Part, separator: Separator, blank_is_cell: bool) -> Self {
        Self {
            part,
            separator,
            blank_is_cell,
            blanks: 0,
            line: 1,
            at_start: true,
            after_cr: false,
            doubled_cr: false,
            second_cr: false,
            inner_mark: false,
            unescape: None,
            cut: [0; 4],
            cut_len: 0,
            parser: Parser::new(separator.byte(), true),
        }
    }

    /// Reads quotation marks and line ends as they are meant.
    pub fn marked(mut self, marks: Marks) -> Self {
        self.doubled_cr = marks.doubled_cr;
        self.inner_mark = marks.inner_mark;
        match marks.quoting {
            Quoting::Usual => {}
            Quoting::Escaped => self.unescape = Some(Unescape::new(self.separator.byte())),
            Quoting::Off => self.parser = Parser::new(self.separator.byte(), false),
        }
        self
    }

    /// What stands between cells.
    pub const fn separator(&self) -> Separator {
        self.separator
    }

    /// The next piece. `on_row` sees every row that it completes; its first error ends the reading.
    ///
    /// # Errors
    /// [`DatasetError`] with line and column, or what `on_row` answers.
    pub fn push<E: From<DatasetError>>(
        &mut self,
        piece: &[u8],
        on_row: &mut impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = piece;
        if self.cut_len > 0 {
            let missing = character_len(self.cut[0]) - self.cut_len;
            let (now, later) = rest.split_at(missing.min(rest.len()));
            self.cut[self.cut_len..self.cut_len + now.len()].copy_from_slice(now);
            self.cut_len += now.len();
            if now.len() < missing {
                return Ok(());
            }
            let (character, len) = (self.cut, std::mem::take(&mut self.cut_len));
            self.text(&character[..len], on_row)?;
            rest = later;
        }
        let cut = cut_character(rest);
        let (whole, cut) = rest.split_at(rest.len() - cut);
        self.cut[..cut.len()].copy_from_slice(cut);
        self.cut_len = cut.len();
        self.text(whole, on_row)
    }

    /// There are no more pieces.
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn finish<E: From<DatasetError>>(
        &mut self,
        on_row: &mut impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.cut_len > 0 {
            return Err(DatasetError::NotUtf8 { place: self.here() }.into());
        }
        if let Some(rest) = self.unescape.as_mut().map(Unescape::rest) {
            self.rows(rest, on_row)?;
        }
        if !self.parser.open {
            return Ok(());
        }
        // A line end completes any row, except inside quotes.
        let (place, opened) = (self.here(), self.line + self.parser.lines - self.parser.lines_in_cell());
        let before = self.line;
        self.parse(b"\n", on_row)?;
        self.line = before;
        if self.parser.open { Err(DatasetError::CutOff { place, opened }.into()) } else { Ok(()) }
    }

    /// Whole characters, unless they are none.
    fn text<E: From<DatasetError>>(
        &mut self,
        bytes: &[u8],
        on_row: &mut impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut good, foreign) = readable(bytes);
        if std::mem::take(&mut self.at_start) {
            if bytes.is_empty() {
                self.at_start = true;
            }
            good = good.strip_prefix(BOM).unwrap_or(good);
        }
        match &mut self.unescape {
            None => self.rows(good, on_row)?,
            Some(unescape) => {
                let mut written = Vec::with_capacity(good.len() + 8);
                unescape.write(good, &mut written);
                self.rows(&written, on_row)?;
            }
        }
        match foreign {
            None => Ok(()),
            Some(Unreadable::Zero) => Err(DatasetError::NotCsv { place: self.here(), foreign: Foreign::Binary }.into()),
            Some(Unreadable::NotUtf8) => Err(DatasetError::NotUtf8 { place: self.here() }.into()),
        }
    }

    fn rows<E: From<DatasetError>>(
        &mut self,
        mut rest: &[u8],
        on_row: &mut impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.parser.open {
            rest = self.parse(rest, on_row)?;
        }
        let plain = memchr2(b'"', b'\r', rest).is_none();
        while let Some(&first) = rest.first() {
            if std::mem::take(&mut self.second_cr) {
                if first == b'\n' {
                    rest = &rest[1..];
                    continue;
                }
                // An empty line, then.
                self.after_cr = true;
                self.line += 1;
                self.blanks += 1;
            }
            if std::mem::take(&mut self.after_cr) {
                self.second_cr = first == b'\r' && self.doubled_cr;
                if first == b'\n' || self.second_cr {
                    rest = &rest[1..];
                    continue;
                }
            }
            if self.inner_mark && rest.starts_with(BOM) {
                rest = &rest[BOM.len()..];
                continue;
            }
            if first == b'\r' || first == b'\n' {
                self.after_cr = first == b'\r';
                self.line += 1;
                self.blanks += 1;
                rest = &rest[1..];
                continue;
            }
            let Some(end) = memchr(b'\n', rest) else {
                rest = self.parse(rest, on_row)?;
                continue;
            };
            let mut text = &rest[..end];
            if !plain {
                text = text.strip_suffix(b"\r").unwrap_or(text);
            }
            if text.len() > MAX_CELL || (!plain && memchr2(b'"', b'\r', text).is_some()) {
                rest = self.parse(rest, on_row)?;
                continue;
            }
            self.emit_blanks(self.line, on_row)?;
            on_row(Row { line: self.line, cells: Cells::Plain { text, separator: self.separator.byte() } })?;
            self.line += 1;
            rest = &rest[end + 1..];
        }
        Ok(())
    }

    /// Feeds the parser until its row is complete or the bytes are used up; what is left comes back.
    fn parse<'b, E: From<DatasetError>>(
        &mut self,
        bytes: &'b [u8],
        on_row: &mut impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<&'b [u8], E> {
        let (left, complete) = self.parser.feed(bytes);
        if let Some(excess) = self.parser.excess() {
            let place = |(column, line)| self.place(column, line);
            let error = match excess {
                Excess::Cell(at) => DatasetError::CellTooLong { place: place(at) },
                Excess::Row(at) => DatasetError::RowTooLong { place: place(at) },
                Excess::Columns(at) => DatasetError::TooManyColumns { place: place(at) },
            };
            return Err(error.into());
        }
        if complete {
            self.emit_blanks(self.line, on_row)?;
            on_row(Row { line: self.line, cells: self.parser.cells() })?;
            let by_cr = bytes[..bytes.len() - left.len()].last() == Some(&b'\r');
            self.after_cr = by_cr;
            self.line += self.parser.lines + u64::from(by_cr);
            self.parser.clear();
        }
        Ok(left)
    }

    fn emit_blanks<E>(&mut self, line: u64, on_row: &mut impl FnMut(Row<'_>) -> Result<(), E>) -> Result<(), E> {
        let blanks = std::mem::take(&mut self.blanks);
        if self.blank_is_cell {
            for blank in line - blanks..line {
                on_row(Row { line: blank, cells: Cells::Plain { text: b"", separator: self.separator.byte() } })?;
            }
        }
        Ok(())
    }

    /// The next byte's place.
    fn here(&self) -> Place {
        self.place(self.parser.ends_len, self.parser.lines)
    }

    fn place(&self, column: usize, lines: u64) -> Place {
        Place { part: self.part, line: self.line + lines, column: Column { number: column as u32 + 1, name: None } }
    }
}

/// `csv_core` with the row it is in the middle of.
struct Parser {
    reader: Reader,
    open: bool,
    text: Vec<u8>,
    text_len: usize,
    ends: Vec<usize>,
    ends_len: usize,
    /// Line feeds seen since the row began.
    lines: u64,
}

/// What a row has too much of: column from 0, and lines since the row began.
enum Excess {
    Cell((usize, u64)),
    Row((usize, u64)),
    Columns((usize, u64)),
}

impl Parser {
    fn new(separator: u8, quoting: bool) -> Self {
        let mut reader = ReaderBuilder::new().delimiter(separator).quoting(quoting).build();
        // Its own handling of a byte order mark is for the first record it sees, which need not be the file's first.
        let _ = reader.read_record(b"\n", &mut [0], &mut [0]);
        Self { reader, open: false, text: vec![0; 4096], text_len: 0, ends: vec![0; 64], ends_len: 0, lines: 0 }
    }

    fn feed<'b>(&mut self, mut bytes: &'b [u8]) -> (&'b [u8], bool) {
        while !bytes.is_empty() {
            self.open = true;
            let (result, read, written, ended) =
                self.reader.read_record(bytes, &mut self.text[self.text_len..], &mut self.ends[self.ends_len..]);
            self.lines += memchr_iter(b'\n', &bytes[..read]).count() as u64;
            self.text_len += written;
            self.ends_len += ended;
            bytes = &bytes[read..];
            match result {
                ReadRecordResult::Record => return (bytes, true),
                ReadRecordResult::OutputFull if self.text.len() > MAX_ROW => break,
                ReadRecordResult::OutputFull => self.text.resize((self.text.len() * 2).min(MAX_ROW + 1), 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() > MAX_COLUMNS => break,
                ReadRecordResult::OutputEndsFull => self.ends.resize((self.ends.len() * 2).min(MAX_COLUMNS + 1), 0),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
            if self.text_len - self.last_end() > MAX_CELL {
                break;
            }
        }
        (bytes, false)
    }

    fn excess(&self) -> Option<Excess> {
        if self.text_len > MAX_CELL {
            let mut start = 0;
            for column in 0..=self.ends_len {
                let end = if column < self.ends_len { self.ends[column] } else { self.text_len };
                if end - start > MAX_CELL {
                    let lines = memchr_iter(b'\n', &self.text[..start]).count() as u64;
                    return Some(Excess::Cell((column, lines)));
                }
                start = end;
            }
        }
        if self.text_len > MAX_ROW {
            return Some(Excess::Row((self.ends_len, 0)));
        }
        (self.ends_len > MAX_COLUMNS).then_some(Excess::Columns((MAX_COLUMNS, 0)))
    }

    fn last_end(&self) -> usize {
        if self.ends_len == 0 { 0 } else { self.ends[self.ends_len - 1] }
    }

    fn lines_in_cell(&self) -> u64 {
        memchr_iter(b'\n', &self.text[self.last_end()..self.text_len]).count() as u64
    }

    fn cells(&self) -> Cells<'_> {
        Cells::Parsed { text: &self.text[..self.text_len], ends: &self.ends[..self.ends_len] }
    }

    fn clear(&mut self) {
        (self.open, self.text_len, self.ends_len, self.lines) = (false, 0, 0, 0);
        // A single huge row must not hold its memory for the rest of the file.
        if self.text.len() > MAX_CELL {
            self.text = vec![0; 4096];
        }
    }
}

enum Unreadable {
    Zero,
    NotUtf8,
}

/// The text that `bytes` begin with, and what comes after it if that is not the end.
fn readable(bytes: &[u8]) -> (&[u8], Option<Unreadable>) {
    if is_plain_text(bytes) {
        return (bytes, None);
    }
    let (text, zero) = match memchr(0, bytes) {
        Some(at) => (&bytes[..at], Some(Unreadable::Zero)),
        None => (bytes, None),
    };
    match std::str::from_utf8(text) {
        Ok(_) => (text, zero),
        Err(e) => (&text[..e.valid_up_to()], Some(Unreadable::NotUtf8)),
    }
}

/// Whether all bytes are ASCII and none is zero. Written so that it becomes vector instructions.
fn is_plain_text(bytes: &[u8]) -> bool {
    // Of a byte less one, the high bit says: zero, or above 0x80; of the byte itself: 0x80 or above.
    let seen = |block: &[u8]| block.iter().fold(0u8, |seen, &byte| seen | byte | byte.wrapping_sub(1));
    bytes.chunks(4096).all(|block| seen(block) < 0x80)
}

/// Bytes at the end that are the beginning of a character.
fn cut_character(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let byte = bytes[bytes.len() - back];
        if byte & 0xc0 != 0x80 {
            return if character_len(byte) > back { back } else { 0 };
        }
    }
    0
}

/// Bytes of the character that begins with this byte; 1 for a byte that begins none.
const fn character_len(first: u8) -> usize {
    match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    }
}
