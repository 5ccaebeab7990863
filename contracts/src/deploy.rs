//! Creation bytecode with encoded constructor arguments: what a deploying transaction carries as its data.

use ethers_core::abi::encode;
use protocol::{
    Address,
    shared_model::{ClassifierKind, IncentiveKind},
};

use crate::abi;

const MODEL_COIN: &str = include_str!("../artifacts/ModelCoin.json");
const BOUNTY_MARKET: &str = include_str!("../artifacts/BountyMarket.json");
const DEPOSIT_MODEL: &str = include_str!("../artifacts/shared/DepositModel.json");
const POINTS_MODEL: &str = include_str!("../artifacts/shared/PointsModel.json");
const MARKET_MODEL: &str = include_str!("../artifacts/shared/MarketModel.json");
const MODEL_FACTORY: &str = include_str!("../artifacts/shared/ModelFactory.json");
const ACCURACY_LOG: &str = include_str!("../artifacts/shared/AccuracyLog.json");
const REPRODUCTIONS: &str = include_str!("../artifacts/trained/Reproductions.json");
const PUBLISHED_MODELS: &str = include_str!("../artifacts/trained/PublishedModels.json");
const DENSE_PERCEPTRON: &str = include_str!("../artifacts/shared/DensePerceptron.json");
const SPARSE_PERCEPTRON: &str = include_str!("../artifacts/shared/SparsePerceptron.json");
const NAIVE_BAYES: &str = include_str!("../artifacts/shared/NaiveBayes.json");
const DENSE_CENTROID: &str = include_str!("../artifacts/shared/DenseCentroid.json");
const SPARSE_CENTROID: &str = include_str!("../artifacts/shared/SparseCentroid.json");

/// Why a committed artifact cannot be deployed.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    #[error("The artifact of {0} is damaged; rebuild it with `cargo xtask contracts`.")]
    Damaged(&'static str),
}

/// Half of the 1,000,000 MDC goes to the sender, half stays with the coin for airdrops.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn model_coin() -> Result<Vec<u8>, ArtifactError> {
    bytecode("ModelCoin", MODEL_COIN)
}

/// A market that trades in the ModelCoin at `coin`.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn bounty_market(coin: Address) -> Result<Vec<u8>, ArtifactError> {
    let arguments = encode(&[abi::address(coin)]);
    Ok([bytecode("BountyMarket", BOUNTY_MARKET)?, arguments].concat())
}

/// The implementation of an incentive's entry, of which models are clones.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn incentive(kind: IncentiveKind, coin: Address) -> Result<Vec<u8>, ArtifactError> {
    let code = match kind {
        IncentiveKind::Deposit => bytecode("DepositModel", DEPOSIT_MODEL),
        IncentiveKind::Points => bytecode("PointsModel", POINTS_MODEL),
        IncentiveKind::Market => bytecode("MarketModel", MARKET_MODEL),
    };
    Ok([code?, encode(&[abi::address(coin)])].concat())
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
    // Arrays of fixed length are encoded in place.
    let addresses = [&[coin][..], classifiers, incentives].concat();
    let arguments: Vec<_> = addresses.into_iter().map(abi::address).collect();
    Ok([bytecode("ModelFactory", MODEL_FACTORY)?, encode(&arguments)].concat())
}

/// Where accuracy logs are anchored.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn accuracy_log() -> Result<Vec<u8>, ArtifactError> {
    bytecode("AccuracyLog", ACCURACY_LOG)
}

/// Where people attest that they ran the models of this market's bounties.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn reproductions(market: Address) -> Result<Vec<u8>, ArtifactError> {
    Ok([bytecode("Reproductions", REPRODUCTIONS)?, encode(&[abi::address(market)])].concat())
}

/// The list of models published outside of bounties.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn published_models() -> Result<Vec<u8>, ArtifactError> {
    bytecode("PublishedModels", PUBLISHED_MODELS)
}

fn bytecode(name: &'static str, artifact: &str) -> Result<Vec<u8>, ArtifactError> {
    let artifact: serde_json::Value = serde_json::from_str(artifact).map_err(|_| ArtifactError::Damaged(name))?;
    let digits = artifact["bytecode"].as_str().ok_or(ArtifactError::Damaged(name))?;
    hex::decode(digits).map_err(|_| ArtifactError::Damaged(name))
}
