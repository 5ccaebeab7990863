//! Features picked out and put together.

use ml_onnx::{Data, Node, Tensor};

use super::rows::floats;
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

/// Columns picked by their positions.
#[allow(clippy::unnecessary_wraps)] // as its neighbours
pub(super) fn extractor(_node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    Ok(closure(|inputs| {
        let (tensor, wanted) = (input(inputs, 0)?, input(inputs, 1)?);
        let positions: Vec<i64> = match wanted.data() {
            Data::I64(values) => values.clone(),
            Data::I32(values) => values.iter().map(|&v| i64::from(v)).collect(),
            other => return Err(Reason(format!("its positions are {:?}, not integers.", other.element_type()))),
        };
        let Some((&columns, rows)) = tensor.shape().split_last() else {
            return Err("its input is a single value, but features are wanted.".into());
        };
        let positions = positions
            .iter()
            .map(|&position| usize::try_from(position).ok().filter(|&p| p < columns))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| Reason(format!("it wants a feature that is not among the {columns}.")))?;
        if positions.is_empty() {
            return Err("it wants no feature at all.".into());
        }
        let mut shape = if rows.is_empty() { vec![1] } else { rows.to_vec() };
        shape.push(positions.len());
        elements(&shape)?;
        let data = match tensor.data() {
            Data::F32(values) => Data::F32(columns_of(values, columns, &positions)),
            Data::F64(values) => Data::F64(columns_of(values, columns, &positions)),
            Data::I8(values) => Data::I8(columns_of(values, columns, &positions)),
            Data::U8(values) => Data::U8(columns_of(values, columns, &positions)),
            Data::I32(values) => Data::I32(columns_of(values, columns, &positions)),
            Data::I64(values) => Data::I64(columns_of(values, columns, &positions)),
            Data::Bool(values) => Data::Bool(columns_of(values, columns, &positions)),
            Data::String(values) => Data::String(columns_of(values, columns, &positions)),
        };
        one(shape, data)
    }))
}

fn columns_of<T: Clone>(values: &[T], columns: usize, positions: &[usize]) -> Vec<T> {
    values.chunks_exact(columns.max(1)).flat_map(|row| positions.iter().filter_map(|&p| row.get(p).cloned())).collect()
}

/// Inputs next to each other, each cut or padded with zeros to its `inputdimensions`.
pub(super) fn vectorizer(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let widths = node.ints("inputdimensions").unwrap_or_default();
    let widths = widths.iter().map(|&w| usize::try_from(w).ok()).collect::<Option<Vec<_>>>();
    let widths = widths.ok_or("one of its inputdimensions is negative.")?;
    if !widths.is_empty() && widths.len() != node.inputs.len() {
        return Err(Reason(format!("it has {} inputs but {} inputdimensions.", node.inputs.len(), widths.len())));
    }
    Ok(closure(move |inputs| {
        let tensors = (0..inputs.len()).map(|i| input(inputs, i)).collect::<Result<Vec<_>, _>>()?;
        let own: Vec<(usize, usize)> = tensors.iter().map(|tensor| rows_of(tensor)).collect();
        let count = own.first().map_or(0, |(count, _)| *count);
        if own.iter().any(|(other, _)| *other != count) {
            return Err("its inputs have different numbers of rows.".into());
        }
        let width = |position: usize| widths.get(position).copied().unwrap_or(own[position].1);
        let total: usize = (0..tensors.len()).map(width).fold(0, usize::saturating_add);
        let mut values = vec![0.0_f32; elements(&[count, total])?];
        let mut start = 0;
        for (position, tensor) in tensors.iter().enumerate() {
            let (features, wide) = (own[position].1, width(position));
            let given = floats(tensor)?;
            let rows = values.chunks_exact_mut(total.max(1)).zip(given.chunks_exact(features.max(1)));
            for (row, given) in rows {
                let place = row.get_mut(start..start + wide).unwrap_or_default();
                place.iter_mut().zip(given).for_each(|(value, given)| *value = *given);
            }
            start += wide;
        }
        one(vec![count, total], Data::F32(values))
    }))
}

/// Rows and what each has, flattened; what has one dimension is one row.
fn rows_of(tensor: &Tensor) -> (usize, usize) {
    match tensor.shape() {
        [] => (1, 1),
        [features] => (1, *features),
        [count, rest @ ..] => (*count, rest.iter().product()),
    }
}

/// The scores as they are: what the map adds is the labels, which the model has anyway.
#[allow(clippy::unnecessary_wraps)] // as its neighbours
pub(super) fn zip_map(_node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    Ok(closure(|inputs| {
        let tensor = input(inputs, 0)?;
        // A single row without a dimension of its own.
        let shape = match tensor.shape() {
            [classes] => vec![1, *classes],
            shape => shape.to_vec(),
        };
        one(shape, tensor.data().clone())
    }))
}
