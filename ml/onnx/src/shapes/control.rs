//! Shapes of what branches and loops make: those of their graphs, where they do not depend on the data.

use std::collections::BTreeMap;

use super::{Call, Known, ShapeError, infer};
use crate::{ElementType, Graph, Model};

type Made = Result<Vec<Known>, ShapeError>;

pub(super) fn rule(call: &Call) -> Made {
    match call.node.operator.as_str() {
        "If" => branches(call),
        "Loop" => repeated(call),
        _ => scanned(call),
    }
}

/// What a graph makes when it is handed `handed`.
fn outputs(call: &Call, graph: &Graph, handed: Vec<Known>) -> Made {
    let mut model: Model = graph.model.clone();
    let mut inputs = BTreeMap::new();
    for (name, known) in model.inputs.iter().map(|port| port.name.clone()).zip(handed) {
        inputs.insert(name, known);
    }
    for name in graph.captured() {
        let at = call.node.inputs.iter().position(|input| input == name);
        let known =
            at.map(|at| call.input(at)).transpose()?.ok_or_else(|| call.invalid("what it uses is not there"))?;
        inputs.insert(name.to_owned(), known.clone());
    }
    for port in &mut model.inputs {
        // Types follow from what comes in.
        if let Some(known) = inputs.get(&port.name) {
            port.element = known.element;
            port.dims = None;
        }
    }
    let shapes = infer(&model, &inputs)?;
    let made = model.outputs.iter().map(|port| shapes.values.get(&port.name).cloned());
    made.collect::<Option<_>>().ok_or_else(|| call.invalid("its graph does not give what it says"))
}

fn graph<'a>(call: &Call<'a>, name: &str) -> Result<&'a Graph, ShapeError> {
    call.node.graph(name).ok_or_else(|| call.invalid(format!("it lacks its graph {name}")))
}

fn branches(call: &Call) -> Made {
    let branch = |name| outputs(call, graph(call, name)?, Vec::new());
    if let Some(&[condition]) = call.input(0)?.integers().as_deref() {
        return branch(if condition != 0 { "then_branch" } else { "else_branch" });
    }
    let mut made = branch("then_branch")?;
    let others = branch("else_branch")?;
    for (one, other) in made.iter_mut().zip(&others) {
        if one.shape != other.shape || one.element != other.element {
            return Err(call.data_dependent());
        }
        one.value = None;
    }
    Ok(made)
}

fn repeated(call: &Call) -> Made {
    let body = graph(call, "body")?;
    let one = |element| Known::new(element, Vec::new());
    let mut carried = Vec::new();
    for at in 2..body.handed {
        let known = call.input(at)?;
        carried.push(Known::new(known.element, known.shape.clone()));
    }
    let handed = [one(ElementType::I64), one(ElementType::Bool)].into_iter().chain(carried.iter().cloned()).collect();
    let mut made = outputs(call, body, handed)?.into_iter();
    let goes_on = made.next().and_then(|known| known.integers());
    let kept: Vec<Known> = made.by_ref().take(carried.len()).collect();
    // What changes its shape on the way ends with one that nobody knows.
    if kept.iter().zip(&carried).any(|(one, other)| one.shape != other.shape) {
        return Err(call.data_dependent());
    }
    let collected: Vec<Known> = made.collect();
    let mut all = carried;
    if !collected.is_empty() {
        let runs = call.integers(0)?.and_then(|runs| runs.first().copied());
        let (Some(runs), Some([1])) = (runs, goes_on.as_deref()) else { return Err(call.data_dependent()) };
        let runs = call.length(runs.max(0))?;
        all.extend(collected.into_iter().map(|known| {
            let shape = std::iter::once(runs).chain(known.shape).collect();
            Known::new(known.element, shape)
        }));
    }
    Ok(all)
}

fn scanned(call: &Call) -> Made {
    let body = graph(call, "body")?;
    let scans = usize::try_from(call.node.int("num_scan_inputs", 0)).unwrap_or(0);
    let states = body.handed.checked_sub(scans).ok_or_else(|| call.invalid("it scans more than it is given"))?;
    let axes = |name: &str, at: usize| call.node.ints(name).and_then(|axes| axes.get(at)).copied().unwrap_or(0);
    let mut steps = None;
    let mut handed = Vec::new();
    for at in 0..body.handed {
        let known = call.input(at)?;
        let mut shape = known.shape.clone();
        if at >= states {
            let axis = call.axis(axes("scan_input_axes", at - states), shape.len())?;
            let length = shape.remove(axis);
            if *steps.get_or_insert(length) != length {
                return Err(call.invalid("what it scans differs in length"));
            }
        }
        handed.push(Known::new(known.element, shape));
    }
    let mut made = outputs(call, body, handed)?;
    for (at, known) in made.iter_mut().enumerate() {
        known.value = None;
        if at >= states {
            let axis = call.axis(axes("scan_output_axes", at - states), known.shape.len() + 1)?;
            known.shape.insert(axis, steps.unwrap_or(0));
        }
    }
    Ok(made)
}
