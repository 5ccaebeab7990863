//! The one table of operators that run here: from which version of their set to which, with how many inputs and
//! outputs. Source: the schemas of the package `onnx`; versions are those of the set a model imports, not of the
//! operator.

use crate::{Attribute, Domain};

/// The first and last version of `ai.onnx` that is read. After 23 the operators of the table gained element types that
/// are not read here, Mod without `fmod` on floats, and the `mode` of SpaceToDepth.
pub const OPSETS: (i64, i64) = (7, 28);
/// The first and last version of `ai.onnx.ml` that is read.
pub const ML_OPSETS: (i64, i64) = (1, 5);

/// Any number of inputs or outputs.
const MANY: usize = usize::MAX;
const ONNX: Domain = Domain::Onnx;
const ML: Domain = Domain::Ml;

/// An operator that runs here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    pub domain: Domain,
    /// `op_type`
    pub name: &'static str,
    /// First and last version of the operator set.
    pub opsets: (i64, i64),
    /// Least and most inputs.
    pub inputs: (usize, usize),
    /// Least and most outputs.
    pub outputs: (usize, usize),
}

const fn operator(
    domain: Domain,
    name: &'static str,
    opsets: (i64, i64),
    inputs: (usize, usize),
    outputs: (usize, usize),
) -> Operator {
    Operator { domain, name, opsets, inputs, outputs }
}

/// By set and name.
#[rustfmt::skip]
pub const OPERATORS: &[Operator] = &[
    operator(ONNX, "Abs", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Add", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "And", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "ArgMax", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "ArgMin", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "AveragePool", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "BatchNormalization", (7, OPSETS.1), (5, 5), (1, 5)),
    operator(ONNX, "Cast", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "CastLike", (15, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Ceil", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Celu", (12, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Clip", (7, OPSETS.1), (1, 3), (1, 1)),
    operator(ONNX, "Concat", (7, OPSETS.1), (1, MANY), (1, 1)),
    operator(ONNX, "Constant", (7, OPSETS.1), (0, 0), (1, 1)),
    operator(ONNX, "ConstantOfShape", (9, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Conv", (7, OPSETS.1), (2, 3), (1, 1)),
    operator(ONNX, "ConvTranspose", (7, OPSETS.1), (2, 3), (1, 1)),
    operator(ONNX, "Cos", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "CumSum", (11, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "DepthToSpace", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Div", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Dropout", (7, OPSETS.1), (1, 3), (1, 2)),
    operator(ONNX, "Einsum", (12, OPSETS.1), (1, MANY), (1, 1)),
    operator(ONNX, "Elu", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Equal", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Erf", (9, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Exp", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Expand", (8, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Flatten", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Floor", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Gather", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "GatherElements", (11, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "GatherND", (11, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Gelu", (20, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Gemm", (7, OPSETS.1), (2, 3), (1, 1)),
    operator(ONNX, "GlobalAveragePool", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "GlobalMaxPool", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Greater", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "GreaterOrEqual", (12, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "HardSigmoid", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "HardSwish", (14, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Hardmax", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Identity", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "InstanceNormalization", (7, OPSETS.1), (3, 3), (1, 1)),
    operator(ONNX, "IsNaN", (9, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "LRN", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "LayerNormalization", (17, OPSETS.1), (2, 3), (1, 3)),
    operator(ONNX, "LeakyRelu", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Less", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "LessOrEqual", (12, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Log", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "LogSoftmax", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "MatMul", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Max", (7, OPSETS.1), (1, MANY), (1, 1)),
    operator(ONNX, "MaxPool", (7, OPSETS.1), (1, 1), (1, 2)),
    operator(ONNX, "Mean", (7, OPSETS.1), (1, MANY), (1, 1)),
    operator(ONNX, "Min", (7, OPSETS.1), (1, MANY), (1, 1)),
    operator(ONNX, "Mish", (18, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Mod", (10, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Mul", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Neg", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Not", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "OneHot", (9, OPSETS.1), (3, 3), (1, 1)),
    operator(ONNX, "Or", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "PRelu", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Pad", (7, OPSETS.1), (1, 4), (1, 1)),
    operator(ONNX, "Pow", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Range", (11, OPSETS.1), (3, 3), (1, 1)),
    operator(ONNX, "Reciprocal", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "ReduceL1", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "ReduceL2", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "ReduceLogSum", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "ReduceLogSumExp", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "ReduceMax", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "ReduceMean", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "ReduceMin", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "ReduceProd", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "ReduceSum", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "ReduceSumSquare", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "Relu", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Reshape", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Resize", (11, OPSETS.1), (1, 4), (1, 1)),
    operator(ONNX, "Round", (11, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Selu", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Shape", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Sigmoid", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Sign", (9, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Sin", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Size", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Slice", (7, OPSETS.1), (1, 5), (1, 1)),
    operator(ONNX, "Softmax", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Softplus", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Softsign", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "SpaceToDepth", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Split", (7, OPSETS.1), (1, 2), (1, MANY)),
    operator(ONNX, "Sqrt", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Squeeze", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "Sub", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "Sum", (7, OPSETS.1), (1, MANY), (1, 1)),
    operator(ONNX, "Tan", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Tanh", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "ThresholdedRelu", (10, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Tile", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ONNX, "TopK", (7, OPSETS.1), (1, 2), (2, 2)),
    operator(ONNX, "Transpose", (7, OPSETS.1), (1, 1), (1, 1)),
    operator(ONNX, "Trilu", (14, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "Unsqueeze", (7, OPSETS.1), (1, 2), (1, 1)),
    operator(ONNX, "Upsample", (7, 9), (1, 2), (1, 1)),
    operator(ONNX, "Where", (9, OPSETS.1), (3, 3), (1, 1)),
    operator(ONNX, "Xor", (7, OPSETS.1), (2, 2), (1, 1)),
    operator(ML, "ArrayFeatureExtractor", (1, ML_OPSETS.1), (2, 2), (1, 1)),
    operator(ML, "Binarizer", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "CategoryMapper", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "FeatureVectorizer", (1, ML_OPSETS.1), (1, MANY), (1, 1)),
    operator(ML, "Imputer", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "LabelEncoder", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "LinearClassifier", (1, ML_OPSETS.1), (1, 1), (2, 2)),
    operator(ML, "LinearRegressor", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "Normalizer", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "OneHotEncoder", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "SVMClassifier", (1, ML_OPSETS.1), (1, 1), (2, 2)),
    operator(ML, "SVMRegressor", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "Scaler", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "TreeEnsemble", (5, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "TreeEnsembleClassifier", (1, ML_OPSETS.1), (1, 1), (2, 2)),
    operator(ML, "TreeEnsembleRegressor", (1, ML_OPSETS.1), (1, 1), (1, 1)),
    operator(ML, "ZipMap", (1, ML_OPSETS.1), (1, 1), (1, 1)),
];

/// The operator called `name` in `domain`, if it runs here.
pub fn find(domain: Domain, name: &str) -> Option<&'static Operator> {
    let at = OPERATORS.binary_search_by(|known| (known.domain, known.name).cmp(&(domain, name))).ok()?;
    OPERATORS.get(at)
}

impl Domain {
    /// Its name, as in the documentation of ONNX.
    pub fn name(self) -> &'static str {
        match self {
            Self::Onnx => "ai.onnx",
            Self::Ml => "ai.onnx.ml",
        }
    }
}

/// What an attribute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Float,
    Int,
    Text,
    Floats,
    Ints,
    Texts,
    Tensor,
}

impl Kind {
    pub fn of(attribute: &Attribute) -> Self {
        match attribute {
            Attribute::Float(_) => Self::Float,
            Attribute::Int(_) => Self::Int,
            Attribute::Text(_) => Self::Text,
            Attribute::Floats(_) => Self::Floats,
            Attribute::Ints(_) => Self::Ints,
            Attribute::Texts(_) => Self::Texts,
            Attribute::Tensor(_) => Self::Tensor,
        }
    }

    /// With an article, for messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Float => "a float",
            Self::Int => "an integer",
            Self::Text => "a text",
            Self::Floats => "a list of floats",
            Self::Ints => "a list of integers",
            Self::Texts => "a list of texts",
            Self::Tensor => "a tensor",
        }
    }
}

/// What the attribute `name` of `operator` must be; `None` for names that no operator of the table has.
///
/// ONNX gives a name the same kind nearly everywhere, so names decide, and the few others are named with their operator.
pub fn attribute_kind(operator: &str, name: &str) -> Option<Kind> {
    Some(match (operator, name) {
        ("Pad", "value") => Kind::Float,
        ("TreeEnsemble", "aggregate_function" | "post_transform") => Kind::Int,
        ("TreeEnsemble", "nodes_hitrates" | "nodes_modes") => Kind::Tensor,
        _ => match name {
            "alpha"
            | "beta"
            | "bias"
            | "cubic_coeff_a"
            | "default_float"
            | "epsilon"
            | "extrapolation_value"
            | "gamma"
            | "max"
            | "min"
            | "momentum"
            | "ratio"
            | "replaced_value_float"
            | "threshold"
            | "value_float" => Kind::Float,
            "allowzero"
            | "antialias"
            | "axis"
            | "batch_dims"
            | "blocksize"
            | "ceil_mode"
            | "count_include_pad"
            | "default_int64"
            | "end"
            | "exclude_outside"
            | "exclusive"
            | "fmod"
            | "group"
            | "k"
            | "keepdims"
            | "largest"
            | "multi_class"
            | "n_supports"
            | "n_targets"
            | "noop_with_empty_axes"
            | "num_outputs"
            | "one_class"
            | "replaced_value_int64"
            | "reverse"
            | "saturate"
            | "seed"
            | "select_last_index"
            | "size"
            | "sorted"
            | "spatial"
            | "start"
            | "stash_type"
            | "storage_order"
            | "targets"
            | "to"
            | "training_mode"
            | "transA"
            | "transB"
            | "upper"
            | "value_int"
            | "zeros" => Kind::Int,
            "aggregate_function"
            | "approximate"
            | "auto_pad"
            | "coordinate_transformation_mode"
            | "default_string"
            | "equation"
            | "keep_aspect_ratio_policy"
            | "kernel_type"
            | "mode"
            | "nearest_mode"
            | "norm"
            | "post_transform"
            | "round_mode"
            | "value_string" => Kind::Text,
            "base_values"
            | "class_weights"
            | "coefficients"
            | "imputed_value_floats"
            | "intercepts"
            | "kernel_params"
            | "keys_floats"
            | "nodes_hitrates"
            | "nodes_values"
            | "offset"
            | "prob_a"
            | "prob_b"
            | "rho"
            | "scale"
            | "scales"
            | "support_vectors"
            | "target_weights"
            | "value_floats"
            | "values_floats" => Kind::Floats,
            "axes"
            | "cats_int64s"
            | "class_ids"
            | "class_nodeids"
            | "class_treeids"
            | "classlabels_int64s"
            | "classlabels_ints"
            | "dilations"
            | "ends"
            | "imputed_value_int64s"
            | "inputdimensions"
            | "kernel_shape"
            | "keys_int64s"
            | "leaf_targetids"
            | "nodes_falseleafs"
            | "nodes_falsenodeids"
            | "nodes_featureids"
            | "nodes_missing_value_tracks_true"
            | "nodes_nodeids"
            | "nodes_treeids"
            | "nodes_trueleafs"
            | "nodes_truenodeids"
            | "output_padding"
            | "output_shape"
            | "pads"
            | "perm"
            | "split"
            | "starts"
            | "strides"
            | "target_ids"
            | "target_nodeids"
            | "target_treeids"
            | "tree_roots"
            | "value_ints"
            | "values_int64s"
            | "vectors_per_class" => Kind::Ints,
            "cats_strings"
            | "classes_strings"
            | "classlabels_strings"
            | "keys_strings"
            | "nodes_modes"
            | "value_strings"
            | "values_strings" => Kind::Texts,
            "base_values_as_tensor"
            | "class_weights_as_tensor"
            | "default_tensor"
            | "keys_tensor"
            | "leaf_weights"
            | "membership_values"
            | "nodes_hitrates_as_tensor"
            | "nodes_splits"
            | "nodes_values_as_tensor"
            | "target_weights_as_tensor"
            | "value"
            | "values_tensor" => Kind::Tensor,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [`find`] searches by halves.
    #[test]
    fn the_table_is_sorted_and_names_no_operator_twice() {
        let keys: Vec<_> = OPERATORS.iter().map(|operator| (operator.domain, operator.name)).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{keys:?}");
        for known in OPERATORS {
            assert_eq!(find(known.domain, known.name), Some(known));
        }
    }
}
