//! How an id is spelled. Both sides bring their ids to the form that the task names, so that two spellings of one id meet.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

/// The form that a task names for its ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Blanks at both ends are cut off; letters are as Unicode's NFKC and full case folding have them.
    Text,
    /// The digits 0 to 9 alone, leading zeros included. Blanks and the signs `- . / ( ) +` between them are left out.
    Digits,
}

/// Why a cell is no id. Without its row: that is known where cells are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    Empty,
    NotDigits,
    TooLong,
}

/// Bytes of an id. The longest e-mail address has 254.
pub const LONGEST: usize = 512;

impl Form {
    /// Brings a cell to this form.
    pub(crate) fn apply(self, cell: &str) -> Result<String, Unfit> {
        // Normalising lengthens a text to at most 18 times its bytes.
        if cell.len() > LONGEST {
            return Err(Unfit::TooLong);
        }
        let id = match self {
            Self::Text => text(cell),
            Self::Digits => digits(cell)?,
        };
        match id.len() {
            0 => Err(Unfit::Empty),
            1..=LONGEST => Ok(id),
            _ => Err(Unfit::TooLong),
        }
    }
}

fn text(cell: &str) -> String {
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let folded = CaseMapper::new().fold_string(&nfkc.normalize(cell)).into_owned();
    // Folding can leave letters that compose. Blanks go last: some letters decompose to a blank and a mark.
    nfkc.normalize(&folded).trim().to_string()
}

fn digits(cell: &str) -> Result<String, Unfit> {
    let plain: Cow<'_, str> = ComposingNormalizerBorrowed::new_nfkc().normalize(cell);
    let mut id = String::with_capacity(plain.len());
    for character in plain.chars() {
        match character {
            '0'..='9' => id.push(character),
            // Hyphens, dashes and the minus sign too.
            '-' | '.' | '/' | '(' | ')' | '+' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            blank if blank.is_whitespace() => {}
            _ => return Err(Unfit::NotDigits),
        }
    }
    Ok(id)
}
