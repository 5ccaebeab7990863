//! Which code computes each shape rule of the table of operators.

use super::{Call, Known, ShapeError, classic, einsum, elementwise, movement, neural};
use crate::ElementType;
use crate::operators::{self, ShapeRule};

/// Element types and shapes of what a node makes.
///
/// # Errors
/// [`ShapeError::Unsupported`] for an operator that is not in the table, else what the rule finds wrong.
pub(super) fn outputs(call: &Call) -> Result<Vec<Known>, ShapeError> {
    let unknown = || ShapeError::Unsupported { node: call.node.name.clone(), operator: call.node.operator.clone() };
    let operator = operators::find(call.node.domain, &call.node.operator).ok_or_else(unknown)?;
    match operator.shape {
        ShapeRule::Same => elementwise::same(call),
        ShapeRule::Truth => elementwise::truth(call),
        ShapeRule::Clip => neural::clip(call),
        ShapeRule::ChannelNorm => neural::channel_norm(call),
        ShapeRule::LayerNorm => neural::layer_norm(call),
        ShapeRule::Broadcast => elementwise::elementwise(call, None),
        ShapeRule::Comparison => elementwise::elementwise(call, Some(ElementType::Bool)),
        ShapeRule::Where => elementwise::choose(call),
        ShapeRule::Dropout => neural::dropout(call),
        ShapeRule::Gemm => neural::gemm(call),
        ShapeRule::MatMul => neural::matmul(call),
        ShapeRule::Einsum => einsum::rule(call),
        ShapeRule::Conv => neural::conv(call),
        ShapeRule::ConvTranspose => neural::conv_transpose(call),
        ShapeRule::Pool => neural::pool(call),
        ShapeRule::GlobalPool => neural::global_pool(call),
        ShapeRule::Reduce => neural::reduce(call),
        ShapeRule::ArgExtreme => neural::arg_extreme(call),
        ShapeRule::TopK => neural::top_k(call),
        ShapeRule::Concat => movement::concat(call),
        ShapeRule::Split => movement::split(call),
        ShapeRule::Slice => movement::slice(call),
        ShapeRule::Gather => movement::gather(call),
        ShapeRule::GatherElements => movement::gather_elements(call),
        ShapeRule::GatherND => movement::gather_nd(call),
        ShapeRule::Transpose => movement::transpose(call),
        ShapeRule::Reshape => movement::reshape(call),
        ShapeRule::Flatten => movement::flatten(call),
        ShapeRule::Squeeze => movement::squeeze(call),
        ShapeRule::Unsqueeze => movement::unsqueeze(call),
        ShapeRule::Expand => movement::expand(call),
        ShapeRule::Tile => movement::tile(call),
        ShapeRule::Pad => movement::pad(call),
        ShapeRule::Resize => movement::resize(call),
        ShapeRule::Shape => elementwise::shape(call),
        ShapeRule::Size => elementwise::size(),
        ShapeRule::Range => elementwise::range(call),
        ShapeRule::ConstantOfShape => elementwise::constant_of_shape(call),
        ShapeRule::Cast => elementwise::cast(call),
        ShapeRule::CastLike => elementwise::cast_like(call),
        ShapeRule::OneHot => elementwise::one_hot(call),
        ShapeRule::Blocks => movement::blocks(call),
        ShapeRule::Floats => classic::floats(call),
        ShapeRule::ArrayFeatureExtractor => classic::array_feature_extractor(call),
        ShapeRule::CategoryMapper => classic::category_mapper(call),
        ShapeRule::Classifier => classic::classifier(call),
        ShapeRule::FeatureVectorizer => classic::feature_vectorizer(call),
        ShapeRule::LabelEncoder => classic::label_encoder(call),
        ShapeRule::LinearRegressor => classic::linear_regressor(call),
        ShapeRule::OneHotEncoder => classic::one_hot_encoder(call),
        ShapeRule::SvmClassifier => classic::svm_classifier(call),
        ShapeRule::SvmRegressor => classic::svm_regressor(call),
        ShapeRule::TreeRegressor => classic::tree_regressor(call),
        ShapeRule::Constant => Err(unknown()),
    }
}
