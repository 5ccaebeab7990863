//! Scores that a file gives column by column, each as an output of its own.

use std::collections::HashMap;

use ml_onnx::{Data, Domain, Model, Node, Tensor};

use crate::graph;

/// Outputs that are the columns of one value, in their order; none where the columns are not all there.
pub(super) fn together(model: &Model, makers: &HashMap<&str, &Node>) -> Vec<usize> {
    let columns: Vec<Option<(&str, usize)>> =
        model.outputs.iter().map(|port| column(model, graph::origin(makers, &port.name)?)).collect();
    let Some((of, _)) = columns.iter().flatten().next() else { return Vec::new() };
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (output, column) in columns.iter().enumerate() {
        found.extend(column.filter(|(value, _)| value == of).map(|(_, at)| (at, output)));
    }
    found.sort_unstable();
    let whole = found.len() > 1 && found.iter().enumerate().all(|(place, (at, _))| place == *at);
    if whole { found.into_iter().map(|(_, output)| output).collect() } else { Vec::new() }
}

/// The value that a node takes one column of, and which.
fn column<'m>(model: &Model, node: &'m Node) -> Option<(&'m str, usize)> {
    if node.domain != Domain::Onnx || node.operator != "Slice" {
        return None;
    }
    let told = |place: usize, name: &str| match node.inputs.get(place).and_then(|input| model.constants.get(input)) {
        Some(tensor) => match tensor.data() {
            Data::I64(values) => Some(values.clone()),
            Data::I32(values) => Some(values.iter().map(|&value| i64::from(value)).collect()),
            _ => None,
        },
        None => node.ints(name).map(<[i64]>::to_vec),
    };
    let [start] = told(1, "starts")?[..] else { return None };
    let one = told(2, "ends")? == [start + 1] && told(3, "axes")? == [1];
    let of = node.inputs.first().filter(|_| one)?;
    Some((of, usize::try_from(start).ok()?))
}

/// The outputs with the columns of `rows` rows put together in the place of the first, the others emptied.
pub(super) fn joined(outputs: &[(String, Tensor)], columns: &[usize], rows: usize) -> Option<Vec<(String, Tensor)>> {
    let parts: Vec<&[f32]> = columns.iter().map(|&at| outputs.get(at)?.1.as_f32()).collect::<Option<_>>()?;
    if parts.is_empty() || parts.iter().any(|part| part.len() != rows) {
        return None;
    }
    let values = (0..rows).flat_map(|row| parts.iter().map(move |part| part[row])).collect();
    let whole = Tensor::new(vec![rows, columns.len()], Data::F32(values)).ok()?;
    let mut outputs = outputs.to_vec();
    for &at in columns {
        outputs[at].1 = Tensor::new(vec![0], Data::F32(Vec::new())).ok()?;
    }
    outputs.get_mut(*columns.first()?)?.1 = whole;
    Some(outputs)
}
