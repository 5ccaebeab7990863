//! What a column of numbers holds.

use serde::{Deserialize, Serialize};

/// Bars of a histogram, at most.
const BARS: usize = 12;

/// The numbers of a column, as models learn them: finite, and within the range of `f32`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// The least of them.
    pub least: f64,
    /// A quarter of them is at most this; quartiles are interpolated between neighbours, as data frames do.
    pub lower_quartile: f64,
    /// Half of them is at most this.
    pub median: f64,
    /// Three quarters of them are at most this.
    pub upper_quartile: f64,
    /// The greatest of them.
    pub greatest: f64,
    /// Their mean.
    pub mean: f64,
    /// Whether all are whole numbers.
    pub whole: bool,
    /// Cells that are neither numbers nor missing; training takes them for missing.
    pub others: u64,
    /// How often they occur, by rising value; together all of them.
    pub bars: Vec<Bar>,
}

/// Numbers of a range, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// The least number of the range.
    pub from: f64,
    /// The greatest number of the range; where the column has fractions, the next range begins with it, and it belongs to
    /// that one.
    pub to: f64,
    /// Cells in this range.
    pub rows: u64,
}

impl Numbers {
    /// Describes numbers, of which there is at least one, and how many of them are different.
    pub fn of(mut values: Vec<f64>, others: u64) -> (Self, u64) {
        values.sort_unstable_by(f64::total_cmp);
        let distinct = 1 + values.windows(2).filter(|pair| pair[0] != pair[1]).count() as u64;
        let whole = values.iter().all(|value| value.fract() == 0.0);
        // Sums of so many numbers within the range of an f32 are far from the end of an f64's.
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let numbers = Self {
            least: quantile(&values, 0.0),
            lower_quartile: quantile(&values, 0.25),
            median: quantile(&values, 0.5),
            upper_quartile: quantile(&values, 0.75),
            greatest: quantile(&values, 1.0),
            mean,
            whole,
            others,
            bars: bars(&values, distinct, whole),
        };
        (numbers, distinct)
    }
}

/// The number at this share of sorted ones, interpolated between its neighbours.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len().saturating_sub(1)) as f64 * share;
    let (low, rest) = (place.floor() as usize, place.fract());
    let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
    if rest == 0.0 { at(low) } else { at(low) + (at(low + 1) - at(low)) * rest }
}

/// A bar for each number where there are few; else ranges of equal width. Whole numbers have ranges of equally many whole
/// numbers, so that no bar is higher only because its range holds one more.
fn bars(sorted: &[f64], distinct: u64, whole: bool) -> Vec<Bar> {
    let (Some(&least), Some(&greatest)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    if distinct <= BARS as u64 {
        let alike = sorted.chunk_by(|one, other| one == other);
        return alike.map(|alike| Bar { from: alike[0], to: alike[0], rows: alike.len() as u64 }).collect();
    }
    let width = match whole {
        true => ((greatest - least + 1.0) / BARS as f64).ceil(),
        false => (greatest - least) / BARS as f64,
    };
    let mut begin = 0;
    let mut bars = Vec::with_capacity(BARS);
    for bar in 0..BARS {
        let from = least + bar as f64 * width;
        let next = if bar + 1 == BARS { f64::INFINITY } else { least + (bar + 1) as f64 * width };
        if from > greatest {
            break;
        }
        let end = sorted.partition_point(|&value| value < next);
        // Ranges of whole numbers end before the next one begins.
        let to = if whole { (next - 1.0).min(greatest) } else { next.min(greatest) };
        bars.push(Bar { from, to, rows: (end - begin) as u64 });
        begin = end;
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[f64]) -> Vec<u64> {
        Numbers::of(values.to_vec(), 0).0.bars.iter().map(|bar| bar.rows).collect()
    }

    #[test]
    fn few_different_numbers_have_a_bar_each() {
        let (numbers, distinct) = Numbers::of(vec![2.0, -0.0, 0.0, 2.0, 1.5], 3);
        assert_eq!((distinct, numbers.others, numbers.whole), (3, 3, false));
        let bars: Vec<_> = numbers.bars.iter().map(|bar| (bar.from, bar.to, bar.rows)).collect();
        assert_eq!(bars, [(0.0, 0.0, 2), (1.5, 1.5, 1), (2.0, 2.0, 2)]);
    }

    #[test]
    fn ranges_of_whole_numbers_hold_equally_many_of_them() {
        // 1 to 18: ranges of two numbers, nine of them; each number once.
        let values: Vec<f64> = (1..=18).map(f64::from).collect();
        assert_eq!(rows(&values), [2; 9]);
        // 0 to 24 needs ranges of three; the last holds one.
        let values: Vec<f64> = (0..=24).map(f64::from).collect();
        assert_eq!(rows(&values), [3, 3, 3, 3, 3, 3, 3, 3, 1]);
        let (numbers, _) = Numbers::of(values, 0);
        assert_eq!((numbers.bars[0].from, numbers.bars[0].to, numbers.bars[8].to), (0.0, 2.0, 24.0));
    }

    #[test]
    fn the_greatest_number_is_in_the_last_range() {
        let values: Vec<f64> = (0..=24).map(|n| f64::from(n) / 2.0).collect();
        assert_eq!(rows(&values), [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3]);
        // An outlier far away leaves nobody out.
        let mut values: Vec<f64> = (0..50).map(|n| f64::from(n) / 7.0).collect();
        values.push(3e38);
        assert_eq!(rows(&values).iter().sum::<u64>(), 51);
        assert_eq!(rows(&values)[11], 1);
    }
}
