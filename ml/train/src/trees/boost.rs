//! Rounds of trees, until the validation part says enough.

use ml_task::{Point, TrainOptions};
use rand_chacha::ChaCha8Rng;

use super::{
    bins::{Codes, Cuts},
    grow::{Ground, Scratch},
    histogram::{Layout, Rules, Slope},
    tree::Tree,
};
use crate::{
    curve::{Curve, Totals, Verdict},
    draw::{self, Use},
    error::TrainError,
    math,
    table::split::Parts,
    watch::Watch,
};

/// Least sum of second derivatives on either side of a split (XGBoost's `min_child_weight`).
const LEAST_SECOND: f64 = 1.0;
/// Least second derivative of a row, against division by zero where a row is certain.
const LEAST_ROW: f64 = 1e-9;
/// Features that a tree looks at in any case, where there are as many.
const FEWEST_COLUMNS: usize = 4;

/// What was learned: scores of a row are `base` plus the leaves of all rounds. For two classes there is one score,
/// half of it for the second class and minus half for the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    pub classes: usize,
    pub base: Vec<f32>,
    /// By round; a tree for each of `base`.
    pub rounds: Vec<Vec<Tree>>,
    pub cuts: Cuts,
}

pub struct Grown {
    pub forest: Forest,
    pub best: Point,
    pub stopped: bool,
}

impl Forest {
    fn new(classes: usize, counts: &[f64], cuts: Cuts) -> Self {
        // One row more in every class, so that one without rows has a score too.
        let share: Vec<f64> = counts.iter().map(|count| count + 1.0).collect();
        let base = if classes == 2 {
            vec![math::ln(share[1] / share[0]) as f32]
        } else {
            let all: f64 = share.iter().sum();
            share.iter().map(|part| math::ln(part / all) as f32).collect()
        };
        Self { classes, base, rounds: Vec::new(), cuts }
    }

    /// Scores of a row as one for each class.
    fn spread(&self, scores: &[f32], out: &mut [f32]) {
        match scores {
            [score] => out.copy_from_slice(&[-score / 2.0, score / 2.0]),
            scores => out.copy_from_slice(scores),
        }
    }

    /// Probabilities of rows, given the bins of all.
    pub fn predict(&self, codes: &Codes, rows: impl ExactSizeIterator<Item = usize>) -> Vec<f32> {
        let mut out = vec![0.0; rows.len() * self.classes];
        let mut scores = vec![0.0; self.base.len()];
        for (row, out) in rows.zip(out.chunks_mut(self.classes)) {
            scores.copy_from_slice(&self.base);
            for round in &self.rounds {
                for (score, tree) in scores.iter_mut().zip(round) {
                    *score += tree.leaf(|feature| codes[feature as usize][row]);
                }
            }
            self.spread(&scores, out);
            math::softmax(out, 0);
        }
        out
    }

    /// Makes `probabilities` of `scores` for some rows, and measures them.
    fn measure(
        &self,
        rows: &[u32],
        labels: &[u16],
        class_weights: &[f32],
        scores: &[f32],
        probabilities: &mut [f32],
    ) -> Totals {
        let mut totals = Totals { rows: rows.len() as u64, ..Totals::default() };
        for &row in rows {
            let row = row as usize;
            let label = usize::from(labels[row]);
            let out = &mut probabilities[row * self.classes..(row + 1) * self.classes];
            self.spread(&scores[row * self.base.len()..(row + 1) * self.base.len()], out);
            let weight = f64::from(class_weights[label]);
            totals.correct += u64::from(math::highest(out) == label);
            totals.loss += weight * math::softmax(out, label);
            totals.weight += weight;
        }
        totals
    }
}

/// Derivatives of the cross-entropy of a row by the score of class `class` (for two classes: by the only score).
fn slope(probabilities: &[f32], class: usize, label: usize, weight: f64) -> Slope {
    let p = f64::from(probabilities[class]);
    let hit = f64::from(u8::from(class == label));
    // Of classes that add up to one, only all but one are free: Friedman's factor (2001, algorithm 6).
    let classes = probabilities.len() as f64;
    let factor = if probabilities.len() == 2 { 1.0 } else { classes / (classes - 1.0) };
    Slope { first: weight * (p - hit), second: (weight * factor * p * (1.0 - p)).max(LEAST_ROW) }
}

/// Features that a tree looks at: half of them, drawn anew for each, which keeps trees from repeating each other.
struct Columns {
    source: ChaCha8Rng,
    all: Vec<u32>,
    chosen: Vec<u32>,
}

impl Columns {
    /// Features that are always the same are never looked at.
    fn new(cuts: &Cuts, seed: u64) -> Self {
        let all = (0..cuts.features()).filter(|feature| cuts.count(*feature) > 0).map(|feature| feature as u32);
        Self { source: draw::source(seed, Use::Columns), all: all.collect(), chosen: Vec::new() }
    }

    fn draw(&mut self) -> &[u32] {
        let count = self.all.len().div_ceil(2).max(self.all.len().min(FEWEST_COLUMNS));
        draw::shuffle(&mut self.source, &mut self.all);
        self.chosen.clear();
        self.chosen.extend_from_slice(&self.all[..count]);
        self.chosen.sort_unstable();
        &self.chosen
    }
}

/// What trees are boosted on.
pub struct Problem<'a> {
    pub codes: &'a Codes,
    pub labels: &'a [u16],
    pub parts: &'a Parts,
    /// By class.
    pub class_weights: &'a [f32],
}

/// Boosts trees, for at most `rounds` rounds.
///
/// # Errors
/// [`TrainError::Diverged`]
pub async fn boost(
    cuts: Cuts,
    problem: &Problem<'_>,
    options: &TrainOptions,
    rounds: u32,
    watch: &mut impl Watch,
) -> Result<Grown, TrainError> {
    let Problem { codes, labels, parts, class_weights } = *problem;
    let classes = class_weights.len();
    let mut counts = vec![0.0; classes];
    for &row in &parts.training {
        let label = usize::from(labels[row as usize]);
        counts[label] += f64::from(class_weights[label]);
    }
    let mut forest = Forest::new(classes, &counts, cuts);
    let trees = forest.base.len();
    let mut scores: Vec<f32> = std::iter::repeat_n(&forest.base, labels.len()).flatten().copied().collect();
    let mut probabilities = vec![0.0; labels.len() * classes];
    forest.measure(&parts.training, labels, class_weights, &scores, &mut probabilities);

    let ground = Ground {
        codes,
        layout: Layout::new(&forest.cuts),
        rules: Rules { l2: f64::from(options.l2), least: LEAST_SECOND },
        depth: options.depth,
        rate: f64::from(options.learning_rate),
    };
    let mut curve = Curve::new(options.rounds, options.patience);
    let (mut scratch, mut slopes) = (Scratch::default(), Vec::with_capacity(parts.training.len()));
    let mut columns = Columns::new(&forest.cuts, options.seed);
    let (mut kept, mut stopped) = (0, false);
    'rounds: for round in 1..=rounds {
        let mut grown = Vec::with_capacity(trees);
        for at in 0..trees {
            let class = if trees == 1 { 1 } else { at };
            slopes.clear();
            slopes.extend(parts.training.iter().map(|&row| {
                let (row, label) = (row as usize, usize::from(labels[row as usize]));
                let probabilities = &probabilities[row * classes..(row + 1) * classes];
                slope(probabilities, class, label, f64::from(class_weights[label]))
            }));
            let tree = ground.grow(&mut scratch, columns.draw(), &parts.training, &slopes, |row, change| {
                scores[row as usize * trees + at] += change;
            });
            for &row in &parts.validation {
                let row = row as usize;
                scores[row * trees + at] += tree.leaf(|feature| codes[feature as usize][row]);
            }
            grown.push(tree);
            if !watch.pause().await && curve.best.is_some() {
                stopped = true;
                break 'rounds;
            }
        }
        forest.rounds.push(grown);
        let training = forest.measure(&parts.training, labels, class_weights, &scores, &mut probabilities);
        let validation = (!parts.validation.is_empty())
            .then(|| forest.measure(&parts.validation, labels, class_weights, &scores, &mut probabilities));
        let (point, verdict) = curve.record(round, &training, validation.as_ref());
        if verdict == Verdict::Best {
            kept = forest.rounds.len();
        }
        if verdict == Verdict::Lost {
            break;
        }
        let goes_on = watch.progress(&point).await;
        if verdict == Verdict::Enough {
            break;
        }
        if !goes_on {
            stopped = true;
            break;
        }
    }
    forest.rounds.truncate(kept);
    match curve.best {
        Some(best) => Ok(Grown { forest, best, stopped }),
        None => Err(TrainError::Diverged { round: 1, rate: options.learning_rate }),
    }
}
