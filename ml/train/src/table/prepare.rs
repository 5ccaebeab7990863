//! From columns to numbers a model can learn from: medians for missing numbers, standardisation, one column a category.
//! Everything is fitted on the rows that are learned from, and written into the model file (see [`crate::export`]).

use ml_onnx::keyed;

use crate::{
    error::TrainError,
    table::{Cells, Table},
};

/// Categories a text column may have; one with more, or with more than half as many as rows, is dropped.
pub const MAX_CATEGORIES: usize = 128;
/// Up to so many categories a column is kept, however few the rows.
const ALWAYS_KEPT: usize = 8;

/// A column that nothing is learned from, and why, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    pub name: String,
    pub why: String,
}

/// What was fitted. Features are the numbers in the order of their columns, then the categories of each text column.
#[derive(Debug, Clone, PartialEq)]
pub struct Preparation {
    pub numbers: Vec<Number>,
    pub texts: Vec<Text>,
    pub dropped: Vec<Dropped>,
}

/// A column of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// Position in the table.
    pub column: usize,
    pub name: String,
    /// In place of a missing number.
    pub median: f32,
    pub mean: f32,
    /// One over the standard deviation; 0 where all values are the same, so that the column says nothing.
    pub scale: f32,
}

/// A column of texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Position in the table.
    pub column: usize,
    pub name: String,
    /// Ascending. A text that is none of them is 0 in all their columns.
    pub categories: Vec<String>,
}

impl Preparation {
    /// Fits to `rows` of the table.
    ///
    /// # Errors
    /// [`TrainError::NoFeatures`]
    pub fn fit(table: &Table, rows: &[u32]) -> Result<Self, TrainError> {
        let (mut numbers, mut texts, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
        for (column, given) in table.columns().iter().enumerate() {
            let name = given.name.clone();
            match &given.cells {
                Cells::Numbers(cells) => numbers.push(Number::fit(column, name, cells, rows)),
                Cells::Texts(cells) => match categories(cells, rows) {
                    Ok(categories) => texts.push(Text { column, name, categories }),
                    Err(found) => {
                        let why = format!("column “{name}” has {found} different texts in {} rows", rows.len());
                        dropped.push(Dropped { name, why });
                    }
                },
            }
        }
        if numbers.is_empty() && texts.is_empty() {
            return Err(TrainError::NoFeatures { columns: dropped.into_iter().map(|dropped| dropped.why).collect() });
        }
        Ok(Self { numbers, texts, dropped })
    }

    /// Features of a row.
    pub fn width(&self) -> usize {
        self.numbers.len() + self.texts.iter().map(|text| text.categories.len()).sum::<usize>()
    }

    /// Standardised features, row by row. A single step is one operation of f32, as in the model file.
    pub fn standardised(&self, table: &Table) -> Vec<f32> {
        let (rows, width) = (table.rows(), self.width());
        let mut out = vec![0.0; rows * width];
        for (at, number) in self.numbers.iter().enumerate() {
            if let Cells::Numbers(cells) = &table.columns()[number.column].cells {
                for (row, &cell) in cells.iter().enumerate() {
                    let value = if cell.is_nan() { number.median } else { cell };
                    out[row * width + at] = (value - number.mean) * number.scale;
                }
            }
        }
        self.each_category(table, |row, feature| out[row * width + feature] = 1.0);
        out
    }

    /// Raw features by column, for trees: NaN stays, categories are 0 and 1. `take` sees each feature's column once.
    pub fn raw(&self, table: &Table, mut take: impl FnMut(usize, &[f32])) {
        for (at, number) in self.numbers.iter().enumerate() {
            if let Cells::Numbers(cells) = &table.columns()[number.column].cells {
                take(at, cells);
            }
        }
        let mut feature = self.numbers.len();
        let mut column = vec![0.0; table.rows()];
        for text in &self.texts {
            if let Cells::Texts(cells) = &table.columns()[text.column].cells {
                for category in &text.categories {
                    for (value, cell) in column.iter_mut().zip(cells) {
                        *value = f32::from(u8::from(cell == category));
                    }
                    take(feature, &column);
                    feature += 1;
                }
            }
        }
    }

    fn each_category(&self, table: &Table, mut set: impl FnMut(usize, usize)) {
        let mut first = self.numbers.len();
        for text in &self.texts {
            if let Cells::Texts(cells) = &table.columns()[text.column].cells {
                for (row, cell) in cells.iter().enumerate() {
                    if let Ok(at) = text.categories.binary_search(cell) {
                        set(row, first + at);
                    }
                }
            }
            first += text.categories.len();
        }
    }
}

impl Number {
    fn fit(column: usize, name: String, cells: &[f32], rows: &[u32]) -> Self {
        let cell = |row: &u32| cells[*row as usize];
        let mut there: Vec<f32> = rows.iter().map(cell).filter(|value| !value.is_nan()).collect();
        let median = median(&mut there);
        let value = |row: &u32| f64::from(if cell(row).is_nan() { median } else { cell(row) });
        let count = rows.len().max(1) as f64;
        let mean = (rows.iter().map(value).sum::<f64>() / count) as f32;
        let square = |value: f64| (value - f64::from(mean)) * (value - f64::from(mean));
        let deviation = (rows.iter().map(|row| square(value(row))).sum::<f64>() / count).sqrt();
        // Below the rounding of the values themselves a deviation is noise.
        let noise = f64::from(f32::EPSILON) * f64::from(mean.abs());
        let scale = if deviation > noise { (1.0 / deviation) as f32 } else { 0.0 };
        Self { column, name, median, mean, scale: if scale.is_finite() { scale } else { 0.0 } }
    }
}

/// 0 of none.
fn median(values: &mut [f32]) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[middle],
        _ => ((f64::from(values[middle - 1]) + f64::from(values[middle])) / 2.0) as f32,
    }
}

/// The different texts, ascending, or how many there are where they are too many.
fn categories(cells: &[String], rows: &[u32]) -> Result<Vec<String>, usize> {
    let found = keyed::set(rows.iter().map(|row| &cells[*row as usize]));
    let limit = MAX_CATEGORIES.min((rows.len() / 2).max(ALWAYS_KEPT));
    if found.len() > limit { Err(found.len()) } else { Ok(found.into_iter().cloned().collect()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::table::Column;

    fn table() -> Table {
        let numbers = |name: &str, cells: &[f32]| Column { name: name.into(), cells: Cells::Numbers(cells.to_vec()) };
        let texts = |name: &str, cells: &[&str]| {
            let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
            Column { name: name.into(), cells: Cells::Texts(cells) }
        };
        Table::new(vec![
            texts("colour", &["red", "blue", "red", "green"]),
            numbers("width", &[1.0, f32::NAN, 3.0, 1000.0]),
            numbers("same", &[7.0, 7.0, 7.0, 8.0]),
        ])
        .unwrap()
    }

    #[test]
    fn fitted_on_the_rows_learned_from_only() {
        let preparation = Preparation::fit(&table(), &[0, 1, 2]).unwrap();
        let width = &preparation.numbers[0];
        assert_eq!((width.median, width.mean), (2.0, 2.0));
        // Values 1, 2, 3: variance 2/3.
        assert!((width.scale - (1.5_f32).sqrt()).abs() < 1e-6);
        assert_eq!((preparation.numbers[1].mean, preparation.numbers[1].scale), (7.0, 0.0));
        assert_eq!(preparation.texts[0].categories, ["blue", "red"]);
        let rows = preparation.standardised(&table());
        let s = (1.5_f32).sqrt();
        let expected = [-s, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, s, 0.0, 0.0, 1.0, 998.0 * s, 0.0, 0.0, 0.0];
        for (found, wanted) in rows.iter().zip(expected) {
            assert!((found - wanted).abs() < 1e-3, "{rows:?}");
        }
    }

    #[test]
    fn names_of_rows_are_dropped_and_nothing_else_is_an_error() {
        let ids = (0..300).map(|k| format!("row {k}")).collect();
        let only = Table::new(vec![Column { name: "id".into(), cells: Cells::Texts(ids) }]).unwrap();
        let rows: Vec<u32> = (0..300).collect();
        let error = Preparation::fit(&only, &rows).unwrap_err();
        assert!(error.to_string().contains("column “id” has 300 different texts in 300 rows"), "{error}");
    }

    #[test]
    fn raw_columns_keep_gaps() {
        let preparation = Preparation::fit(&table(), &[0, 1, 2, 3]).unwrap();
        let mut columns = Vec::new();
        preparation.raw(&table(), |at, column| {
            assert_eq!(at, columns.len());
            columns.push(column.to_vec());
        });
        assert_eq!(columns.len(), preparation.width());
        assert!(columns[0][1].is_nan());
        assert_eq!(columns[2..], [[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0]]);
    }
}
