//! A model's weights and accuracy from its events alone: what anyone can recompute, and what nobody has to be believed.

use std::collections::BTreeMap;

use crate::{Event, IncentiveKind, Sample, SampleError, Shape};

use crate::learn::{
    accuracy::Accuracy,
    classifier::{Classifier, ClassifierError},
};

/// Rows of a test set that are predicted as labelled, after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Rows predicted as labelled.
    pub correct: u32,
    /// Rows of the test set.
    pub total: u32,
}

/// Why events cannot be those of a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    #[error(transparent)]
    Classifier(#[from] ClassifierError),
    #[error(transparent)]
    Sample(#[from] SampleError),
    #[error("The market trained contribution {index}, which was not shown; the source of events left some out.")]
    UnknownContribution { index: u16 },
}

/// A model that is taught by its own history.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    incentive: IncentiveKind,
    classifier: Classifier,
    /// What was shown last in a market, until `Shown` says which contribution it is.
    last_shown: Option<(Sample, u16)>,
    /// What was shown in a market and may be trained later, by its index.
    recorded: BTreeMap<u16, (Sample, u16)>,
    /// Rows to count on, until the model is ready.
    rows: Option<Vec<(Sample, u16)>>,
    accuracy: Option<Accuracy>,
}

impl Replay {
    /// A model as its creation left it.
    ///
    /// # Errors
    /// [`ReplayError::Classifier`] when there can be no such model.
    pub fn new(incentive: IncentiveKind, shape: Shape) -> Result<Self, ReplayError> {
        let classifier = Classifier::new(shape)?;
        Ok(Self { incentive, classifier, last_shown: None, recorded: BTreeMap::new(), rows: None, accuracy: None })
    }

    /// The same, counting on these rows (sample and label) from the moment on when the model is ready.
    pub fn with_test_set(self, rows: Vec<(Sample, u16)>) -> Self {
        Self { rows: Some(rows), ..self }
    }

    /// The model as it is after the events so far.
    pub fn classifier(&self) -> &Classifier {
        &self.classifier
    }

    /// Applies the next event. Where the accuracy log has an entry for it (the model became ready, was taught, or a
    /// market ended), answers what a model with a test set gets right from then on.
    ///
    /// # Errors
    /// [`ReplayError`] for an event that does not fit what came before it.
    pub fn apply(&mut self, event: &Event) -> Result<Option<Counted>, ReplayError> {
        match event {
            Event::Loaded { first, words } => {
                self.classifier.load(*first as usize, words)?;
                return Ok(None);
            }
            Event::Ready => {
                self.accuracy = self.rows.take().map(|rows| Accuracy::new(&self.classifier, rows)).transpose()?;
            }
            Event::Contributed { sample, label, .. } => {
                let sample = self.classifier.sample(sample)?;
                if self.incentive == IncentiveKind::Market {
                    self.last_shown = Some((sample, *label));
                    return Ok(None);
                }
                self.teach(&sample, *label)?;
            }
            Event::Shown { index, .. } => {
                if let Some(shown) = self.last_shown.take() {
                    self.recorded.insert(*index, shown);
                }
                return Ok(None);
            }
            Event::Trained { index, .. } => {
                let unknown = ReplayError::UnknownContribution { index: *index };
                let (sample, label) = self.recorded.get(index).cloned().ok_or(unknown)?;
                // Counted when the market has ended, not on the way.
                self.classifier.teach(&sample, label)?;
                return Ok(None);
            }
            Event::PassEnded { rounds_left, .. } => {
                if rounds_left.0 > 0 {
                    self.classifier.restart()?;
                }
                return Ok(None);
            }
            Event::MarketTimedOut { .. } => {
                if self.classifier.is_ready() {
                    self.classifier.restart()?;
                }
                return Ok(None);
            }
            Event::MarketEnded { .. } => self.refresh(),
            Event::ClassAdded { .. } => {
                self.classifier.add_class()?;
                self.refresh();
                return Ok(None);
            }
            _ => return Ok(None),
        }
        Ok(self.accuracy.as_ref().map(|a| Counted { correct: a.correct(), total: a.total() }))
    }

    fn teach(&mut self, sample: &Sample, label: u16) -> Result<(), ReplayError> {
        match &mut self.accuracy {
            Some(accuracy) => accuracy.teach(&mut self.classifier, sample, label)?,
            None => self.classifier.teach(sample, label)?,
        };
        Ok(())
    }

    fn refresh(&mut self) {
        if let Some(accuracy) = &mut self.accuracy {
            accuracy.refresh(&self.classifier);
        }
    }
}
