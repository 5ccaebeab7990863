//! Numbers of eight or 16 bits with a scale and a zero point, as onnxruntime rounds them: ties to even, and no further than the
//! type goes.

use ml_onnx::{Data, ElementType, Node, Tensor, proto};

use super::arguments::axis;
use super::cast::converted;
use super::convolve;
use super::strides::{around, broadcast, stretched};
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

/// The elements as integers.
pub(super) fn whole(tensor: &Tensor) -> Result<Vec<i32>, Reason> {
    match tensor.data() {
        Data::I8(values) => Ok(values.iter().map(|&v| i32::from(v)).collect()),
        Data::U8(values) => Ok(values.iter().map(|&v| i32::from(v)).collect()),
        Data::I32(values) => Ok(values.clone()),
        other => {
            Err(Reason(format!("it is given {:?} where integers of 8 or 32 bits are wanted.", other.element_type())))
        }
    }
}

/// Scales, or numbers that are to be quantised.
pub(super) fn floats(tensor: &Tensor) -> Result<Vec<f32>, Reason> {
    match converted(tensor.data(), ElementType::F32)? {
        Data::F32(values) => Ok(values),
        _ => Err("its scales are no numbers.".into()),
    }
}

/// The only element.
fn single<T: Copy>(values: &[T], what: &str) -> Result<T, Reason> {
    match values {
        [value] => Ok(*value),
        _ => Err(Reason(format!("its {what} is not one number."))),
    }
}

/// The least and the most that a type holds; `code` is its number in the file where it is held in a wider one.
fn limits(element: ElementType, code: i64) -> Result<(f32, f32), Reason> {
    match (element, code) {
        (ElementType::I8, _) => Ok((-128.0, 127.0)),
        (ElementType::U8, _) => Ok((0.0, 255.0)),
        (ElementType::I32, proto::INT16) => Ok((-32_768.0, 32_767.0)),
        (ElementType::I32, proto::UINT16) => Ok((0.0, 65_535.0)),
        (other, _) => Err(Reason(format!("it quantises to {other:?}, and only integers of 8 and 16 bits run here."))),
    }
}

fn packed(values: Vec<f32>, element: ElementType) -> Data {
    match element {
        ElementType::I32 => Data::I32(values.into_iter().map(|v| v as i32).collect()),
        ElementType::I8 => Data::I8(values.into_iter().map(|v| v as i8).collect()),
        _ => Data::U8(values.into_iter().map(|v| v as u8).collect()),
    }
}

/// For each element of `shape` the place of its scale: one for all, one for each slice along an axis, or one for each
/// block along it.
fn places(shape: &[usize], scale: &Tensor, along: i64, block: usize) -> Result<Vec<usize>, Reason> {
    let count = elements(shape)?;
    if scale.len() == 1 {
        return Ok(vec![0; count]);
    }
    let along = axis(along, shape.len())?;
    let (_, length, after) = around(shape, along);
    let at = |i: usize| i / after % length;
    if scale.shape().len() == 1 && block == 0 {
        return match scale.len() == length {
            true => Ok((0..count).map(at).collect()),
            false => Err(Reason(format!("it has {} scales for {length} slices.", scale.len()))),
        };
    }
    let blocks = length.div_ceil(block.max(1));
    let mut wanted = shape.to_vec();
    wanted[along] = blocks;
    if block == 0 || scale.shape() != wanted {
        return Err(Reason(format!("its scales of shape {:?} do not fit {shape:?}.", scale.shape())));
    }
    Ok((0..count).map(|i| (i / after / length * blocks + at(i) / block) * after + i % after).collect())
}

fn block(node: &Node) -> usize {
    usize::try_from(node.int("block_size", 0)).unwrap_or(0)
}

/// `QuantizeLinear`
pub(super) fn quantise(node: &Node, to: ElementType) -> Result<Box<dyn Kernel>, Reason> {
    let (least, most) = limits(to, node.int("output_dtype", 0))?;
    let (along, block) = (node.int("axis", 1), block(node));
    Ok(closure(move |inputs| {
        let (tensor, scale) = (input(inputs, 0)?, input(inputs, 1)?);
        let places = places(tensor.shape(), scale, along, block)?;
        let (values, scales) = (floats(tensor)?, floats(scale)?);
        let zeros = match inputs.get(2).copied().flatten() {
            Some(zeros) => whole(zeros)?,
            None => vec![0; scales.len()],
        };
        if zeros.len() != scales.len() {
            return Err("it has another number of zero points than scales.".into());
        }
        let one_of = |(value, place): (&f32, usize)| {
            ((value / scales[place]).round_ties_even() + zeros[place] as f32).clamp(least, most)
        };
        one(tensor.shape().to_vec(), packed(values.iter().zip(places).map(one_of).collect(), to))
    }))
}

/// `DequantizeLinear`
pub(super) fn dequantise(node: &Node) -> Box<dyn Kernel> {
    let (along, block) = (node.int("axis", 1), block(node));
    closure(move |inputs| {
        let (tensor, scale) = (input(inputs, 0)?, input(inputs, 1)?);
        let places = places(tensor.shape(), scale, along, block)?;
        let (values, scales) = (whole(tensor)?, floats(scale)?);
        let zeros = match inputs.get(2).copied().flatten() {
            Some(zeros) => whole(zeros)?,
            None => vec![0; scales.len()],
        };
        if zeros.len() != scales.len() {
            return Err("it has another number of zero points than scales.".into());
        }
        let one_of = |(&value, place): (&i32, usize)| value.wrapping_sub(zeros[place]) as f32 * scales[place];
        let result = Data::F32(values.iter().zip(places).map(one_of).collect());
        one(tensor.shape().to_vec(), converted(&result, scale.element_type())?)
    })
}

/// Numbers quantised to a byte with the scale and the zero point that their least and their most ask for.
fn dynamic(values: impl Iterator<Item = f32> + Clone) -> (Vec<f32>, f32, f32) {
    let least = values.clone().fold(0.0, f32::min);
    let most = values.clone().fold(0.0, f32::max);
    let scale = if most == least { 1.0 } else { (most - least) / 255.0 };
    let zero = (-least / scale).clamp(0.0, 255.0).round_ties_even();
    (values.map(|v| ((v / scale).round_ties_even() + zero).clamp(0.0, 255.0)).collect(), scale, zero)
}

/// Makes numbers what is left of them when they are quantised so.
pub(super) fn rounded(values: &mut [f64]) {
    let (quantised, scale, zero) = dynamic(values.iter().map(|&v| v as f32));
    values.iter_mut().zip(quantised).for_each(|(value, q)| *value = f64::from(q - zero) * f64::from(scale));
}

/// `DynamicQuantizeLinear`
pub(super) fn by_itself() -> Box<dyn Kernel> {
    closure(|inputs| {
        let tensor = input(inputs, 0)?;
        let (quantised, scale, zero) = dynamic(floats(tensor)?.into_iter());
        Ok(vec![
            Tensor::new(tensor.shape().to_vec(), packed(quantised, ElementType::U8))?,
            Tensor::new(Vec::new(), Data::F32(vec![scale]))?,
            Tensor::new(Vec::new(), Data::U8(vec![zero as u8]))?,
        ])
    })
}

/// Sums of products of whole numbers, with their shape.
struct Product {
    shape: Vec<usize>,
    sums: Vec<i32>,
    columns: usize,
}

/// Takes away zero points: one for all, or one for each row (`rows`) or column of the last two dimensions.
fn centred(tensor: &Tensor, zero: Option<&Tensor>, rows: bool) -> Result<Vec<i32>, Reason> {
    let mut values = whole(tensor)?;
    let Some(zero) = zero else { return Ok(values) };
    let zeros = whole(zero)?;
    let columns = tensor.shape().last().copied().unwrap_or(1).max(1);
    let height = tensor.shape().iter().rev().nth(1).copied().unwrap_or(1).max(1);
    if zeros.len() != 1 && zeros.len() != (if rows { height } else { columns }) {
        return Err(Reason(format!("its zero point has shape {:?}.", zero.shape())));
    }
    for (at, value) in values.iter_mut().enumerate() {
        let place = if rows { at / columns % height } else { at % columns };
        *value -= zeros[if zeros.len() == 1 { 0 } else { place }];
    }
    Ok(values)
}

fn multiply(a: &Tensor, a_zero: Option<&Tensor>, b: &Tensor, b_zero: Option<&Tensor>) -> Result<Product, Reason> {
    let ([left @ .., rows, inner], [right @ .., depth, columns]) = (a.shape(), b.shape()) else {
        return Err("it multiplies matrices only.".into());
    };
    if inner != depth {
        return Err(Reason(format!("matrices {:?} and {:?} do not fit each other.", a.shape(), b.shape())));
    }
    let (first, second) = (centred(a, a_zero, true)?, centred(b, b_zero, false)?);
    let batch = broadcast(&[left, right])?;
    let mut shape = batch.clone();
    shape.extend([*rows, *columns]);
    let mut sums = vec![0_i32; elements(&shape)?];
    let starts = stretched(left, &batch)?.into_iter().zip(stretched(right, &batch)?);
    for (result, (i, j)) in sums.chunks_exact_mut((rows * columns).max(1)).zip(starts) {
        for (row, line) in result.chunks_exact_mut((*columns).max(1)).enumerate() {
            for k in 0..*inner {
                let factor = first[(i * rows + row) * inner + k];
                let others = &second[(j * inner + k) * columns..(j * inner + k + 1) * columns];
                line.iter_mut()
                    .zip(others)
                    .for_each(|(sum, other)| *sum = sum.wrapping_add(factor.wrapping_mul(*other)));
            }
        }
    }
    Ok(Product { shape, sums, columns: (*columns).max(1) })
}

/// `MatMulInteger`
pub(super) fn mat_mul_integer() -> Box<dyn Kernel> {
    closure(|inputs| {
        let zero = |at: usize| inputs.get(at).copied().flatten();
        let product = multiply(input(inputs, 0)?, zero(2), input(inputs, 1)?, zero(3))?;
        one(product.shape, Data::I32(product.sums))
    })
}

/// Scale and zero point at two positions.
fn told(inputs: &[Option<&Tensor>], scale: usize) -> Result<(Vec<f32>, i32), Reason> {
    let zero = match inputs.get(scale + 1).copied().flatten() {
        Some(zero) => single(&whole(zero)?, "zero point")?,
        None => 0,
    };
    Ok((floats(input(inputs, scale)?)?, zero))
}

/// A sum of products as a quantised number.
fn requantised(sum: i32, scale: f32, zero: i32, (least, most): (f32, f32)) -> f32 {
    (sum as f32 * scale).round_ties_even().clamp(least - zero as f32, most - zero as f32) + zero as f32
}

/// `QLinearMatMul`
pub(super) fn q_mat_mul(to: ElementType) -> Result<Box<dyn Kernel>, Reason> {
    let limits = limits(to, 0)?;
    Ok(closure(move |inputs| {
        let zero = |at: usize| inputs.get(at).copied().flatten();
        let product = multiply(input(inputs, 0)?, zero(2), input(inputs, 3)?, zero(5))?;
        let a_scale = single(&floats(input(inputs, 1)?)?, "first scale")?;
        let b_scales = floats(input(inputs, 4)?)?;
        let (scale, zero) = told(inputs, 6)?;
        let scale = single(&scale, "scale")?;
        if b_scales.len() != 1 && b_scales.len() != product.columns {
            return Err("it has another number of scales than columns.".into());
        }
        let one_of = |(at, &sum): (usize, &i32)| {
            let b_scale = b_scales[if b_scales.len() == 1 { 0 } else { at % product.columns }];
            requantised(sum, a_scale * b_scale / scale, zero, limits)
        };
        let values = product.sums.iter().enumerate().map(one_of).collect();
        one(product.shape, packed(values, to))
    }))
}

/// Sums of a convolution of whole numbers: computed with doubles, which hold them exactly.
struct Sums {
    shape: Vec<usize>,
    values: Vec<i32>,
}

fn convolved(
    kernel: &dyn Kernel,
    x: (&Tensor, Option<&Tensor>),
    w: (&Tensor, Option<&Tensor>),
) -> Result<Sums, Reason> {
    let doubles = |(tensor, zero): (&Tensor, Option<&Tensor>)| {
        let zeros = zero.map(whole).transpose()?.unwrap_or_else(|| vec![0]);
        let first = tensor.shape().first().copied().unwrap_or(1).max(1);
        if zeros.len() != 1 && zeros.len() != first {
            return Err(Reason("its zero points do not fit its kernels.".into()));
        }
        let each = (tensor.len() / first).max(1);
        let value = |(at, v): (usize, i32)| f64::from(v - zeros[if zeros.len() == 1 { 0 } else { at / each }]);
        let values = whole(tensor)?.into_iter().enumerate().map(value).collect();
        Ok::<_, Reason>(Tensor::new(tensor.shape().to_vec(), Data::F64(values))?)
    };
    let (x, w) = (doubles(x)?, doubles(w)?);
    let made = kernel.run(&[Some(&x), Some(&w)])?.into_iter().next().ok_or("its convolution gave nothing.")?;
    let (shape, data) = made.into_parts();
    let Data::F64(values) = data else { return Err("its convolution gave no doubles.".into()) };
    Ok(Sums { shape, values: values.into_iter().map(|v| v as i32).collect() })
}

/// `ConvInteger`
pub(super) fn conv_integer(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let kernel = convolve::conv(node)?;
    Ok(closure(move |inputs| {
        let zero = |at: usize| inputs.get(at).copied().flatten();
        let sums = convolved(&*kernel, (input(inputs, 0)?, zero(2)), (input(inputs, 1)?, zero(3)))?;
        one(sums.shape, Data::I32(sums.values))
    }))
}

/// `QLinearConv`
pub(super) fn q_conv(node: &Node, to: ElementType) -> Result<Box<dyn Kernel>, Reason> {
    let limits = limits(to, 0)?;
    let kernel = convolve::conv(node)?;
    Ok(closure(move |inputs| {
        let zero = |at: usize| inputs.get(at).copied().flatten();
        let sums = convolved(&*kernel, (input(inputs, 0)?, zero(2)), (input(inputs, 3)?, zero(5)))?;
        let x_scale = single(&floats(input(inputs, 1)?)?, "first scale")?;
        let scales = floats(input(inputs, 4)?)?;
        let (scale, zero_point) = told(inputs, 6)?;
        let scale = single(&scale, "scale")?;
        let channels = sums.shape.get(1).copied().unwrap_or(1).max(1);
        let area: usize = sums.shape.iter().skip(2).product::<usize>().max(1);
        let bias = zero(8).map(whole).transpose()?.unwrap_or_else(|| vec![0; channels]);
        if bias.len() != channels || (scales.len() != 1 && scales.len() != channels) {
            return Err("its scales or its bias do not fit its channels.".into());
        }
        let one_of = |(at, &sum): (usize, &i32)| {
            let channel = at / area % channels;
            let own = scales[if scales.len() == 1 { 0 } else { channel }];
            requantised(sum.wrapping_add(bias[channel]), x_scale * own / scale, zero_point, limits)
        };
        let values = sums.values.iter().enumerate().map(one_of).collect();
        one(sums.shape, packed(values, to))
    }))
}

/// `QLinearAdd` and `QLinearMul` of onnxruntime: two quantised values brought together as floats.
pub(super) fn q_pair(to: ElementType, apply: fn(f32, f32) -> f32) -> Result<Box<dyn Kernel>, Reason> {
    let (least, most) = limits(to, 0)?;
    Ok(closure(move |inputs| {
        let (a, b) = (input(inputs, 0)?, input(inputs, 3)?);
        let shape = broadcast(&[a.shape(), b.shape()])?;
        let floats = |tensor: &Tensor, at: usize| {
            let (scale, zero) = told(inputs, at)?;
            let scale = single(&scale, "scale")?;
            Ok::<_, Reason>(whole(tensor)?.into_iter().map(|v| (v - zero) as f32 * scale).collect::<Vec<_>>())
        };
        let (first, second) = (floats(a, 1)?, floats(b, 4)?);
        let (scale, zero) = told(inputs, 6)?;
        let scale = single(&scale, "scale")?;
        let pairs = stretched(a.shape(), &shape)?.into_iter().zip(stretched(b.shape(), &shape)?);
        let one_of = |(i, j): (usize, usize)| {
            ((apply(first[i], second[j]) / scale).round_ties_even() + zero as f32).clamp(least, most)
        };
        let values = pairs.map(one_of).collect();
        one(shape, packed(values, to))
    }))
}
