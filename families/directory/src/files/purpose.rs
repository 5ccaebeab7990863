//! What a grant is for: a JSON file of one block, whose SHA-256 is the grant's purpose on chain. Its owner reads it before
//! approving; the seats of tasks under the grant name the same digest, and owners hold each task against the file.

use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

use super::MAX_BYTES;

/// The value of `format`.
const FORMAT: &str = "modelmarket/purpose/1";
const MAX_COLUMNS: usize = 1_024;
const MAX_RECEIVERS: usize = 8;

/// The file. Lists are sorted and name nothing twice, so that one purpose has one digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its version.
    pub format: String,
    /// What may be done.
    pub work: Vec<Work>,
    /// Visible columns of the data set that may be used, the key and the label included.
    pub columns: Vec<String>,
    /// Who may be told results, beside the owners about their own rows.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub receivers: Vec<Address>,
    /// What may be told.
    pub reveals: Vec<Reveal>,
}

/// Something that a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Finding the rows that owners have in common.
    Align,
    /// Training an exact linear model.
    TrainLinear,
    /// Predicting new rows.
    Predict,
}

/// Something that a task tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reveal {
    /// How good the model is, in some numbers.
    Metrics,
    /// To each owner the coefficients of its own columns.
    OwnCoefficients,
    /// To the receiver all coefficients: the model.
    AllCoefficients,
    /// How exact the coefficients are.
    StandardErrors,
    /// To the receiver a prediction for each row.
    Predictions,
}

/// Why a purpose is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PurposeError {
    #[error("This is no purpose of a grant: {0}. Ask the applicant to apply anew.")]
    Malformed(String),
    #[error("This purpose has the format “{}”, and {FORMAT} is read here. Update the page.", dataset::shown(.0))]
    Format(String),
    #[error("A purpose has at most {MAX_BYTES} bytes, and this one has {0}. Name fewer columns.")]
    TooLong(usize),
    #[error("A purpose says what is done. Choose at least one thing.")]
    NoWork,
    #[error("A purpose names 1 to {MAX_COLUMNS} columns, and this one names {0}. Choose the columns to be used.")]
    Columns(usize),
    #[error("A purpose names at most {MAX_RECEIVERS} receivers, and this one names {0}. Name fewer.")]
    Receivers(usize),
    #[error("The lists of this purpose are not in order, or name something twice. Ask the applicant to apply anew.")]
    Order,
}

impl Purpose {
    /// A purpose of today's format; lists may come in any order.
    pub fn new(
        mut work: Vec<Work>,
        mut columns: Vec<String>,
        mut receivers: Vec<Address>,
        mut reveals: Vec<Reveal>,
    ) -> Self {
        sort(&mut work);
        sort(&mut columns);
        sort(&mut receivers);
        sort(&mut reveals);
        Self { format: FORMAT.to_owned(), work, columns, receivers, reveals }
    }

    /// Reads a purpose that may come from anybody.
    ///
    /// # Errors
    /// [`PurposeError`] where it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, PurposeError> {
        if bytes.len() > MAX_BYTES {
            return Err(PurposeError::TooLong(bytes.len()));
        }
        /// Read first, so that a later version is not called malformed.
        #[derive(Deserialize)]
        struct Format {
            format: String,
        }
        let malformed = |error: serde_json::Error| PurposeError::Malformed(error.to_string());
        let Format { format } = serde_json::from_slice(bytes).map_err(malformed)?;
        if format != FORMAT {
            return Err(PurposeError::Format(format));
        }
        let read: Self = serde_json::from_slice(bytes).map_err(malformed)?;
        read.check()?;
        Ok(read)
    }

    /// The file, and its SHA-256 as it goes on chain.
    ///
    /// # Errors
    /// [`PurposeError`] where something in it is not allowed.
    pub fn write(&self) -> Result<(Vec<u8>, Digest), PurposeError> {
        self.check()?;
        let bytes = serde_json::to_vec(self).map_err(|error| PurposeError::Malformed(error.to_string()))?;
        if bytes.len() > MAX_BYTES {
            return Err(PurposeError::TooLong(bytes.len()));
        }
        let digest = Digest::of(&bytes);
        Ok((bytes, digest))
    }

    /// Whether everything in it is allowed.
    ///
    /// # Errors
    /// [`PurposeError`] names what is not.
    pub fn check(&self) -> Result<(), PurposeError> {
        if self.work.is_empty() {
            return Err(PurposeError::NoWork);
        }
        if !(1..=MAX_COLUMNS).contains(&self.columns.len()) {
            return Err(PurposeError::Columns(self.columns.len()));
        }
        if self.receivers.len() > MAX_RECEIVERS {
            return Err(PurposeError::Receivers(self.receivers.len()));
        }
        let orderly =
            ordered(&self.work) && ordered(&self.columns) && ordered(&self.receivers) && ordered(&self.reveals);
        if orderly { Ok(()) } else { Err(PurposeError::Order) }
    }

    /// Whether a task with this purpose stays within the one that was granted.
    pub fn covers(&self, asked: &Self) -> bool {
        let within = asked.work.iter().all(|one| self.work.contains(one));
        let columns = asked.columns.iter().all(|one| self.columns.contains(one));
        let receivers = asked.receivers.iter().all(|one| self.receivers.contains(one));
        within && columns && receivers && asked.reveals.iter().all(|one| self.reveals.contains(one))
    }
}

fn sort<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

fn ordered<T: Ord>(list: &[T]) -> bool {
    list.windows(2).all(|pair| pair[0] < pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purpose(columns: &[&str], reveals: Vec<Reveal>) -> Purpose {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        Purpose::new(vec![Work::TrainLinear, Work::Align], columns, vec![Address([2; 20])], reveals)
    }

    #[test]
    fn the_order_in_which_it_is_said_does_not_matter() {
        let one = purpose(&["b", "a", "b"], vec![Reveal::Predictions, Reveal::Metrics]);
        let other = purpose(&["a", "b"], vec![Reveal::Metrics, Reveal::Predictions]);
        let (bytes, digest) = one.write().unwrap();
        assert_eq!(other.write().unwrap().1, digest);
        assert_eq!(Purpose::read(&bytes), Ok(other));
    }

    #[test]
    fn what_is_not_allowed_is_named() {
        let good = purpose(&["a", "b"], vec![]);
        for (wrong, error) in [
            (Purpose { work: vec![], ..good.clone() }, PurposeError::NoWork),
            (Purpose { columns: vec![], ..good.clone() }, PurposeError::Columns(0)),
            (Purpose { columns: vec!["b".into(), "a".into()], ..good.clone() }, PurposeError::Order),
            (Purpose { receivers: vec![Address([1; 20]); 9], ..good.clone() }, PurposeError::Receivers(9)),
            (Purpose { receivers: vec![Address([1; 20]); 2], ..good.clone() }, PurposeError::Order),
        ] {
            assert_eq!(wrong.write(), Err(error.clone()));
            assert_eq!(Purpose::read(&serde_json::to_vec(&wrong).unwrap()), Err(error));
        }
    }

    #[test]
    fn a_task_that_does_or_tells_more_is_not_covered() {
        let granted = purpose(&["a", "b"], vec![Reveal::Metrics]);
        assert!(granted.covers(&purpose(&["a"], vec![])));
        assert!(granted.covers(&granted));
        assert!(!granted.covers(&purpose(&["a", "c"], vec![])));
        assert!(!granted.covers(&purpose(&["a"], vec![Reveal::AllCoefficients])));
        let other = Purpose::new(vec![Work::Predict], vec!["a".into()], vec![], vec![]);
        assert!(!granted.covers(&other));
    }
}
