//! Creation bytecode with encoded constructor arguments: what a deploying transaction carries as its data.

use contracts::deploy::{ArtifactError, bytecode, with_addresses};
use protocol::Address;

use crate::{ClassifierKind, IncentiveKind};

const DEPOSIT_MODEL: &str = include_str!("../../artifacts/DepositModel.json");
const POINTS_MODEL: &str = include_str!("../../artifacts/PointsModel.json");
const MARKET_MODEL: &str = include_str!("../../artifacts/MarketModel.json");
const MODEL_FACTORY: &str = include_str!("../../artifacts/ModelFactory.json");
const ACCURACY_LOG: &str = include_str!("../../artifacts/AccuracyLog.json");
const DENSE_PERCEPTRON: &str = include_str!("../../artifacts/classifiers/DensePerceptron.json");
const SPARSE_PERCEPTRON: &str = include_str!("../../artifacts/classifiers/SparsePerceptron.json");
const NAIVE_BAYES: &str = include_str!("../../artifacts/classifiers/NaiveBayes.json");
const DENSE_CENTROID: &str = include_str!("../../artifacts/classifiers/DenseCentroid.json");
const SPARSE_CENTROID: &str = include_str!("../../artifacts/classifiers/SparseCentroid.json");

/// The implementation of an incentive's entry, of which models are clones.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn incentive(kind: IncentiveKind, coin: Address) -> Result<Vec<u8>, ArtifactError> {
    let (name, artifact) = match kind {
        IncentiveKind::Deposit => ("DepositModel", DEPOSIT_MODEL),
        IncentiveKind::Points => ("PointsModel", POINTS_MODEL),
        IncentiveKind::Market => ("MarketModel", MARKET_MODEL),
    };
    with_addresses(name, artifact, &[coin])
}

/// The implementation of a classifier, of which models' classifiers are clones.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn classifier(kind: ClassifierKind) -> Result<Vec<u8>, ArtifactError> {
    match kind {
        ClassifierKind::DensePerceptron => bytecode("DensePerceptron", DENSE_PERCEPTRON),
        ClassifierKind::SparsePerceptron => bytecode("SparsePerceptron", SPARSE_PERCEPTRON),
        ClassifierKind::NaiveBayes => bytecode("NaiveBayes", NAIVE_BAYES),
        ClassifierKind::DenseCentroid => bytecode("DenseCentroid", DENSE_CENTROID),
        ClassifierKind::SparseCentroid => bytecode("SparseCentroid", SPARSE_CENTROID),
    }
}

/// A factory of shared models: implementations by the number of their kind.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn model_factory(
    coin: Address,
    classifiers: &[Address; 5],
    incentives: &[Address; 3],
) -> Result<Vec<u8>, ArtifactError> {
    with_addresses("ModelFactory", MODEL_FACTORY, &[&[coin][..], classifiers, incentives].concat())
}

/// Where accuracy logs are anchored.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn accuracy_log() -> Result<Vec<u8>, ArtifactError> {
    bytecode("AccuracyLog", ACCURACY_LOG)
}
