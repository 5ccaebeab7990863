//! On which rows a task counts errors.

use serde::{Deserialize, Serialize};

/// On which rows errors are counted; see [`mpc_learn::Evaluation`], which it becomes once the number of rows is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evaluation {
    Training,
    /// On the last so many rows.
    Split {
        test: usize,
    },
    /// On the last so many of a hundred rows: how many rows are common is not known when the task is published.
    Share {
        percent: u8,
    },
    Folds(usize),
    LeaveOneOut,
}

impl Evaluation {
    /// On so many rows. A share is rounded up, so that it is never nothing.
    pub fn on(&self, rows: usize) -> mpc_learn::Evaluation {
        match *self {
            Self::Training => mpc_learn::Evaluation::Training,
            Self::Split { test } => mpc_learn::Evaluation::Split { test },
            Self::Share { percent } => {
                mpc_learn::Evaluation::Split { test: (rows * usize::from(percent)).div_ceil(100) }
            }
            Self::Folds(folds) => mpc_learn::Evaluation::Folds(folds),
            Self::LeaveOneOut => mpc_learn::Evaluation::LeaveOneOut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_the_rows_that_there_are_and_at_least_one() {
        for (percent, rows, test) in [(20, 358, 72), (20, 100, 20), (1, 20, 1), (50, 101, 51)] {
            assert_eq!(Evaluation::Share { percent }.on(rows), mpc_learn::Evaluation::Split { test });
        }
    }

    #[test]
    fn it_is_written_as_it_always_was() {
        for (text, evaluation) in [
            (r#""training""#, Evaluation::Training),
            (r#"{"split":{"test":89}}"#, Evaluation::Split { test: 89 }),
            (r#"{"share":{"percent":20}}"#, Evaluation::Share { percent: 20 }),
            (r#"{"folds":5}"#, Evaluation::Folds(5)),
            (r#""leave_one_out""#, Evaluation::LeaveOneOut),
        ] {
            assert_eq!(serde_json::from_str::<Evaluation>(text).unwrap(), evaluation);
            assert_eq!(serde_json::to_string(&evaluation).unwrap(), text);
        }
    }
}
