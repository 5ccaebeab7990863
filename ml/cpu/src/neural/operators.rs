//! Which nodes rten computes, and for which types.

use ml_onnx::{Attribute, Domain, ElementType, Node};
use rten::{OpRegistry, op_registry};

use crate::types::ValueInfo;

/// How well rten computes a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// As ONNX says.
    Exact,
    /// With doubles computed as floats, or integers as 32-bit ones.
    Rough,
    No,
}

/// Only these are linked into the program.
pub(crate) fn registry() -> OpRegistry {
    op_registry!(
        Abs,
        Add,
        AveragePool,
        BatchNormalization,
        Clip,
        Concat,
        Conv,
        ConvTranspose,
        Div,
        Einsum,
        Elu,
        Erf,
        Exp,
        Expand,
        Flatten,
        Gather,
        Gelu,
        Gemm,
        GlobalAveragePool,
        HardSigmoid,
        HardSwish,
        Identity,
        InstanceNormalization,
        LayerNormalization,
        LeakyRelu,
        Log,
        LogSoftmax,
        MatMul,
        Max,
        Min,
        Mul,
        Neg,
        Pow,
        PRelu,
        Reciprocal,
        ReduceMax,
        ReduceMean,
        ReduceSum,
        Reshape,
        Resize,
        Shape,
        Sigmoid,
        Slice,
        Softmax,
        Split,
        Sqrt,
        Squeeze,
        Sub,
        Tanh,
        Transpose,
        Unsqueeze,
        Upsample,
        Where
    )
}

/// How well rten computes `node` of a model of this opset, given what is known of its inputs and outputs.
pub(crate) fn fit(node: &Node, opset: i64, inputs: &[Option<ValueInfo>], outputs: &[Option<ValueInfo>]) -> Fit {
    use ElementType::{Bool, F32, F64, I8, I32, I64, String, U8};
    if node.domain != Domain::Onnx || inputs.iter().chain(outputs).flatten().any(|info| info.element == String) {
        return Fit::No;
    }
    let first = inputs.first().copied().flatten().map_or(F32, |info| info.element);
    let element = |at: usize| inputs.get(at).copied().flatten().map_or(first, |info| info.element);
    // Doubles are computed as floats; what only wants to be moved is moved by our own code.
    let double = inputs.iter().chain(outputs).flatten().any(|info| info.element == F64);
    let wide = inputs.iter().flatten().any(|info| !info.narrow);
    let exact = |types: &[ElementType]| match () {
        () if double && types.contains(&F32) => Fit::Rough,
        () if !types.contains(&first) => Fit::No,
        () if wide => Fit::Rough,
        () => Fit::Exact,
    };
    match node.operator.as_str() {
        "Add"
        | "Sub"
        | "Mul"
        | "Max"
        | "Min"
        | "Exp"
        | "Log"
        | "Sqrt"
        | "Reciprocal"
        | "Elu"
        | "Erf"
        | "Gelu"
        | "HardSigmoid"
        | "HardSwish"
        | "LeakyRelu"
        | "PRelu"
        | "Sigmoid"
        | "Tanh"
        | "Abs"
        | "Neg"
        | "Clip"
        | "Gemm"
        | "InstanceNormalization"
        | "GlobalAveragePool"
        | "ReduceMax"
        | "ReduceMean"
        | "ReduceSum"
        | "Einsum" => exact(&[F32]),
        "Sum" if node.inputs.len() == 2 => exact(&[F32]),
        // rten takes anything of one element for a number without dimensions.
        "Div" if keeps_rank(inputs) => exact(&[F32]),
        "Pow" if element(1) == first && keeps_rank(inputs) => exact(&[F32]),
        // rten leaves a dimension of 1 where a matrix is multiplied by a vector.
        "MatMul" if rank(inputs, 0) != Some(1) && rank(inputs, 1).is_some_and(|rank| rank > 1) => exact(&[F32]),
        "LayerNormalization" if wanted(node, &[0]) => exact(&[F32]),
        "BatchNormalization" if wanted(node, &[0]) && node.int("training_mode", 0) == 0 => exact(&[F32]),
        // In browsers our own is faster: it does not unroll the picture first.
        "Conv" if cfg!(target_arch = "wasm32") && small_steps(node) && !double => Fit::No,
        "Conv" if plain_conv(node) => exact(&[F32]),
        "ConvTranspose" if plain_conv(node) && reaches(node) => exact(&[F32]),
        "AveragePool" if plain_pool(node) => exact(&[F32]),
        // Before opset 13 these flatten what comes after `axis`.
        "Softmax" | "LogSoftmax" if opset >= 13 => exact(&[F32]),
        "Resize" if plain_resize(node) => exact(&[F32]),
        "Upsample" => exact(&[F32]),
        "Where" => {
            let value = inputs.get(1).copied().flatten().map_or(F32, |info| info.element);
            match value {
                F32 | I32 | I64 if wide => Fit::Rough,
                F32 | I32 | I64 => Fit::Exact,
                F64 => Fit::Rough,
                _ => Fit::No,
            }
        }
        "Shape" => exact(&[F32, I32, I64, Bool, I8, U8]),
        // rten takes the steps for the axes where these are left out.
        "Slice" if node.inputs.len() == 5 && node.inputs[3].is_empty() => Fit::No,
        // rten takes a list of axes only.
        "Squeeze" | "Unsqueeze" if !node.attributes.contains_key("axes") && rank(inputs, 1) == Some(0) => Fit::No,
        "Gather" | "Concat" | "Slice" | "Reshape" | "Flatten" | "Expand" | "Squeeze" | "Unsqueeze" | "Split"
        | "Transpose" | "Identity" => exact(&[F32, I32, I64, Bool]),
        "Dropout" if wanted(node, &[0]) => exact(&[F32]),
        _ => Fit::No,
    }
}

fn rank(inputs: &[Option<ValueInfo>], at: usize) -> Option<usize> {
    inputs.get(at).copied().flatten()?.rank
}

/// Whether the second input is known not to have more dimensions than the first.
fn keeps_rank(inputs: &[Option<ValueInfo>]) -> bool {
    match (rank(inputs, 0), rank(inputs, 1)) {
        (_, Some(0)) => true,
        (Some(first), Some(second)) => second <= first,
        _ => false,
    }
}

/// Whether nobody wants outputs other than these.
fn wanted(node: &Node, positions: &[usize]) -> bool {
    node.outputs.iter().enumerate().all(|(position, name)| name.is_empty() || positions.contains(&position))
}

fn same_lower(node: &Node) -> bool {
    node.text("auto_pad") == Some("SAME_LOWER")
}

fn plain_conv(node: &Node) -> bool {
    let flat = node.ints("kernel_shape").is_some_and(|shape| (1..=2).contains(&shape.len()));
    flat && !same_lower(node) && !node.attributes.contains_key("output_shape")
}

/// Whether windows leave no gaps between them where rten would have to fill those up.
fn reaches(node: &Node) -> bool {
    let kernel = node.ints("kernel_shape").unwrap_or_default();
    let strides = node.ints("strides").unwrap_or_default();
    node.text("auto_pad") != Some("SAME_UPPER") || kernel.iter().zip(strides).all(|(length, stride)| length >= stride)
}

/// A convolution over two axes whose window is larger than a point and moves by one.
fn small_steps(node: &Node) -> bool {
    let ones = |name: &str| node.ints(name).is_none_or(|values| values.iter().all(|&v| v == 1));
    let window = node.ints("kernel_shape").is_some_and(|k| k.len() == 2 && k.iter().any(|&length| length > 1));
    window && ones("strides") && ones("dilations") && node.int("group", 1) == 1
}

fn plain_resize(node: &Node) -> bool {
    let coordinates = node.text("coordinate_transformation_mode").unwrap_or("half_pixel");
    node.text("mode") != Some("cubic")
        && matches!(coordinates, "half_pixel" | "asymmetric" | "pytorch_half_pixel")
        && !node.attributes.contains_key("axes")
        && node.int("antialias", 0) == 0
        && node.int("exclude_outside", 0) == 0
        && matches!(node.text("keep_aspect_ratio_policy"), None | Some("stretch"))
}

fn plain_pool(node: &Node) -> bool {
    let ones = |name: &str| node.ints(name).is_none_or(|values| values.iter().all(|&v| v == 1));
    let flat = node.ints("kernel_shape").is_some_and(|shape| (1..=2).contains(&shape.len()));
    flat && wanted(node, &[0]) && ones("dilations") && !same_lower(node) && node.int("ceil_mode", 0) == 0
}

/// The node as rten wants it: what does nothing outside training becomes `Identity`.
pub(crate) fn rewritten(mut node: Node) -> Node {
    if node.text("auto_pad") == Some("VALID") {
        // rten would pad all the same.
        node.attributes.remove("pads");
    }
    match node.operator.as_str() {
        // Of two values.
        "Sum" => node.operator = "Add".into(),
        "Dropout" => {
            node.operator = "Identity".into();
            node.attributes.clear();
            node.inputs.truncate(1);
            node.outputs.truncate(1);
        }
        "BatchNormalization" | "LayerNormalization" | "AveragePool" => {
            node.outputs.truncate(1);
            // rten wants what ONNX leaves out.
            if let Some(rank) = node.ints("kernel_shape").map(<[i64]>::len) {
                node.attributes.entry("strides".into()).or_insert_with(|| Attribute::Ints(vec![1; rank]));
            }
            // Meant for training, or for outputs that nobody wants.
            node.attributes.retain(|name, value| !(name == "training_mode" && *value == Attribute::Int(0)));
        }
        _ => {}
    }
    node
}
