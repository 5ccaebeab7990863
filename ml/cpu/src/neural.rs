//! Runs of `ai.onnx` nodes, computed by rten.

mod operators;
mod values;

use std::panic::{AssertUnwindSafe, catch_unwind};

use ml_onnx::{ElementType, Model, Node, Port, Tensor, keyed};
use rten::{ModelOptions, NodeId};

pub(crate) use operators::{Fit, fit};
pub(crate) use values::Given;

use crate::error::CpuError;

/// Weights beyond this are not copied into the layout that rten multiplies fastest: it doubles their memory.
const MOST_BYTES_PACKED: usize = 64 << 20;

/// The name under which a segment's graph finds its weights; rten wants this ending.
const WEIGHTS: &str = "weights.data";

/// Some nodes of a model as one model of rten's.
pub(crate) struct Segment {
    model: rten::Model,
    inputs: Vec<NodeId>,
    outputs: Vec<NodeId>,
    /// ONNX's own types of the outputs; rten has no booleans and no long integers.
    elements: Vec<ElementType>,
}

impl Segment {
    /// Prepares `nodes` of `model`, which take `inputs` from outside and are asked for `outputs`.
    pub(crate) fn new(
        model: &Model,
        nodes: Vec<Node>,
        inputs: Vec<Port>,
        outputs: Vec<Port>,
    ) -> Result<Self, CpuError> {
        let used = keyed::set(nodes.iter().flat_map(|node| node.inputs.iter().map(String::as_str)));
        // These share the elements of the model's.
        let constants = model.constants.iter().filter(|(name, _)| used.contains(name.as_str()));
        let constants = keyed::map(constants.map(|(name, t)| (name.clone(), t.clone())));
        let bytes: usize = constants.values().map(|t| t.len() * t.element_type().bytes()).sum();
        // Nothing of length 0 can be laid out for products.
        let pack = bytes <= MOST_BYTES_PACKED && constants.values().all(|tensor| !tensor.is_empty());
        let elements = outputs.iter().map(|port| port.element).collect();
        let names = |ports: &[Port]| ports.iter().map(|port| port.name.clone()).collect::<Vec<_>>();
        let (input_names, output_names) = (names(&inputs), names(&outputs));
        let part = Model {
            ir_version: model.ir_version,
            opset: model.opset,
            ml_opset: 0,
            producer: String::new(),
            name: "segment".into(),
            inputs,
            outputs,
            nodes: nodes.into_iter().map(operators::rewritten).collect(),
            constants,
            metadata: Default::default(),
        };
        // One copy of the weights, which rten then takes from where they lie.
        let (graph, weights) = part.to_graph_and_weights(WEIGHTS);
        drop(part);
        let loaded = unbroken(|| {
            let mut options = ModelOptions::with_ops(operators::registry());
            // rten's optimiser takes graphs for others that look alike: it divides whole floats as integers, takes any
            // vector that is added to a product for one value per column, means without dimensions for a layer
            // normalisation. An untrusted graph is computed as it is written.
            options.prepack_weights(pack).enable_optimization(false);
            options.external_data(WEIGHTS, weights);
            options.load(graph).map_err(|error| CpuError::Load { reason: sentence(&error) })
        })?;
        let find = |names: &[String]| {
            names
                .iter()
                .map(|name| {
                    loaded
                        .find_node(name)
                        .ok_or_else(|| CpuError::Load { reason: format!("the value {name} got lost.") })
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let (inputs, outputs) = (find(&input_names)?, find(&output_names)?);
        Ok(Self { model: loaded, inputs, outputs, elements })
    }

    /// The outputs for `inputs`, which come in the order that was agreed.
    pub(crate) fn run(&self, inputs: Vec<(&str, Given<'_>)>) -> Result<Vec<Tensor>, CpuError> {
        let given = self
            .inputs
            .iter()
            .zip(inputs)
            .map(|(&id, (name, value))| Ok((id, values::to_rten(name, value)?)))
            .collect::<Result<Vec<_>, CpuError>>()?;
        let results =
            self.model.run(given, &self.outputs, None).map_err(|error| CpuError::Run { reason: sentence(&error) })?;
        results.into_iter().zip(&self.elements).map(|(value, &element)| values::from_rten(value, element)).collect()
    }
}

/// Runs `work`; where panics unwind, one inside becomes an error.
pub(crate) fn unbroken<T>(work: impl FnOnce() -> Result<T, CpuError>) -> Result<T, CpuError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(CpuError::Broken { reason: text.unwrap_or("no reason given").into() })
    })
}

fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    if text.ends_with('.') { text } else { format!("{text}.") }
}
