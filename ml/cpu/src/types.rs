//! Which type of element each value of a model has.

use std::collections::BTreeMap;

use ml_onnx::shapes::{self, Known};
use ml_onnx::{Data, Dim, Domain, ElementType, Model, Node, Tensor};

/// Lengths that are tried for dimensions that the file leaves open; 1 is not among them, since a dimension of length 1
/// may be dropped.
const TRIED: [usize; 4] = [2, 3, 4, 16];

/// What is known of a value before it is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub element: ElementType,
    /// Whether integers in it are sure to fit 32 bits: they are lengths, positions or constants.
    pub narrow: bool,
    /// Number of dimensions, where it follows from the file.
    pub rank: Option<usize>,
}

/// The kinds of all values of a model.
pub(crate) fn infer(model: &Model) -> BTreeMap<&str, Kind> {
    let ranks = ranks(model);
    let mut kinds = BTreeMap::new();
    for port in &model.inputs {
        let (element, rank) = (port.element, port.dims.as_ref().map(Vec::len));
        kinds.insert(port.name.as_str(), Kind { element, narrow: element != ElementType::I64, rank });
    }
    for (name, tensor) in &model.constants {
        let (element, rank) = (tensor.element_type(), Some(tensor.shape().len()));
        kinds.insert(name.as_str(), Kind { element, narrow: fits_32_bits(tensor), rank });
    }
    for node in &model.nodes {
        let inputs: Vec<Option<Kind>> = node.inputs.iter().map(|name| kinds.get(name.as_str()).copied()).collect();
        for (position, name) in node.outputs.iter().enumerate() {
            if !name.is_empty() {
                let rank = ranks.get(name).copied();
                kinds.insert(name.as_str(), Kind { rank, ..output(node, &inputs, position) });
            }
        }
    }
    kinds
}

/// The number of dimensions of every value, where one can be told: it is the same for all lengths, unless those of length
/// 1 are dropped wherever they are.
fn ranks(model: &Model) -> BTreeMap<String, usize> {
    let names_axes =
        |node: &Node| node.ints("axes").is_some() || node.inputs.get(1).is_some_and(|name| !name.is_empty());
    if model.nodes.iter().any(|node| node.operator == "Squeeze" && !names_axes(node)) {
        return BTreeMap::new();
    }
    let known = |length: usize| {
        let ports = model.inputs.iter().map(|port| {
            let dims = port.dims.as_ref()?.iter();
            let shape = dims.map(|dim| if let Dim::Known(length) = dim { *length } else { length }).collect();
            Some((port.name.clone(), Known::new(port.element, shape)))
        });
        ports.collect::<Option<BTreeMap<_, _>>>()
    };
    let told = TRIED.iter().find_map(|&length| shapes::infer(model, &known(length)?).ok());
    let values = told.map(|shapes| shapes.values).unwrap_or_default();
    values.into_iter().map(|(name, known)| (name, known.shape.len())).collect()
}

fn fits_32_bits(tensor: &Tensor) -> bool {
    match tensor.data() {
        Data::I64(values) => values.iter().all(|&v| i32::try_from(v).is_ok()),
        _ => true,
    }
}

fn output(node: &Node, inputs: &[Option<Kind>], position: usize) -> Kind {
    let first = inputs.first().copied().flatten().map_or(ElementType::F32, |kind| kind.element);
    let at = |index: usize| inputs.get(index).copied().flatten().map_or(first, |kind| kind.element);
    let given_narrow = inputs.iter().flatten().all(|kind| kind.narrow);
    let wide = |element| Kind { element, narrow: element != ElementType::I64, rank: None };
    if node.domain == Domain::Ml {
        return wide(classical(node, first, position));
    }
    let (element, narrow) = match node.operator.as_str() {
        "Shape" | "Size" | "ArgMax" | "ArgMin" => (ElementType::I64, true),
        "TopK" | "MaxPool" if position == 1 => (ElementType::I64, true),
        "Dropout" if position == 1 => (ElementType::Bool, true),
        "Equal" | "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual" | "And" | "Or" | "Not" | "Xor" | "IsNaN"
        | "IsInf" => (ElementType::Bool, true),
        "Cast" => {
            let element = element_of_code(node.int("to", 1)).unwrap_or(ElementType::F32);
            // A number with a fraction can be anything.
            (element, given_narrow && !matches!(first, ElementType::F32 | ElementType::F64 | ElementType::String))
        }
        "CastLike" => (at(1), given_narrow && !matches!(first, ElementType::F32 | ElementType::F64)),
        "ConstantOfShape" => match node.tensor("value") {
            Some(value) => (value.element_type(), fits_32_bits(value)),
            None => (ElementType::F32, true),
        },
        "OneHot" => (at(2), given_narrow),
        "Where" => (at(1), given_narrow),
        // What is gathered, not where from.
        "Gather" | "GatherElements" | "GatherND" | "Slice" | "Reshape" | "Expand" | "Tile" | "Squeeze"
        | "Unsqueeze" | "Split" | "TopK" | "Pad" => (first, inputs.first().copied().flatten().is_none_or(|k| k.narrow)),
        _ => (first, given_narrow),
    };
    Kind { element, narrow: narrow || element != ElementType::I64, rank: None }
}

/// The type of an output of a node of `ai.onnx.ml`.
fn classical(node: &Node, first: ElementType, position: usize) -> ElementType {
    let texts = |name: &str| node.attributes.contains_key(name);
    match node.operator.as_str() {
        "TreeEnsembleClassifier" | "LinearClassifier" | "SVMClassifier" => match position {
            0 if texts("classlabels_strings") => ElementType::String,
            0 => ElementType::I64,
            _ => ElementType::F32,
        },
        "LabelEncoder" => {
            if let Some(values) = node.tensor("values_tensor") {
                values.element_type()
            } else if texts("values_strings") {
                ElementType::String
            } else if texts("values_floats") {
                ElementType::F32
            } else if texts("values_int64s") {
                ElementType::I64
            } else {
                other_label(first)
            }
        }
        "CategoryMapper" => other_label(first),
        "Imputer" | "Binarizer" | "ArrayFeatureExtractor" | "TreeEnsemble" => first,
        _ => ElementType::F32,
    }
}

fn other_label(element: ElementType) -> ElementType {
    if element == ElementType::String { ElementType::I64 } else { ElementType::String }
}

/// `TensorProto.DataType` in ONNX's own numbers.
pub(crate) fn element_of_code(code: i64) -> Option<ElementType> {
    Some(match code {
        1 => ElementType::F32,
        2 => ElementType::U8,
        3 => ElementType::I8,
        6 => ElementType::I32,
        7 => ElementType::I64,
        8 => ElementType::String,
        9 => ElementType::Bool,
        11 => ElementType::F64,
        _ => return None,
    })
}
