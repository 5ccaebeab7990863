//! What the page calls classifiers and incentives, and what they mean for a person's money.

use shared_model::{ClassifierKind, IncentiveKind};

/// Name of a classifier.
pub fn classifier(kind: ClassifierKind) -> &'static str {
    match kind {
        ClassifierKind::DensePerceptron => "Perceptron",
        ClassifierKind::SparsePerceptron => "Sparse perceptron",
        ClassifierKind::NaiveBayes => "Naive Bayes",
        ClassifierKind::DenseCentroid => "Nearest centroid",
        ClassifierKind::SparseCentroid => "Sparse nearest centroid",
    }
}

/// Name of an incentive, and what it means for a contributor's money.
pub fn incentive(kind: IncentiveKind) -> (&'static str, &'static str) {
    match kind {
        IncentiveKind::Deposit => (
            "Deposits",
            "Each contribution locks a deposit. It comes back once the model agrees with the label. If the model disagrees, \
             others can report it, and take it if the model still disagrees a wait later.",
        ),
        IncentiveKind::Points => (
            "Points",
            "Contributing is free. Each contribution of something new that the model agrees with two waits later earns a point.",
        ),
        IncentiveKind::Market => (
            "Prediction market",
            "Each contribution locks a stake. When the hidden test set is revealed, a bounty and the stakes are shared \
             by how much each contribution made the model better or worse.",
        ),
    }
}
