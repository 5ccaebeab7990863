//! Columns of a prediction file that number its rows.

use std::collections::HashSet;

use crate::{
    DecimalMark, Number,
    error::Column,
    predictions::{PredictionNote, lines::Line},
};

/// What columns of row numbers are called, besides nothing.
const NAMES: [&str; 11] =
    ["id", "ids", "index", "idx", "row", "row_id", "rowid", "row_number", "row_names", "rownames", "unnamed: 0"];
/// Whole numbers that an `f64` tells apart end here.
const MOST: f64 = 9_007_199_254_740_992.0;

/// Where each row belongs, and how that is told.
pub struct Numbering {
    pub order: Vec<usize>,
    pub note: PredictionNote,
}

/// The column that numbers the rows: the first one, or one that is called so. `column` holds the labels.
pub fn find(header: Option<&Line>, data: &[Line], column: usize) -> Option<Numbering> {
    let name = |at: usize| header.and_then(|row| row.cells.get(at)).map(|name| name.trim());
    let is_called_so = |at: usize| name(at).is_some_and(is_name) && (at == 0 || name(at) != Some(""));
    let width = data.first().map_or(0, |row| row.cells.len());
    (0..width).filter(|&at| at != column && (at == 0 || is_called_so(at))).find_map(|at| {
        let order = order(data, at, is_called_so(at))?;
        let note = match (at, name(at)) {
            (1.., Some(name)) => PredictionNote::ByNumbersOf { column: name.to_owned() },
            _ => PredictionNote::ByNumber,
        };
        Some(Numbering { order, note })
    })
}

fn is_name(name: &str) -> bool {
    name.is_empty() || NAMES.contains(&name.to_lowercase().as_str())
}

/// The place of each row, where the numbers are those from 0 or 1 on, each once; from any other on only in a column that is
/// called so.
fn order(rows: &[Line], at: usize, from_any: bool) -> Option<Vec<usize>> {
    let numbers: Vec<u64> = rows.iter().map(|row| row_number(row.cells.get(at)?)).collect::<Option<_>>()?;
    let from = *numbers.iter().min()?;
    if from > 1 && !from_any {
        return None;
    }
    let order: Vec<usize> =
        numbers.into_iter().map(|number| usize::try_from(number - from).ok()).collect::<Option<_>>()?;
    let mut taken = vec![false; rows.len()];
    for &place in &order {
        if std::mem::replace(taken.get_mut(place)?, true) {
            return None;
        }
    }
    Some(order)
}

/// A whole number, also as `3.0`: so data frames write a column that had a gap once. The same on every machine.
fn row_number(cell: &str) -> Option<u64> {
    let read = || Number::read(cell, DecimalMark::Point).finite();
    let whole = || read().filter(|value| value.fract() == 0.0 && (0.0..MOST).contains(value));
    cell.trim().parse().ok().or_else(|| whole().map(|value| value as u64))
}

/// The first column beside the labels in which every row has another whole number or word, as names of rows are, and that
/// does not count the rows as they stand.
pub fn unknown_names(header: Option<&Line>, data: &[Line], column: usize) -> Option<Column> {
    let width = data.first().map_or(0, |row| row.cells.len());
    let is_fraction =
        |cell: &str| Number::read(cell, DecimalMark::PointOrComma).finite().is_some_and(|n| n.fract() != 0.0);
    let names_rows = |at: &usize| {
        let mut seen = HashSet::new();
        let mut cells = data.iter().map(|row| row.cells.get(*at).map_or("", |cell| cell.trim()));
        data.len() > 1 && cells.all(|cell| !cell.is_empty() && !is_fraction(cell) && seen.insert(cell))
    };
    let counts = |at: usize| order(data, at, true).is_some_and(|order| order.is_sorted());
    let at = (0..width).find(|at| *at != column && names_rows(at) && !counts(*at))?;
    let name = header.and_then(|row| row.cells.get(at)).map(|name| name.trim()).filter(|name| !name.is_empty());
    Some(Column { number: at as u32 + 1, name: name.map(str::to_owned) })
}
