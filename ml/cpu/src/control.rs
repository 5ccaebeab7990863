//! `If`, `Loop` and `Scan`: models in a model.

use ml_onnx::{Data, Graph, Model, Node, Tensor};

use crate::error::CpuError;
use crate::kernel::{Kernel, Reason, input};
use crate::plain::{part, stacked};
use crate::types::{self, ValueInfo};

/// Times that a loop runs at most: the file is untrusted, and what a loop carries may grow with each run, so that so many runs
/// cost their square.
const MOST_RUNS: i64 = 1 << 14;

/// Whether a node of this name holds graphs.
pub(crate) fn is(node: &Node) -> bool {
    matches!(node.operator.as_str(), "If" | "Loop" | "Scan")
}

/// A model that runs, whatever it was made to run with: named inputs to outputs in its order.
pub(crate) trait Runs: Send + Sync {
    fn run(&self, inputs: Vec<(String, Tensor)>) -> Result<Vec<(String, Tensor)>, CpuError>;
}

/// Prepares a model.
pub(crate) type Prepare<'a> = dyn Fn(&Model) -> Result<Box<dyn Runs>, CpuError> + 'a;

/// Prepares such a node.
pub(crate) fn kernel(
    node: &Node,
    given: &[Option<ValueInfo>],
    prepare: &Prepare<'_>,
) -> Result<Box<dyn Kernel>, CpuError> {
    let inner = |name: &str| {
        let missing = || CpuError::Load { reason: format!("node {} lacks its graph {name}.", node.name) };
        Inner::new(node, node.graph(name).ok_or_else(missing)?, given, prepare)
    };
    Ok(match node.operator.as_str() {
        "If" => Box::new(Branches { then: inner("then_branch")?, otherwise: inner("else_branch")? }),
        "Loop" => Box::new(Loop { body: inner("body")?, handed: node.handed() }),
        _ => Box::new(Scan::new(node, inner("body")?)?),
    })
}

/// A model in a model.
struct Inner {
    model: Box<dyn Runs>,
    /// Names of what is handed over.
    handed: Vec<String>,
    /// Names of what it uses from around it, and the node's input that it is.
    captured: Vec<(String, usize)>,
    outputs: usize,
}

impl Inner {
    fn new(node: &Node, graph: &Graph, given: &[Option<ValueInfo>], prepare: &Prepare<'_>) -> Result<Self, CpuError> {
        let model = types::typed(node, graph, given);
        let handed = model.inputs.iter().take(graph.handed).map(|port| port.name.clone()).collect();
        let place = |name: &str| node.inputs.iter().position(|input| input == name);
        let captured = graph.captured().filter_map(|name| Some((name.to_owned(), place(name)?))).collect();
        Ok(Self { outputs: model.outputs.len(), model: prepare(&model)?, handed, captured })
    }

    /// Runs with `handed` values, among all the node's `inputs`.
    fn run(&self, handed: Vec<Tensor>, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let mut given: Vec<(String, Tensor)> = self.handed.iter().cloned().zip(handed).collect();
        for (name, place) in &self.captured {
            given.push((name.clone(), input(inputs, *place)?.clone()));
        }
        let made = self.model.run(given).map_err(|error| Reason(error.to_string()))?;
        Ok(made.into_iter().map(|(_, tensor)| tensor).collect())
    }
}

/// The only truth value of a tensor.
fn truth(tensor: &Tensor) -> Result<bool, Reason> {
    match tensor.data() {
        Data::Bool(values) if values.len() == 1 => Ok(values[0]),
        _ => Err("its condition is not one truth value.".into()),
    }
}

struct Branches {
    then: Inner,
    otherwise: Inner,
}

impl Kernel for Branches {
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let branch = if truth(input(inputs, 0)?)? { &self.then } else { &self.otherwise };
        branch.run(Vec::new(), inputs)
    }
}

struct Loop {
    body: Inner,
    handed: usize,
}

impl Kernel for Loop {
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let own = |at: usize| (at < self.handed).then(|| inputs.get(at).copied().flatten()).flatten();
        let most = match own(0).map(Tensor::data) {
            None => i64::MAX,
            Some(Data::I64(values)) if values.len() == 1 => values[0],
            Some(_) => return Err("its number of runs is not one whole number.".into()),
        };
        let mut goes_on = own(1).map(truth).transpose()?.unwrap_or(true);
        let mut carried: Vec<Tensor> =
            (2..self.handed).map(|at| input(inputs, at).cloned()).collect::<Result<_, _>>()?;
        let states = carried.len();
        let mut scanned: Vec<Vec<Tensor>> = vec![Vec::new(); self.body.outputs.saturating_sub(1 + states)];
        let mut run = 0;
        while goes_on && run < most {
            if run == MOST_RUNS {
                return Err(Reason(format!("it runs more than {MOST_RUNS} times.")));
            }
            let mut handed = vec![
                Tensor::new(Vec::new(), Data::I64(vec![run]))?,
                Tensor::new(Vec::new(), Data::Bool(vec![goes_on]))?,
            ];
            handed.append(&mut carried);
            let mut made = self.body.run(handed, inputs)?.into_iter();
            goes_on = truth(&made.next().ok_or("its body gives nothing.")?)?;
            carried = made.by_ref().take(states).collect();
            scanned.iter_mut().zip(made).for_each(|(list, tensor)| list.push(tensor));
            run += 1;
        }
        for list in scanned {
            carried.push(stacked(&list, 0)?);
        }
        Ok(carried)
    }
}

struct Scan {
    body: Inner,
    states: usize,
    scans: usize,
    input_axes: Vec<i64>,
    output_axes: Vec<i64>,
    input_backwards: Vec<bool>,
    output_backwards: Vec<bool>,
}

impl Scan {
    fn new(node: &Node, body: Inner) -> Result<Self, CpuError> {
        let fault = |reason: &str| CpuError::Load { reason: format!("node {} (Scan) {reason}.", node.name) };
        let scans = usize::try_from(node.int("num_scan_inputs", 0)).unwrap_or(0);
        let states = node.handed().checked_sub(scans).ok_or_else(|| fault("has fewer inputs than it scans"))?;
        let outputs = body.outputs.checked_sub(states).ok_or_else(|| fault("gives fewer values than it keeps"))?;
        if scans == 0 {
            return Err(fault("scans nothing"));
        }
        let list = |name: &str, length: usize| match node.ints(name) {
            None => Ok(vec![0; length]),
            Some(values) if values.len() == length => Ok(values.to_vec()),
            Some(_) => Err(fault(&format!("has another number of {name} than of what they are for"))),
        };
        let flags = |values: Vec<i64>| values.into_iter().map(|value| value != 0).collect();
        Ok(Self {
            states,
            scans,
            input_axes: list("scan_input_axes", scans)?,
            output_axes: list("scan_output_axes", outputs)?,
            input_backwards: flags(list("scan_input_directions", scans)?),
            output_backwards: flags(list("scan_output_directions", outputs)?),
            body,
        })
    }
}

impl Kernel for Scan {
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let mut states: Vec<Tensor> =
            (0..self.states).map(|at| input(inputs, at).cloned()).collect::<Result<_, _>>()?;
        let scanned: Vec<&Tensor> =
            (0..self.scans).map(|at| input(inputs, self.states + at)).collect::<Result<_, _>>()?;
        let length = |(tensor, &axis): (&&Tensor, &i64)| {
            let rank = tensor.shape().len() as i64;
            let axis = if axis < 0 { axis + rank } else { axis };
            usize::try_from(axis).ok().and_then(|axis| tensor.shape().get(axis).copied())
        };
        let lengths: Option<Vec<usize>> = scanned.iter().zip(&self.input_axes).map(length).collect();
        let lengths = lengths.ok_or("it scans along an axis that is not there.")?;
        let steps = lengths[0];
        if lengths.iter().any(|&length| length != steps) {
            return Err("what it scans differs in length.".into());
        }
        let mut made: Vec<Vec<Tensor>> = vec![Vec::new(); self.output_axes.len()];
        for step in 0..steps {
            let count = states.len();
            let mut handed = std::mem::take(&mut states);
            for (at, tensor) in scanned.iter().enumerate() {
                let step = if self.input_backwards[at] { steps - 1 - step } else { step };
                handed.push(part(tensor, self.input_axes[at], step)?);
            }
            let mut outputs = self.body.run(handed, inputs)?.into_iter();
            states = outputs.by_ref().take(count).collect();
            made.iter_mut().zip(outputs).for_each(|(list, tensor)| list.push(tensor));
        }
        for ((mut list, &axis), &backwards) in made.into_iter().zip(&self.output_axes).zip(&self.output_backwards) {
            if backwards {
                list.reverse();
            }
            states.push(stacked(&list, axis)?);
        }
        Ok(states)
    }
}
