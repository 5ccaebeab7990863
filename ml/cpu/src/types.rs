//! Which type of element each value of a model has.

use std::collections::BTreeMap;

use ml_onnx::operators::{self, ShapeRule};
use ml_onnx::shapes::{self, Known};
use ml_onnx::{Data, Dim, Domain, ElementType, Graph, Model, Node, Tensor, keyed};

/// Lengths that are tried for dimensions that the file leaves open; 1 is the last, for models that take one row only, since
/// a dimension of length 1 may be dropped.
const TRIED: [usize; 5] = [2, 3, 4, 16, 1];

/// What is known of a value before it is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValueInfo {
    pub element: ElementType,
    /// Whether integers in it are sure to fit 32 bits: they are lengths, positions or constants.
    pub narrow: bool,
    /// Number of dimensions, where it follows from the file.
    pub rank: Option<usize>,
}

/// The infos of all values of a model.
pub(crate) fn infer(model: &Model) -> BTreeMap<&str, ValueInfo> {
    let ranks = ranks(model);
    let mut infos = BTreeMap::new();
    for port in &model.inputs {
        let (element, rank) = (port.element, port.dims.as_ref().map(Vec::len));
        infos.insert(port.name.as_str(), ValueInfo { element, narrow: element != ElementType::I64, rank });
    }
    for (name, tensor) in &model.constants {
        let (element, rank) = (tensor.element_type(), Some(tensor.shape().len()));
        infos.insert(name.as_str(), ValueInfo { element, narrow: fits_32_bits(tensor), rank });
    }
    for node in &model.nodes {
        let inputs: Vec<Option<ValueInfo>> = node.inputs.iter().map(|name| infos.get(name.as_str()).copied()).collect();
        for (position, name) in node.outputs.iter().enumerate() {
            if !name.is_empty() {
                let rank = ranks.get(name).copied();
                infos.insert(name.as_str(), ValueInfo { rank, ..output(node, &inputs, position) });
            }
        }
    }
    infos
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
        let mut ports = BTreeMap::new();
        for port in &model.inputs {
            let dims = port.dims.as_ref()?.iter();
            let shape = dims.map(|dim| if let Dim::Known(length) = dim { *length } else { length }).collect();
            ports.insert(port.name.clone(), Known::new(port.element, shape));
        }
        Some(ports)
    };
    let told = TRIED.iter().find_map(|&length| shapes::infer(model, &known(length)?).ok());
    // What follows from the data says nothing of the rest.
    let some = || shapes::infer_some(model, &known(TRIED[0])?).ok();
    let values = told.map(|shapes| shapes.values).or_else(some).unwrap_or_default();
    keyed::map(values.into_iter().map(|(name, known)| (name, known.shape.len())))
}

fn fits_32_bits(tensor: &Tensor) -> bool {
    match tensor.data() {
        Data::I64(values) => values.iter().all(|&v| i32::try_from(v).is_ok()),
        _ => true,
    }
}

fn output(node: &Node, inputs: &[Option<ValueInfo>], position: usize) -> ValueInfo {
    let first = inputs.first().copied().flatten().map_or(ElementType::F32, |info| info.element);
    let at = |index: usize| inputs.get(index).copied().flatten().map_or(first, |info| info.element);
    let given_narrow = inputs.iter().flatten().all(|info| info.narrow);
    let wide = |element| ValueInfo { element, narrow: element != ElementType::I64, rank: None };
    if node.domain == Domain::Ml {
        return wide(classical(node, first, position));
    }
    let rule = operators::find(node.domain, &node.operator).map_or(ShapeRule::Same, |known| known.shape);
    let (element, narrow) = match rule {
        ShapeRule::Shape | ShapeRule::Size | ShapeRule::ArgExtreme => (ElementType::I64, true),
        ShapeRule::TopK | ShapeRule::Pool if position == 1 => (ElementType::I64, true),
        ShapeRule::Dropout if position == 1 => (ElementType::Bool, true),
        ShapeRule::Control => (inner_element(node, inputs, position).unwrap_or(first), false),
        ShapeRule::OfData => match (node.operator.as_str(), position) {
            ("NonZero", _) => (ElementType::I64, true),
            ("Unique" | "StringSplit", 1..) => (ElementType::I64, true),
            _ => (first, inputs.first().copied().flatten().is_none_or(|info| info.narrow)),
        },
        ShapeRule::CountTexts => (ElementType::F32, true),
        ShapeRule::Quantise => (quantised(node, inputs), true),
        ShapeRule::Dequantise => (at(1), true),
        ShapeRule::QuantiseByItself => (if position == 1 { ElementType::F32 } else { ElementType::U8 }, true),
        ShapeRule::MatMulInteger | ShapeRule::ConvInteger => (ElementType::I32, true),
        ShapeRule::QuantisedMatMul | ShapeRule::QuantisedConv => (at(7), true),
        ShapeRule::EyeLike => (ElementType::from_onnx(node.int("dtype", 0)).unwrap_or(first), true),
        ShapeRule::Comparison | ShapeRule::Truth => (ElementType::Bool, true),
        ShapeRule::Cast => {
            let element = ElementType::from_onnx(node.int("to", 1)).unwrap_or(ElementType::F32);
            // A number with a fraction can be anything.
            (element, given_narrow && !matches!(first, ElementType::F32 | ElementType::F64 | ElementType::String))
        }
        ShapeRule::CastLike => (at(1), given_narrow && !matches!(first, ElementType::F32 | ElementType::F64)),
        ShapeRule::ConstantOfShape => match node.tensor("value") {
            Some(value) => (value.element_type(), fits_32_bits(value)),
            None => (ElementType::F32, true),
        },
        ShapeRule::OneHot => (at(2), given_narrow),
        ShapeRule::Where => (at(1), given_narrow),
        // What is gathered, not where from.
        ShapeRule::Gather
        | ShapeRule::GatherElements
        | ShapeRule::GatherND
        | ShapeRule::Slice
        | ShapeRule::Reshape
        | ShapeRule::Expand
        | ShapeRule::Tile
        | ShapeRule::Squeeze
        | ShapeRule::Unsqueeze
        | ShapeRule::Split
        | ShapeRule::TopK
        | ShapeRule::Pad => (first, inputs.first().copied().flatten().is_none_or(|k| k.narrow)),
        _ => (first, given_narrow),
    };
    ValueInfo { element, narrow: narrow || element != ElementType::I64, rank: None }
}

/// The inner model of a node, its inputs of the types and ranks of what the node is given.
pub(crate) fn typed(node: &Node, graph: &Graph, given: &[Option<ValueInfo>]) -> Model {
    let mut model = graph.model.clone();
    let scans = usize::try_from(node.int("num_scan_inputs", 0)).unwrap_or(0);
    for (at, port) in model.inputs.iter_mut().enumerate() {
        let captured = at >= graph.handed;
        let place = if captured { node.inputs.iter().position(|name| *name == port.name) } else { Some(at) };
        let info = place.and_then(|place| given.get(place).copied().flatten());
        let (element, rank) = match (node.operator.as_str(), at) {
            ("Loop", 0) => (ElementType::I64, None),
            ("Loop", 1) => (ElementType::Bool, None),
            _ => (info.map_or(port.element, |info| info.element), info.and_then(|info| info.rank)),
        };
        port.element = element;
        // What goes round a loop may change its shape.
        let rank = match node.operator.as_str() {
            _ if captured => rank,
            "Scan" if at + scans >= graph.handed => rank.and_then(|rank| rank.checked_sub(1)),
            _ => None,
        };
        port.dims = rank.map(|rank| vec![Dim::Named(String::new()); rank]);
    }
    model
}

/// The type of output `position` of a node that holds graphs.
fn inner_element(node: &Node, given: &[Option<ValueInfo>], position: usize) -> Option<ElementType> {
    let (graph, at) = match node.operator.as_str() {
        "If" => (node.graph("then_branch")?, position),
        // The body says first whether to go on.
        "Loop" => (node.graph("body")?, position + 1),
        _ => (node.graph("body")?, position),
    };
    let model = typed(node, graph, given);
    let infos = infer(&model);
    infos.get(model.outputs.get(at)?.name.as_str()).map(|info| info.element)
}

/// The type that `QuantizeLinear` gives.
fn quantised(node: &Node, inputs: &[Option<ValueInfo>]) -> ElementType {
    let zero = inputs.get(2).copied().flatten().map(|info| info.element);
    zero.or_else(|| ElementType::from_onnx(node.int("output_dtype", 0))).unwrap_or(ElementType::U8)
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
