//! How many rows of a test set a model predicts, kept up to date while it is taught.
//!
//! A contribution changes the weights of one class or two, and of sparse models those of a few features. So the part
//! of each score that comes from the weights is kept, and only parts that can have changed are computed again; the
//! answers are those of asking the model about every row, as a test demands.

use std::collections::HashMap;

use protocol::shared_model::Sample;

use crate::classifier::{Classifier, ClassifierError, best};

/// A model's accuracy on a test set.
#[derive(Debug, Clone, PartialEq)]
pub struct Accuracy {
    rows: Vec<(Sample, u16)>,
    /// Sparse models: rows that list a feature.
    listing: HashMap<u32, Vec<u32>>,
    /// Row after row, a part for each class.
    parts: Vec<i128>,
    classes: usize,
    correct: u32,
}

impl Accuracy {
    /// Asks a model about every row.
    ///
    /// # Errors
    /// [`ClassifierError::NotReady`], and [`ClassifierError::UnknownLabel`] for a label that the model can never have.
    pub fn new(model: &Classifier, rows: Vec<(Sample, u16)>) -> Result<Self, ClassifierError> {
        let capacity = model.shape().capacity;
        if let Some((_, label)) = rows.iter().find(|(_, label)| *label >= capacity) {
            return Err(ClassifierError::UnknownLabel { label: *label, classes: capacity });
        }
        if !model.is_ready() {
            return Err(ClassifierError::NotReady { loaded: model.loaded(), needed: model.shape().needed() });
        }
        let mut listing: HashMap<u32, Vec<u32>> = HashMap::new();
        for (row, (sample, _)) in rows.iter().enumerate() {
            if let Sample::Sparse(features) = sample {
                for feature in features {
                    listing.entry(*feature).or_default().push(row as u32);
                }
            }
        }
        let mut accuracy = Self { rows, listing, parts: Vec::new(), classes: 0, correct: 0 };
        accuracy.refresh(model);
        Ok(accuracy)
    }

    /// Rows that are predicted as they are labelled.
    pub fn correct(&self) -> u32 {
        self.correct
    }

    /// Rows.
    pub fn total(&self) -> u32 {
        self.rows.len() as u32
    }

    /// Asks about every row again: after a class was added, or a restart.
    pub fn refresh(&mut self, model: &Classifier) {
        self.classes = usize::from(model.classes());
        let parts = |(sample, _): &(Sample, u16)| (0..self.classes).map(|class| model.part(sample, class)).collect();
        self.parts = self.rows.iter().flat_map::<Vec<i128>, _>(parts).collect();
        self.count(model);
    }

    /// Teaches the model and counts again. Answers the class that was predicted before.
    ///
    /// # Errors
    /// As [`Classifier::teach`].
    pub fn teach(&mut self, model: &mut Classifier, sample: &Sample, label: u16) -> Result<u16, ClassifierError> {
        let predicted = model.teach(sample, label)?;
        let changed = if model.shape().kind.is_perceptron() {
            if predicted == label {
                return Ok(predicted);
            }
            vec![usize::from(label), usize::from(predicted)]
        } else {
            vec![usize::from(label)]
        };
        if usize::from(model.classes()) != self.classes {
            self.refresh(model);
            return Ok(predicted);
        }
        match sample {
            Sample::Dense(_) => {
                for row in 0..self.rows.len() {
                    self.take_parts(model, row, &changed);
                }
            }
            Sample::Sparse(features) => {
                let mut rows: Vec<u32> =
                    features.iter().filter_map(|feature| self.listing.get(feature)).flatten().copied().collect();
                rows.sort_unstable();
                rows.dedup();
                for row in rows {
                    self.take_parts(model, row as usize, &changed);
                }
            }
        }
        self.count(model);
        Ok(predicted)
    }

    fn take_parts(&mut self, model: &Classifier, row: usize, classes: &[usize]) {
        for class in classes {
            self.parts[row * self.classes + class] = model.part(&self.rows[row].0, *class);
        }
    }

    fn count(&mut self, model: &Classifier) {
        let right = |((sample, label), parts): &(&(Sample, u16), &[i128])| {
            let scores = parts.iter().enumerate().map(|(class, part)| model.score(*part, sample, class));
            best(scores) == *label
        };
        self.correct = self.rows.iter().zip(self.parts.chunks_exact(self.classes)).filter(right).count() as u32;
    }
}
