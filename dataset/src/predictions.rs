//! Reading a trainer's prediction file.
//!
//! It is one label per line, or a CSV of which one column holds the labels, in the order of `test.csv`: the one that is
//! called so, or the only one that holds labels. A header is recognised by not being a label, or by what data frames write
//! above a column without a name. Where the file has a
//! column that the test data has too, with a different value in every row, predictions belong to the rows with their
//! values. Otherwise a column that numbers the rows is obeyed, since that is what data frames write: the first one (0 to n-1
//! or 1 to n, in any order), or one that is called like row numbers.

mod columns;
mod ids;
mod known;
mod lines;
mod numbering;
mod template;

use std::fmt;

use serde::{Deserialize, Serialize};

use protocol::cid::{Cid, FileHasher};

pub use ids::TestIds;
use known::Known;
use lines::Line;
pub use template::template;

use crate::{Column, DatasetError, error::grouped, shown, write_cell};

/// Bytes that a prediction file can have; a label for every test row takes far less.
pub const MAX_BYTES: usize = 64 << 20;
/// Allowed labels that an error lists at most.
const LISTED: usize = 12;

/// How to read a prediction file; what is not chosen is detected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PredictionOptions<'a> {
    /// Whether the first row is a header.
    pub header: Option<bool>,
    /// Column of the labels, from 0.
    pub column: Option<u32>,
    /// What the bounty's label is called, as the column of the predictions may be too.
    pub label: Option<&'a str>,
}

/// Why a file is not a prediction for this bounty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PredictionsError {
    #[error("The prediction file is empty; it needs one label for each of the {expected} test rows.")]
    Empty { expected: u32 },
    #[error(
        "The prediction file has {bytes} bytes, at most {MAX_BYTES} are read; leave only the column of the labels in it."
    )]
    TooLarge { bytes: usize },
    #[error(
        "The file has {found} predictions, but there are {expected} test rows; there must be one label for each row of the test file, in its order."
    )]
    WrongLength { found: u64, expected: u32 },
    #[error("Line {line}: “{}” is not a label of this bounty{}. Allowed are: {allowed}.", shown(label), did_you_mean(nearest.as_deref()))]
    UnknownLabel {
        line: u64,
        label: String,
        /// The allowed label that looks most like it.
        nearest: Option<String>,
        /// All allowed labels, or the first of them.
        allowed: String,
    },
    #[error(
        "Line {line}: “{}” seems to be the number of a class, not its label. Write the label itself (inverse_transform of a LabelEncoder gives it). Allowed are: {allowed}.",
        shown(text)
    )]
    ClassNumber { line: u64, text: String, allowed: String },
    #[error(
        "The file has one line only, with {found} labels beside each other. Write each of the {expected} labels into a line of its own, in the order of the test file."
    )]
    OneLine { found: u64, expected: u32 },
    #[error("Line {line}: the prediction is empty; every test row needs a label. Allowed are: {allowed}.")]
    EmptyPrediction { line: u64, allowed: String },
    #[error(
        "Columns {} hold labels, and different ones, so nobody can tell which of them the predictions are. Leave only that one in the file, or write “prediction” above it.",
        listed(columns)
    )]
    SeveralColumns {
        /// From 1.
        columns: Vec<u32>,
    },
    #[error(
        "Line {line}: there is no column {number}, the row has {columns}; choose the column of the predictions again."
    )]
    NoSuchColumn { line: u64, number: u32, columns: u32 },
    #[error(
        "Line {line}: “{}” is a probability, not a label. Write the most likely label of each row (predict instead of predict_proba; argmax over the classes). Allowed are: {allowed}.",
        shown(text)
    )]
    Probability { line: u64, text: String, allowed: String },
    #[error(
        "The file has a column for each class, with probabilities perhaps. Write the most likely label of each row instead (predict, or argmax over the classes)."
    )]
    ColumnsOfClasses,
    #[error(
        "Line {line}: “{}” in column “{}” is in no row of the test file, so nobody can tell which row is meant. Predict the rows of this bounty's test.csv.",
        shown(id),
        shown(column)
    )]
    UnknownId { line: u64, id: String, column: String },
    #[error(
        "Line {line}: “{}” in column “{}” stands above already; there must be one prediction for each row of the test file.",
        shown(id),
        shown(column)
    )]
    SameId { line: u64, id: String, column: String },
    #[error(transparent)]
    Csv(#[from] DatasetError),
}

/// Columns that a sentence lists.
fn listed(columns: &[u32]) -> String {
    let mut texts: Vec<String> = columns.iter().take(LISTED).map(ToString::to_string).collect();
    if columns.len() > LISTED {
        texts.push(format!("{} more", columns.len() - LISTED));
    }
    match texts.pop() {
        Some(last) if !texts.is_empty() => format!("{} and {last}", texts.join(", ")),
        last => last.unwrap_or_default(),
    }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|label| format!(" (did you mean “{}”?)", shown(label))).unwrap_or_default()
}

/// A prediction file that fits the bounty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predictions {
    /// Class index of each test row.
    pub indices: Vec<u8>,
    /// Whether the first row was taken for a header.
    pub header: bool,
    /// Column of the labels, from 0.
    pub column: u32,
    /// Whether other columns stand beside the labels, which may name the rows.
    pub beside: bool,
    /// Whether the rows were put in another order than they stand in.
    pub reordered: bool,
    /// What a person should know of how the file was read.
    pub notes: Vec<PredictionNote>,
}

/// How a prediction file was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PredictionNote {
    /// The first row is a header.
    Header { text: String },
    /// Which of several columns the predictions are taken from.
    Taken { column: Column },
    /// Missing predictions count as the class that programs read as a missing value.
    Missing { rows: u64, class: String },
    /// Rows were put in the order of the test file by a column that both have.
    ById { column: String },
    /// Rows were put in the order of their numbers.
    ByNumber,
    /// The same, by a column that is not the first.
    ByNumbersOf { column: String },
    /// A column may name rows, but none of the test file, so that the order of the file counts.
    InOrder { column: Column },
}

impl fmt::Display for PredictionNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { text } => write!(f, "The first row, “{}”, is the header.", shown(text)),
            Self::Taken { column } => write!(f, "Predictions are taken from {column}."),
            Self::Missing { rows, class } => write!(
                f,
                "{} as “{}”, which programs read as a missing value.",
                match rows {
                    1 => "1 missing prediction counts".to_owned(),
                    rows => format!("{} missing predictions count", grouped(*rows)),
                },
                shown(class)
            ),
            Self::ById { column } => {
                write!(f, "The rows were put in the order of the test file by their “{}”.", shown(column))
            }
            Self::ByNumber => f.write_str("The rows were put in the order of the numbers in the first column."),
            Self::ByNumbersOf { column } => {
                write!(f, "The rows were put in the order of the numbers in “{}”.", shown(column))
            }
            Self::InOrder { column } => write!(
                f,
                "Nothing in {column} names a row of the test file, so predictions count in the order in which they stand. If that is not the order of the test file, sort them."
            ),
        }
    }
}

/// Reads a prediction file. `classes` and `test_rows` are the bounty's; `ids` are what names the rows of its test file, if
/// that is at hand.
///
/// # Errors
/// [`PredictionsError`] with a sentence for the trainer.
pub fn read_for(
    bytes: &[u8],
    classes: &[String],
    test_rows: u32,
    ids: Option<&TestIds>,
    options: PredictionOptions<'_>,
) -> Result<Predictions, PredictionsError> {
    if bytes.len() > MAX_BYTES {
        return Err(PredictionsError::TooLarge { bytes: bytes.len() });
    }
    let known = Known::new(classes);
    let rows = lines::read(bytes, &known)?;
    let Some(first) = rows.first() else { return Err(PredictionsError::Empty { expected: test_rows }) };
    if let ([line], 2..) = (&rows[..], test_rows)
        && let Some(found) = lines::labels_beside(line, &known)
    {
        return Err(PredictionsError::OneLine { found, expected: test_rows });
    }
    if rows.len() as u64 == u64::from(test_rows) + 1 && known.are_columns(&first.cells) {
        return Err(PredictionsError::ColumnsOfClasses);
    }
    let column = match options.column {
        Some(column) => column as usize,
        None => columns::find(&rows, &known, options.label)?,
    };
    let header = match options.header {
        Some(header) => header,
        None => is_header(&rows, column, test_rows, &known, options.label)?,
    };
    let data = &rows[usize::from(header)..];
    if data.is_empty() {
        return Err(PredictionsError::Empty { expected: test_rows });
    }
    let (mut indices, mut missing) = (Vec::with_capacity(data.len()), 0);
    for row in data {
        let text = label(row, column)?;
        let index = known.find(text).ok_or_else(|| known.unknown(row.line, text))?;
        missing += u64::from(known.is_missing(text));
        indices.push(index);
    }
    if indices.len() as u64 != u64::from(test_rows) {
        return Err(PredictionsError::WrongLength { found: indices.len() as u64, expected: test_rows });
    }
    let mut notes = Vec::new();
    // A header that is a label, or that stands above a single row of numbers, is worth a word.
    if header && known.find(label(first, column)?).is_some() {
        notes.push(PredictionNote::Header { text: first.cells.join(",") });
    }
    let beside = data.iter().any(|row| row.cells.len() > 1);
    if beside {
        let name = first.cells.get(column).map(|name| name.trim()).filter(|name| header && !name.is_empty());
        let column = Column { number: column as u32 + 1, name: name.map(str::to_owned) };
        notes.push(PredictionNote::Taken { column });
    }
    if let Some(class) = known.gap_class().filter(|_| missing > 0) {
        notes.push(PredictionNote::Missing { rows: missing, class: class.to_owned() });
    }
    let order = order(ids, header.then_some(first), data, column, &mut notes)?;
    let reordered = order.is_some();
    if let Some((order, note)) = order {
        let mut ordered = vec![0; indices.len()];
        order.iter().zip(&indices).for_each(|(&place, &index)| ordered[place] = index);
        indices = ordered;
        notes.push(note);
    }
    Ok(Predictions { indices, header, column: column as u32, beside, reordered, notes })
}

/// Where each row belongs, where that is not where it stands, and what says so; `column` holds the labels.
fn order(
    ids: Option<&TestIds>,
    header: Option<&Line>,
    data: &[Line],
    column: usize,
    notes: &mut Vec<PredictionNote>,
) -> Result<Option<(Vec<usize>, PredictionNote)>, PredictionsError> {
    let by_id = match ids {
        Some(ids) => ids.places(header, data, column)?,
        None => None,
    };
    let (order, note) = match by_id {
        Some((column, order)) => (order, PredictionNote::ById { column }),
        None => match numbering::find(header, data, column) {
            Some(found) => (found.order, found.note),
            None => {
                let names = ids.and_then(|_| numbering::unknown_names(header, data, column));
                notes.extend(names.map(|column| PredictionNote::InOrder { column }));
                return Ok(None);
            }
        },
    };
    Ok((!order.is_sorted()).then_some((order, note)))
}

/// The same without the test file.
///
/// # Errors
/// [`PredictionsError`] with a sentence for the trainer.
pub fn read(
    bytes: &[u8],
    classes: &[String],
    test_rows: u32,
    options: PredictionOptions<'_>,
) -> Result<Predictions, PredictionsError> {
    read_for(bytes, classes, test_rows, None, options)
}

/// The cell of a row that holds its label.
fn label(row: &Line, column: usize) -> Result<&str, PredictionsError> {
    row.cells.get(column).map(String::as_str).ok_or_else(|| PredictionsError::NoSuchColumn {
        line: row.line,
        number: column as u32 + 1,
        columns: row.cells.len() as u32,
    })
}

/// A first row that is no label is a header, unless there is then a row too few and it is no name of such a column. One that is a label is a header where
/// there is exactly one row too many and it is what data frames write above columns without names: nothing above the row
/// numbers, and 0.
fn is_header(
    rows: &[Line],
    column: usize,
    test_rows: u32,
    known: &Known<'_>,
    name: Option<&str>,
) -> Result<bool, PredictionsError> {
    let Some(first) = rows.first() else { return Ok(false) };
    let text = label(first, column)?;
    let (found, expected) = (rows.len() as u64, u64::from(test_rows));
    if known.find(text).is_none() {
        return Ok(found != expected || columns::is_name(text, name));
    }
    let unnamed = column > 0 && first.cells[0].trim().is_empty();
    let named = first.cells.iter().any(|cell| columns::is_name(cell, name));
    Ok(found == expected + 1 && (unnamed || named || (first.cells.len() == 1 && text.trim() == "0")))
}

/// The text that names predictions: one label per line. Equal predictions give equal bytes however they were
/// written down.
pub fn plain_text(indices: &[u8], classes: &[String]) -> Vec<u8> {
    let mut text = Vec::with_capacity(indices.len() * 4);
    for &index in indices {
        write_cell(&mut text, classes.get(usize::from(index)).map_or("", String::as_str));
        text.push(b'\n');
    }
    text
}

/// CID of the plain predictions: what a trainer's secret is derived from, together with the bounty.
pub fn plain_cid(indices: &[u8], classes: &[String]) -> Cid {
    FileHasher::hash(&plain_text(indices, classes)).cid
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn indices(text: &str, labels: &[&str], rows: u32) -> Vec<u8> {
        read(text.as_bytes(), &classes(labels), rows, PredictionOptions::default()).unwrap().indices
    }

    fn sentence(text: &[u8], labels: &[&str], rows: u32) -> String {
        read(text, &classes(labels), rows, PredictionOptions::default()).unwrap_err().to_string()
    }

    const DIGITS: [&str; 3] = ["0", "1", "2"];
    const BOOLS: [&str; 2] = ["no", "yes"];

    #[test]
    fn every_usual_form_is_read() {
        struct Case(&'static str, &'static [&'static str], &'static [u8]);
        for Case(text, labels, expected) in [
            Case("0\n2\n1\n", &DIGITS, &[0, 2, 1]),
            Case("0\r\n2\r\n1", &DIGITS, &[0, 2, 1]),
            Case("\u{feff}prediction\n0\n2\n1\n", &DIGITS, &[0, 2, 1]),
            Case("0.0\n 2 \n1.0\n\n\n", &DIGITS, &[0, 2, 1]),
            Case("id;label\n1;yes\n2;no\n3;yes\n", &BOOLS, &[1, 0, 1]),
            Case("row\tpredicted\tscore\n0\tyes\t0.9\n1\tno\t0.8\n2\tno\t0.7\n", &BOOLS, &[1, 0, 0]),
            Case("id,label\n2,yes\n0,no\n1,no\n", &BOOLS, &[0, 0, 1]),
            Case("\"no\"\n\"yes\"\n\"yes\"\n", &BOOLS, &[0, 1, 1]),
            Case("Bonn, DE\nParis, FR\nBonn, DE\n", &["Bonn, DE", "Paris, FR"], &[0, 1, 0]),
        ] {
            let rows = expected.len() as u32;
            let found = read(text.as_bytes(), &classes(labels), rows, PredictionOptions::default());
            assert_eq!(found.map(|found| found.indices).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn a_header_that_is_a_label_is_one_that_data_frames_write_or_must_be_named_by_a_person() {
        let text = b"x,0\n0,0\n1,2\n2,1\n";
        let found = read(text, &classes(&DIGITS), 3, PredictionOptions::default());
        assert_eq!(found, Err(PredictionsError::WrongLength { found: 4, expected: 3 }));
        assert_eq!(indices(",0\n0,0\n1,2\n2,1\n", &DIGITS, 3), [0, 2, 1]);
        let options = PredictionOptions { header: Some(true), ..PredictionOptions::default() };
        assert_eq!(read(text, &classes(&DIGITS), 3, options).unwrap().indices, [0, 2, 1]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let expected = "The prediction file is empty; it needs one label for each of the 3 test rows.";
        assert_eq!(sentence(b"", &DIGITS, 3), expected);
        assert_eq!(sentence(b"\n\n", &DIGITS, 3), expected);
        assert_eq!(sentence(b"label\n", &DIGITS, 3), expected);
        assert_eq!(
            sentence(b"0\n1\n", &DIGITS, 3),
            "The file has 2 predictions, but there are 3 test rows; there must be one label for each row of the test \
             file, in its order."
        );
        assert_eq!(
            sentence(b"label\nno\nyse\n", &BOOLS, 2),
            "Line 3: “yse” is not a label of this bounty. Allowed are: no, yes."
        );
        assert_eq!(
            sentence(b"Setosa\nvirginca\n", &["Setosa", "virginica"], 2),
            "Line 2: “virginca” is not a label of this bounty (did you mean “virginica”?). Allowed are: Setosa, virginica."
        );
        assert_eq!(
            sentence(b"7\n1\n1\n", &DIGITS, 3),
            "Line 1: “7” is not a label of this bounty. Allowed are: 0, 1, 2."
        );
        assert!(sentence(b"0\n\xff\n1\n", &DIGITS, 3).starts_with("Line 2, column 1: this is not valid UTF-8"));
        assert!(sentence(b"PK\x03\x04rest", &DIGITS, 3).contains("zip archive"));
        assert_eq!(
            sentence(&vec![b'1'; MAX_BYTES + 1], &DIGITS, 3),
            "The prediction file has 67108865 bytes, at most 67108864 are read; leave only the column of the labels in it."
        );
        let options = PredictionOptions { column: Some(4), ..PredictionOptions::default() };
        assert_eq!(
            read(b"0\n1\n", &classes(&DIGITS), 2, options).unwrap_err().to_string(),
            "Line 1: there is no column 5, the row has 1; choose the column of the predictions again."
        );
    }

    #[test]
    fn many_labels_are_not_all_listed() {
        let labels: Vec<String> = (0..200).map(|n| n.to_string()).collect();
        let error = read(b"999\n", &labels, 1, PredictionOptions::default()).unwrap_err().to_string();
        assert!(error.ends_with("9, 10, 11, … (200 labels)."), "{error}");
    }

    #[test]
    fn equal_predictions_have_equal_cids_however_written() {
        let labels = classes(&BOOLS);
        let plain = indices("yes\nno\nyes\n", &BOOLS, 3);
        let table = indices("id,label\r\n1,no\r\n0,yes\r\n2,yes\r\n", &BOOLS, 3);
        assert_eq!(plain_cid(&plain, &labels), plain_cid(&table, &labels));
        assert_eq!(plain_text(&plain, &labels), b"yes\nno\nyes\n");
        // printf 'yes\nno\nyes\n' | ipfs add --only-hash --cid-version=1 --raw-leaves
        assert_eq!(
            plain_cid(&plain, &labels).to_string(),
            "bafkreiapbdynrjsmpag2ktp6omhktdioy6eaytqwnbraytto66wqof56wu"
        );
    }
}
