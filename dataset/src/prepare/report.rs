//! What the two passes tell.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    DatasetError, SHARES, Separator,
    error::{Column, grouped, shown},
    prepare::draw::test_rows_of,
    prepare::profile::Profile,
    read::mend::note::{Note, Spellings, capital_list},
};
use protocol::{cid::Cid, commitment::max_test_rows};

use crate::metadata::FileInfo;

/// A class and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCount {
    /// Text of the label.
    pub name: String,
    /// Rows with this label.
    pub rows: u64,
}

/// Something to think about before this data set is published. Nothing is refused because of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// Test rows whose features are also in a training row.
    SameRow {
        rows: u64,
        /// The file has so many rows that only a share of them was compared.
        estimated: bool,
    },
    /// Whose value alone tells the class of every row.
    PerfectColumn { column: Column },
    /// So many more columns of that kind.
    MorePerfectColumns { columns: u64 },
    /// Rows of a class stand together.
    LabelOrder,
    /// Labels that differ only by blanks, capitals or the form of a number, each a class of its own.
    SimilarLabels { groups: Vec<Spellings> },
    /// A class whose name others read as a missing value.
    GapClass { class: String },
    /// Classes that others read as true and false.
    BooleanClasses { classes: Vec<String> },
    /// Classes that differ by characters that nobody sees; such a character stands as its number.
    LookAlike { groups: Vec<Spellings> },
    /// Columns of numbers with a unit or a sign of money beside them, and such a cell.
    Measured { columns: Vec<Column>, example: String },
    /// The features file has this column of the labels file in another order.
    OtherOrder { column: String },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameRow { rows, estimated } => {
                let about = if *estimated { "About " } else { "" };
                let (count, verb) = (grouped(*rows), if *rows == 1 { "row is" } else { "rows are" });
                write!(f, "{about}{count} test {verb} among the training rows too, so that labels can be looked up. Remove duplicates if that is not meant.")
            }
            Self::PerfectColumn { column } => {
                let column = column.to_string();
                write!(f, "C{} alone tells the label of every row. If it is a copy of the label or a row number, remove it.", &column[1..])
            }
            Self::MorePerfectColumns { columns } => {
                let (verb, them) = if *columns == 1 { ("column tells", "it") } else { ("columns tell", "them") };
                write!(f, "{} more {verb} the label of every row alone. With very many columns that may be chance; if not, remove {them}.", grouped(*columns))
            }
            Self::LookAlike { groups } => {
                let groups: Vec<String> = groups.iter().map(spelled).collect();
                write!(f, "Some classes differ only by characters that nobody sees: {}. Remove these characters from the file, unless they mean different things.", groups.join("; "))
            }
            Self::Measured { columns, example } => {
                let (verb, them) = if columns.len() == 1 { ("holds", "it counts") } else { ("hold", "they count") };
                write!(
                    f,
                    "{} {verb} numbers with something beside them, such as “{}”, so {them} as words. Write the numbers alone if models should learn from them.",
                    capital_list(columns),
                    shown(example)
                )
            }
            Self::OtherOrder { column } => write!(
                f,
                "Both files have the column “{}” with the same values, but in another order, so labels stand beside the wrong rows. Sort both files alike.",
                shown(column)
            ),
            Self::LabelOrder => f.write_str(
                "The rows are sorted by label. The test rows are shuffled, so this gives nothing away; trainers should shuffle the training rows.",
            ),
            Self::SimilarLabels { groups } => {
                let groups: Vec<String> = groups.iter().map(spelled).collect();
                write!(f, "Some classes differ only by blanks, capitals or the form of a number: {}. Merge them, unless they mean different things.", groups.join("; "))
            }
            Self::GapClass { class } => write!(
                f,
                "pandas, R and others read “{}” as a missing value. Trainers must be told to read labels as texts, or name the class otherwise.",
                shown(class)
            ),
            Self::BooleanClasses { classes } => write!(
                f,
                "pandas and others read {} as true and false, and may write them differently. Predictions are accepted in any case.",
                classes.iter().map(|class| format!("“{}”", shown(class))).collect::<Vec<_>>().join(" and ")
            ),
        }
    }
}

/// All spellings of a class, with their blanks.
fn spelled(group: &Spellings) -> String {
    let all = std::iter::once(&group.class).chain(&group.others);
    all.map(|text| format!("“{}”", shown(text))).collect::<Vec<_>>().join(", ")
}

/// What the first pass found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurveyReport {
    /// Names the data set: the CID of the file, or of the text `{features CID}\n{labels CID}` for two files.
    pub source: Cid,
    /// Of both files together.
    pub bytes: u64,
    /// Data rows.
    pub rows: u64,
    /// Names of the feature columns; `f1`, `f2`, … where there is no header.
    pub features: Vec<String>,
    /// Name of the label column.
    pub label: String,
    /// In the order of their indices: ascending if all are numbers, else by their bytes.
    pub classes: Vec<ClassCount>,
    /// Of the only file, or of the features file.
    pub separator: Separator,
    /// Whether the first row was taken for a header.
    pub header: bool,
    /// What to think about before this is published.
    pub warnings: Vec<Warning>,
    /// What was put right, and how the files were read.
    pub notes: Vec<Note>,
    /// The columns and first rows of the only file, or of the features file.
    pub profile: Profile,
}

impl SurveyReport {
    /// How many rows a split takes for the test.
    ///
    /// # Errors
    /// [`DatasetError::Share`] and [`DatasetError::TooManyTestRows`].
    pub fn test_rows(&self, share_percent: u8, stratified: bool) -> Result<u32, DatasetError> {
        let count = |share| match stratified {
            true => self.classes.iter().map(|class| test_rows_of(class.rows, share)).sum(),
            false => test_rows_of(self.rows, share),
        };
        if !SHARES.contains(&share_percent) {
            return Err(DatasetError::Share { share: share_percent });
        }
        let classes = self.classes.len() as u16;
        let (rows, limit): (u64, u32) = (count(share_percent), max_test_rows(classes));
        if rows > u64::from(limit) {
            let fitting = SHARES.rev().find(|&share| count(share) <= u64::from(limit));
            return Err(DatasetError::TooManyTestRows { share: share_percent, rows, classes, limit, fitting });
        }
        Ok(rows as u32)
    }
}

/// How to split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitOptions {
    /// Of the requester's secret ([`protocol::commitment::Secret::seed`]).
    pub seed: [u8; 32],
    /// Share of test rows, 1 to 50.
    pub share_percent: u8,
    /// The same share of every class.
    pub stratified: bool,
}

/// What the second pass wrote. The pieces of `metadata.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitReport {
    /// `train.csv`.
    pub train: FileInfo,
    /// `test.csv`.
    pub test: FileInfo,
    /// Names of the feature columns.
    pub features: Vec<String>,
    /// Name of the label column.
    pub label: String,
    /// Label texts; the position is the class index.
    pub classes: Vec<String>,
    /// Of both passes.
    pub warnings: Vec<Warning>,
}
