//! Values made from shapes and limits.

use ml_onnx::{Data, ElementType, Node, Tensor};

use super::arguments::integers;
use super::arrange::lengths;
use super::cast::converted;
use super::strides::take;
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

pub(super) fn shape(node: &Node) -> Box<dyn Kernel> {
    let (start, end) = (node.int("start", 0), node.int("end", i64::MAX));
    closure(move |inputs| {
        let shape = input(inputs, 0)?.shape();
        let rank = shape.len() as i64;
        let place =
            |v: i64| usize::try_from(if v < 0 { v.saturating_add(rank) } else { v }.clamp(0, rank)).unwrap_or(0);
        let part = shape.get(place(start)..place(end)).unwrap_or_default();
        one(vec![part.len()], Data::I64(part.iter().map(|&d| d as i64).collect()))
    })
}

/// `EyeLike`: ones on a diagonal.
pub(super) fn diagonal(node: &Node, to: ElementType) -> Box<dyn Kernel> {
    let above = node.int("k", 0);
    closure(move |inputs| {
        let &[rows, columns] = input(inputs, 0)?.shape() else { return Err("its input is no matrix.".into()) };
        let on = |at: usize| (at % columns) as i64 - (at / columns) as i64 == above;
        let values = (0..rows * columns).map(|at| f32::from(u8::from(on(at)))).collect();
        one(vec![rows, columns], converted(&Data::F32(values), to)?)
    })
}

pub(super) fn size() -> Box<dyn Kernel> {
    closure(|inputs| one(Vec::new(), Data::I64(vec![input(inputs, 0)?.len() as i64])))
}

pub(super) fn range() -> Box<dyn Kernel> {
    closure(|inputs| {
        let limits = [input(inputs, 0)?, input(inputs, 1)?, input(inputs, 2)?];
        let datas = limits.map(Tensor::data);
        macro_rules! range {
            ($variant:ident, $type:ty, $start:expr, $end:expr, $step:expr) => {{
                let (Some(&start), Some(&end), Some(&step)) = ($start.first(), $end.first(), $step.first()) else {
                    return Err("one of its limits is empty.".into());
                };
                let count = ((end as f64 - start as f64) / step as f64).ceil().max(0.0);
                // Not a number of steps where a step is 0 or NaN.
                if !count.is_finite() {
                    return Err("its step never arrives.".into());
                }
                let count = elements(&[count as usize])?;
                Data::$variant((0..count).map(|i| (start as f64 + i as f64 * step as f64) as $type).collect())
            }};
        }
        let data = match datas {
            [Data::F32(a), Data::F32(b), Data::F32(c)] => range!(F32, f32, a, b, c),
            [Data::F64(a), Data::F64(b), Data::F64(c)] => range!(F64, f64, a, b, c),
            [Data::I32(a), Data::I32(b), Data::I32(c)] => range!(I32, i32, a, b, c),
            [Data::I64(a), Data::I64(b), Data::I64(c)] => range!(I64, i64, a, b, c),
            _ => return Err("its limits have different types.".into()),
        };
        one(vec![data.len()], data)
    })
}

/// `ConstantOfShape`
pub(super) fn constant(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let value = node.tensor("value").map_or(Data::F32(vec![0.0]), |tensor| tensor.data().clone());
    if value.len() != 1 {
        return Err("its value is not a single one.".into());
    }
    Ok(closure(move |inputs| {
        let shape = lengths(&integers(input(inputs, 0)?)?)?;
        let count = elements(&shape)?;
        one(shape, take(&value, &vec![0; count]))
    }))
}
