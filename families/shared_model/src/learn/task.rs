//! What a page asks of a worker about learners: reading a table, training a start on it, replaying a history. Travels as
//! JSON through the channel of the crate `work`; files and bytes stand beside it, named below.

use dataset::{ClassCount, Mending, Note, Profile, ReadOptions, Warning};
use serde::{Deserialize, Serialize};

use super::from_table::{Content, Words, content};
use crate::{
    ClassifierKind,
    table::{Reading, Table, TableError},
};

/// From the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Read the CSV file beside it (`table`); answered by [`Answer::Read`]. The worker keeps it for a training.
    Read {
        /// Label column from 0; it is guessed where it is absent.
        label: Option<u32>,
        /// What is put right in it.
        mending: Mending,
    },
    /// Fit a start to the table that was read last; answered by [`Answer::Trained`].
    Train {
        kind: ClassifierKind,
        words: Words,
        /// Most classes that the model can ever have.
        capacity: u16,
    },
    /// Teach a model again from its events beside it (`events`, a JSON list that begins with its creation), and count the
    /// test set beside it (`test`, as it is published) after each. The page is told how many events are done; answered by
    /// [`Answer::Replayed`].
    Replay,
}

/// To the page, when a request is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Read(TableReport),
    /// Beside it: `file`, the model as it is deployed, and `test`, its test set as it is published.
    Trained(Fit),
    Replayed {
        /// Position of an event, and how many rows are right of how many from there on.
        points: Vec<(u32, u32, u32)>,
    },
}

/// What a table is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableReport {
    /// Names of all columns, in the order of the file.
    pub columns: Vec<String>,
    /// Label column from 0.
    pub label: u32,
    /// Rows without the header.
    pub rows: u64,
    /// Names of the classes, in order.
    pub classes: Vec<String>,
    /// What its cells are.
    pub content: Content,
    /// What was put right in it.
    pub notes: Vec<Note>,
    /// What to think about before it is trained on.
    pub warnings: Vec<Warning>,
    /// [`Self::classes`] with their rows.
    pub counts: Vec<ClassCount>,
    /// What its columns hold, and its first rows.
    pub profile: Profile,
}

impl TableReport {
    /// Reads a table, and says what it is.
    ///
    /// # Errors
    /// [`TableError`] at the first thing that is wrong.
    pub fn read(bytes: &[u8], label: Option<u32>, mending: Mending) -> Result<(Table, Self), TableError> {
        let (table, reading) = Table::read_with(bytes, label, ReadOptions { mending, ..ReadOptions::default() })?;
        let Reading { label, notes, warnings, classes: counts, profile } = reading;
        let mut columns = table.columns.clone();
        columns.insert((label as usize).min(columns.len()), table.label.clone());
        let (rows, classes, content) = (table.rows.len() as u64, table.classes.clone(), content(&table));
        Ok((table, Self { columns, label, rows, classes, content, notes, warnings, counts, profile }))
    }
}

/// How well a start does on the rows that were kept out of its training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// Rows of the test set predicted as labelled.
    pub correct: u32,
    /// Rows of the test set.
    pub rows: u32,
    /// Rows that could not be used.
    pub skipped: u64,
    /// Why the first of them could not: a sentence.
    pub why: Option<String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_report_names_the_columns_in_the_order_of_the_file() {
        let bytes = b"height,kind,width\n1,a,2\n3,b,4\n5,a,6\n";
        let (table, report) = TableReport::read(bytes, Some(1), Mending::default()).unwrap();
        assert_eq!(table.columns, ["height", "width"]);
        assert_eq!((report.columns, report.label), (vec!["height".into(), "kind".into(), "width".into()], 1));
        assert_eq!((report.rows, report.classes, report.content), (3, vec!["a".into(), "b".into()], Content::Numbers));
        let counts: Vec<_> = report.counts.iter().map(|class| (&*class.name, class.rows)).collect();
        assert_eq!(counts, [("a", 2), ("b", 1)]);
        let profile = report.profile;
        assert_eq!((profile.rows, profile.label, profile.columns[2].name.as_str()), (3, Some(1), "width"));
        assert_eq!(profile.first[0], ["1", "a", "2"]);
        assert!(matches!(TableReport::read(bytes, Some(3), Mending::default()), Err(TableError::NoSuchColumn { .. })));
    }

    #[test]
    fn a_start_travels_before_it_has_a_name() {
        let rows: String = (0..20).map(|row| format!("{},{row},{}\n", row % 7, ["a", "b"][row / 10])).collect();
        let bytes = format!("height,width,kind\n{rows}").into_bytes();
        let (table, report) = TableReport::read(&bytes, None, Mending::default()).unwrap();
        let kind = super::super::from_table::kinds(report.content)[0];
        let file = super::super::from_table::train(&table, report.content, kind, &Words::Hashed(8), 2).unwrap().file;
        assert_eq!(file.name, "");
        assert_eq!(crate::ModelFile::read_unnamed(&file.to_bytes()), Ok(file.clone()));
        // What is published has one.
        assert!(crate::ModelFile::read(&file.to_bytes()).is_err());
    }

    #[test]
    fn a_label_column_that_is_not_given_is_the_one_that_is_guessed() {
        let bytes = b"height,width,kind\n1,2,a\n3,4,b\n5,6,a\n";
        let (table, mut report) = TableReport::read(bytes, None, Mending::default()).unwrap();
        assert_eq!(report.columns[report.label as usize], table.label);
        assert!(matches!(report.notes[..], [Note::Label { .. }]));
        // What a person chose needs no reason.
        report.notes.clear();
        assert_eq!(TableReport::read(bytes, Some(report.label), Mending::default()).unwrap(), (table, report));
    }
}
