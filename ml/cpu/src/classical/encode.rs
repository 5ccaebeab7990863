//! Categories to numbers and back.

use std::collections::HashMap;

use ml_onnx::{Data, Node};

use super::rows::floats;
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

/// A column for each category.
pub(super) fn one_hot(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let zeros = node.int("zeros", 1) != 0;
    let integers = node.ints("cats_int64s").unwrap_or_default();
    let texts: Vec<String> = node.texts("cats_strings").unwrap_or_default().into_iter().map(String::from).collect();
    let width = integers.len().max(texts.len());
    if integers.is_empty() == texts.is_empty() {
        return Err("it needs either cats_int64s or cats_strings.".into());
    }
    let integers: HashMap<i64, usize> = integers.iter().copied().enumerate().map(|(i, v)| (v, i)).collect();
    let texts: HashMap<String, usize> = texts.into_iter().enumerate().map(|(i, v)| (v, i)).collect();
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let mut shape = tensor.shape().to_vec();
        shape.push(width);
        let mut values = vec![0.0_f32; elements(&shape)?];
        // What is missing is no category.
        let category = |v: f64| if v.is_nan() { None } else { integers.get(&(v as i64)).copied() };
        let found: Vec<Option<usize>> = match tensor.data() {
            Data::String(values) => values.iter().map(|v| texts.get(v).copied()).collect(),
            Data::I64(values) => values.iter().map(|v| integers.get(v).copied()).collect(),
            Data::I32(values) => values.iter().map(|&v| integers.get(&i64::from(v)).copied()).collect(),
            Data::F64(values) => values.iter().map(|&v| category(v)).collect(),
            _ => floats(tensor)?.iter().map(|&v| category(f64::from(v))).collect(),
        };
        for (row, place) in values.chunks_exact_mut(width).zip(found) {
            match place.and_then(|place| row.get_mut(place)) {
                Some(value) => *value = 1.0,
                None if zeros => {}
                None => return Err("its input holds a category that it does not know.".into()),
            }
        }
        one(shape, Data::F32(values))
    }))
}

/// A value that can be looked up: floats by their bits, with one zero and one NaN.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Text(String),
    Integer(i64),
    Float(u64),
}

impl Key {
    fn float(value: f64) -> Self {
        if value.is_nan() {
            return Self::Float(f64::NAN.to_bits());
        }
        // -0 is 0.
        Self::Float((value + 0.0).to_bits())
    }
}

fn keys(data: &Data) -> Vec<Key> {
    match data {
        Data::F32(values) => values.iter().map(|&v| Key::float(f64::from(v))).collect(),
        Data::F64(values) => values.iter().map(|&v| Key::float(v)).collect(),
        Data::I8(values) => values.iter().map(|&v| Key::Integer(i64::from(v))).collect(),
        Data::U8(values) => values.iter().map(|&v| Key::Integer(i64::from(v))).collect(),
        Data::I32(values) => values.iter().map(|&v| Key::Integer(i64::from(v))).collect(),
        Data::I64(values) => values.iter().map(|&v| Key::Integer(v)).collect(),
        Data::Bool(values) => values.iter().map(|&v| Key::Integer(i64::from(v))).collect(),
        Data::String(values) => values.iter().map(|v| Key::Text(v.clone())).collect(),
    }
}

/// The attribute `prefix_strings`, `prefix_int64s`, `prefix_floats` or `prefix_tensor`.
fn list(node: &Node, prefix: &str) -> Option<Data> {
    if let Some(tensor) = node.tensor(&format!("{prefix}_tensor")) {
        return Some(tensor.data().clone());
    }
    if let Some(texts) = node.texts(&format!("{prefix}_strings")) {
        return Some(Data::String(texts.into_iter().map(String::from).collect()));
    }
    if let Some(integers) = node.ints(&format!("{prefix}_int64s")) {
        return Some(Data::I64(integers.to_vec()));
    }
    node.floats(&format!("{prefix}_floats")).map(|floats| Data::F32(floats.to_vec()))
}

/// One of `values` for each position, or the default.
fn pick<T: Clone>(values: &[T], default: T, positions: &[Option<usize>]) -> Vec<T> {
    let pick = |position: &Option<usize>| position.and_then(|p| values.get(p)).unwrap_or(&default).clone();
    positions.iter().map(pick).collect()
}

/// Values looked up in a table of keys; with `classes_strings` (version 1), texts to their positions and back.
pub(super) fn label_encoder(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    if let Some(classes) = node.texts("classes_strings") {
        return Ok(by_position(classes, node));
    }
    let keys_data = list(node, "keys").ok_or("it has no keys.")?;
    let values = list(node, "values").ok_or("it has no values.")?;
    if keys_data.len() != values.len() {
        return Err("its keys and values have different lengths.".into());
    }
    let default = node.tensor("default_tensor").map(|tensor| tensor.data().clone());
    let texts = |default: Option<Data>| match default {
        Some(Data::String(values)) => values.into_iter().next(),
        _ => None,
    };
    let default_text =
        texts(default.clone()).unwrap_or_else(|| node.text("default_string").unwrap_or("_Unused").into());
    let default_float = match default {
        Some(Data::F32(ref values)) => values.first().map(|&v| f64::from(v)),
        Some(Data::F64(ref values)) => values.first().copied(),
        _ => None,
    };
    let default_float = default_float.unwrap_or_else(|| f64::from(node.float("default_float", -0.0)));
    let default_integer = match default {
        Some(Data::I64(ref values)) => values.first().copied(),
        Some(Data::I32(ref values)) => values.first().map(|&v| i64::from(v)),
        _ => None,
    };
    let default_integer = default_integer.unwrap_or_else(|| node.int("default_int64", -1));
    let mut table: HashMap<Key, usize> = HashMap::new();
    for (position, key) in keys(&keys_data).into_iter().enumerate() {
        // The first of equal keys counts.
        table.entry(key).or_insert(position);
    }
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let found: Vec<Option<usize>> = keys(tensor.data()).iter().map(|key| table.get(key).copied()).collect();
        let data = match &values {
            Data::String(values) => Data::String(pick(values, default_text.clone(), &found)),
            Data::I64(values) => Data::I64(pick(values, default_integer, &found)),
            Data::I32(values) => Data::I32(pick(values, default_integer as i32, &found)),
            Data::F32(values) => Data::F32(pick(values, default_float as f32, &found)),
            Data::F64(values) => Data::F64(pick(values, default_float, &found)),
            Data::I8(values) => Data::I8(pick(values, default_integer as i8, &found)),
            Data::U8(values) => Data::U8(pick(values, default_integer as u8, &found)),
            Data::Bool(values) => Data::Bool(pick(values, false, &found)),
        };
        one(tensor.shape().to_vec(), data)
    }))
}

fn by_position(classes: Vec<&str>, node: &Node) -> Box<dyn Kernel> {
    let classes: Vec<String> = classes.into_iter().map(String::from).collect();
    let numbers = (0..).take(classes.len()).collect();
    mapper(classes, numbers, node)
}

/// Texts to integers, or integers to texts, by what comes in.
fn mapper(texts: Vec<String>, integers: Vec<i64>, node: &Node) -> Box<dyn Kernel> {
    let default_text = node.text("default_string").unwrap_or("_Unused").to_owned();
    let default_integer = node.int("default_int64", -1);
    let by_text: HashMap<String, i64> = texts.iter().cloned().zip(integers.iter().copied()).collect();
    let by_integer: HashMap<i64, String> = integers.into_iter().zip(texts).collect();
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let data = match tensor.data() {
            Data::String(values) => {
                Data::I64(values.iter().map(|v| by_text.get(v).copied().unwrap_or(default_integer)).collect())
            }
            Data::I64(values) => {
                let text = |v| by_integer.get(v).unwrap_or(&default_text).clone();
                Data::String(values.iter().map(text).collect())
            }
            other => return Err(Reason(format!("it maps texts and integers, not {:?}.", other.element_type()))),
        };
        one(tensor.shape().to_vec(), data)
    })
}

pub(super) fn category_mapper(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let texts: Vec<String> = node.texts("cats_strings").unwrap_or_default().into_iter().map(String::from).collect();
    let integers = node.ints("cats_int64s").unwrap_or_default().to_vec();
    if texts.len() != integers.len() {
        return Err("its cats_strings and cats_int64s have different lengths.".into());
    }
    Ok(mapper(texts, integers, node))
}
