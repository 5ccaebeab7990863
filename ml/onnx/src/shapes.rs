//! Shapes and element types of every value, for inputs of known shape.
//!
//! A model is untrusted: every product is checked, and no tensor of 2^31 elements or more is accepted. Small
//! integer computations (`Shape`, `Gather`, `Concat`, ...) are carried out, so that a `Reshape` whose target is computed
//! from the batch size is known beforehand. A shape that depends on data is an error, not a guess.
//!
//! | module | what it does |
//! |---|---|
//! | [`call`] | a node together with what is known of its inputs; its arguments wherever the opset puts them |
//! | [`window`] | kernels, strides, dilations and paddings of convolutions and pools |
//! | [`select`] | arguments of `Slice`, `Pad`, `Split`, `Resize` |
//! | `rule` | which code computes each rule of the table of operators |
//! | `elementwise`, `movement`, `neural`, `einsum`, `classic`, `quantised`, `sequence`, `control` | the rules themselves |
//! | `fold` | integer computations on small tensors that are known |
//! | `cost` | bytes of the largest moment, floating-point operations |

pub mod call;
mod classic;
mod control;
mod cost;
mod einsum;
mod elementwise;
mod fold;
mod movement;
mod neural;
mod quantised;
mod rule;
pub mod select;
mod sequence;
pub mod window;

use std::collections::BTreeMap;

use crate::{Dim, ElementType, Model, Node, Tensor, keyed};
pub use call::Call;

/// Tensors have fewer elements than this (2^31), so that engines may index with 32 bits.
pub const MOST_ELEMENTS: usize = 1 << 31;

/// Tensors of at most this many elements are computed beforehand where their inputs are known.
pub const SMALL: usize = 4_096;

/// What is known of a value before anything runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub element: ElementType,
    pub shape: Vec<usize>,
    /// The elements, where they are few and follow from constants and shapes alone.
    pub value: Option<Tensor>,
}

/// What is known of all values of a model for given inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Shapes {
    /// By name: inputs, constants and every output of every node.
    pub values: BTreeMap<String, Known>,
    /// Bytes of the values that are alive together at the largest moment; constants are not counted.
    pub peak_bytes: u64,
    /// Floating-point operations of one run: a multiplication and an addition are two.
    pub flops: u64,
}

/// Why the shapes of a model cannot be told; each names the node or the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    #[error("The model needs the input \"{name}\", which was not given. Give a value for each of its inputs.")]
    MissingInput { name: String },
    #[error("The input \"{name}\" should be {wanted}, but what was given is {found}. Give it in the model's shape.")]
    WrongInput { name: String, wanted: String, found: String },
    #[error("Node \"{node}\" ({operator}) cannot be applied to its inputs: {why}. Export the model again.")]
    Invalid { node: String, operator: String, why: String },
    #[error(
        "Node \"{node}\" ({operator}) would make a tensor of shape {shape:?}, which has 2^31 elements or more. Use a \
         smaller model or fewer rows at once."
    )]
    TooLarge { node: String, operator: String, shape: Vec<usize> },
    #[error(
        "The shape of what node \"{node}\" ({operator}) makes depends on the data. Export the model with fixed shapes."
    )]
    DataDependent { node: String, operator: String },
    #[error("The shape rule of node \"{node}\" ({operator}) is not known here. Export the model with other operators.")]
    Unsupported { node: String, operator: String },
}

impl Known {
    pub fn new(element: ElementType, shape: Vec<usize>) -> Self {
        Self { element, shape, value: None }
    }

    /// What is known of a tensor that is there; a small one of numbers is kept. Texts may be of any length, and no shape
    /// is computed from them.
    pub fn of(tensor: &Tensor) -> Self {
        let small = tensor.len() <= SMALL && tensor.element_type() != ElementType::String;
        let value = small.then(|| tensor.clone());
        Self { element: tensor.element_type(), shape: tensor.shape().to_vec(), value }
    }

    /// Number of elements, at most `usize::MAX`.
    pub fn elements(&self) -> usize {
        self.shape.iter().fold(1_usize, |product, &d| product.saturating_mul(d))
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        (self.elements() as u64).saturating_mul(self.element.bytes() as u64)
    }

    /// The elements as integers, where they are known and are integers or truth values.
    pub fn integers(&self) -> Option<Vec<i64>> {
        self.value.as_ref().and_then(fold::integers)
    }

    /// The elements as floats, where they are known and are numbers.
    pub fn floats(&self) -> Option<Vec<f32>> {
        self.value.as_ref().and_then(fold::floats)
    }
}

/// Tells element type and shape of every value of `model` when its inputs are `inputs`.
///
/// # Errors
/// [`ShapeError`], which names the node.
pub fn infer(model: &Model, inputs: &BTreeMap<String, Known>) -> Result<Shapes, ShapeError> {
    let mut values = beginning(model, inputs)?;
    let mut flops = 0_u64;
    for node in &model.nodes {
        let (made, cost) = follow(model, node, &values)?;
        flops = flops.saturating_add(cost);
        values.extend(made);
    }
    let peak_bytes = cost::peak_bytes(model, &values);
    Ok(Shapes { values, peak_bytes, flops })
}

/// As [`infer`], leaving out what depends on the data or cannot be told.
///
/// # Errors
/// [`ShapeError`] where the inputs are not those of the model.
pub fn infer_some(model: &Model, inputs: &BTreeMap<String, Known>) -> Result<BTreeMap<String, Known>, ShapeError> {
    let mut values = beginning(model, inputs)?;
    for node in &model.nodes {
        if let Ok((made, _)) = follow(model, node, &values) {
            values.extend(made);
        }
    }
    Ok(values)
}

/// What is known before any node runs.
fn beginning(model: &Model, inputs: &BTreeMap<String, Known>) -> Result<BTreeMap<String, Known>, ShapeError> {
    let mut values: BTreeMap<String, Known> = BTreeMap::new();
    for (name, tensor) in &model.constants {
        values.insert(name.clone(), Known::of(tensor));
    }
    given(model, inputs, &mut values)?;
    Ok(values)
}

/// Named values.
type Named = Vec<(String, Known)>;

/// What a node makes of the values so far, and the floating-point operations that it takes.
fn follow(model: &Model, node: &Node, values: &BTreeMap<String, Known>) -> Result<(Named, u64), ShapeError> {
    let mut known = Vec::with_capacity(node.inputs.len());
    for name in &node.inputs {
        if name.is_empty() {
            known.push(None);
            continue;
        }
        let why = || format!("its input \"{name}\" is not made by an earlier node");
        let value = values.get(name).ok_or_else(|| call::invalid(node, why()))?;
        known.push(Some(value));
    }
    let call = Call { node, opset: model.opset, ml_opset: model.ml_opset, inputs: known };
    let mut made = rule::outputs(&call)?;
    for value in &made {
        call.fits(&value.shape)?;
    }
    if let [only] = made.as_mut_slice()
        && only.value.is_none()
        && only.elements() <= SMALL
    {
        only.value = fold::fold(&call, only);
    }
    let flops = cost::flops(&call, &made);
    if node.outputs.iter().skip(made.len()).any(|name| !name.is_empty()) {
        return Err(call.invalid(format!("it has {} outputs, {} are known", node.outputs.len(), made.len())));
    }
    let named = node.outputs.iter().cloned().zip(made).filter(|(name, _)| !name.is_empty());
    Ok((named.collect(), flops))
}

/// Puts the inputs among the values after comparing them with the model's ports.
fn given(
    model: &Model,
    inputs: &BTreeMap<String, Known>,
    values: &mut BTreeMap<String, Known>,
) -> Result<(), ShapeError> {
    let mut lengths: BTreeMap<&str, usize> = BTreeMap::new();
    let names = keyed::set(model.inputs.iter().map(|p| p.name.as_str()));
    if let Some(unknown) = inputs.keys().find(|name| !names.contains(name.as_str())) {
        let found = "a value for it".into();
        return Err(ShapeError::WrongInput { name: unknown.clone(), wanted: "left out".into(), found });
    }
    for port in &model.inputs {
        let name = &port.name;
        let Some(value) = inputs.get(name) else { return Err(ShapeError::MissingInput { name: name.clone() }) };
        let mut fits = value.element == port.element;
        if let Some(dims) = &port.dims {
            fits &= dims.len() == value.shape.len();
            for (dim, &length) in dims.iter().zip(&value.shape) {
                fits &= match dim {
                    Dim::Known(wanted) => *wanted == length,
                    Dim::Named(name) if name.is_empty() => true,
                    Dim::Named(name) => *lengths.entry(name).or_insert(length) == length,
                };
            }
        }
        if !fits {
            let found = format!("{:?} of shape {:?}", value.element, value.shape);
            return Err(ShapeError::WrongInput { name: name.clone(), wanted: wanted(port), found });
        }
        if value.elements() >= MOST_ELEMENTS {
            let wanted = "of fewer than 2^31 elements".into();
            let found = format!("of shape {:?}", value.shape);
            return Err(ShapeError::WrongInput { name: name.clone(), wanted, found });
        }
        values.insert(name.clone(), value.clone());
    }
    Ok(())
}

fn wanted(port: &crate::Port) -> String {
    let Some(dims) = &port.dims else { return format!("{:?}", port.element) };
    let dims = dims.iter().map(|dim| match dim {
        Dim::Known(length) => length.to_string(),
        Dim::Named(name) if name.is_empty() => "?".into(),
        Dim::Named(name) => name.clone(),
    });
    format!("{:?} of shape [{}]", port.element, dims.collect::<Vec<_>>().join(", "))
}
