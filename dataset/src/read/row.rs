//! A row of a CSV, as it stands in the file or with its quotes taken off.

use memchr::{memchr, memchr_iter};

/// A row and where it is.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// Physical line where it begins, from 1.
    pub line: u64,
    /// What it says.
    pub cells: Cells<'a>,
}

/// The cells of a row.
#[derive(Clone, Copy)]
pub enum Cells<'a> {
    /// Without quotation marks and line breaks: the bytes of the file.
    Plain { text: &'a [u8], separator: u8 },
    /// What the cells say, one after the other, and where each ends.
    Parsed { text: &'a [u8], ends: &'a [usize] },
}

impl<'a> Cells<'a> {
    /// Number of cells, at least 1.
    pub fn count(&self) -> usize {
        match *self {
            Self::Plain { text, separator } => memchr_iter(separator, text).count() + 1,
            Self::Parsed { ends, .. } => ends.len(),
        }
    }

    /// Where cell `at` of `count` begins and ends in the text.
    pub fn span(&self, at: usize, count: usize) -> Option<(usize, usize)> {
        match *self {
            Self::Plain { text, separator } => {
                // From whichever end is nearer; the last cell is where labels usually are.
                if at >= count / 2 {
                    let mut separators = memchr_iter(separator, text).rev();
                    let end = match (count - 1).checked_sub(at)? {
                        0 => text.len(),
                        after => separators.nth(after - 1)?,
                    };
                    return Some((separators.next().map_or(0, |before| before + 1), end));
                }
                let start = match at {
                    0 => 0,
                    _ => memchr_iter(separator, text).nth(at - 1)? + 1,
                };
                Some((start, memchr(separator, &text[start..]).map_or(text.len(), |length| start + length)))
            }
            Self::Parsed { ends, .. } => {
                let start = if at == 0 { 0 } else { *ends.get(at - 1)? };
                Some((start, *ends.get(at)?))
            }
        }
    }

    /// The bytes in which [`Self::span`] tells places.
    pub fn text(&self) -> &'a [u8] {
        match *self {
            Self::Plain { text, .. } | Self::Parsed { text, .. } => text,
        }
    }

    /// The cells in their order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let cells = *self;
        let mut start = 0;
        let mut index = 0;
        std::iter::from_fn(move || {
            let text = cells.text();
            let (cell, next) = match cells {
                Self::Plain { separator, .. } => {
                    let rest = text.get(start..)?;
                    let length = memchr(separator, rest).unwrap_or(rest.len());
                    (&rest[..length], start + length + 1)
                }
                Self::Parsed { ends, .. } => {
                    let end = *ends.get(index)?;
                    (&text[start..end], end)
                }
            };
            (start, index) = (next, index + 1);
            Some(cell)
        })
    }
}
