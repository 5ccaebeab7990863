//! From nodes to kernels, fusing on the way.

mod classic;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod coverage;
mod elementwise;
pub(crate) mod fold;
mod movement;
mod neural;
mod reduce;
mod resize;
mod softmax;
pub(crate) mod supports;
mod trees;
pub(crate) mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ml_onnx::operators::Gpu;
use ml_onnx::shapes::{Call, Known, Shapes};
use ml_onnx::{Data, ElementType, Model, Node, Tensor, keyed};

use crate::GpuError;
use crate::device::Bounds;
use crate::graph::{BufferId, Graph, Reading, Role, Scalar, Source, Value, float, int};
use crate::lower::whole::{Limit, Sizes};

/// A constant as it lies in memory.
pub(crate) type Words = Vec<u32>;

/// A model on its way to kernels.
pub(crate) struct Lower<'a> {
    pub(crate) model: &'a Model,
    pub(crate) shapes: &'a Shapes,
    pub(crate) graph: Graph,
    pub(crate) values: BTreeMap<String, Value>,
    uses: BTreeMap<String, usize>,
    /// Keys of constants that are on the device already.
    present: &'a BTreeSet<String>,
    /// Constants to be uploaded.
    pub(crate) constants: BTreeMap<String, Words>,
    /// Class names of outputs that are positions among them.
    pub(crate) texts: BTreeMap<String, Arc<Vec<String>>>,
    /// Buffers of constants of this plan by key.
    placed: BTreeMap<String, BufferId>,
    /// The node that makes each value.
    makers: BTreeMap<&'a str, &'a Node>,
    sizes: Sizes,
    /// What the inputs of a run have to hold.
    pub(crate) limits: Vec<Limit>,
}

/// The scalar type of elements; `None` for those that do not go to the GPU.
pub(crate) fn scalar_of(element: ElementType) -> Option<Scalar> {
    match element {
        ElementType::F32 => Some(Scalar::Float),
        ElementType::I8 | ElementType::U8 | ElementType::I32 | ElementType::I64 | ElementType::Bool => {
            Some(Scalar::Int)
        }
        ElementType::F64 | ElementType::String => None,
    }
}

/// The elements of a tensor as they lie in memory.
///
/// # Errors
/// [`GpuError::Value`] for texts, doubles, and integers of more than 32 bits.
pub(crate) fn words(name: &str, tensor: &Tensor) -> Result<Words, GpuError> {
    let refuse = |why: &str| GpuError::Value { name: name.to_owned(), why: why.to_owned() };
    Ok(match tensor.data() {
        Data::F32(v) => v.iter().map(|v| v.to_bits()).collect(),
        Data::I32(v) => v.iter().map(|v| v.cast_unsigned()).collect(),
        Data::I8(v) => v.iter().map(|&v| i32::from(v).cast_unsigned()).collect(),
        Data::U8(v) => v.iter().map(|&v| u32::from(v)).collect(),
        Data::Bool(v) => v.iter().map(|&v| u32::from(v)).collect(),
        Data::I64(v) => {
            let short = |&v: &i64| i32::try_from(v).map(i32::cast_unsigned);
            v.iter().map(short).collect::<Result<_, _>>().map_err(|_| refuse("it has integers of more than 32 bits"))?
        }
        Data::F64(_) => return Err(refuse("it has doubles")),
        Data::String(_) => return Err(refuse("it has texts")),
    })
}

impl<'a> Lower<'a> {
    pub(crate) fn new(model: &'a Model, shapes: &'a Shapes, bounds: Bounds, present: &'a BTreeSet<String>) -> Self {
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        let read = model.nodes.iter().flat_map(|n| &n.inputs);
        for name in read.chain(model.outputs.iter().map(|p| &p.name)) {
            *uses.entry(name.clone()).or_insert(0) += 1;
        }
        let graph = Graph::new(bounds);
        let (values, constants, texts, placed) = Default::default();
        let made = model.nodes.iter().flat_map(|node| node.outputs.iter().map(move |name| (name.as_str(), node)));
        let (makers, sizes, limits) = (keyed::map(made), Sizes::new(), Vec::new());
        Self { model, shapes, graph, values, uses, present, constants, texts, placed, makers, sizes, limits }
    }

    /// Turns every node whose result is not known beforehand into expressions and kernels.
    pub(crate) fn nodes(&mut self) -> Result<(), GpuError> {
        let model = self.model;
        for node in &model.nodes {
            let wanted = node.outputs.iter().filter(|name| self.uses.contains_key(*name));
            let open = wanted.filter(|name| self.known(name).is_none_or(|known| known.value.is_none())).count();
            if open > 0 {
                self.node(node)?;
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &'a Node) -> Result<(), GpuError> {
        let shapes = self.shapes;
        let known = |name: &String| if name.is_empty() { None } else { shapes.values.get(name) };
        let inputs = node.inputs.iter().map(known).collect();
        let call = Call { node, opset: self.model.opset, ml_opset: self.model.ml_opset, inputs };
        if supports::passes_texts(node)
            && let Some(texts) = node.inputs.first().and_then(|name| self.texts_of(name))
        {
            self.texts.insert(node.outputs[0].clone(), texts);
            if node.operator == "Cast" {
                return self.alias(&call);
            }
        }
        self.bounded(&call)?;
        match supports::kernel(node) {
            Gpu::Alias => self.alias(&call),
            Gpu::Elementwise => self.elementwise(&call),
            Gpu::Movement => self.movement(&call),
            Gpu::Reduce => self.reduce(&call),
            Gpu::Choice => self.choice(&call),
            Gpu::Resize => self.resize(&call),
            Gpu::Softmax => self.softmax(&call),
            Gpu::Neural => self.neural(&call),
            Gpu::Classic => self.classic(&call),
            Gpu::Known | Gpu::None => Err(Self::unsupported(&call, supports::NO_KERNEL)),
        }
    }

    /// The texts that a value's elements are positions among.
    fn texts_of(&mut self, name: &str) -> Option<Arc<Vec<String>>> {
        if let Some(texts) = self.texts.get(name) {
            return Some(texts.clone());
        }
        let texts = Arc::new(self.constant(name)?.as_strings()?.to_vec());
        self.texts.insert(name.to_owned(), texts.clone());
        Some(texts)
    }

    /// The error of a node that has no kernel.
    pub(crate) fn unsupported(call: &Call, why: impl Into<String>) -> GpuError {
        let (node, operator) = (call.node.name.clone(), call.node.operator.clone());
        GpuError::Unsupported { node, operator, why: why.into() }
    }

    pub(crate) fn known(&self, name: &str) -> Option<&'a Known> {
        self.shapes.values.get(name)
    }

    /// What is known of the first output of a node.
    pub(crate) fn output(&self, call: &Call, index: usize) -> Result<&'a Known, GpuError> {
        let name = call.node.outputs.get(index).map_or("", String::as_str);
        self.known(name).ok_or_else(|| Self::unsupported(call, format!("output {index} has no shape")))
    }

    pub(crate) fn output_scalar(&self, call: &Call, index: usize) -> Result<Scalar, GpuError> {
        if call.node.outputs.get(index).is_some_and(|name| self.texts.contains_key(name)) {
            return Ok(Scalar::Int);
        }
        scalar_of(self.output(call, index)?.element).ok_or_else(|| Self::unsupported(call, "it makes texts or doubles"))
    }

    /// Whether somebody reads an output.
    pub(crate) fn wanted(&self, call: &Call, index: usize) -> bool {
        call.node.outputs.get(index).is_some_and(|name| self.uses.contains_key(name))
    }

    pub(crate) fn set(&mut self, call: &Call, index: usize, value: Value) {
        if let Some(name) = call.node.outputs.get(index) {
            self.values.insert(name.clone(), value);
        }
    }

    /// The tensor behind a name, where it is a constant or known beforehand.
    pub(crate) fn constant(&self, name: &str) -> Option<&'a Tensor> {
        let model = self.model;
        self.known(name).and_then(|known| known.value.as_ref()).or_else(|| model.constants.get(name))
    }

    /// The value behind a name.
    pub(crate) fn value(&mut self, name: &str) -> Result<Value, GpuError> {
        if let Some(value) = self.values.get(name) {
            return Ok(value.clone());
        }
        let missing = || GpuError::Value { name: name.to_owned(), why: "nothing makes it".into() };
        let tensor = self.constant(name).ok_or_else(missing)?;
        if let (Some(texts), true) = (tensor.as_strings(), self.texts.contains_key(name)) {
            // Constant texts are the positions of themselves.
            let count = texts.len();
            let id = self.store(&format!("{name} positions"), count, || Ok((0..count as u32).collect()))?;
            return Ok(Value { scalar: Scalar::Int, count, source: Source::Buffer(id) });
        }
        let refuse = |why: &str| GpuError::Value { name: name.to_owned(), why: why.to_owned() };
        let scalar = scalar_of(tensor.element_type()).ok_or_else(|| refuse("it has texts or doubles"))?;
        let count = tensor.len();
        let value = if let (1, Some(text)) = (count, literal(tensor)) {
            Value { scalar, count, source: Source::Literal(text) }
        } else {
            let key = if self.model.constants.contains_key(name) {
                name.to_owned()
            } else {
                // Known beforehand for these input shapes only.
                format!("{name} = {:?}", tensor.data())
            };
            let id = self.store(&key, count, || words(name, tensor))?;
            Value { scalar, count, source: Source::Buffer(id) }
        };
        self.values.insert(name.to_owned(), value.clone());
        Ok(value)
    }

    /// The buffer of a constant; `make` is asked where it is not on the device yet.
    pub(crate) fn store(
        &mut self,
        key: &str,
        elements: usize,
        make: impl FnOnce() -> Result<Words, GpuError>,
    ) -> Result<BufferId, GpuError> {
        if let Some(&id) = self.placed.get(key) {
            return Ok(id);
        }
        let id = self.graph.buffer(Role::Constant(key.to_owned()), elements)?;
        if !self.present.contains(key) {
            self.constants.insert(key.to_owned(), make()?);
        }
        self.placed.insert(key.to_owned(), id);
        Ok(id)
    }

    /// An input of a node, ready to be read.
    pub(crate) fn operand(&mut self, call: &Call, index: usize, reading: Reading) -> Result<Value, GpuError> {
        let missing = || Self::unsupported(call, format!("input {index} is missing"));
        let name = call.node.inputs.get(index).filter(|n| !n.is_empty()).ok_or_else(missing)?;
        let mut value = self.value(name)?;
        let shared = self.uses.get(name).is_some_and(|&uses| uses > 1);
        let source = if shared && !matches!(value.source, Source::Buffer(_) | Source::Literal(_)) {
            Source::Buffer(self.graph.compute(&value)?)
        } else {
            self.graph.ready(&value, reading)?
        };
        value.source = source;
        self.values.insert(name.clone(), value.clone());
        Ok(value)
    }

    /// The buffer of an input of a node.
    pub(crate) fn operand_buffer(&mut self, call: &Call, index: usize) -> Result<BufferId, GpuError> {
        let value = self.operand(call, index, Reading::Often)?;
        match value.source {
            Source::Buffer(id) => Ok(id),
            _ => self.filled(&value),
        }
    }

    /// A buffer for a literal.
    pub(crate) fn filled(&mut self, value: &Value) -> Result<BufferId, GpuError> {
        let source = value.source.clone();
        let operands = vec![Value { scalar: value.scalar, count: value.count, source }];
        let point = self.graph.point(value.scalar, value.count, operands, "return $0(i);".into(), false)?;
        self.graph.compute(&point)
    }

    /// A value under another shape.
    fn alias(&mut self, call: &Call) -> Result<(), GpuError> {
        let value = self.operand(call, 0, Reading::Same)?;
        if self.wanted(call, 1) {
            let scalar = Scalar::Int;
            let mask = Value { scalar, count: 1, source: Source::Literal(int(1)) };
            let body = "return $0(i);".into();
            let mask = self.graph.point(scalar, value.count, vec![mask], body, false)?;
            self.set(call, 1, mask);
        }
        self.set(call, 0, value);
        Ok(())
    }

    /// Sets the first output to what `body` tells from `operands`.
    pub(crate) fn finish(
        &mut self,
        call: &Call,
        operands: Vec<Value>,
        body: String,
        heavy: bool,
    ) -> Result<(), GpuError> {
        let scalar = self.output_scalar(call, 0)?;
        let count = self.output(call, 0)?.elements();
        let value = self.graph.point(scalar, count, operands, body, heavy)?;
        self.set(call, 0, value);
        Ok(())
    }
}

/// A single element as WGSL.
fn literal(tensor: &Tensor) -> Option<String> {
    match tensor.data() {
        Data::F32(v) => float(*v.first()?),
        Data::I32(v) => Some(int(*v.first()?)),
        Data::I64(v) => i32::try_from(*v.first()?).ok().map(int),
        Data::I8(v) => Some(int(i32::from(*v.first()?))),
        Data::U8(v) => Some(int(i32::from(*v.first()?))),
        Data::Bool(v) => Some(int(i32::from(*v.first()?))),
        Data::F64(_) | Data::String(_) => None,
    }
}
