//! All cells of a table in memory, so that columns can be looked at before they are read as numbers or texts.

use dataset::{DatasetError, Part, ReadOptions, Row, Separator, TableReader, peek};

use crate::error::TrainError;

/// Cells that fit: with the tables and matrices made of them, about 1 GB.
pub const MAX_CELLS: usize = 1 << 26;

/// All cells of a table below its header: commas, UTF-8, as data preparation writes it.
#[derive(Debug)]
pub struct Sheet {
    /// Names of the columns.
    pub header: Vec<String>,
    text: String,
    /// Where each cell ends in `text`, row by row.
    ends: Vec<u32>,
}

impl Sheet {
    /// # Errors
    /// [`TrainError::Table`] at the first thing that is wrong, [`TrainError::TooLarge`]
    pub fn read(bytes: &[u8], part: Part) -> Result<Self, TrainError> {
        let options =
            ReadOptions { header: Some(true), separator: Some(Separator::Comma), ..ReadOptions::as_it_stands() };
        let columns = peek(part, bytes, options)?.columns.len();
        let mut reader = TableReader::new(part, Separator::Comma, true, columns);
        let (mut text, mut ends) = (String::with_capacity(bytes.len()), Vec::new());
        let mut on_row = |names: &[String], row: Row<'_>| {
            let columns = names.len();
            for cell in row.cells.iter() {
                // The reader has seen that it is UTF-8.
                text.push_str(&String::from_utf8_lossy(cell));
                ends.push(text.len() as u32);
            }
            if ends.len() > MAX_CELLS || u32::try_from(text.len()).is_err() {
                return Err(TrainError::TooLarge { part, rows: ends.len() / columns, columns, limit: MAX_CELLS });
            }
            Ok(())
        };
        reader.push(bytes, &mut on_row)?;
        reader.finish(&mut on_row)?;
        if reader.names().is_none() {
            return Err(DatasetError::Empty { part }.into());
        }
        Ok(Self { header: reader.into_names(), text, ends })
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
        let table = |error| match error {
            TrainError::Table(error) => error,
            other => panic!("{other}"),
        };
        assert_eq!(table(read("").unwrap_err()), DatasetError::Empty { part: Part::Training });
        let DatasetError::Ragged { place, found, expected } = table(read("a,b\n1,2\n1,2,3\n").unwrap_err()) else {
            panic!("the second row is too long");
        };
        assert_eq!((place.part, place.line, found, expected), (Part::Training, 3, 3, 2));
        let DatasetError::NotUtf8 { place } = table(Sheet::read(b"a,b\n1,\xff\n", Part::Test).unwrap_err()) else {
            panic!("the second cell is not UTF-8");
        };
        assert_eq!((place.part, place.line, place.column.name.as_deref()), (Part::Test, 2, Some("b")));
        assert!(read("a,b\n1,2,3\n").unwrap_err().to_string().contains("of the training table"));
    }

    #[test]
    fn an_empty_line_is_a_missing_cell_of_a_single_column_as_everywhere() {
        let cells = |text| read(text).unwrap().column(0).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(cells("a\n1\n\n3\n"), ["1", "", "3"]);
        assert_eq!(cells("a,b\n1,2\n\n3,4\n"), ["1", "3"]);
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
