//! An owner's CSV, read as every other table here is.

use dataset::{DatasetError, DecimalMark, MAX_ROWS, Note, Number, Part, ReadOptions, Separator, open_whole};
use mpc_learn::Column;

use super::finding::Finding;

/// A table in memory. It never leaves this machine.
#[derive(Clone)]
pub struct Table {
    names: Vec<String>,
    columns: Vec<Vec<String>>,
    rows: usize,
    mark: DecimalMark,
    notes: Vec<Note>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Table({} rows, {} columns)", self.rows, self.names.len())
    }
}

impl Table {
    /// Reads the text of a CSV.
    ///
    /// # Errors
    /// [`DatasetError`]: where, what, and what to do.
    pub fn read(text: &[u8]) -> Result<Self, DatasetError> {
        let part = Part::Table;
        let (seen, reader) = open_whole(part, text, ReadOptions { header: Some(true), ..ReadOptions::default() })?;
        let mut reader = reader.strict();
        let mut columns: Vec<Vec<String>> = vec![Vec::new(); seen.columns.len()];
        let mut rows = 0_u64;
        let mut take = |_: &[String], row: dataset::Row<'_>| {
            rows += 1;
            if rows > MAX_ROWS {
                return Err(DatasetError::TooManyRows { part, line: row.line });
            }
            for (column, cell) in columns.iter_mut().zip(row.cells.iter()) {
                column.push(String::from_utf8_lossy(cell).into_owned());
            }
            Ok(())
        };
        reader.push(text, &mut take)?;
        reader.finish(&mut take)?;
        if rows == 0 {
            return Err(DatasetError::HeaderOnly { part });
        }
        let mark = if seen.separator == Separator::Comma { DecimalMark::Point } else { DecimalMark::PointOrComma };
        let notes = reader.notes(true);
        Ok(Self { names: reader.into_names(), columns, rows: rows as usize, mark, notes })
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// What was put right in it while it was read, for its owner's eyes.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The cells of a column.
    ///
    /// # Errors
    /// [`Finding::NoColumn`].
    pub fn cells(&self, name: &str) -> Result<&[String], Finding> {
        let at = self.names.iter().position(|column| column == name.trim());
        at.map(|at| self.columns[at].as_slice()).ok_or_else(|| Finding::NoColumn { column: name.into() })
    }

    /// A column of numbers, all rows in the order of the file.
    ///
    /// # Errors
    /// [`Finding::NoColumn`], [`Finding::NotANumber`].
    pub fn numbers(&self, name: &str) -> Result<Column, Finding> {
        let number = |(cell, row): (&String, usize)| {
            Number::read(cell, self.mark).finite().ok_or_else(|| Finding::NotANumber { column: name.into(), row })
        };
        let values = self.cells(name)?.iter().zip(1..).map(number).collect::<Result<_, _>>()?;
        Ok(Column { name: name.into(), values })
    }
}
