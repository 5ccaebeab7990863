//! Which type each attribute has.

use crate::Attribute;

/// What an attribute holds: `AttributeProto.AttributeType`, as far as it is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeType {
    Float,
    Int,
    Text,
    Floats,
    Ints,
    Texts,
    Tensor,
    Graph,
}

impl AttributeType {
    pub fn of(attribute: &Attribute) -> Self {
        match attribute {
            Attribute::Float(_) => Self::Float,
            Attribute::Int(_) => Self::Int,
            Attribute::Text(_) => Self::Text,
            Attribute::Floats(_) => Self::Floats,
            Attribute::Ints(_) => Self::Ints,
            Attribute::Texts(_) => Self::Texts,
            Attribute::Tensor(_) => Self::Tensor,
            Attribute::Graph(_) => Self::Graph,
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
            Self::Graph => "a graph",
        }
    }
}

/// What the attribute `name` of `operator` must be; `None` for names that no operator of the table has.
///
/// ONNX gives a name the same type nearly everywhere, so names decide, and the few others are named with their operator.
pub fn attribute_type(operator: &str, name: &str) -> Option<AttributeType> {
    Some(match (operator, name) {
        ("Pad", "value") | ("Attention", "scale") => AttributeType::Float,
        ("TreeEnsemble", "aggregate_function" | "post_transform") => AttributeType::Int,
        ("TreeEnsemble", "nodes_hitrates" | "nodes_modes") => AttributeType::Tensor,
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
            | "value_float"
            | "clip"
            | "lambd"
            | "softcap" => AttributeType::Float,
            "align_corners"
            | "allowzero"
            | "antialias"
            | "axis"
            | "batch_dims"
            | "blocksize"
            | "broadcast"
            | "ceil_mode"
            | "count_include_pad"
            | "default_int64"
            | "end"
            | "exclude_outside"
            | "exclusive"
            | "fmod"
            | "group"
            | "k"
            | "kv_num_heads"
            | "keepdims"
            | "largest"
            | "multi_class"
            | "n_supports"
            | "n_targets"
            | "noop_with_empty_axes"
            | "num_outputs"
            | "one_class"
            | "replaced_value_int64"
            | "right_window_size"
            | "reverse"
            | "rotary_embedding_dim"
            | "saturate"
            | "seed"
            | "select_last_index"
            | "softmax_precision"
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
            | "zeros"
            | "batch_axis"
            | "block_size"
            | "detect_negative"
            | "detect_positive"
            | "dtype"
            | "hidden_size"
            | "ignore_index"
            | "input_forget"
            | "interleaved"
            | "is_causal"
            | "is_case_sensitive"
            | "left_window_size"
            | "layout"
            | "linear_before_reset"
            | "mark"
            | "max_gram_length"
            | "max_skip_count"
            | "maxsplit"
            | "min_gram_length"
            | "mincharnum"
            | "num_groups"
            | "num_heads"
            | "num_scan_inputs"
            | "output_dtype"
            | "p"
            | "q_num_heads"
            | "qk_matmul_output_mode"
            | "precision"
            | "time_axis" => AttributeType::Int,
            "aggregate_function"
            | "approximate"
            | "auto_pad"
            | "coordinate_transformation_mode"
            | "default_string"
            | "equation"
            | "keep_aspect_ratio_policy"
            | "kernel_type"
            | "mode"
            | "padding_mode"
            | "nearest_mode"
            | "norm"
            | "post_transform"
            | "round_mode"
            | "value_string"
            | "case_change_action"
            | "delimiter"
            | "direction"
            | "locale"
            | "pad_value"
            | "reduction"
            | "tokenexp" => AttributeType::Text,
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
            | "values_floats"
            | "activation_alpha"
            | "activation_beta"
            | "weights" => AttributeType::Floats,
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
            | "vectors_per_class"
            | "ngram_counts"
            | "ngram_indexes"
            | "pool_int64s"
            | "scan_input_axes"
            | "scan_input_directions"
            | "scan_output_axes"
            | "scan_output_directions" => AttributeType::Ints,
            "cats_strings"
            | "classes_strings"
            | "classlabels_strings"
            | "keys_strings"
            | "nodes_modes"
            | "value_strings"
            | "values_strings"
            | "activations"
            | "pool_strings"
            | "separators"
            | "stopwords" => AttributeType::Texts,
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
            | "values_tensor" => AttributeType::Tensor,
            "body" | "else_branch" | "then_branch" => AttributeType::Graph,
            _ => return None,
        },
    })
}
