//! Which models have kernels for all their nodes.

use ml_onnx::{Domain, ElementType, Model, Node};

use crate::GpuError;
use crate::lower::kind_of;

/// Operators of `ai.onnx` that have kernels.
const NEURAL: [&str; 102] = [
    "Abs",
    "Acos",
    "Acosh",
    "Add",
    "And",
    "ArgMax",
    "ArgMin",
    "Asin",
    "Asinh",
    "Atan",
    "Atanh",
    "AveragePool",
    "BatchNormalization",
    "Cast",
    "CastLike",
    "Ceil",
    "Celu",
    "Clip",
    "Concat",
    "Constant",
    "ConstantOfShape",
    "Conv",
    "ConvTranspose",
    "Cos",
    "Cosh",
    "CumSum",
    "DepthToSpace",
    "Div",
    "Dropout",
    "Elu",
    "Equal",
    "Erf",
    "Exp",
    "Expand",
    "Flatten",
    "Floor",
    "Gather",
    "GatherElements",
    "GatherND",
    "Gelu",
    "Gemm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Greater",
    "GreaterOrEqual",
    "HardSigmoid",
    "HardSwish",
    "Hardmax",
    "Identity",
    "InstanceNormalization",
    "IsInf",
    "IsNaN",
    "LRN",
    "LayerNormalization",
    "LeakyRelu",
    "Less",
    "LessOrEqual",
    "Log",
    "LogSoftmax",
    "MatMul",
    "Max",
    "MaxPool",
    "Mean",
    "Min",
    "Mish",
    "Mod",
    "Mul",
    "Neg",
    "Not",
    "OneHot",
    "Or",
    "PRelu",
    "Pad",
    "Pow",
    "Range",
    "Reciprocal",
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceLogSumExp",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceProd",
    "ReduceSum",
    "ReduceSumSquare",
    "Relu",
    "Reshape",
    "Resize",
    "Round",
    "Selu",
    "Shape",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Size",
    "Slice",
    "Softmax",
    "Softplus",
    "Softsign",
    "SpaceToDepth",
];

/// More of them.
const NEURAL_TOO: [&str; 18] = [
    "Split",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Sum",
    "Swish",
    "Tan",
    "Tanh",
    "ThresholdedRelu",
    "Tile",
    "TopK",
    "Transpose",
    "Trilu",
    "Unsqueeze",
    "Upsample",
    "Where",
    "Xor",
    "Identity",
];

/// Operators of `ai.onnx.ml` that have kernels.
const CLASSIC: [&str; 12] = [
    "ArrayFeatureExtractor",
    "Binarizer",
    "FeatureVectorizer",
    "Imputer",
    "LabelEncoder",
    "LinearClassifier",
    "LinearRegressor",
    "Normalizer",
    "Scaler",
    "TreeEnsembleClassifier",
    "TreeEnsembleRegressor",
    "ZipMap",
];

fn refuse(node: &Node, why: &str) -> GpuError {
    GpuError::Unsupported { node: node.name.clone(), operator: node.operator.clone(), why: why.to_owned() }
}

/// What can be told without shapes.
pub(crate) fn check(model: &Model) -> Result<(), GpuError> {
    for port in &model.inputs {
        if kind_of(port.element).is_none() {
            return Err(GpuError::Value { name: port.name.clone(), why: "it has texts or doubles".into() });
        }
    }
    for node in &model.nodes {
        let name = node.operator.as_str();
        let there = match node.domain {
            Domain::Onnx => NEURAL.contains(&name) || NEURAL_TOO.contains(&name),
            Domain::Ml => CLASSIC.contains(&name),
        };
        if !there {
            return Err(refuse(node, "the operator is not among those of the GPU"));
        }
        for input in &node.inputs {
            if model.constants.get(input).is_some_and(|c| kind_of(c.element_type()).is_none()) {
                return Err(refuse(node, "a constant of texts or doubles"));
            }
        }
        match name {
            "Cast" if matches!(node.int("to", 1), 8 | 10 | 11) => {
                return Err(refuse(node, "it makes texts, doubles or halves"));
            }
            "MaxPool" if node.outputs.get(1).is_some_and(|o| !o.is_empty()) => {
                return Err(refuse(node, "the positions of the maxima are wanted"));
            }
            "Resize" | "Upsample"
                if !matches!(node.text("mode").unwrap_or("nearest"), "nearest" | "linear" | "bilinear") =>
            {
                return Err(refuse(node, "only nearest and linear"));
            }
            "BatchNormalization" if node.int("training_mode", 0) != 0 => {
                return Err(refuse(node, "it is in training mode"));
            }
            _ => {}
        }
        if makes_texts(node) {
            // Texts are put in their places after the read-back, so no node may read them.
            let read = node.outputs.first().is_some_and(|o| model.nodes.iter().any(|n| n.inputs.contains(o)));
            if read {
                return Err(refuse(node, "another node reads the texts it makes"));
            }
        }
        if node.operator == "LabelEncoder" && !from_integers(node) {
            return Err(refuse(node, "only integers are encoded on the GPU"));
        }
    }
    let texts = |element: ElementType| element == ElementType::String;
    for port in &model.outputs {
        let made = model.nodes.iter().any(|n| n.outputs.first() == Some(&port.name) && makes_texts(n));
        if port.element == ElementType::F64 || (texts(port.element) && !made) {
            return Err(GpuError::Value { name: port.name.clone(), why: "it has texts or doubles".into() });
        }
    }
    Ok(())
}

/// Whether the first output of a node are texts.
fn makes_texts(node: &Node) -> bool {
    match node.operator.as_str() {
        "TreeEnsembleClassifier" | "LinearClassifier" => {
            node.texts("classlabels_strings").is_some_and(|labels| !labels.is_empty())
        }
        "LabelEncoder" => node.attributes.contains_key("values_strings"),
        _ => false,
    }
}

fn from_integers(node: &Node) -> bool {
    node.attributes.contains_key("keys_int64s")
        || node.tensor("keys_tensor").is_some_and(|k| matches!(k.element_type(), ElementType::I64 | ElementType::I32))
}
