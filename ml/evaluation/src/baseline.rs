//! What a model scores that looks at nothing.

/// Always saying the same class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Majority {
    /// The most frequent class of the training data; of equals the first.
    pub class: usize,
    /// Rows on which that is right.
    pub right: u64,
    pub rows: u64,
}

impl Majority {
    /// Share of rows on which it is right, 0 to 1; 0 of no rows.
    pub fn accuracy(&self) -> f64 {
        if self.rows == 0 { 0.0 } else { self.right as f64 / self.rows as f64 }
    }
}

/// What always saying the most frequent class of the training data scores on rows with these true classes. `training`
/// has the number of training rows of each class; without any there is no such class.
pub fn majority(training: &[u64], truth: impl IntoIterator<Item = usize>) -> Option<Majority> {
    let most = training.iter().max().filter(|most| **most > 0)?;
    let class = training.iter().position(|count| count == most)?;
    let (mut right, mut rows) = (0, 0);
    for label in truth {
        rows += 1;
        right += u64::from(label == class);
    }
    Some(Majority { class, right, rows })
}
