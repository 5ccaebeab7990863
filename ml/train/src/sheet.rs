//! A CSV as this house writes it (RFC 4180, UTF-8, with a header), cut into cells.

use csv_core::{ReadRecordResult, Reader};

use crate::error::{Part, TrainError};

/// Cells that fit: with the tables and matrices made of them, about 1 GB.
pub const MAX_CELLS: usize = 1 << 26;

/// All cells of a CSV below its header.
#[derive(Debug)]
pub struct Sheet {
    pub header: Vec<String>,
    text: String,
    /// Where each cell ends in `text`, row by row.
    ends: Vec<u32>,
}

impl Sheet {
    /// # Errors
    /// [`TrainError::NotUtf8`], [`TrainError::Empty`], [`TrainError::Ragged`], [`TrainError::TooLarge`]
    pub fn read(bytes: &[u8], part: Part) -> Result<Self, TrainError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = Reader::new();
        let (mut out, mut ends) = (vec![0_u8; 1 << 16], vec![0_usize; 1 << 10]);
        let (mut at, mut filled, mut cells) = (0, 0, 0);
        let mut header: Vec<String> = Vec::new();
        let (mut text, mut all_ends): (Vec<u8>, Vec<u32>) = (Vec::with_capacity(bytes.len()), Vec::new());
        loop {
            let (result, read, wrote, ended) = reader.read_record(&bytes[at..], &mut out[filled..], &mut ends[cells..]);
            at += read;
            filled += wrote;
            cells += ended;
            match result {
                // An empty input says that there is no more, which completes the last row.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => out.resize(out.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                ReadRecordResult::End => break,
                ReadRecordResult::Record => {
                    if header.is_empty() {
                        header = texts(&out, &ends[..cells]).ok_or(TrainError::NotUtf8 { part })?;
                    } else {
                        let (row, expected) = (all_ends.len() / header.len() + 1, header.len());
                        if cells != expected {
                            return Err(TrainError::Ragged { part, row, found: cells, expected });
                        }
                        let start = text.len();
                        text.extend_from_slice(&out[..filled]);
                        let too_large =
                            || TrainError::TooLarge { part, rows: row, columns: expected, limit: MAX_CELLS };
                        if all_ends.len() + cells > MAX_CELLS || u32::try_from(text.len()).is_err() {
                            return Err(too_large());
                        }
                        all_ends.extend(ends[..cells].iter().map(|end| (start + end) as u32));
                    }
                    (filled, cells) = (0, 0);
                }
            }
        }
        if header.is_empty() {
            return Err(TrainError::Empty { part });
        }
        let text = String::from_utf8(text).map_err(|_| TrainError::NotUtf8 { part })?;
        let sheet = Self { header, text, ends: all_ends };
        // Text as a whole may be UTF-8 while a cell begins inside a character.
        let whole = sheet.ends.iter().all(|end| sheet.text.is_char_boundary(*end as usize));
        if whole { Ok(sheet) } else { Err(TrainError::NotUtf8 { part }) }
    }

    pub fn rows(&self) -> usize {
        self.ends.len() / self.header.len()
    }

    /// A cell that exists.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.header.len() + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }

    /// The cells of a column, from the first row on.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &str> + Clone {
        (0..self.rows()).map(move |row| self.cell(row, column))
    }
}

fn texts(bytes: &[u8], ends: &[usize]) -> Option<Vec<String>> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, &end)| String::from_utf8(bytes[start..end].to_vec()).ok()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn read(text: &str) -> Result<Sheet, TrainError> {
        Sheet::read(text.as_bytes(), Part::Training)
    }

    #[test]
    fn quoted_cells_line_breaks_and_a_missing_last_line_end_are_read() {
        let sheet = read("\u{feff}a,\"b, c\",d\n1,\"x\"\"y\nz\",\n,2,ü").unwrap();
        assert_eq!(sheet.header, ["a", "b, c", "d"]);
        assert_eq!(sheet.rows(), 2);
        let cells: Vec<&str> =
            (0..2).flat_map(|row| (0..3).map(move |column| (row, column))).map(|(r, c)| sheet.cell(r, c)).collect();
        assert_eq!(cells, ["1", "x\"y\nz", "", "", "2", "ü"]);
        assert_eq!(sheet.column(2).collect::<Vec<_>>(), ["", "ü"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(read("").unwrap_err(), TrainError::Empty { part: Part::Training });
        let ragged = TrainError::Ragged { part: Part::Training, row: 2, found: 3, expected: 2 };
        assert_eq!(read("a,b\n1,2\n1,2,3\n").unwrap_err(), ragged);
        let bytes = b"a,b\n1,\xff\n";
        assert_eq!(Sheet::read(bytes, Part::Test).unwrap_err(), TrainError::NotUtf8 { part: Part::Test });
    }

    #[test]
    fn long_cells_and_many_columns_are_read() {
        let long = "x".repeat(200_000);
        let header: Vec<String> = (0..3_000).map(|k| format!("c{k}")).collect();
        let row: Vec<&str> = std::iter::once(long.as_str()).chain(std::iter::repeat_n("7", 2_999)).collect();
        let sheet = read(&format!("{}\n{}\n", header.join(","), row.join(","))).unwrap();
        assert_eq!((sheet.cell(0, 0), sheet.cell(0, 2_999)), (long.as_str(), "7"));
    }
}
