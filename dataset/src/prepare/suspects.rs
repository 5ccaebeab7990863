//! Columns that tell the label on their own: a copy of it, or a row number in sorted data.

use xxhash_rust::xxh64::xxh64;

use crate::read::row::Cells;

/// Different values up to which a column is looked at as categories.
const MOST_VALUES: usize = 256;
/// Entries that all columns can hold together, so that a file of many columns does not fill the memory.
const BUDGET: usize = 1 << 20;
/// Rows below which such a column may well be chance.
const LEAST_ROWS: u64 = 20;

/// Columns that have told the label of every row so far. In real data nearly all drop out within a few rows, and
/// looking for them then costs nothing.
pub struct Suspects {
    alive: Vec<Suspect>,
    entries: usize,
}

struct Suspect {
    column: usize,
    /// Hash of a value and its class, sorted; none once a value had two classes or there are too many.
    values: Option<Vec<(u64, u8)>>,
    /// Class and its range of numbers; none once two ranges touch or a cell is no number.
    ranges: Option<Vec<(u8, f64, f64)>>,
}

impl Suspects {
    /// All columns, except the label's.
    pub fn new(columns: usize, label: Option<usize>) -> Self {
        let suspect = |column| Suspect { column, values: Some(Vec::new()), ranges: Some(Vec::new()) };
        let alive = (0..columns).filter(|&column| Some(column) != label).map(suspect).collect();
        Self { alive, entries: 0 }
    }

    /// Looks at a row whose class has this provisional index.
    pub fn row(&mut self, cells: &Cells<'_>, class: u8) {
        if self.alive.is_empty() {
            return;
        }
        let mut texts = cells.iter().enumerate();
        let entries = &mut self.entries;
        self.alive.retain_mut(|suspect| {
            let Some((_, text)) = texts.find(|(at, _)| *at == suspect.column) else { return false };
            suspect.row(text, class, entries)
        });
    }

    /// Columns that told the label of all `rows` rows, from 0.
    pub fn left(&self, rows: u64) -> Vec<usize> {
        if rows < LEAST_ROWS {
            return Vec::new();
        }
        let few = |values: &Vec<_>| values.len() as u64 <= rows / 2;
        let guilty = |suspect: &&Suspect| suspect.ranges.is_some() || suspect.values.as_ref().is_some_and(few);
        self.alive.iter().filter(guilty).map(|suspect| suspect.column).collect()
    }
}

impl Suspect {
    /// Whether the column still tells the label.
    fn row(&mut self, text: &[u8], class: u8, entries: &mut usize) -> bool {
        if let Some(values) = &mut self.values
            && !fits_values(values, text, class, entries)
        {
            *entries -= values.len();
            self.values = None;
        }
        if let Some(ranges) = &mut self.ranges
            && !fits_ranges(ranges, text, class, entries)
        {
            *entries -= ranges.len();
            self.ranges = None;
        }
        self.values.is_some() || self.ranges.is_some()
    }
}

fn fits_values(values: &mut Vec<(u64, u8)>, text: &[u8], class: u8, entries: &mut usize) -> bool {
    let hash = xxh64(text, 0);
    match values.binary_search_by_key(&hash, |entry| entry.0) {
        Ok(at) => values[at].1 == class,
        Err(at) if values.len() < MOST_VALUES && *entries < BUDGET => {
            *entries += 1;
            values.insert(at, (hash, class));
            true
        }
        Err(_) => false,
    }
}

fn fits_ranges(ranges: &mut Vec<(u8, f64, f64)>, text: &[u8], class: u8, entries: &mut usize) -> bool {
    let value = std::str::from_utf8(text).ok().and_then(|text| text.trim().parse::<f64>().ok());
    let Some(value) = value.filter(|value| value.is_finite()) else { return false };
    let (low, high) = match ranges.iter_mut().find(|range| range.0 == class) {
        Some((_, low, high)) if (*low..=*high).contains(&value) => return true,
        Some((_, low, high)) => {
            (*low, *high) = (low.min(value), high.max(value));
            (*low, *high)
        }
        None if *entries < BUDGET => {
            *entries += 1;
            ranges.push((class, value, value));
            (value, value)
        }
        None => return false,
    };
    ranges.iter().all(|&(other, from, to)| other == class || high < from || to < low)
}
