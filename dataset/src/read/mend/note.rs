//! What was done to a table while it was read, each thing with a sentence.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    error::{Column, grouped, shown},
    read::{mend::numbers::NumberForm, separator::Separator},
};

/// One thing that was done to a table, or that a person should know of how it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Note {
    /// The first line, `sep=;` for instance, says what the separator is.
    Declared { separator: Separator },
    /// Lines above the table were passed over; it begins in line `first`.
    Above { first: u64 },
    /// Lines that begin with this are comments.
    Comments { mark: String, header: bool },
    /// Several blanks or tabs in a row count as one separator.
    Runs { separator: Separator },
    /// Blanks beside separators were left out.
    Padding,
    /// A line below the header holds units.
    Units { line: u64 },
    /// Rows that repeat the header were left out.
    RepeatedHeaders { rows: u64 },
    /// Rows without anything in them were left out.
    EmptyRows { rows: u64 },
    /// Rows lacked cells at the end, which count as empty.
    ShortRows { rows: u64 },
    /// Separators at the end of rows were left out.
    Trailing,
    /// The first column has no name in the header; it holds names of the rows and was left out.
    RowNames,
    /// The first column numbers the rows.
    Index {
        column: Column,
        /// Whether it was left out.
        left_out: bool,
    },
    /// Numbers of these columns are written anew.
    Numbers {
        form: NumberForm,
        columns: Vec<Column>,
        /// A cell as it stands, and as it is read.
        example: (String, String),
        /// The same of a column whose cells have no comma.
        other: Option<(String, String)>,
    },
    /// Far below, cells of columns of plain numbers are numbers in a form that the beginning of the file does not show;
    /// they stay as they stand.
    LateNumbers {
        cells: u64,
        /// Line and column of the first, and what it says.
        line: u64,
        column: Column,
        example: String,
    },
    /// Cells have line breaks in them, the first in this line.
    LongCells { cells: u64, line: u64 },
    /// A quotation mark in a cell has `\` before it.
    EscapedQuotes,
    /// Quotation marks are letters like any other.
    NoQuotes,
    /// Cells of these columns that say that a number is missing.
    Gaps { signs: Vec<String>, columns: Vec<Column> },
    /// Labels that were written in several ways are one class each.
    MergedLabels { classes: Vec<Spellings> },
    /// Lines that begin like comments and are no rows of the table were left out, the first of them this one.
    StrayComments { rows: u64, line: u64 },
    /// The first row of the labels file is its header: it has one row more than the features.
    LabelsHeader { name: String },
    /// Which column the label is taken from, where nobody chose one.
    Label { column: Column, why: LabelReason },
}

/// A class and the other ways in which its label was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spellings {
    pub class: String,
    pub others: Vec<String>,
}

impl fmt::Display for Spellings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others: Vec<String> = self.others.iter().map(|other| format!("“{}”", shown(other))).collect();
        write!(f, "“{}” for {}", shown(&self.class), listed(&others))
    }
}

/// Why a column is taken for the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelReason {
    /// It is called as labels usually are.
    Named,
    /// It is the last one.
    Last,
    /// The last one holds measurements, names or nothing, and this one holds classes.
    Classes,
}

impl Note {
    /// Whether a switch of [`Mending`](crate::Mending) undoes it or does it.
    pub const fn is_switch(&self) -> bool {
        matches!(self, Self::Numbers { .. } | Self::MergedLabels { .. } | Self::Index { .. })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared { separator } => {
                write!(f, "The first line says that cells are separated by {}; it is no row.", separator.plural())
            }
            Self::Above { first } => write!(f, "The table begins in line {first}; what stands above it is no row."),
            Self::Comments { mark, header: false } => {
                write!(f, "Lines that begin with “{mark}” are comments and no rows.")
            }
            Self::Comments { mark, header: true } => {
                write!(f, "Lines that begin with “{mark}” are comments; the last of them names the columns.")
            }
            Self::Runs { separator } => {
                write!(f, "Several {} in a row count as one separator.", separator.plural())
            }
            Self::Padding => f.write_str("Blanks beside separators are no part of the cells."),
            Self::Units { line } => write!(f, "Line {line} holds units and is no row."),
            Self::RepeatedHeaders { rows } => write!(
                f,
                "{} left out.",
                counted(*rows, "row that repeats the header is", "rows that repeat the header are")
            ),
            Self::EmptyRows { rows } => write!(f, "{} left out.", counted(*rows, "empty row is", "empty rows are")),
            Self::ShortRows { rows } => {
                write!(f, "{} cells at the end, which count as empty.", counted(*rows, "row lacks", "rows lack"))
            }
            Self::Trailing => f.write_str("Separators at the end of rows, behind which nothing stands, are left out."),
            Self::RowNames => f.write_str(
                "The first column has no name in the header: it holds names or numbers of the rows and is left out.",
            ),
            Self::Index { column, left_out: true } => {
                write!(f, "{} only numbers the rows and is left out.", capital(column))
            }
            Self::Index { column, left_out: false } => {
                write!(
                    f,
                    "{} seems only to number the rows; models should not learn from it. Leave it out unless it means something.",
                    capital(column)
                )
            }
            Self::Numbers { form, columns, example: (stands, read), other } => {
                let what = match form {
                    NumberForm::EitherMark => "decimal commas beside decimal points",
                    NumberForm::DecimalComma if stands.contains(',') => "decimal commas",
                    _ if stands.contains([',', '.', '\'', '’', ' ', '\u{a0}', '\u{202f}', '\u{2009}']) => {
                        "grouped thousands"
                    }
                    _ if stands.starts_with('(') => "negative numbers in brackets",
                    _ if stands.ends_with(['-', '\u{2212}']) => "negative numbers with the sign behind them",
                    NumberForm::DecimalComma | NumberForm::GroupedThousands => "numbers in another form",
                };
                let verb = if columns.len() == 1 { "has" } else { "have" };
                let other = other.as_ref().map(|(stands, read)| format!(" and “{}” as {read}", shown(stands)));
                let (columns, other) = (capital_list(columns), other.unwrap_or_default());
                write!(f, "{columns} {verb} {what}: “{}” is read as {read}{other}.", shown(stands))
            }
            Self::LateNumbers { cells, line, column, example } => {
                let others = match cells {
                    0 => ", as may others",
                    1 => "",
                    2 => ", as does another one",
                    _ => ", as do others",
                };
                write!(
                    f,
                    "Line {}, {column}: “{}” is a number in another form than the rows above have. It stays a text{others}{}. Write numbers with points.",
                    grouped(*line),
                    shown(example),
                    if *cells > 2 { format!(" ({} cells)", grouped(*cells)) } else { String::new() }
                )
            }
            Self::LongCells { cells, line } => write!(
                f,
                "{} over several lines; the first begins in line {}. If that is not meant, a quotation mark is missing there.",
                counted(*cells, "cell runs", "cells run"),
                grouped(*line)
            ),
            Self::EscapedQuotes => f.write_str("A quotation mark that has “\\” before it is part of its cell."),
            Self::NoQuotes => {
                f.write_str("Quotation marks are letters like any other: with them, rows would run into each other.")
            }
            Self::Gaps { signs, columns } => {
                let signs: Vec<String> = signs.iter().map(|sign| format!("“{}”", shown(sign))).collect();
                write!(f, "In {}, {} means that a number is missing.", names(columns), listed(&signs))
            }
            Self::MergedLabels { classes } => {
                let classes: Vec<String> = classes.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "Labels that differ only by blanks, capitals or the form of a number are one class: {}.",
                    classes.join("; ")
                )
            }
            Self::StrayComments { rows, line } => write!(
                f,
                "{} left out: no row has so many cells. The first is line {}.",
                counted(*rows, "line that begins with “#” is", "lines that begin with “#” are"),
                grouped(*line)
            ),
            Self::LabelsHeader { name } => {
                write!(
                    f,
                    "The labels file has one row more than the features, so its first row, “{}”, is its header.",
                    shown(name)
                )
            }
            Self::Label { column, why } => {
                let why = match why {
                    LabelReason::Named => "it is called like one",
                    LabelReason::Last => "it is the last one",
                    LabelReason::Classes => "it holds classes, and the last column does not",
                };
                write!(f, "The label is taken from {column}: {why}.")
            }
        }
    }
}

/// With a count of nothing, as at a look at the beginning of a file, all that can be said is that there are some.
fn counted(rows: u64, one: &str, many: &str) -> String {
    match rows {
        0 => {
            let mut letters = many.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
        1 => format!("1 {one}"),
        _ => format!("{} {many}", grouped(rows)),
    }
}

fn capital(column: &Column) -> String {
    let text = column.to_string();
    format!("C{}", &text[1..])
}

/// Columns listed in a sentence before the rest is counted.
const LISTED: usize = 5;

pub fn capital_list(columns: &[Column]) -> String {
    match columns {
        [column] => capital(column),
        _ => format!("Columns {}", each(columns)),
    }
}

fn names(columns: &[Column]) -> String {
    match columns {
        [column] => column.to_string(),
        _ => format!("columns {}", each(columns)),
    }
}

fn each(columns: &[Column]) -> String {
    let name = |column: &Column| match &column.name {
        Some(name) => format!("{} (“{}”)", column.number, shown(name)),
        None => column.number.to_string(),
    };
    let mut texts: Vec<String> = columns.iter().take(LISTED).map(name).collect();
    if columns.len() > LISTED {
        texts.push(format!("{} more", columns.len() - LISTED));
    }
    listed(&texts)
}

fn listed(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
