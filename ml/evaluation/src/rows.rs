//! A table that is written again, in part or with a column shuffled.

use dataset::{DatasetError, Part, ReadOptions, Row, Separator, TableReader, peek, write_cell};

/// All cells of a published table below its header, as they are written in a CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    names: Vec<String>,
    text: Vec<u8>,
    /// Where each cell ends in `text`, row by row.
    ends: Vec<usize>,
}

impl Rows {
    /// Reads a table as data preparation writes it: commas, UTF-8, a header.
    ///
    /// # Errors
    /// [`DatasetError`] at the first thing that is wrong.
    pub fn read(bytes: &[u8], part: Part) -> Result<Self, DatasetError> {
        let options =
            ReadOptions { header: Some(true), separator: Some(Separator::Comma), ..ReadOptions::as_it_stands() };
        let columns = peek(part, bytes, options)?.columns.len();
        let mut reader = TableReader::new(part, Separator::Comma, true, columns);
        let (mut text, mut ends) = (Vec::with_capacity(bytes.len()), Vec::new());
        let mut on_row = |_: &[String], row: Row<'_>| {
            for cell in row.cells.iter() {
                let start = text.len();
                write_cell(&mut text, &String::from_utf8_lossy(cell));
                // An empty line would be no row.
                if columns == 1 && text.len() == start {
                    text.extend_from_slice(b"\"\"");
                }
                ends.push(text.len());
            }
            Ok::<(), DatasetError>(())
        };
        reader.push(bytes, &mut on_row)?;
        reader.finish(&mut on_row)?;
        if reader.names().is_none() {
            return Err(DatasetError::Empty { part });
        }
        Ok(Self { names: reader.into_names(), text, ends })
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.ends.len() / self.names.len().max(1)
    }

    /// A cell that exists, as it is written in a CSV.
    fn cell(&self, row: usize, column: usize) -> &[u8] {
        let at = row * self.names.len() + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }

    /// These rows of the table as a CSV.
    pub fn part(&self, rows: &[u32]) -> Vec<u8> {
        self.write(rows, |row, _| row)
    }

    /// These rows, but in column `shuffled` row `k` of them has the cell of row `order[k]` of them.
    pub fn shuffled(&self, rows: &[u32], shuffled: usize, order: &[u32]) -> Vec<u8> {
        self.write(rows, |at, column| if column == shuffled { order[at] as usize } else { at })
    }

    /// `source` says of a position in `rows` and a column at which position its cell is.
    fn write(&self, rows: &[u32], source: impl Fn(usize, usize) -> usize) -> Vec<u8> {
        let mut out = Vec::new();
        for (column, name) in self.names.iter().enumerate() {
            if column > 0 {
                out.push(b',');
            }
            write_cell(&mut out, name);
        }
        out.push(b'\n');
        for at in 0..rows.len() {
            for column in 0..self.names.len() {
                if column > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(self.cell(rows[source(at, column)] as usize, column));
            }
            out.push(b'\n');
        }
        out
    }

    /// The classes of the rows: the texts of the last column as positions in `classes`; `None` where one is no class.
    pub fn labels(&self, classes: &[String]) -> Option<Vec<u16>> {
        let written: Vec<Vec<u8>> = classes.iter().map(|class| written(class)).collect();
        let last = self.names.len().checked_sub(1)?;
        let label = |row| written.iter().position(|class| class == self.cell(row, last)).map(|at| at as u16);
        (0..self.count()).map(label).collect()
    }
}

fn written(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    write_cell(&mut out, text);
    out
}
