//! What stands between the cells of a row.

use serde::{Deserialize, Serialize};

/// What stands between cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    #[default]
    Comma,
    Semicolon,
    Tab,
    /// `|`
    Pipe,
    /// Blanks or tabs, however many.
    Blanks,
}

impl Separator {
    /// All that a person can choose.
    pub const ALL: [Self; 5] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe, Self::Blanks];

    /// Those that are tried before all others, in this order.
    pub(super) const USUAL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// As it stands in a file.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
            Self::Blanks => b' ',
        }
    }

    /// The separator that is this character, if it is one.
    pub fn of(character: char) -> Option<Self> {
        Self::ALL.into_iter().find(|separator| char::from(separator.byte()) == character)
    }

    /// What several of them are called in a sentence.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Comma => "commas",
            Self::Semicolon => "semicolons",
            Self::Tab => "tabs",
            Self::Pipe => "vertical bars",
            Self::Blanks => "blanks",
        }
    }

    /// What it is called in a list to choose from.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comma => "Comma",
            Self::Semicolon => "Semicolon",
            Self::Tab => "Tab",
            Self::Pipe => "Vertical bar",
            Self::Blanks => "Blanks",
        }
    }
}
