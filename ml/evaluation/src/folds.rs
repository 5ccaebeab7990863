//! Which rows are kept aside in turn, and the spread of what came out.

use crate::draw;

/// Deals rows to `count` folds: the fold of each row, 0 to `count` - 1. Folds differ by one row at most, also in the rows
/// of each class; equal seeds deal alike.
pub fn folds(labels: &[u16], count: u8, seed: u64) -> Vec<u8> {
    let mut rows = draw::order(labels.len(), seed, 0);
    // By class; within a class the order stays the drawn one.
    rows.sort_by_key(|row| labels[*row as usize]);
    let mut fold = vec![0; labels.len()];
    for (at, row) in rows.into_iter().enumerate() {
        fold[row as usize] = (at % usize::from(count.max(1))) as u8;
    }
    fold
}

/// Several measurements of the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub mean: f64,
    /// Standard deviation of a measurement (divided by their number less one); 0 of one.
    pub deviation: f64,
}

impl Spread {
    /// Nothing of no measurements.
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let deviation = if values.len() > 1 { (squares / (count - 1.0)).sqrt() } else { 0.0 };
        (!values.is_empty()).then_some(Self { mean, deviation })
    }
}
