//! Values of a feature as bins of one byte.

use crate::{table::Table, table::prepare::Preparation};

/// The bin of rows without a value.
pub const MISSING: u8 = 255;
/// Bins of a feature, without [`MISSING`].
const MOST: usize = 255;
const FEWEST: usize = 15;
/// Bins of all features together, beyond which each has fewer, so that the histograms of a level fit into memory.
const TOGETHER: usize = 1 << 19;

/// Where the bins of every feature end.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cuts {
    /// By feature, ascending: bin `b` holds the values above cut `b - 1`, up to and with cut `b`.
    features: Vec<Vec<f32>>,
}

/// Bins of rows, by feature.
pub type Codes = Vec<Vec<u8>>;

impl Cuts {
    /// Cuts between the values that occur in `rows`, or, where they are many, so that bins hold equally many rows.
    pub fn fit(preparation: &Preparation, table: &Table, rows: &[u32]) -> Self {
        let most = (TOGETHER / preparation.width().max(1)).clamp(FEWEST, MOST);
        let mut features = Vec::with_capacity(preparation.width());
        preparation.raw(table, |_, column| {
            let values = rows.iter().map(|row| column[*row as usize]);
            let mut values: Vec<f32> = values.filter(|value| !value.is_nan()).collect();
            values.sort_unstable_by(f32::total_cmp);
            features.push(cuts(&values, most));
        });
        Self { features }
    }

    /// Bins of all rows of a table.
    pub fn codes(&self, preparation: &Preparation, table: &Table) -> Codes {
        let mut codes = Vec::with_capacity(self.features.len());
        preparation.raw(table, |feature, column| {
            let cuts = &self.features[feature];
            let code = |value: &f32| {
                if value.is_nan() { MISSING } else { cuts.partition_point(|cut| cut < value) as u8 }
            };
            codes.push(column.iter().map(code).collect());
        });
        codes
    }

    pub fn features(&self) -> usize {
        self.features.len()
    }

    /// Number of cuts of a feature; it has one bin more.
    pub fn count(&self, feature: usize) -> usize {
        self.features[feature].len()
    }

    /// The highest value of a bin.
    pub fn value(&self, feature: u32, bin: u8) -> f32 {
        self.features[feature as usize][usize::from(bin)]
    }

    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub fn of(features: Vec<Vec<f32>>) -> Self {
        Self { features }
    }
}

/// Ascending values into at most `most` bins.
fn cuts(values: &[f32], most: usize) -> Vec<f32> {
    // Different values, and how many rows are at or below each.
    let mut different: Vec<(f32, usize)> = Vec::new();
    for (at, &value) in values.iter().enumerate() {
        match different.last_mut() {
            Some(last) if last.0 == value => last.1 = at + 1,
            _ => different.push((value, at + 1)),
        }
    }
    let mut cuts = Vec::new();
    if different.len() <= most {
        cuts.extend(different.windows(2).map(|pair| between(pair[0].0, pair[1].0)));
        return cuts;
    }
    // A bin ends where it holds its share of the rows that are left.
    let (mut below, mut bins_left) = (0, most);
    for pair in different.windows(2) {
        let (value, rows) = pair[0];
        if bins_left > 1 && (rows - below) * bins_left >= values.len() - below {
            cuts.push(between(value, pair[1].0));
            below = rows;
            bins_left -= 1;
        }
    }
    cuts
}

/// A number that is at least `low` and below `high`, about half way.
fn between(low: f32, high: f32) -> f32 {
    let middle = ((f64::from(low) + f64::from(high)) / 2.0) as f32;
    if middle >= low && middle < high { middle } else { low }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_values_are_parted_exactly() {
        assert_eq!(cuts(&[1.0, 1.0, 2.0, 5.0], 255), [1.5, 3.5]);
        assert_eq!(cuts(&[1.0, 1.0], 255), [] as [f32; 0]);
        let next = f32::from_bits(1.0_f32.to_bits() + 1);
        assert_eq!(cuts(&[1.0, next], 255), [1.0]);
    }

    proptest! {
        #[test]
        fn bins_are_few_and_even(mut values in prop::collection::vec(-1000_i32..1000, 1..3000), most in 2_usize..60) {
            values.sort_unstable();
            let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
            let cuts = cuts(&values, most);
            prop_assert!(cuts.len() < most);
            prop_assert!(cuts.windows(2).all(|pair| pair[0] < pair[1]));
            let mut rows = vec![0; cuts.len() + 1];
            for value in &values {
                rows[cuts.partition_point(|cut| cut < value)] += 1;
            }
            prop_assert!(rows.iter().all(|count| *count > 0));
            // No bin holds more than twice its share and one value's rows.
            let mut most_of_one = 0;
            for pair in values.chunk_by(|a, b| a == b) {
                most_of_one = most_of_one.max(pair.len());
            }
            prop_assert!(rows.iter().all(|count| *count <= 2 * values.len() / most + 1 + most_of_one));
        }
    }
}
