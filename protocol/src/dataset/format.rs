//! Separator, header and columns, told from the beginning of a file.

use serde::{Deserialize, Serialize};

/// What stands between cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    #[default]
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    pub const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// What a person says about a file; the rest is detected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// Whether the first row is a header.
    pub header: Option<bool>,
    pub separator: Option<Separator>,
}

/// What the beginning of a file shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peek {
    pub separator: Separator,
    pub header: bool,
    /// Names from the header, or `f1`, `f2`, …
    pub columns: Vec<String>,
    /// The first data rows, at most 20, cells cut to 200 characters.
    pub rows: Vec<Vec<String>>,
    /// The column that is most likely the label, from 0.
    pub label: u32,
}
