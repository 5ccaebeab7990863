//! What an owner says of a data set: a JSON file of one block, whose SHA-256 is on chain. Hidden columns are not in it.

use protocol::Digest;
use serde::{Deserialize, Serialize};

use super::MAX_BYTES;

/// The value of `format`.
const FORMAT: &str = "modelmarket/data-set/1";
const MAX_TITLE: usize = 100;
const MAX_TEXT: usize = 1_000;

/// The file. Everything in it is a stranger's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Its version.
    pub format: String,
    /// 1 to 100 characters.
    pub name: String,
    /// What the rows are, in words; at most 1,000 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The visible columns, in the order of the table.
    pub columns: Vec<Column>,
}

/// A visible column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// As in the table's header.
    pub name: String,
    pub kind: ColumnKind,
    pub role: ColumnRole,
}

/// What a column's cells are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// A number in every row.
    Number,
    Text,
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    Feature,
    /// Names whom a row is about, so that rows of two owners can be put together.
    Key,
    /// What is learned to predict.
    Label,
}

/// Why a description is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    #[error("This is no description of a data set: {0}. Ask its owner to publish it anew.")]
    Malformed(String),
    #[error("This description has the format “{}”, and {FORMAT} is read here. Update the page.", dataset::shown(.0))]
    Format(String),
    #[error(
        "A description has at most {MAX_BYTES} bytes, and this one has {0}. Hide some columns, or shorten the text."
    )]
    TooLong(usize),
    #[error(
        "A data set has a name of 1 to {MAX_TITLE} characters in one line, and this one has {0}. Choose another name."
    )]
    Name(usize),
    #[error("The text has {0} characters, and {MAX_TEXT} are possible. Shorten it.")]
    Text(usize),
    #[error(
        "The name of column {number} has {length} characters; fewer than {most} are possible, in one line. Rename it in the file.",
        most = dataset::MAX_NAME
    )]
    ColumnName { number: usize, length: usize },
    #[error("Two columns are called “{}”. Rename one of them in the file.", dataset::shown(.0))]
    SameColumn(String),
    #[error("At most one column is the {0}. Choose one.")]
    Twice(&'static str),
}

impl Description {
    /// A description of today's format.
    pub fn new(name: String, text: String, columns: Vec<Column>) -> Self {
        Self { format: FORMAT.to_owned(), name, text, columns }
    }

    /// Reads a description that may come from anybody.
    ///
    /// # Errors
    /// [`DescriptionError`] where it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, DescriptionError> {
        if bytes.len() > MAX_BYTES {
            return Err(DescriptionError::TooLong(bytes.len()));
        }
        /// Read first, so that a later version is not called malformed.
        #[derive(Deserialize)]
        struct Format {
            format: String,
        }
        let malformed = |error: serde_json::Error| DescriptionError::Malformed(error.to_string());
        let Format { format } = serde_json::from_slice(bytes).map_err(malformed)?;
        if format != FORMAT {
            return Err(DescriptionError::Format(format));
        }
        let read: Self = serde_json::from_slice(bytes).map_err(malformed)?;
        read.check()?;
        Ok(read)
    }

    /// The file, and its SHA-256 as it goes on chain.
    ///
    /// # Errors
    /// [`DescriptionError`] where something in it is not allowed.
    pub fn write(&self) -> Result<(Vec<u8>, Digest), DescriptionError> {
        self.check()?;
        let bytes = serde_json::to_vec(self).map_err(|error| DescriptionError::Malformed(error.to_string()))?;
        if bytes.len() > MAX_BYTES {
            return Err(DescriptionError::TooLong(bytes.len()));
        }
        let digest = Digest::of(&bytes);
        Ok((bytes, digest))
    }

    /// Whether everything in it is allowed.
    ///
    /// # Errors
    /// [`DescriptionError`] names what is not.
    pub fn check(&self) -> Result<(), DescriptionError> {
        let length = self.name.chars().count();
        if self.name.trim().is_empty() || length > MAX_TITLE || self.name.chars().any(char::is_control) {
            return Err(DescriptionError::Name(length));
        }
        let length = self.text.chars().count();
        if length > MAX_TEXT {
            return Err(DescriptionError::Text(length));
        }
        for (place, column) in self.columns.iter().enumerate() {
            let length = column.name.chars().count();
            if !(1..dataset::MAX_NAME).contains(&length) || column.name.chars().any(char::is_control) {
                return Err(DescriptionError::ColumnName { number: place + 1, length });
            }
            if self.columns[..place].iter().any(|before| before.name == column.name) {
                return Err(DescriptionError::SameColumn(column.name.clone()));
            }
        }
        for (role, name) in [(ColumnRole::Key, "key"), (ColumnRole::Label, "label")] {
            if self.columns.iter().filter(|column| column.role == role).count() > 1 {
                return Err(DescriptionError::Twice(name));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, role: ColumnRole) -> Column {
        Column { name: name.to_owned(), kind: ColumnKind::Number, role }
    }

    fn description(columns: Vec<Column>) -> Description {
        Description::new("Patients".to_owned(), "One row a visit".to_owned(), columns)
    }

    #[test]
    fn what_is_written_reads_back() {
        let written = description(vec![column("id", ColumnRole::Key), column("age", ColumnRole::Feature)]);
        let (bytes, digest) = written.write().unwrap();
        assert_eq!((Description::read(&bytes), digest), (Ok(written), Digest::of(&bytes)));
    }

    #[test]
    fn what_is_not_allowed_is_named() {
        use ColumnRole::{Feature, Key};
        let name = |name: &str| Description { name: name.to_owned(), ..description(vec![]) };
        for (wrong, error) in [
            (name(""), DescriptionError::Name(0)),
            (name("  "), DescriptionError::Name(2)),
            (name("a\nb"), DescriptionError::Name(3)),
            (name(&"x".repeat(101)), DescriptionError::Name(101)),
            (Description { text: "x".repeat(1_001), ..description(vec![]) }, DescriptionError::Text(1_001)),
            (
                description(vec![column(&"x".repeat(128), Feature)]),
                DescriptionError::ColumnName { number: 1, length: 128 },
            ),
            (description(vec![column("", Feature)]), DescriptionError::ColumnName { number: 1, length: 0 }),
            (description(vec![column("a", Feature), column("a", Key)]), DescriptionError::SameColumn("a".to_owned())),
            (description(vec![column("a", Key), column("b", Key)]), DescriptionError::Twice("key")),
        ] {
            assert_eq!(wrong.write(), Err(error.clone()));
            assert_eq!(Description::read(&serde_json::to_vec(&wrong).unwrap()), Err(error));
        }
        assert!(description(vec![column(&"x".repeat(127), Feature)]).write().is_ok());
        assert_eq!(Description::read(&[b' '; 65_001]), Err(DescriptionError::TooLong(65_001)));
        let later = serde_json::json!({"format": "modelmarket/data-set/2", "more": 1}).to_string();
        let error = DescriptionError::Format("modelmarket/data-set/2".to_owned());
        assert_eq!(Description::read(later.as_bytes()), Err(error));
    }
}
