//! How many rows of a test set a model predicts, kept up to date while it is taught.

use crate::Sample;

use crate::learn::{
    classifier::{Classifier, ClassifierError},
    predictions::Predictions,
};

/// A model's accuracy on a test set.
#[derive(Debug, Clone, PartialEq)]
pub struct Accuracy {
    labels: Vec<u16>,
    predictions: Predictions,
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
        let mut accuracy = Self { labels: Vec::new(), predictions: Predictions::new(model), correct: 0 };
        for (sample, label) in rows {
            accuracy.labels.push(label);
            accuracy.predictions.push(sample);
        }
        accuracy.count(model);
        Ok(accuracy)
    }

    /// Rows that are predicted as they are labelled, when last counted.
    pub fn correct(&self) -> u32 {
        self.correct
    }

    /// Rows.
    pub fn total(&self) -> u32 {
        self.labels.len() as u32
    }

    /// Teaches the model and counts again. Answers the class that was predicted before.
    ///
    /// # Errors
    /// As [`Classifier::teach`].
    pub fn teach(&mut self, model: &mut Classifier, sample: &Sample, label: u16) -> Result<u16, ClassifierError> {
        let predicted = model.teach(sample, label)?;
        self.taught(model, sample, label, predicted);
        self.count(model);
        Ok(predicted)
    }

    /// Takes note of a lesson without counting.
    pub fn taught(&mut self, model: &Classifier, sample: &Sample, label: u16, predicted: u16) {
        self.predictions.taught(model, sample, label, predicted);
    }

    /// Counts again, after lessons of which note was taken.
    pub fn count(&mut self, model: &Classifier) -> u32 {
        self.correct = 0;
        for (row, label) in self.labels.iter().enumerate() {
            self.correct += u32::from(self.predictions.predicted(model, row) == *label);
        }
        self.correct
    }

    /// Asks about every row again: after a class was added, or a restart.
    pub fn refresh(&mut self, model: &Classifier) {
        self.predictions.refresh(model);
        self.count(model);
    }
}
