//! `ai.onnx.ml`, computed by our own code. Where the standard is silent, these do as onnxruntime does.

mod arrange;
mod encode;
mod labels;
mod linear;
mod rows;
mod scale;
mod scores;
mod support;
mod trees;

use ml_onnx::Node;

use crate::kernel::{Kernel, Reason};

/// Prepares a node of `ai.onnx.ml`.
pub(crate) fn kernel(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    match node.operator.as_str() {
        "TreeEnsembleClassifier" => trees::classifier(node),
        "TreeEnsembleRegressor" => trees::regressor(node),
        "TreeEnsemble" => trees::ensemble(node),
        "LinearClassifier" => linear::classifier(node),
        "LinearRegressor" => linear::regressor(node),
        "SVMClassifier" => support::classifier(node),
        "SVMRegressor" => support::regressor(node),
        "Scaler" => scale::scaler(node),
        "Normalizer" => scale::normalizer(node),
        "Imputer" => scale::imputer(node),
        "Binarizer" => scale::binarizer(node),
        "OneHotEncoder" => encode::one_hot(node),
        "LabelEncoder" => encode::label_encoder(node),
        "CategoryMapper" => encode::category_mapper(node),
        "ArrayFeatureExtractor" => arrange::extractor(node),
        "FeatureVectorizer" => arrange::vectorizer(node),
        "ZipMap" => arrange::zip_map(node),
        _ => Err("there is no kernel for it.".into()),
    }
}
