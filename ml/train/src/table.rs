//! Columns of numbers and of texts.

pub mod prepare;
pub mod sheet;
pub mod split;

use dataset::{DatasetError, DecimalMark, Number, Part, holds_numbers, in_class_order};
use ml_onnx::keyed;

use crate::{error::TrainError, table::sheet::Sheet};

/// Features by column. Every column has a cell for every row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub cells: Cells,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// NaN where a number is missing.
    Numbers(Vec<f32>),
    /// Empty where a text is missing; that is a category like any other.
    Texts(Vec<String>),
}

impl Cells {
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(cells) => cells.len(),
            Self::Texts(cells) => cells.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// # Errors
    /// [`TrainError::Labels`] when a column has another number of cells than the first.
    pub fn new(columns: Vec<Column>) -> Result<Self, TrainError> {
        let rows = columns.first().map_or(0, |column| column.cells.len());
        match columns.iter().find(|column| column.cells.len() != rows) {
            Some(column) => Err(TrainError::Labels { found: column.cells.len(), rows }),
            None => Ok(Self { columns, rows }),
        }
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The first `columns` columns of a sheet. A column is one of numbers when at most 5 % of what stands in it is
    /// neither a number nor a sign for a missing one, and at least one is a number.
    pub(crate) fn of_sheet(sheet: &Sheet, columns: usize) -> Self {
        let columns = (0..columns).map(|at| Column { name: sheet.header[at].clone(), cells: cells(sheet, at) });
        Self { columns: columns.collect(), rows: sheet.rows() }
    }

    /// The same columns as `like`, found by their names, read as what they are there.
    pub(crate) fn of_sheet_like(sheet: &Sheet, like: &Self) -> Result<Self, TrainError> {
        let column = |wanted: &Column| {
            let at = sheet.header.iter().position(|name| *name == wanted.name);
            let at = at.ok_or_else(|| TrainError::MissingColumn { name: wanted.name.clone() })?;
            let cells = match wanted.cells {
                Cells::Numbers(_) => Cells::Numbers(sheet.column(at).map(number).collect()),
                Cells::Texts(_) => Cells::Texts(sheet.column(at).map(str::to_owned).collect()),
            };
            Ok(Column { name: wanted.name.clone(), cells })
        };
        let columns: Result<Vec<Column>, TrainError> = like.columns.iter().map(column).collect();
        Ok(Self { columns: columns?, rows: sheet.rows() })
    }
}

fn cells(sheet: &Sheet, at: usize) -> Cells {
    let (mut numbers, mut others) = (0_u64, 0_u64);
    for cell in sheet.column(at) {
        match Number::read(cell, DecimalMark::Point) {
            number if number.learned().is_finite() => numbers += 1,
            Number::Gap => {}
            Number::Value(_) | Number::Text => others += 1,
        }
    }
    if holds_numbers(numbers, others) || others == 0 {
        Cells::Numbers(sheet.column(at).map(number).collect())
    } else {
        Cells::Texts(sheet.column(at).map(str::to_owned).collect())
    }
}

/// NaN where no number is to be learned from: a gap, a text, a number that an `f32` cannot hold.
fn number(cell: &str) -> f32 {
    Number::read(cell, DecimalMark::Point).learned()
}

/// Labels of a sheet's column as indices of classes, and the classes. Without given classes they are those found, in
/// the order that all tables have.
pub(crate) fn labels(sheet: &Sheet, column: usize, classes: &[String]) -> Result<(Vec<u16>, Vec<String>), TrainError> {
    let classes = if classes.is_empty() { found_classes(sheet, column) } else { classes.to_vec() };
    if u16::try_from(classes.len()).is_err() {
        let (value, allowed) = (classes.len().to_string(), "at most 65,535");
        return Err(TrainError::Option { what: "The number of classes", value, allowed });
    }
    let index: std::collections::HashMap<&str, u16> =
        classes.iter().enumerate().map(|(at, class)| (class.as_str(), at as u16)).collect();
    let label = |(row, text): (usize, &str)| {
        let unknown = || TrainError::UnknownLabel { row: row + 1, label: text.to_owned() };
        index.get(text).copied().ok_or_else(unknown)
    };
    let labels: Result<Vec<u16>, TrainError> = sheet.column(column).enumerate().map(label).collect();
    Ok((labels?, classes.clone()))
}

fn found_classes(sheet: &Sheet, column: usize) -> Vec<String> {
    let found = keyed::set(sheet.column(column));
    in_class_order(found.into_iter().map(str::to_owned).collect())
}

/// Both tables of a bounty: features and labels to learn from, and the rows to predict.
pub(crate) struct Given {
    pub table: Table,
    pub labels: Vec<u16>,
    pub classes: Vec<String>,
    pub test: Table,
}

impl Given {
    pub fn read(train_csv: &[u8], test_csv: &[u8], classes: &[String]) -> Result<Self, TrainError> {
        let sheet = Sheet::read(train_csv, Part::Training)?;
        if sheet.rows() == 0 {
            return Err(DatasetError::HeaderOnly { part: Part::Training }.into());
        }
        let features = sheet.header.len() - 1;
        if features == 0 {
            return Err(TrainError::NoLabelColumn);
        }
        let (labels, classes) = labels(&sheet, features, classes)?;
        let table = Table::of_sheet(&sheet, features);
        drop(sheet);
        let test = Table::of_sheet_like(&Sheet::read(test_csv, Part::Test)?, &table)?;
        Ok(Self { table, labels, classes, test })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn given(train: &str, test: &str, classes: &[&str]) -> Result<Given, TrainError> {
        let classes: Vec<String> = classes.iter().map(|class| (*class).to_owned()).collect();
        Given::read(train.as_bytes(), test.as_bytes(), &classes)
    }

    #[test]
    fn columns_are_numbers_or_texts_and_test_columns_follow_by_name() {
        let train = "width,colour,gap,label\n1.5,red,NA,b\n,blue,3,a\n-2e3,red,?,b\n";
        let given = given(train, "gap,colour,width\n4,,x\n", &[]).unwrap();
        assert_eq!(given.classes, ["a", "b"]);
        assert_eq!(given.labels, [1, 0, 1]);
        let Cells::Numbers(width) = &given.table.columns()[0].cells else { panic!("width is a number") };
        assert_eq!((width[0], width[1].is_nan(), width[2]), (1.5, true, -2000.0));
        assert_eq!(given.table.columns()[1].cells, Cells::Texts(vec!["red".into(), "blue".into(), "red".into()]));
        let Cells::Numbers(gap) = &given.test.columns()[2].cells else { panic!("gap is a number") };
        assert_eq!(gap, &[4.0]);
        assert_eq!(given.test.columns()[1].cells, Cells::Texts(vec![String::new()]));
    }

    #[test]
    fn a_few_unreadable_numbers_are_missing_but_many_make_a_column_of_texts() {
        let cells = |bad: usize| -> String {
            (0..100).map(|k| if k < bad { "x,a\n".into() } else { format!("{k},b\n") }).collect()
        };
        let few = given(&format!("v,label\n{}", cells(5)), "v\n", &[]).unwrap();
        assert!(matches!(few.table.columns()[0].cells, Cells::Numbers(_)));
        let many = given(&format!("v,label\n{}", cells(6)), "v\n", &[]).unwrap();
        assert!(matches!(many.table.columns()[0].cells, Cells::Texts(_)));
    }

    #[test]
    fn classes_that_are_numbers_stand_in_their_order() {
        let given = given("v,label\n1,10\n2,9\n3,-1\n", "v\n", &[]).unwrap();
        assert_eq!(given.classes, ["-1", "9", "10"]);
        assert_eq!(given.labels, [2, 1, 0]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let error = |train: &str, test: &str| given(train, test, &["a", "b"]).err().unwrap();
        assert_eq!(error("v,label\n1,c\n", "v\n"), TrainError::UnknownLabel { row: 1, label: "c".into() });
        assert_eq!(error("v,label\n1,a\n", "w\n1\n"), TrainError::MissingColumn { name: "v".into() });
        let empty = DatasetError::HeaderOnly { part: Part::Training };
        assert_eq!(error("v,label\n", "v\n"), TrainError::Table(empty));
        assert_eq!(error("label\na\n", "v\n"), TrainError::NoLabelColumn);
    }
}
