//! What names the rows of a test file, so that predictions belong to rows whatever their order.

use std::collections::HashMap;

use crate::{
    DatasetError, Part, ReadOptions, Row, Separator,
    label::label_key,
    open_whole,
    predictions::{Line, PredictionsError},
};

/// Columns of a test file in which every row has another value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestIds {
    rows: usize,
    columns: Vec<IdColumn>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct IdColumn {
    name: String,
    /// Whether it holds whole numbers or words, as ids are; fractions may be written with fewer digits elsewhere.
    exact: bool,
    /// Whether capitals and the form of a number tell values apart.
    literal: bool,
    /// Row of each value, from 0.
    rows: HashMap<String, usize>,
}

/// What is compared of a cell.
fn key_of(cell: &str, literal: bool) -> String {
    if literal { cell.trim().to_owned() } else { label_key(cell) }
}

impl TestIds {
    /// Reads `test.csv`, as it is published: commas, a header.
    ///
    /// # Errors
    /// [`DatasetError`] where it is no such file.
    pub fn of(test_csv: &[u8]) -> Result<Self, DatasetError> {
        let names = open_whole(Part::Test, test_csv, reading())?.0.columns;
        let column =
            |name: &String| Some(IdColumn { name: name.clone(), exact: true, literal: false, rows: HashMap::new() });
        let mut columns: Vec<Option<IdColumn>> = names.iter().map(column).collect();
        let rows = fill(test_csv, &mut columns)?;
        // Where only capitals or the form of a number tell two values apart, they do.
        let literally = |name: &String| column(name).map(|column| IdColumn { literal: true, ..column });
        let mut again: Vec<Option<IdColumn>> =
            columns.iter().zip(&names).map(|(found, name)| literally(name).filter(|_| found.is_none())).collect();
        if again.iter().any(Option::is_some) {
            fill(test_csv, &mut again)?;
        }
        let columns = columns.into_iter().zip(again).filter_map(|(column, literal)| column.or(literal));
        Ok(Self { rows, columns: columns.collect() })
    }

    /// Rows of the test file.
    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    /// Whether the rows are found by whole numbers or words in the column of this name.
    pub(super) fn are_in(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.exact && column.name == name)
    }

    /// For each row of a prediction file, the row of the test file that it is about, and the name of the column that says
    /// so; none where no column does. `column` holds the labels.
    ///
    /// # Errors
    /// [`PredictionsError::UnknownId`] and [`PredictionsError::SameId`] where a column is the test file's by its name, or
    /// by most of its values, and has others too.
    pub(super) fn places(
        &self,
        header: Option<&Line>,
        data: &[Line],
        column: usize,
    ) -> Result<Option<(String, Vec<usize>)>, PredictionsError> {
        let width = data.first().map_or(0, |row| row.cells.len());
        if self.rows < 2 || data.len() != self.rows {
            return Ok(None);
        }
        let mut trouble = None;
        for at in (0..width).filter(|at| *at != column) {
            let name = header.and_then(|row| row.cells.get(at)).map_or("", |name| name.trim());
            let keys = |literal: bool| -> Vec<String> {
                let cell = |row: &Line| row.cells.get(at).map_or_else(String::new, |cell| key_of(cell, literal));
                data.iter().map(cell).collect()
            };
            let (folded, literal) = (keys(false), self.columns.iter().any(|ids| ids.literal).then(|| keys(true)));
            let numbers_rows = numbers_rows(&folded);
            for ids in &self.columns {
                let keys = literal.as_ref().filter(|_| ids.literal).unwrap_or(&folded);
                let named = !name.is_empty() && ids.name.trim().eq_ignore_ascii_case(name);
                // What data frames write beside predictions are places in the test file, whatever else has these values.
                if numbers_rows && !named {
                    continue;
                }
                match ids.places(keys) {
                    Ok(places) => return Ok(Some((ids.name.clone(), places))),
                    Err(row) if ids.exact && (named || (at == 0 && ids.holds_most(keys))) => {
                        let (line, id) = (data[row].line, data[row].cells.get(at).cloned().unwrap_or_default());
                        let column = ids.name.clone();
                        trouble = trouble.or(Some(match ids.rows.contains_key(&keys[row]) {
                            true => PredictionsError::SameId { line, id, column },
                            false => PredictionsError::UnknownId { line, id, column },
                        }));
                    }
                    Err(_) => {}
                }
            }
        }
        trouble.map_or(Ok(None), Err)
    }
}

/// Notes in which row of a test file each value of its columns stands; a column in which one stands twice, or none, is
/// none any more. The answer is how many rows there are.
fn fill(test_csv: &[u8], columns: &mut [Option<IdColumn>]) -> Result<usize, DatasetError> {
    let (_, mut reader) = open_whole(Part::Test, test_csv, reading())?;
    let mut rows = 0;
    let mut take = |_: &[String], row: Row<'_>| {
        for (column, cell) in columns.iter_mut().zip(row.cells.iter()) {
            let Some(ids) = column else { continue };
            let key = key_of(&String::from_utf8_lossy(cell), ids.literal);
            ids.exact &= !is_fraction(&key);
            if key.is_empty() || ids.rows.insert(key, rows).is_some() {
                *column = None;
            }
        }
        rows += 1;
        Ok::<(), DatasetError>(())
    };
    reader.push(test_csv, &mut take)?;
    reader.finish(&mut take)?;
    Ok(rows)
}

/// How a test file is written.
pub(super) const fn reading() -> ReadOptions {
    ReadOptions { header: Some(true), separator: Some(Separator::Comma), ..ReadOptions::as_it_stands() }
}

impl IdColumn {
    /// The row of each key.
    ///
    /// # Errors
    /// The first key that is none of the column, or that was there before.
    fn places(&self, keys: &[String]) -> Result<Vec<usize>, usize> {
        let mut taken = vec![false; self.rows.len()];
        let mut places = Vec::with_capacity(keys.len());
        for (row, key) in keys.iter().enumerate() {
            let place = *self.rows.get(key).ok_or(row)?;
            if std::mem::replace(&mut taken[place], true) {
                return Err(row);
            }
            places.push(place);
        }
        Ok(places)
    }

    fn holds_most(&self, keys: &[String]) -> bool {
        keys.iter().filter(|key| self.rows.contains_key(*key)).count() * 2 > keys.len()
    }
}

/// Whether the keys are the numbers of rows from 0 or 1, in any order.
fn numbers_rows(keys: &[String]) -> bool {
    let numbers: Option<Vec<usize>> = keys.iter().map(|key| key.parse().ok()).collect();
    let Some(mut numbers) = numbers else { return false };
    numbers.sort_unstable();
    let from = numbers.first().copied().unwrap_or(usize::MAX);
    from <= 1 && numbers.iter().enumerate().all(|(at, number)| *number == from + at)
}

/// Whether a key is a number with a fraction.
fn is_fraction(key: &str) -> bool {
    key.parse::<f64>().is_ok_and(|value| value.fract() != 0.0)
}
