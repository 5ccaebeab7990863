//! Grows one tree, level by level.

use std::ops::Range;

use super::{
    bins::{Codes, MISSING},
    histogram::{Layout, Rules, Slope, Split, best, fill},
    tree::{Node, Tree},
};

/// What every tree is grown with.
pub struct Ground<'a> {
    pub codes: &'a Codes,
    pub layout: Layout,
    pub rules: Rules,
    pub depth: u32,
    /// Share of a leaf's best score that is taken.
    pub rate: f64,
}

/// Memory that is used again for each tree.
#[derive(Default)]
pub struct Scratch {
    rows: Vec<u32>,
    slopes: Vec<Slope>,
    other_rows: Vec<u32>,
    other_slopes: Vec<Slope>,
    histograms: Vec<Vec<Slope>>,
}

/// A node whose rows may be parted further.
struct Open {
    node: usize,
    rows: Range<usize>,
    histogram: Vec<Slope>,
    total: Slope,
}

impl Ground<'_> {
    /// A tree for these rows and slopes, and how much each row's score changes through `give(row, change)`.
    /// Only `features` (ascending) are looked at.
    pub fn grow(
        &self,
        scratch: &mut Scratch,
        features: &[u32],
        rows: &[u32],
        slopes: &[Slope],
        mut give: impl FnMut(u32, f32),
    ) -> Tree {
        scratch.rows.clear();
        scratch.rows.extend_from_slice(rows);
        scratch.slopes.clear();
        scratch.slopes.extend_from_slice(slopes);
        let total = slopes.iter().fold(Slope::default(), |sum, slope| sum.plus(*slope));
        let mut histogram = scratch.histograms.pop().unwrap_or_default();
        if self.depth > 0 {
            fill(&mut histogram, &self.layout, features, self.codes, rows, slopes);
        }
        let mut nodes = vec![Node::Leaf(0.0)];
        let mut level = vec![Open { node: 0, rows: 0..rows.len(), histogram, total }];
        for depth in 0..=self.depth {
            let mut next = Vec::new();
            for open in level {
                let split = if depth < self.depth {
                    best(&open.histogram, &self.layout, features, open.total, &self.rules)
                } else {
                    None
                };
                match split {
                    Some(split) => {
                        let (left, right) =
                            self.part(scratch, features, open, &split, &mut nodes, depth + 1 < self.depth);
                        next.extend([left, right]);
                    }
                    None => {
                        let value = (-open.total.first / (open.total.second + self.rules.l2) * self.rate) as f32;
                        let value = if value.is_finite() { value } else { 0.0 };
                        nodes[open.node] = Node::Leaf(value);
                        scratch.rows[open.rows].iter().for_each(|row| give(*row, value));
                        scratch.histograms.push(open.histogram);
                    }
                }
            }
            level = next;
        }
        Tree { nodes }
    }

    /// Parts a node's rows, keeping their order, and sums the smaller part; the other is the difference.
    fn part(
        &self,
        scratch: &mut Scratch,
        features: &[u32],
        open: Open,
        split: &Split,
        nodes: &mut Vec<Node>,
        goes_on: bool,
    ) -> (Open, Open) {
        let codes = &self.codes[split.feature as usize];
        scratch.other_rows.clear();
        scratch.other_slopes.clear();
        let mut middle = open.rows.start;
        for at in open.rows.clone() {
            let (row, slope) = (scratch.rows[at], scratch.slopes[at]);
            let code = codes[row as usize];
            if if code == MISSING { split.missing_left } else { code <= split.bin } {
                scratch.rows[middle] = row;
                scratch.slopes[middle] = slope;
                middle += 1;
            } else {
                scratch.other_rows.push(row);
                scratch.other_slopes.push(slope);
            }
        }
        scratch.rows[middle..open.rows.end].copy_from_slice(&scratch.other_rows);
        scratch.slopes[middle..open.rows.end].copy_from_slice(&scratch.other_slopes);

        let (left, right) = (open.rows.start..middle, middle..open.rows.end);
        let (smaller, left_is_smaller) =
            if left.len() <= right.len() { (left.clone(), true) } else { (right.clone(), false) };
        let mut small = scratch.histograms.pop().unwrap_or_default();
        let mut large = open.histogram;
        if goes_on {
            let (rows, slopes) = (&scratch.rows[smaller.clone()], &scratch.slopes[smaller]);
            fill(&mut small, &self.layout, features, self.codes, rows, slopes);
            for &feature in features {
                let bins = self.layout.bins(feature);
                let pairs = large[bins.clone()].iter_mut().zip(&small[bins]);
                pairs.for_each(|(whole, part)| *whole = whole.minus(*part));
            }
        }
        let at = nodes.len();
        nodes.extend([Node::Leaf(0.0), Node::Leaf(0.0)]);
        nodes[open.node] = Node::Split {
            feature: split.feature,
            bin: split.bin,
            missing_left: split.missing_left,
            left: at as u32,
            right: at as u32 + 1,
        };
        let (for_left, for_right) = if left_is_smaller { (small, large) } else { (large, small) };
        (
            Open { node: at, rows: left, histogram: for_left, total: split.left },
            Open { node: at + 1, rows: right, histogram: for_right, total: split.right },
        )
    }
}
