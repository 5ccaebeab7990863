//! From a model to steps: runs of neural nodes, and single nodes of our own.
//!
//! Nodes get a round: a neural node belongs to the round of the neural nodes before it, and to the one after that of
//! our own nodes before it. All neural nodes of a round make one segment, so there are as few as can be, if they are not
//! so many that rten would need a deep stack for them.

use std::collections::BTreeMap;

use ml_onnx::operators::{self, Cpu};
use ml_onnx::{Attribute, Domain, Model, Node, Port, Tensor, keyed};

use crate::classical;
use crate::control::{self, Prepare};
use crate::error::CpuError;
use crate::kernel::{Kernel, Reason, unsupported};
use crate::neural::{Fit, Segment, fit};
use crate::plain;
use crate::types::{self, ValueInfo};

/// Nodes of a segment at most. rten walks along a graph by recursion, and a browser's stack is a megabyte.
const LONGEST: usize = 500;

/// Where a value is while a model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Slot(usize),
    Constant(usize),
}

pub(crate) enum Action {
    Neural(Box<Segment>),
    Own { node: String, operator: String, kernel: Box<dyn Kernel> },
}

/// What is computed at once.
pub(crate) struct Step {
    pub action: Action,
    /// Name and place of each input; `None` for one that is left out.
    pub inputs: Vec<Option<(String, Place)>>,
    /// The slot of each output; `None` for one that nobody wants.
    pub outputs: Vec<Option<usize>>,
    /// Slots that nobody needs after this step.
    pub last: Vec<usize>,
}

/// The steps of a model and where their values are.
pub(crate) struct Plan {
    pub steps: Vec<Step>,
    pub slots: usize,
    pub constants: Vec<Tensor>,
    /// Slot of each input of the model.
    pub inputs: Vec<usize>,
    pub outputs: Vec<Place>,
}

impl Plan {
    /// `inner` prepares models in the model.
    pub(crate) fn new(model: &Model, inner: &Prepare<'_>) -> Result<Self, CpuError> {
        let infos = types::infer(model);
        let nodes = needed(model);
        let nodes: Vec<&Node> = nodes.iter().collect();
        let prepared = nodes.iter().map(|&node| prepare(model, node, &infos, inner)).collect::<Result<Vec<_>, _>>()?;
        let rounds = rounds(&nodes, &prepared);
        let mut places = Places::default();
        let inputs = model.inputs.iter().map(|port| places.slot(&port.name)).collect();
        let mut steps = Vec::new();
        let mut prepared: Vec<Option<Prepared>> = prepared.into_iter().map(Some).collect();
        for round in 0..=rounds.iter().copied().max().unwrap_or(0) {
            let members: Vec<usize> = (0..nodes.len()).filter(|&i| rounds[i] == round).collect();
            let is_neural = |i: &usize| matches!(prepared[*i], Some(Prepared::Neural));
            let neural: Vec<&Node> = members.iter().filter(|i| is_neural(i)).map(|&i| nodes[i]).collect();
            for neural in neural.chunks(LONGEST) {
                steps.push(segment(model, &nodes, neural, &infos, &mut places)?);
            }
            for i in members {
                let Some(Prepared::Own(kernel)) = prepared[i].take() else { continue };
                let node = nodes[i];
                let action = Action::Own { node: node.name.clone(), operator: node.operator.clone(), kernel };
                let inputs = node.inputs.iter().map(|name| places.find(model, name)).collect::<Result<_, _>>()?;
                let wanted = |name: &String| (!name.is_empty()).then(|| places.slot(name));
                let outputs = node.outputs.iter().map(wanted).collect();
                steps.push(Step { action, inputs, outputs, last: Vec::new() });
            }
        }
        let outputs = model.outputs.iter().map(|port| places.find(model, &port.name));
        let outputs = outputs.map(|place| Ok(place?.map_or(Place::Slot(0), |(_, place)| place)));
        let outputs = outputs.collect::<Result<Vec<_>, CpuError>>()?;
        release(&mut steps, &outputs);
        Ok(Self { steps, slots: places.slots, constants: places.constants, inputs, outputs })
    }
}

enum Prepared {
    Neural,
    Own(Box<dyn Kernel>),
}

/// Gives each value a place when it is first met.
#[derive(Default)]
struct Places {
    found: BTreeMap<String, Place>,
    slots: usize,
    constants: Vec<Tensor>,
}

impl Places {
    fn slot(&mut self, name: &str) -> usize {
        if let Some(Place::Slot(slot)) = self.found.get(name) {
            return *slot;
        }
        let slot = self.slots;
        self.slots += 1;
        self.found.insert(name.into(), Place::Slot(slot));
        slot
    }

    fn find(&mut self, model: &Model, name: &str) -> Result<Option<(String, Place)>, CpuError> {
        if name.is_empty() {
            return Ok(None);
        }
        if let Some(&place) = self.found.get(name) {
            return Ok(Some((name.into(), place)));
        }
        let Some(constant) = model.constants.get(name) else {
            return Err(CpuError::Load { reason: format!("the value {name} comes from nowhere.") });
        };
        let place = Place::Constant(self.constants.len());
        self.constants.push(constant.clone());
        self.found.insert(name.into(), place);
        Ok(Some((name.into(), place)))
    }
}

/// The nodes that the outputs depend on, in an order in which they can run.
fn needed(model: &Model) -> Vec<Node> {
    let mut wanted = keyed::set(model.outputs.iter().map(|port| port.name.as_str()));
    let mut kept: Vec<Node> = Vec::new();
    for node in model.nodes.iter().rev() {
        if node.outputs.iter().any(|name| !name.is_empty() && wanted.contains(name.as_str())) {
            wanted.extend(node.inputs.iter().map(String::as_str).filter(|name| !name.is_empty()));
            kept.push(completed(model, node.clone()));
        }
    }
    kept.reverse();
    kept
}

/// A convolution may leave it to its weights to say how large they are.
fn completed(model: &Model, mut node: Node) -> Node {
    if matches!(node.operator.as_str(), "Conv" | "ConvTranspose") && node.ints("kernel_shape").is_none() {
        let weights = node.inputs.get(1).and_then(|name| model.constants.get(name));
        if let Some([_, _, kernel @ ..]) = weights.map(Tensor::shape) {
            let lengths = kernel.iter().map(|&length| length as i64).collect();
            node.attributes.insert("kernel_shape".into(), Attribute::Ints(lengths));
        }
    }
    node
}

/// Decides who computes a node, by the table of operators: rten where it does so as ONNX says, else our own code, else
/// rten roughly.
fn prepare(
    model: &Model,
    node: &Node,
    infos: &BTreeMap<&str, ValueInfo>,
    inner: &Prepare<'_>,
) -> Result<Prepared, CpuError> {
    let of = |names: &[String]| names.iter().map(|name| infos.get(name.as_str()).copied()).collect::<Vec<_>>();
    let (inputs, outputs) = (of(&node.inputs), of(&node.outputs));
    let known = operators::find(node.domain, &node.operator).map_or(Cpu::None, |known| known.cpu);
    if node.domain == Domain::Ml {
        let kernel = classical::kernel(node);
        return kernel.map(Prepared::Own).map_err(|reason| unsupported(node, reason));
    }
    if control::is(node) {
        return control::kernel(node, &inputs, inner).map(Prepared::Own);
    }
    let rten = known.rten() && !backwards(model, node) && !clips_gaps(model, node);
    let fit = if rten { fit(node, model.opset, &inputs, &outputs) } else { Fit::No };
    if fit == Fit::Exact {
        return Ok(Prepared::Neural);
    }
    let elements =
        |infos: &[Option<ValueInfo>]| infos.iter().map(|info| info.map(|info| info.element)).collect::<Vec<_>>();
    let own = || plain::kernel(node, model.opset, &elements(&inputs), &elements(&outputs));
    match if known.own() { own() } else { Ok(None) } {
        Ok(Some(kernel)) => Ok(Prepared::Own(kernel)),
        Ok(None) | Err(_) if fit == Fit::Rough => Ok(Prepared::Neural),
        Ok(None) => {
            let first =
                inputs.first().copied().flatten().map_or("nothing".into(), |info| format!("{:?}", info.element));
            let reason = Reason(format!("this variant of it, on {first}, has no kernel."));
            Err(unsupported(node, reason))
        }
        Err(reason) => Err(unsupported(node, reason)),
    }
}

/// Whether a node clips what may be missing, since the model asks for that or fills it in. It stays missing then, as in
/// onnxruntime; rten makes it the least. Other models are not given any, and rten clips in place.
fn clips_gaps(model: &Model, node: &Node) -> bool {
    node.operator == "Clip" && model.nodes.iter().any(|node| node.operator == "IsNaN" || node.domain == Domain::Ml)
}

/// Whether a node slices backwards from what may lie before the first element. ONNX begins at the first one then, rten at
/// none.
fn backwards(model: &Model, node: &Node) -> bool {
    let of = |at: usize| node.inputs.get(at).and_then(|name| model.constants.get(name)).and_then(Tensor::as_i64);
    let (Some(starts), Some(steps)) = (of(1), of(4)) else { return false };
    node.operator == "Slice" && starts.iter().zip(steps).any(|(&start, &step)| step < 0 && start < -1)
}

fn rounds(nodes: &[&Node], prepared: &[Prepared]) -> Vec<usize> {
    let mut made: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
    let mut rounds = Vec::with_capacity(nodes.len());
    for (node, prepared) in nodes.iter().zip(prepared) {
        let neural = matches!(prepared, Prepared::Neural);
        let after = node.inputs.iter().filter_map(|name| made.get(name.as_str()));
        let round = after.map(|&(round, by_neural)| round + usize::from(neural && !by_neural)).max().unwrap_or(0);
        made.extend(node.outputs.iter().map(|name| (name.as_str(), (round, neural))));
        rounds.push(round);
    }
    rounds
}

fn segment(
    model: &Model,
    all: &[&Node],
    nodes: &[&Node],
    infos: &BTreeMap<&str, ValueInfo>,
    places: &mut Places,
) -> Result<Step, CpuError> {
    let made = keyed::set(nodes.iter().flat_map(|node| node.outputs.iter().map(String::as_str)));
    let members = keyed::set(nodes.iter().map(|&node| std::ptr::from_ref(node)));
    let outside = all.iter().filter(|&&node| !members.contains(&std::ptr::from_ref(node)));
    let mut wanted = keyed::set(outside.flat_map(|node| node.inputs.iter().map(String::as_str)));
    wanted.extend(model.outputs.iter().map(|port| port.name.as_str()));
    let port = |name: &str| {
        let given = model.inputs.iter().chain(&model.outputs).find(|port| port.name == name);
        let element = infos.get(name).map_or(ml_onnx::ElementType::F32, |info| info.element);
        // What the model says of its own inputs is checked when they come; the rest is for rten to find out.
        Port { name: name.into(), element, dims: given.filter(|_| !made.contains(name)).and_then(|p| p.dims.clone()) }
    };
    let mut inputs: Vec<Port> = Vec::new();
    for name in nodes.iter().flat_map(|node| &node.inputs) {
        let known = made.contains(name.as_str()) || model.constants.contains_key(name);
        if !name.is_empty() && !known && !inputs.iter().any(|port| port.name == *name) {
            inputs.push(port(name));
        }
    }
    let names = nodes.iter().flat_map(|node| &node.outputs);
    let outputs: Vec<Port> =
        names.filter(|name| !name.is_empty() && wanted.contains(name.as_str())).map(|name| port(name)).collect();
    let inside = inputs.iter().map(|port| places.find(model, &port.name)).collect::<Result<_, _>>()?;
    let slots = outputs.iter().map(|port| Some(places.slot(&port.name))).collect();
    let nodes = nodes.iter().map(|&node| node.clone()).collect();
    let action = Action::Neural(Box::new(Segment::new(model, nodes, inputs, outputs)?));
    Ok(Step { action, inputs: inside, outputs: slots, last: Vec::new() })
}

/// Notes after which step each slot is free.
fn release(steps: &mut [Step], outputs: &[Place]) {
    let mut kept = keyed::set(outputs.iter().filter_map(|place| match place {
        Place::Slot(slot) => Some(*slot),
        Place::Constant(_) => None,
    }));
    for step in steps.iter_mut().rev() {
        let used = step.inputs.iter().flatten().filter_map(|(_, place)| match place {
            Place::Slot(slot) => Some(*slot),
            Place::Constant(_) => None,
        });
        let slots = keyed::set(used.chain(step.outputs.iter().flatten().copied()));
        step.last = slots.into_iter().filter(|&slot| kept.insert(slot)).collect();
    }
}
