//! Why a data set is refused: where, what, and what to do.

mod foreign;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use foreign::Foreign;

use crate::{MAX_CELL, MAX_CLASSES, MAX_COLUMNS, MAX_NAME, MAX_NAMES, MAX_ROW, MAX_ROWS, rules::Rules};

/// Which file of the data set is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The only file.
    Table,
    /// The features of a data set in two files.
    Features,
    /// The labels of a data set in two files.
    Labels,
    /// The rows that a model is trained on.
    Training,
    /// The rows that it predicts.
    Test,
}

impl Part {
    /// What it is called in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "file",
            Self::Features => "features file",
            Self::Labels => "labels file",
            Self::Training => "training table",
            Self::Test => "test table",
        }
    }
}

/// A column as a person would point at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// From 1.
    pub number: u32,
    /// From the header, if there is one.
    pub name: Option<String>,
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "column {} (“{}”)", self.number, shown(name)),
            None => write!(f, "column {}", self.number),
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which file.
    pub part: Part,
    /// Physical line of the file, from 1; line breaks inside quotes count.
    pub line: u64,
    /// Which column of it.
    pub column: Column,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Table => write!(f, "Line {}, {}", self.line, self.column),
            part => write!(f, "Line {}, {} of the {}", self.line, self.column, part.name()),
        }
    }
}

/// Why a data set cannot be used. Each sentence says where, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DatasetError {
    #[error("The {} is empty; choose a CSV file with at least a header and some rows.", part.name())]
    Empty { part: Part },
    #[error("The {} has a header but no rows below it; choose a file with data.", part.name())]
    HeaderOnly { part: Part },
    #[error("{place}: this is not a CSV file: {}.", foreign.sentence())]
    NotCsv { place: Place, foreign: Foreign },
    #[error("{place}: the key is empty, so nobody can tell whom the row is about. Fill it in, or remove the row.")]
    EmptyKey { place: Place },
    #[error("{place}: the key “{}” stands in line {first} already. Keep one row for each key.", shown(key))]
    SameKey { place: Place, key: String, first: u64 },
    #[error("{place}: this is not valid UTF-8; save the file as CSV in UTF-8.")]
    NotUtf8 { place: Place },
    #[error(
        "{place}: the file ends inside a quoted cell that began in line {opened}; a closing quotation mark is missing, or the file was cut off."
    )]
    CutOff { place: Place, opened: u64 },
    #[error("{place}: the row has {found} {}, but there are {expected} columns; every row must have one cell a column.", if *found == 1 { "cell" } else { "cells" })]
    Ragged { place: Place, found: u64, expected: u32 },
    #[error("{place}: the cell is over {} bytes; such a column cannot be used, remove it.", grouped(MAX_CELL as u64))]
    CellTooLong { place: Place },
    #[error("{place}: the row is over {} bytes; remove columns.", grouped(MAX_ROW as u64))]
    RowTooLong { place: Place },
    #[error("{place}: the file has more than {} columns; remove some.", grouped(MAX_COLUMNS as u64))]
    TooManyColumns { place: Place },
    #[error("Line {line} of the {}: there are more than {} rows; take a sample of them.", part.name(), grouped(MAX_ROWS))]
    TooManyRows { part: Part, line: u64 },
    #[error("{place}: a column name has {characters} characters; shorten it to fewer than {MAX_NAME}.")]
    NameTooLong { place: Place, characters: u64 },
    #[error("The column names take {} bytes together; shorten them to at most {}.", grouped(*bytes), grouped(MAX_NAMES as u64))]
    NamesTooLong { bytes: u64 },
    #[error("{place}: column {first} has the same name; rename one of them.")]
    DuplicateName { place: Place, first: u32 },
    #[error("There is no column {number} in the {}, which has {columns}; choose the label column again.", part.name())]
    NoSuchColumn { part: Part, number: u32, columns: u32 },
    #[error(
        "The file has only one column; it needs a label column and at least one feature. If the labels are in a file of their own, choose that file too."
    )]
    NoFeatures,
    #[error(
        "The file has only one column as it is read: its cells seem to be separated by {}. Save it with commas between cells.",
        named_character(*character)
    )]
    OtherSeparator { character: char },
    #[error(
        "The file has only one column as it is read, although {separators} stand in every line: either each line stands in quotation marks as a whole, or another separator was chosen. Save it without these quotation marks, or choose the separator."
    )]
    JoinedCells { separators: String },
    #[error("{place}: the label is empty; every row needs one.")]
    EmptyLabel { place: Place },
    #[error("{place}: the label has {characters} characters; shorten it to fewer than {MAX_NAME}.")]
    LabelTooLong { place: Place, characters: u64 },
    #[error("{place}: this is the {}th different label, and at most {MAX_CLASSES} classes are possible; choose a column with classes, not with measurements or names.", MAX_CLASSES + 1)]
    TooManyClasses { place: Place },
    #[error("All {rows} rows have the label “{}” in {column}; at least two classes are needed.", shown(class))]
    OneClass { class: String, rows: u64, column: Column },
    #[error(
        "{place}: the class “{}” has only this row, but it must be in both training and test data; {}.",
        shown(class),
        if place.line == 1 && place.column.name.is_none() {
            "if line 1 names the columns, say that the first row holds column names; otherwise add rows of it or remove this one"
        } else {
            "add rows of it or remove this one"
        }
    )]
    LonelyClass { place: Place, class: String },
    #[error("{}{lonely} of the {labels} different labels stand in one row only, so {column} seems to hold measurements or names. Choose the column with the classes as the label.", if lonely == labels { "All " } else { "" })]
    NoClasses { column: Column, labels: u64, lonely: u64 },
    #[error("No row of the class “{}” was drawn for the {} data ({column}); turn on “same share of every class”, or choose another share.", shown(class), if *from_test { "test" } else { "training" })]
    ClassMissing { class: String, column: Column, from_test: bool },
    #[error("The features file has {features} rows, the labels file {labels}: line {line} of the {} has no counterpart. Both must have one row for each example, in the same order.", longer.name())]
    Unequal { features: u64, labels: u64, longer: Part, line: u64 },
    #[error("{share} % of the rows are {} test rows, but with {classes} classes at most {} fit one transaction; {}", grouped(*rows), grouped(u64::from(*limit)), lower(*fitting))]
    TooManyTestRows {
        share: u8,
        rows: u64,
        classes: u16,
        limit: u32,
        /// Largest whole share that fits.
        fitting: Option<u8>,
    },
    #[error("The share of test rows is {share} %; choose 1 to 50 %.")]
    Share { share: u8 },
    #[error("The file changed while it was being read; choose it again.")]
    Changed,
    #[error(
        "This data set was read by the rules {rules}, and only those up to {} are known here. Load the page again, or take a newer version of the program.",
        Rules::NEWEST
    )]
    UnknownRules { rules: Rules },
}

impl DatasetError {
    /// With the name of the column it points at.
    pub(super) fn named(mut self, names: &[String]) -> Self {
        if let Some(Place { column, .. }) = self.place_mut() {
            column.name = names.get(column.number as usize - 1).cloned();
        }
        self
    }

    fn place_mut(&mut self) -> Option<&mut Place> {
        match self {
            Self::NotCsv { place, .. }
            | Self::NotUtf8 { place }
            | Self::CutOff { place, .. }
            | Self::Ragged { place, .. }
            | Self::CellTooLong { place }
            | Self::RowTooLong { place }
            | Self::TooManyColumns { place }
            | Self::NameTooLong { place, .. }
            | Self::DuplicateName { place, .. }
            | Self::EmptyKey { place }
            | Self::SameKey { place, .. }
            | Self::EmptyLabel { place }
            | Self::LabelTooLong { place, .. }
            | Self::TooManyClasses { place }
            | Self::LonelyClass { place, .. } => Some(place),
            Self::Empty { .. }
            | Self::HeaderOnly { .. }
            | Self::TooManyRows { .. }
            | Self::NamesTooLong { .. }
            | Self::NoSuchColumn { .. }
            | Self::NoFeatures
            | Self::OtherSeparator { .. }
            | Self::JoinedCells { .. }
            | Self::NoClasses { .. }
            | Self::OneClass { .. }
            | Self::ClassMissing { .. }
            | Self::Unequal { .. }
            | Self::TooManyTestRows { .. }
            | Self::Share { .. }
            | Self::Changed
            | Self::UnknownRules { .. } => None,
        }
    }
}

/// A character in a sentence; one that has no sign by its number.
fn named_character(character: char) -> String {
    match character.is_control() {
        true => format!("the character U+{:04X}", u32::from(character)),
        false => format!("“{character}”"),
    }
}

fn lower(fitting: Option<u8>) -> String {
    match fitting {
        Some(share) => format!("lower the share to {share} %."),
        None => "even 1 % is too much, so take a sample of the rows.".into(),
    }
}

/// Whether this is a mark that turns the direction of writing. In a stranger's text it would turn what stands around it,
/// too.
pub const fn turns_writing(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A stranger's text without marks that turn the direction of writing; all else as it is.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !turns_writing(*c)).collect()
}

/// A stranger's text on one line, [`plain`], cut after so many characters.
pub fn one_line(text: &str, most: usize) -> String {
    let clean: String = plain(text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

/// The same, with `…` where something was cut.
pub fn shortened(text: &str, most: usize) -> String {
    let line = one_line(text, most + 1);
    if line.chars().count() <= most {
        return line;
    }
    let mut cut: String = line.chars().take(most).collect();
    cut.push('…');
    cut
}

/// Text of an untrusted file, cut to what fits a sentence.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() || turns_writing(c) { '␣' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::{one_line, plain, shortened, shown};

    #[test]
    fn texts_of_strangers_cannot_turn_a_sentence_around() {
        assert_eq!(shown("a\u{202e}b\u{2067}c\n"), "a␣b␣c␣");
        assert_eq!(plain("due \u{202e}00:01\u{202c}\n"), "due 00:01\n");
        assert_eq!(one_line("  Digits\n\u{0}of  \u{2066}hands ", 200), "Digits of hands");
        assert_eq!(one_line(&"é".repeat(300), 200).chars().count(), 200);
        assert_eq!(shortened("Iris\n\u{202e}wols \u{0}and\u{2069} more", 100), "Iris wols and more");
        assert_eq!(shortened(&"é".repeat(11), 10), format!("{}…", "é".repeat(10)));
        assert_eq!(shortened(&"é".repeat(10), 10), "é".repeat(10));
        assert_eq!(shown("שלום"), "שלום", "letters that are written from right to left stay");
    }
}
