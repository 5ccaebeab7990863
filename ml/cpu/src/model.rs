//! A model, ready to run.

use ml_onnx::{Dim, ElementType, Model, Port, Tensor};

use crate::control::Runs;
use crate::error::CpuError;
use crate::neural::{Given, unbroken};
use crate::plan::{Action, Place, Plan, Step};

/// A model whose nodes have been prepared for this computer's processor.
pub struct CpuModel {
    inputs: Vec<Port>,
    outputs: Vec<String>,
    plan: Plan,
}

impl CpuModel {
    /// Prepares a model: neural nodes for rten, the others for our own kernels. What rten
    /// multiplies with is copied once; our own kernels share the model's weights.
    ///
    /// # Errors
    /// [`CpuError::Unsupported`] naming the first node that nothing here computes, [`CpuError::Load`].
    pub fn new(model: &Model) -> Result<Self, CpuError> {
        let inner = |model: &Model| Ok(Box::new(Self::new(model)?) as Box<dyn Runs>);
        let plan = unbroken(|| Plan::new(model, &inner))?;
        let outputs = model.outputs.iter().map(|port| port.name.clone()).collect();
        Ok(Self { inputs: model.inputs.clone(), outputs, plan })
    }

    /// Computes the outputs, in the model's order, for inputs in any order.
    ///
    /// # Errors
    /// [`CpuError`] when the inputs are not those that the model wants, or a node cannot compute what it got.
    pub fn run(&self, inputs: Vec<(String, Tensor)>) -> Result<Vec<(String, Tensor)>, CpuError> {
        unbroken(|| self.compute(inputs))
    }

    fn compute(&self, inputs: Vec<(String, Tensor)>) -> Result<Vec<(String, Tensor)>, CpuError> {
        let mut slots: Vec<Option<Tensor>> = Vec::new();
        slots.resize_with(self.plan.slots, || None);
        self.place(inputs, &mut slots)?;
        for step in &self.plan.steps {
            self.step(step, &mut slots)?;
        }
        let mut results = Vec::with_capacity(self.outputs.len());
        for (position, (name, &place)) in self.outputs.iter().zip(&self.plan.outputs).enumerate() {
            let again = self.plan.outputs.iter().skip(position + 1).any(|&other| other == place);
            let tensor = match place {
                Place::Constant(index) => self.plan.constants.get(index).cloned(),
                Place::Slot(slot) if again => slots.get(slot).cloned().flatten(),
                Place::Slot(slot) => slots.get_mut(slot).and_then(Option::take),
            };
            let missing = || CpuError::Run { reason: format!("the output {name} was not computed.") };
            results.push((name.clone(), tensor.ok_or_else(missing)?));
        }
        Ok(results)
    }

    /// Checks the inputs and puts each into its slot.
    fn place(&self, inputs: Vec<(String, Tensor)>, slots: &mut [Option<Tensor>]) -> Result<(), CpuError> {
        for (name, tensor) in inputs {
            let Some(position) = self.inputs.iter().position(|port| port.name == name) else {
                return Err(CpuError::UnknownInput { name, wanted: self.wanted() });
            };
            let port = &self.inputs[position];
            if !fits(port, &tensor) {
                let given = shape_in_words(tensor.element_type(), tensor.shape().iter().map(ToString::to_string));
                return Err(CpuError::WrongInput { name, wanted: port_in_words(port), given });
            }
            let Some(slot) = self.plan.inputs.get(position).and_then(|&slot| slots.get_mut(slot)) else { continue };
            if slot.replace(tensor).is_some() {
                return Err(CpuError::RepeatedInput { name });
            }
        }
        let mut given = self.inputs.iter().zip(&self.plan.inputs);
        match given.find(|(_, slot)| slots.get(**slot).is_none_or(Option::is_none)) {
            Some((port, _)) => Err(CpuError::MissingInput { name: port.name.clone(), wanted: self.wanted() }),
            None => Ok(()),
        }
    }

    fn step(&self, step: &Step, slots: &mut [Option<Tensor>]) -> Result<(), CpuError> {
        let results = match &step.action {
            Action::Own { node, operator, kernel } => {
                let inputs: Vec<Option<&Tensor>> = step
                    .inputs
                    .iter()
                    .map(|input| input.as_ref().and_then(|(_, place)| self.read(*place, slots)))
                    .collect();
                kernel.run(&inputs).map_err(|reason| CpuError::Node {
                    node: node.clone(),
                    operator: operator.clone(),
                    reason: reason.0,
                })?
            }
            Action::Neural(segment) => {
                // What nobody needs later is given away, so that it can be overwritten.
                let mut free: Vec<Option<Tensor>> = Vec::with_capacity(step.inputs.len());
                for (_, place) in step.inputs.iter().flatten() {
                    free.push(match place {
                        Place::Slot(slot) if step.last.contains(slot) => slots.get_mut(*slot).and_then(Option::take),
                        _ => None,
                    });
                }
                let mut given = Vec::with_capacity(step.inputs.len());
                for ((name, place), own) in step.inputs.iter().flatten().zip(free) {
                    let value = match own {
                        Some(tensor) => Given::Own(tensor),
                        None => Given::Shared(
                            self.read(*place, slots)
                                .ok_or_else(|| CpuError::Run { reason: format!("the value {name} is not there.") })?,
                        ),
                    };
                    given.push((name.as_str(), value));
                }
                segment.run(given)?
            }
        };
        for (slot, tensor) in step.outputs.iter().zip(results) {
            if let Some(place) = slot.and_then(|slot| slots.get_mut(slot)) {
                *place = Some(tensor);
            }
        }
        for &slot in &step.last {
            if let Some(place) = slots.get_mut(slot) {
                *place = None;
            }
        }
        Ok(())
    }

    fn read<'a>(&'a self, place: Place, slots: &'a [Option<Tensor>]) -> Option<&'a Tensor> {
        match place {
            Place::Constant(index) => self.plan.constants.get(index),
            Place::Slot(slot) => slots.get(slot).and_then(Option::as_ref),
        }
    }

    fn wanted(&self) -> String {
        let all: Vec<String> = self.inputs.iter().map(|p| format!("{} ({})", p.name, port_in_words(p))).collect();
        if all.is_empty() { "none".into() } else { all.join(", ") }
    }
}

impl Runs for CpuModel {
    fn run(&self, inputs: Vec<(String, Tensor)>) -> Result<Vec<(String, Tensor)>, CpuError> {
        Self::run(self, inputs)
    }
}

fn fits(port: &Port, tensor: &Tensor) -> bool {
    let dims = port.dims.as_ref().is_none_or(|dims| {
        let fits = |(dim, &length): (&Dim, &usize)| match dim {
            Dim::Known(wanted) => *wanted == length,
            Dim::Named(_) => true,
        };
        dims.len() == tensor.shape().len() && dims.iter().zip(tensor.shape()).all(fits)
    });
    port.element == tensor.element_type() && dims
}

fn port_in_words(port: &Port) -> String {
    match &port.dims {
        None => format!("{} of any shape", element_in_words(port.element)),
        Some(dims) => shape_in_words(
            port.element,
            dims.iter().map(|dim| match dim {
                Dim::Known(length) => length.to_string(),
                Dim::Named(name) if name.is_empty() => "?".into(),
                Dim::Named(name) => name.clone(),
            }),
        ),
    }
}

fn shape_in_words(element: ElementType, dims: impl Iterator<Item = String>) -> String {
    format!("{} [{}]", element_in_words(element), dims.collect::<Vec<_>>().join(", "))
}

fn element_in_words(element: ElementType) -> &'static str {
    match element {
        ElementType::F32 => "f32",
        ElementType::F64 => "f64",
        ElementType::I8 => "i8",
        ElementType::U8 => "u8",
        ElementType::I32 => "i32",
        ElementType::I64 => "i64",
        ElementType::Bool => "bool",
        ElementType::String => "text",
    }
}
