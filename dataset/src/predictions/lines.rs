//! The rows of a prediction file, whatever stands between their cells.

use crate::{
    DatasetError, Part, ReadOptions, Separator,
    predictions::{PredictionsError, known::Known},
    read::format::declared,
    read_rows,
};

/// A row of a prediction file.
pub struct Line {
    /// Physical line, from 1.
    pub line: u64,
    pub cells: Vec<String>,
}

/// Separators that stand in texts too: they are tried where no other one stands.
const UNUSUAL: [Separator; 2] = [Separator::Pipe, Separator::Blanks];

/// All rows with something in them. A first one that lacks the name of the column of row names, as R writes it, has an
/// empty one.
///
/// # Errors
/// [`PredictionsError::Csv`] where the file is no table.
pub fn read(bytes: &[u8], known: &Known<'_>) -> Result<Vec<Line>, PredictionsError> {
    let mut raw = Vec::new();
    // What sheets and older systems write around a table is no prediction.
    let separator = declared(bytes);
    let first_line = if separator.is_some() { 2 } else { 1 };
    let bytes = bytes.strip_suffix(b"\x1a").unwrap_or(bytes);
    let mut rows = rows(bytes, separator, first_line, |text| {
        if raw.len() < 2 {
            raw.push(text);
        }
    })
    .or_else(|e| if matches!(e, DatasetError::Empty { .. }) { Ok(Vec::new()) } else { Err(e) })?;
    // Labels may contain what looks like a separator.
    let is_whole_line = raw.iter().flatten().any(|text| known.find(text).is_some());
    if is_whole_line && rows.first().is_some_and(|row| row.cells.len() > 1) {
        rows = whole_lines(bytes);
    } else if separator.is_none()
        && rows.len() > 1
        && rows.iter().all(|row| row.cells.len() == 1)
        && rows[1..].iter().any(|row| known.find(&row.cells[0]).is_none())
        && let Some(cut) = UNUSUAL.into_iter().find_map(|separator| cut_by(bytes, separator, known))
    {
        rows = cut;
    }
    name_row_names(&mut rows);
    Ok(rows)
}

fn rows(
    bytes: &[u8],
    separator: Option<Separator>,
    first_line: u64,
    mut on_text: impl FnMut(Option<String>),
) -> Result<Vec<Line>, DatasetError> {
    let options = ReadOptions { separator, ..ReadOptions::as_it_stands() };
    let mut rows = Vec::new();
    read_rows(Part::Table, bytes, options, |line, cells, text| {
        if line < first_line || (cells.len() > 1 && cells.iter().all(|cell| cell.trim().is_empty())) {
            return;
        }
        rows.push(Line { line, cells });
        on_text(text);
    })?;
    Ok(rows)
}

/// How many labels a line holds, where it is no label itself and most of its words are: all predictions beside each other,
/// as lists are printed.
pub fn labels_beside(line: &Line, known: &Known<'_>) -> Option<u64> {
    let is_label = |text: &str| known.find(text).is_some();
    if line.cells.len() == 1 && is_label(&line.cells[0]) {
        return None;
    }
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '[' | ']' | '(' | ')' | '\'' | '"');
    let words = line.cells.iter().flat_map(|cell| cell.split(between)).filter(|word| !word.is_empty());
    let (labels, all) = words.fold((0, 0), |(labels, all), word| (labels + u64::from(is_label(word)), all + 1));
    (labels > 1 && labels * 2 > all).then_some(labels)
}

fn whole_lines(bytes: &[u8]) -> Vec<Line> {
    String::from_utf8_lossy(bytes)
        .trim_start_matches('\u{feff}')
        .lines()
        .zip(1..)
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, line)| Line { line, cells: vec![text.to_owned()] })
        .collect()
}

/// The rows with this separator, where all have as many cells, and a column holds labels only.
fn cut_by(bytes: &[u8], separator: Separator, known: &Known<'_>) -> Option<Vec<Line>> {
    let mut rows = rows(bytes, Some(separator), 1, |_| {}).ok()?;
    for row in &mut rows {
        match separator {
            Separator::Blanks => row.cells.retain(|cell| !cell.trim().is_empty()),
            _ => row.cells.iter_mut().for_each(|cell| *cell = cell.trim().to_owned()),
        }
    }
    rows.retain(|row| !row.cells.is_empty());
    name_row_names(&mut rows);
    let width = rows.first()?.cells.len();
    let holds_labels = |at: usize| rows[1..].iter().all(|row| known.find(&row.cells[at]).is_some());
    let fits = width > 1 && rows.len() > 1 && rows.iter().all(|row| row.cells.len() == width);
    (fits && (0..width).any(holds_labels)).then_some(rows)
}

/// A name of nothing above the names of rows, where a first row has one cell less than all others.
fn name_row_names(rows: &mut [Line]) {
    let Some((first, rest)) = rows.split_first_mut() else { return };
    let width = first.cells.len() + 1;
    if width > 1 && !rest.is_empty() && rest.iter().all(|row| row.cells.len() == width) {
        first.cells.insert(0, String::new());
    }
}
