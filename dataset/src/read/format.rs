//! Separator, header, columns and habits of a file, told from its beginning.

mod contents;
mod habits;
mod mended;
mod sampled;

pub use sampled::declared;

use crate::{
    MAX_ROW,
    error::{Column, DatasetError, Part, Place},
    read::{
        header::has_header, mend::form::Form, options::ReadOptions, recognise::foreign_for, records::Records, row::Row,
        separator::Separator,
    },
};
use mended::Head;
use sampled::{SAMPLE_ROWS, texts};

/// Bytes from which a file's format is told: more only where they hold less than two rows.
pub const SAMPLE: usize = 256 << 10;

/// What a sample shows of a file's form.
pub struct Format {
    /// How the table is written.
    pub form: Form,
    /// The first rows, with the header.
    rows: Vec<Vec<String>>,
}

impl Format {
    /// The format, if `head` holds enough to tell it: two rows, unless it is a file of giant rows.
    ///
    /// # Errors
    /// As [`Self::tell`].
    pub fn if_enough(part: Part, head: &[u8], options: ReadOptions) -> Result<Option<Self>, DatasetError> {
        let giant = head.len() > 2 * MAX_ROW;
        match Self::tell(part, head, false, options) {
            Ok(format) => Ok((giant || format.rows.len() >= 2).then_some(format)),
            Err(DatasetError::Empty { .. }) if !giant => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Tells the format from the beginning of a file; `whole` if `head` is all that can be had.
    ///
    /// # Errors
    /// [`DatasetError::Empty`], [`DatasetError::NotCsv`], [`DatasetError::UnknownRules`], or what keeps the first rows from
    /// being read.
    pub fn tell(part: Part, head: &[u8], whole: bool, options: ReadOptions) -> Result<Self, DatasetError> {
        let rules = options.mending.rules;
        if rules.are_unknown() {
            return Err(DatasetError::UnknownRules { rules });
        }
        if let Some(foreign) = foreign_for(part, head, options) {
            let place = Place { part, line: 1, column: Column { number: 1, name: None } };
            return Err(DatasetError::NotCsv { place, foreign });
        }
        match options.mending.form {
            true => {
                let (form, rows) = Head { part, bytes: head, whole, options }.mended()?;
                Ok(Self { form, rows })
            }
            false => as_it_stands(part, head, whole, options),
        }
    }
}

/// Every row is a row; the first says how many columns there are.
fn as_it_stands(part: Part, head: &[u8], whole: bool, options: ReadOptions) -> Result<Format, DatasetError> {
    let candidates = match options.separator {
        Some(separator) => vec![separator],
        None => Separator::USUAL.to_vec(),
    };
    let mut best: Option<(u64, usize, Separator, Vec<Vec<String>>)> = None;
    let mut trouble = None;
    for separator in candidates {
        let (rows, error) = sample(part, head, whole, separator);
        // So many cells in a row are no accident, so this is the separator.
        if let Some(error @ DatasetError::TooManyColumns { .. }) = error {
            return Err(error);
        }
        trouble = trouble.or(error);
        let Some(first) = rows.first() else { continue };
        let columns = first.len();
        let alike = rows.iter().filter(|row| row.len() == columns).count();
        // Parts in a thousand of rows that look like the first; one column is no evidence at all.
        let score = if columns > 1 { alike as u64 * 1000 / rows.len() as u64 + 1 } else { 0 };
        if best.as_ref().is_none_or(|(other, most, ..)| (score, columns) > (*other, *most)) {
            best = Some((score, columns, separator, rows));
        }
    }
    let Some((_, columns, separator, rows)) = best else {
        return Err(trouble.unwrap_or(DatasetError::Empty { part }));
    };
    let header = options.header.unwrap_or_else(|| has_header(&rows, options.mending.rules));
    Ok(Format { form: Form { separator, header, columns, mends: None }, rows })
}

/// The first rows as texts, and what stopped the reading.
fn sample(part: Part, head: &[u8], whole: bool, separator: Separator) -> (Vec<Vec<String>>, Option<DatasetError>) {
    let mut rows = Vec::new();
    let mut records = Records::new(part, separator, false);
    let mut keep = |row: Row<'_>| {
        if rows.len() < SAMPLE_ROWS {
            rows.push(texts(&row));
        }
        Ok::<(), DatasetError>(())
    };
    let mut result = records.push(head, &mut keep);
    if result.is_ok() && whole {
        result = records.finish(&mut keep);
    }
    (rows, result.err())
}
