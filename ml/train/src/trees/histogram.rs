//! Sums of derivatives by bin, and the best split they tell.

use super::bins::{Codes, Cuts, MISSING};

/// First and second derivatives of the loss by a row's score, or sums of them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Slope {
    pub first: f64,
    pub second: f64,
}

impl Slope {
    pub fn plus(self, other: Self) -> Self {
        Self { first: self.first + other.first, second: self.second + other.second }
    }

    pub fn minus(self, other: Self) -> Self {
        Self { first: self.first - other.first, second: self.second - other.second }
    }

    /// Twice what the loss falls when these rows get their best score.
    pub fn score(self, l2: f64) -> f64 {
        self.first * self.first / (self.second + l2)
    }
}

/// What a split must keep to.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub l2: f64,
    /// Least sum of second derivatives on either side.
    pub least: f64,
}

/// How to part the rows of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    pub feature: u32,
    pub bin: u8,
    pub missing_left: bool,
    /// Twice what the loss falls, to second order.
    pub gain: f64,
    pub left: Slope,
    pub right: Slope,
}

/// Where each feature's bins lie in a histogram: the bins, then one for missing values.
#[derive(Debug, Clone)]
pub struct Layout {
    starts: Vec<u32>,
}

impl Layout {
    pub fn new(cuts: &Cuts) -> Self {
        let mut starts = vec![0];
        let mut at = 0;
        for feature in 0..cuts.features() {
            // A feature that is always the same needs no bins.
            at += if cuts.count(feature) == 0 { 0 } else { cuts.count(feature) as u32 + 2 };
            starts.push(at);
        }
        Self { starts }
    }

    /// Bins of all features.
    pub fn count(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }

    pub fn bins(&self, feature: u32) -> std::ops::Range<usize> {
        self.starts[feature as usize] as usize..self.starts[feature as usize + 1] as usize
    }
}

/// Sums the slopes of `rows` (`slopes` in the same order) into the bins of some features of `histogram`, which are
/// cleared before.
pub fn fill(
    histogram: &mut Vec<Slope>,
    layout: &Layout,
    features: &[u32],
    codes: &Codes,
    rows: &[u32],
    slopes: &[Slope],
) {
    histogram.resize(layout.count(), Slope::default());
    for &feature in features {
        let codes = &codes[feature as usize];
        let bins = &mut histogram[layout.bins(feature)];
        bins.fill(Slope::default());
        let Some(missing) = bins.len().checked_sub(1) else { continue };
        for (&row, slope) in rows.iter().zip(slopes) {
            let code = codes[row as usize];
            let bin = &mut bins[if code == MISSING { missing } else { usize::from(code) }];
            bin.first += slope.first;
            bin.second += slope.second;
        }
    }
}

/// The split of some features with the highest gain, the first of equals; none where no split gains.
pub fn best(histogram: &[Slope], layout: &Layout, features: &[u32], total: Slope, rules: &Rules) -> Option<Split> {
    let mut best: Option<Split> = None;
    for &feature in features {
        let bins = &histogram[layout.bins(feature)];
        let Some((missing, bins)) = bins.split_last() else { continue };
        let mut sum = Slope::default();
        for (bin, slope) in bins[..bins.len() - 1].iter().enumerate() {
            sum = sum.plus(*slope);
            let without = (sum, total.minus(sum));
            let with = (sum.plus(*missing), total.minus(sum).minus(*missing));
            let sides = [(with, true), (without, false)];
            // Without missing values both are the same; rows that miss it later go where more rows are.
            let sides = match missing.second > 0.0 {
                true => &sides[..],
                false if without.0.second >= without.1.second => &sides[..1],
                false => &sides[1..],
            };
            for &((left, right), missing_left) in sides {
                if left.second < rules.least || right.second < rules.least {
                    continue;
                }
                let gain = left.score(rules.l2) + right.score(rules.l2) - total.score(rules.l2);
                if gain > best.map_or(LEAST_GAIN, |best| best.gain) {
                    best = Some(Split { feature, bin: bin as u8, missing_left, gain, left, right });
                }
            }
        }
    }
    best
}

/// Gains below this are rounding.
const LEAST_GAIN: f64 = 1e-9;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
