//! What shuffling a column costs (Breiman 2001; Fisher, Rudin and Dominici 2019): a model that does not look at a column
//! says the same whatever stands in it.

use crate::{draw, folds::Spread};

/// Rows of a table that are looked at, at most; of larger ones so many are drawn.
pub const MOST_ROWS: usize = 2_000;
/// Cells of the drawn rows at most, unless that left fewer than [`FEWEST_ROWS`]: a picture has hundreds of columns.
const MOST_CELLS: usize = 400_000;
/// Rows that are looked at in any case, where there are as many.
const FEWEST_ROWS: usize = 200;

/// What a model loses without a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Importance {
    /// Position of the column.
    pub column: usize,
    /// By how much the share of right rows falls where the column is shuffled, over the repetitions. Below 0 where it
    /// grows, by chance.
    pub fall: Spread,
}

impl Importance {
    /// Of a column with which `whole` rows were right, and so many in each repetition without it. Nothing of no
    /// repetitions.
    pub fn of(column: usize, whole: u64, shuffled: &[u64], rows: u64) -> Option<Self> {
        let falls: Vec<f64> =
            shuffled.iter().map(|right| (whole as f64 - *right as f64) / rows.max(1) as f64).collect();
        Some(Self { column, fall: Spread::of(&falls)? })
    }
}

/// Which row's cell of a column stands in each row, in one repetition.
pub fn order(rows: usize, seed: u64, column: usize, repetition: u32) -> Vec<u32> {
    draw::order(rows, seed, 1 + ((column as u64) << 16 | u64::from(repetition)))
}

/// Rows of a table that are looked at, ascending.
pub fn sample(rows: usize, columns: usize, seed: u64) -> Vec<u32> {
    let most = (MOST_CELLS / columns.max(1)).clamp(FEWEST_ROWS, MOST_ROWS);
    let mut drawn = if rows > most { draw::order(rows, seed, 0) } else { (0..rows as u32).collect() };
    drawn.truncate(most);
    drawn.sort_unstable();
    drawn
}
