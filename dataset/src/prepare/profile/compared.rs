//! Columns of a test table against those of the training table.

use serde::{Deserialize, Serialize};

use super::{
    Profile,
    column::{ColumnProfile, Values},
};
use crate::error::shown;

/// In what a column of the test table differs from that of the training table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Difference {
    /// Numbers in one table, words in the other.
    Kind {
        /// Whether the training table has the numbers.
        numbers_in_train: bool,
    },
    /// Numbers beyond the training table's. Models that saw none such may be far off.
    Range {
        /// The least and greatest number of the training table.
        train: (f64, f64),
        /// Those of the test table.
        test: (f64, f64),
    },
    /// Words that no row of the training table has: the most frequent of them.
    NewWords { words: Vec<String> },
    /// Values are missing, which in the training table never are.
    Gaps { rows: u64 },
}

impl Difference {
    /// As the end of a sentence that begins with the column; `number` says how numbers look.
    pub fn told(&self, number: impl Fn(f64) -> String) -> String {
        match self {
            Self::Kind { numbers_in_train: true } => "numbers in train.csv, words in test.csv".to_owned(),
            Self::Kind { numbers_in_train: false } => "words in train.csv, numbers in test.csv".to_owned(),
            Self::Range { train, test } => {
                let [least, greatest, least_known, most_known] = [test.0, test.1, train.0, train.1].map(number);
                format!("from {least} to {greatest} in test.csv, from {least_known} to {most_known} in train.csv")
            }
            Self::NewWords { words } => {
                let words: Vec<String> = words.iter().map(|word| format!("“{}”", shown(word))).collect();
                format!("{} in test.csv, never in train.csv", words.join(", "))
            }
            Self::Gaps { rows } => format!("missing in {rows} rows of test.csv, never in train.csv"),
        }
    }
}

/// The differences of a column. Where only some rows of the training table were looked at, the others may have numbers,
/// words and gaps that these lack: then only the kind is compared.
pub fn differences(train: &ColumnProfile, test: &ColumnProfile, table: &Profile) -> Vec<Difference> {
    let mut found = Vec::new();
    if table.is_exact() && train.gaps == 0 && test.gaps > 0 {
        found.push(Difference::Gaps { rows: test.gaps });
    }
    match (&train.values, &test.values) {
        // The names of other rows are others.
        _ if train.names_rows || test.names_rows => {}
        (Values::Numbers(train), Values::Numbers(test))
            if table.is_exact() && (test.least < train.least || test.greatest > train.greatest) =>
        {
            let (train, test) = ((train.least, train.greatest), (test.least, test.greatest));
            found.push(Difference::Range { train, test });
        }
        (Values::Words { top: known, rest: 0, .. }, Values::Words { top, .. }) if table.is_exact() => {
            let is_new = |word: &&super::WordCount| known.iter().all(|other| other.text != word.text);
            let words: Vec<String> = top.iter().filter(is_new).map(|word| word.text.clone()).collect();
            if !words.is_empty() {
                found.push(Difference::NewWords { words });
            }
        }
        (Values::Numbers(_), Values::Words { .. }) => found.push(Difference::Kind { numbers_in_train: true }),
        (Values::Words { .. }, Values::Numbers(_)) => found.push(Difference::Kind { numbers_in_train: false }),
        _ => {}
    }
    found
}
