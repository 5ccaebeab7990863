//! Predictions for many samples, kept while the model is taught.
//!
//! A contribution changes the weights of one class or two, and of sparse models those of a few features. So the part
//! of each score that comes from the weights is kept; what can have changed is marked, and computed again when somebody
//! asks. The answers are those of asking the model itself, as a test demands.

use std::collections::HashMap;

use crate::Sample;

use crate::learn::classifier::{Classifier, best};

/// Samples with what is known of their scores. Each model that is taught must be told of ([`Self::taught`]).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Predictions {
    /// `None`: forgotten.
    rows: Vec<Option<Sample>>,
    /// Sparse models: rows that list a feature.
    listing: HashMap<u32, Vec<u32>>,
    /// Row after row, a part for each class.
    parts: Vec<i128>,
    /// A bit for each class of which the part is not known any more. A model has at most 64 classes.
    stale: Vec<u64>,
    /// What was answered last, and after how many lessons.
    answers: Vec<(u64, u16)>,
    /// Lessons that changed something, and one.
    lessons: u64,
    classes: usize,
}

/// Every class.
const ALL: u64 = u64::MAX;

impl Predictions {
    /// No samples yet, for a model as it is now.
    pub fn new(model: &Classifier) -> Self {
        Self { classes: usize::from(model.classes()), lessons: 1, ..Self::default() }
    }

    /// Adds a sample that the model takes, and answers its row.
    pub fn push(&mut self, sample: Sample) -> usize {
        let row = self.rows.len();
        if let Sample::Sparse(features) = &sample {
            for feature in features {
                self.listing.entry(*feature).or_default().push(row as u32);
            }
        }
        self.rows.push(Some(sample));
        self.parts.resize(self.parts.len() + self.classes, 0);
        self.stale.push(ALL);
        self.answers.push((0, 0));
        row
    }

    /// Rows, forgotten ones among them.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Drops a sample that nobody will ask about again. The other rows keep their numbers.
    pub fn forget(&mut self, row: usize) {
        let Some(Sample::Sparse(features)) = self.rows.get_mut(row).and_then(Option::take) else { return };
        for feature in features {
            if let Some(rows) = self.listing.get_mut(&feature) {
                rows.retain(|listed| *listed != row as u32);
            }
        }
    }

    /// Marks what can have changed by a lesson, given the class that was predicted before it.
    pub fn taught(&mut self, model: &Classifier, sample: &Sample, label: u16, predicted: u16) {
        if usize::from(model.classes()) != self.classes {
            return self.refresh(model);
        }
        let mut changed = 1u64 << label;
        if model.shape().kind.is_perceptron() {
            if predicted == label {
                return;
            }
            changed |= 1 << predicted;
        }
        self.lessons += 1;
        match sample {
            Sample::Dense(_) => self.stale.iter_mut().for_each(|stale| *stale |= changed),
            Sample::Sparse(features) => {
                for row in features.iter().filter_map(|feature| self.listing.get(feature)).flatten() {
                    self.stale[*row as usize] |= changed;
                }
            }
        }
    }

    /// Marks everything: after a class was added, or a restart.
    pub fn refresh(&mut self, model: &Classifier) {
        self.classes = usize::from(model.classes());
        self.parts = vec![0; self.rows.len() * self.classes];
        self.stale.fill(ALL);
        self.lessons += 1;
    }

    /// The predicted class of a row; 0 for one that there is not.
    pub fn predicted(&mut self, model: &Classifier, row: usize) -> u16 {
        let Some(Some(sample)) = self.rows.get(row) else { return 0 };
        let (after, answer) = self.answers[row];
        if after == self.lessons {
            return answer;
        }
        let parts = &mut self.parts[row * self.classes..][..self.classes];
        let stale = std::mem::take(&mut self.stale[row]);
        if stale != 0 {
            for (class, part) in parts.iter_mut().enumerate().filter(|(class, _)| stale >> class & 1 == 1) {
                *part = model.part(sample, class);
            }
        }
        let answer = best(parts.iter().enumerate().map(|(class, part)| model.score(*part, sample, class)));
        self.answers[row] = (self.lessons, answer);
        answer
    }
}
