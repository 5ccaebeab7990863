//! Data sets: checking and splitting a CSV, streaming; what is published about it; prediction files.
//!
//! A data set is one CSV with a label column, or a features CSV and a labels CSV of equal length. It is read twice,
//! in pieces of any size, and never held: [`Survey`] checks it and counts its classes, [`Split`] writes `train.csv`
//! and `test.csv`. What comes out depends on the bytes and the seed alone, not on the sizes of the pieces, and is
//! the same natively and in wasm.
//!
//! | part | what it does |
//! |---|---|
//! | [`peek`] | names columns, separator and header from the beginning of a file |
//! | [`LabelsSurvey`] | reads the labels CSV, where there is one |
//! | [`Survey`] | first pass: every check, classes, warnings, CID of the source |
//! | [`Split`], [`Shuffle`] | second pass: training rows in order, test rows shuffled |
//! | [`survey`], [`split`] | both passes over files in memory |
//! | [`Profile`] | what the columns of a table hold: types, gaps, ranges, histograms, first rows |
//! | [`Published`] | the same of a published file |
//! | [`open`] | the same, and the reader for all of it |
//! | [`Mending`], [`Note`] | habits of other programs that are put right, and what is told of it |
//! | [`Rules`] | which rules a description was made by, so that its file gives the same rows again |
//! | [`TableReader`] | the rows of any table, all of one length, its header taken off |
//! | [`Owned`] | the pass over a table that stays with its owner: salted roots |
//! | [`Records`] | cuts a CSV into rows, which may differ in length |
//! | [`Number`], [`is_gap`], [`holds_numbers`] | what a cell says, for everyone who reads tables |
//! | [`likely_shares`] | how much a score on few rows says |
//! | [`class_order`], [`same_label`] | the order of classes, and which labels are the same |
//! | [`metadata`] | `metadata.json`, what is published about a data set |
//! | [`predictions`] | reading a trainer's prediction file |
//! | [`task`] | what the page and its worker say to each other |

mod cell;
mod certainty;
mod error;
mod label;
pub mod metadata;
mod owned;
pub mod predictions;
mod prepare;
mod read;
mod rules;
pub mod task;

pub use cell::{DecimalMark, GAPS, Number, holds_numbers, is_gap};
pub use certainty::likely_shares;
pub use error::{Column, DatasetError, Foreign, Part, Place, one_line, plain, shortened, shown, turns_writing};
pub use label::{class_order, in_class_order, same_label};
pub use owned::{Owned, OwnedOptions, OwnedReport};
pub use prepare::classes::alike;
pub use prepare::profile::{Bar, ColumnProfile, Difference, Numbers, Profile, Profiler, Values, WordCount};
pub use prepare::published::{Published, PublishedReport};
pub use prepare::report::{ClassCount, SplitOptions, SplitReport, SurveyReport, Warning};
pub use prepare::split::{Output, Shuffle, Split};
pub use prepare::survey::{Labels, LabelsSurvey, Survey, Surveyed};
pub use prepare::whole::{PreparedFiles, read_rows, split, survey, write_cell, write_row};
pub use read::format::SAMPLE;
pub use read::header::column_names;
pub use read::mend::note::{LabelReason, Note, Spellings};
pub use read::mend::numbers::NumberForm;
pub use read::options::{Mending, ReadOptions, SurveyOptions};
pub use read::peek::{Peek, open, open_whole, peek};
pub use read::reader::TableReader;
pub use read::records::Records;
pub use read::row::{Cells, Row};
pub use read::separator::Separator;
pub use rules::Rules;

/// Characters from which on a column name or a class name is refused.
pub const MAX_NAME: usize = 128;
/// Columns a file can have.
pub const MAX_COLUMNS: usize = 65_536;
/// Bytes a cell can have.
pub const MAX_CELL: usize = 1 << 20;
/// Bytes a row can have.
pub const MAX_ROW: usize = 16 << 20;
/// Data rows a file can have.
pub const MAX_ROWS: u64 = 100_000_000;
/// Bytes that all column names can have together, so that `metadata.json` stays readable.
pub const MAX_NAMES: usize = 3 << 20;
/// Classes a data set can have.
pub const MAX_CLASSES: usize = 256;
/// Share of test rows unless chosen, in per cent.
pub const DEFAULT_SHARE: u8 = 20;
/// Shares of test rows that can be chosen, in per cent.
pub const SHARES: std::ops::RangeInclusive<u8> = 1..=50;
