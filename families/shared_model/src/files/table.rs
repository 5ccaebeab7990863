//! A labelled table in memory: what a start is trained on, and what test sets are made of.

use std::collections::{BTreeSet, HashMap};

use crate::{
    encoder::{Original, OriginalKind},
    shape::CAPACITY,
};
use dataset::{
    ClassCount, DatasetError, DecimalMark, Note, Number, Part, Profile, Profiler, ReadOptions, Row, Spellings, Warning,
    alike, in_class_order, open_whole, shown,
};

/// Largest table that is read into memory, bytes.
pub const MAX_TABLE: u64 = 64 << 20;

/// Rows with a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns without the label.
    pub columns: Vec<String>,
    /// Name of the label column.
    pub label: String,
    /// Names of the classes in the order that all tables have ([`class_order`](dataset::class_order)); a label is a
    /// position here.
    pub classes: Vec<String>,
    /// Cells without the label, and the label.
    pub rows: Vec<(Vec<String>, u16)>,
}

/// How a table was read, and what it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The label column, from 0.
    pub label: u32,
    /// What was put right.
    pub notes: Vec<Note>,
    /// What to think about.
    pub warnings: Vec<Warning>,
    /// The classes in their order, with their rows.
    pub classes: Vec<ClassCount>,
    /// What the columns hold.
    pub profile: Profile,
}

/// Why a file is no table of examples.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("{0}")]
    Dataset(#[from] DatasetError),
    #[error("The file has {found} bytes; at most {MAX_TABLE} are read into the page. Use fewer rows.")]
    TooLarge { found: u64 },
    #[error("The file has one column only. An example needs a label and something that it labels.")]
    OneColumn,
    #[error("There is no column {label}; the file has {columns}.")]
    NoSuchColumn { label: u32, columns: usize },
    #[error("Line {line} has no label in column “{}”. Fill it in or remove the row.", shown(column))]
    NoLabel { line: u64, column: String },
    #[error("The label column “{}” has {found} class{}; a model needs {} to {}.", shown(column), if *found == 1 { "" } else { "es" }, CAPACITY.start(), CAPACITY.end())]
    Classes { column: String, found: usize },
}

impl Table {
    /// Reads a CSV; separator and header are detected, and so is the label column unless it is given (from 0).
    ///
    /// # Errors
    /// [`TableError`] at the first thing that is wrong.
    pub fn read(bytes: &[u8], label: Option<u32>) -> Result<Self, TableError> {
        Self::read_with(bytes, label, ReadOptions::default()).map(|(table, _)| table)
    }

    /// The same, read as a person says; and how it was read.
    ///
    /// # Errors
    /// [`TableError`] at the first thing that is wrong.
    pub fn read_with(bytes: &[u8], label: Option<u32>, reading: ReadOptions) -> Result<(Self, Reading), TableError> {
        if bytes.len() as u64 > MAX_TABLE {
            return Err(TableError::TooLarge { found: bytes.len() as u64 });
        }
        let (peeked, mut reader) = open_whole(Part::Table, bytes, reading)?;
        let mut columns = peeked.columns;
        let (chosen, width) = (label, columns.len());
        let label = label.unwrap_or(peeked.label);
        if width < 2 {
            return Err(TableError::OneColumn);
        }
        if label as usize >= width {
            return Err(TableError::NoSuchColumn { label, columns: width });
        }
        let names = columns.clone();
        let name = columns.remove(label as usize);
        let (mut labelled, mut profiler) = (Vec::new(), Profiler::default());
        let mut on_row = |_: &[String], row: Row<'_>| {
            profiler.row(&row.cells, width);
            let mut cells: Vec<String> =
                row.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            let class = cells.remove(label as usize).trim().to_owned();
            if class.is_empty() {
                return Err(TableError::NoLabel { line: row.line, column: name.clone() });
            }
            labelled.push((cells, class));
            Ok(())
        };
        reader.push(bytes, &mut on_row)?;
        reader.finish(&mut on_row)?;
        let mut notes = reader.notes(true);
        if chosen.is_none() {
            notes.extend(peeked.notes.into_iter().filter(|note| matches!(note, Note::Label { .. })));
        }
        let mut warnings = Vec::new();
        let alike = alike(labelled.iter().map(|(_, class)| class.as_str()));
        if reading.mending.labels && !alike.is_empty() {
            merge(&mut labelled, &alike);
            notes.push(Note::MergedLabels { classes: alike });
        } else if reading.mending.form && !alike.is_empty() {
            warnings.push(Warning::SimilarLabels { groups: alike });
        }
        let classes: BTreeSet<&String> = labelled.iter().map(|(_, class)| class).collect();
        if !CAPACITY.contains(&u16::try_from(classes.len()).unwrap_or(u16::MAX)) {
            return Err(TableError::Classes { column: name, found: classes.len() });
        }
        let classes = in_class_order(classes.into_iter().cloned().collect());
        let positions: HashMap<&str, u16> = classes.iter().map(String::as_str).zip(0..).collect();
        let position = |class: &str| positions.get(class).copied().unwrap_or_default();
        let rows: Vec<_> = labelled.into_iter().map(|(cells, class)| (cells, position(&class))).collect();
        let mut counts: Vec<_> = classes.iter().map(|class| ClassCount { name: class.clone(), rows: 0 }).collect();
        for (_, class) in &rows {
            counts[usize::from(*class)].rows += 1;
        }
        let profile = profiler.finish(&names, Some(label as usize));
        let reading = Reading { label, notes, warnings, classes: counts, profile };
        Ok((Self { columns, label: name, classes, rows }, reading))
    }

    /// What an encoder is given of a row: all cells as numbers or as pixels, or the cells as one text.
    pub fn original(cells: &[String], kind: &OriginalKind) -> Original {
        match kind {
            OriginalKind::Numbers { .. } => Original::Numbers { values: cells.to_vec() },
            OriginalKind::Text => Original::Text { text: cells.join(" ") },
            OriginalKind::Image { .. } => {
                // A cell that is no brightness becomes too bright, and the encoder says where.
                let pixel = |cell: &String| match Number::read(cell, DecimalMark::Point) {
                    Number::Value(value) => value.round() as u8,
                    Number::Gap | Number::Text => u8::MAX,
                };
                Original::Image { pixels: cells.iter().map(pixel).collect() }
            }
        }
    }
}

/// Gives labels that say the same the name of their class.
fn merge(rows: &mut [(Vec<String>, String)], alike: &[Spellings]) {
    let names: HashMap<&str, &str> = alike
        .iter()
        .flat_map(|group| group.others.iter().map(|other| (other.as_str(), group.class.as_str())))
        .collect();
    for (_, class) in rows {
        if let Some(name) = names.get(class.as_str()) {
            *class = (*name).to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn classes_are_sorted_and_cells_keep_their_order() {
        let table = Table::read(b"a,species,b\n1,virginica,2\n3,setosa,4\n5,virginica,6\n", None).unwrap();
        assert_eq!((table.columns, table.label.as_str()), (vec!["a".into(), "b".into()], "species"));
        assert_eq!(table.classes, ["setosa", "virginica"]);
        let rows: Vec<_> = table.rows.iter().map(|(c, l)| (c.join("+"), *l)).collect();
        assert_eq!(rows, [("1+2".into(), 1), ("3+4".into(), 0), ("5+6".into(), 1)]);
    }

    #[test]
    fn classes_that_are_numbers_stand_by_value() {
        let table = Table::read(b"a,y\n1,10\n2,9\n3,-1\n4,9\n", Some(1)).unwrap();
        assert_eq!(table.classes, ["-1", "9", "10"]);
        assert_eq!(table.rows.iter().map(|(_, label)| *label).collect::<Vec<_>>(), [2, 1, 0, 1]);
    }

    #[test]
    fn texts_with_separators_and_quotes_are_one_cell() {
        let table =
            Table::read(b"text,sentiment\n\"good, \"\"very\"\" good\",positive\nbad,negative\n", Some(1)).unwrap();
        assert_eq!(table.rows[0].0, ["good, \"very\" good"]);
        let text = Table::original(&table.rows[0].0, &OriginalKind::Text);
        assert_eq!(text, Original::Text { text: "good, \"very\" good".into() });
    }

    #[test]
    fn what_is_wrong_is_named() {
        let why = |text: &str, label| Table::read(text.as_bytes(), label).unwrap_err();
        let TableError::Dataset(DatasetError::Ragged { place, found, expected }) = why("a,y\n1,p\n2,q,3\n", None)
        else {
            unreachable!("the row is too long");
        };
        assert_eq!((place.line, found, expected), (3, 3, 2));
        assert!(matches!(why("a,y\n1,p\n2,\n", None), TableError::NoLabel { line: 3, .. }));
        assert!(matches!(why("a,y\n1,p\n2,p\n", None), TableError::Classes { found: 1, .. }));
        assert!(matches!(why("a,y\n1,p\n2,q\n", Some(2)), TableError::NoSuchColumn { label: 2, columns: 2 }));
        let many: String = (0..65).map(|i| format!("{i},c{i}\n")).collect();
        assert!(matches!(why(&many, Some(1)), TableError::Classes { found: 65, .. }));
    }
}
