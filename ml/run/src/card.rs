//! What a model is, read from its file.

use std::collections::{BTreeMap, HashMap};

use ml_onnx::{Dim, ElementType, Model, Port};
use ml_task::{Card, Field, FieldKind, PortInfo};

use crate::{batches, graph, input::layout::Layout, input::words};

/// Values that are offered to choose from; of more, a person writes one.
const MOST_CHOICES: usize = 500;

/// The card of a model. `classes` are the names that its results get, `no_gpu` says why WebGPU cannot run it.
pub fn card(model: &Model, bytes: u64, layout: &Layout, classes: &[String], no_gpu: Option<&str>) -> Card {
    let mut operators = BTreeMap::new();
    for node in &model.nodes {
        *operators.entry(node.operator.clone()).or_insert(0) += 1;
    }
    let licence = ["licence", "license", "Licence", "License"].iter().find_map(|key| model.metadata.get(*key));
    Card {
        name: model.name.clone(),
        producer: model.producer.clone(),
        opset: if model.opset > 0 { model.opset } else { model.ml_opset },
        bytes,
        parameters: model.parameters(),
        operators,
        inputs: model.inputs.iter().map(port).collect(),
        outputs: model.outputs.iter().map(port).collect(),
        metadata: model.metadata.clone(),
        licence: licence.filter(|text| !text.trim().is_empty()).cloned(),
        fields: fields(model, layout),
        picture: layout.picture.as_ref().map(|(picture, _)| picture.clone()),
        classes: classes.to_vec(),
        no_gpu: no_gpu.map(str::to_owned),
    }
}

fn port(port: &Port) -> PortInfo {
    // Where the file names no lengths, the first is that of the batch.
    let dim = |(axis, dim): (usize, &Dim)| match dim {
        Dim::Known(length) => length.to_string(),
        Dim::Named(name) if name.is_empty() => if axis == 0 { "N" } else { "?" }.into(),
        Dim::Named(name) => name.clone(),
    };
    let shape = match &port.dims {
        None => "any".into(),
        Some(dims) if dims.is_empty() => "one value".into(),
        Some(dims) => dims.iter().enumerate().map(dim).collect::<Vec<_>>().join(" × "),
    };
    let element = match port.element {
        ElementType::F32 => "f32",
        ElementType::F64 => "f64",
        ElementType::I8 => "i8",
        ElementType::U8 => "u8",
        ElementType::I32 => "i32",
        ElementType::I64 => "i64",
        ElementType::Bool => "bool",
        ElementType::String => "string",
    };
    PortInfo { name: port.name.clone(), element: element.into(), shape }
}

fn fields(model: &Model, layout: &Layout) -> Vec<Field> {
    let names = layout.form();
    if names.is_empty() {
        return Vec::new();
    }
    let widths = widths(model, layout);
    let places = layout.places();
    let field = |(name, (slot, at)): (String, (usize, usize))| {
        let slot = &layout.slots[slot];
        let choices = match slot.element {
            ElementType::String | ElementType::I64 => {
                graph::encoder(model, &slot.name, at, &widths).map(|(_, values)| values)
            }
            ElementType::Bool => Some(vec!["true".into(), "false".into()]),
            _ => None,
        };
        let kind = match (choices.filter(|choices| choices.len() <= MOST_CHOICES), slot.element) {
            (Some(choices), _) => FieldKind::Choice(choices),
            (None, ElementType::String) => FieldKind::Text,
            (None, _) => FieldKind::Number,
        };
        Field { name, kind }
    };
    names.into_iter().zip(places).map(field).collect()
}

/// What the encoders of its columns know, where a person can fill them in.
pub fn known(model: &Model, layout: &Layout) -> BTreeMap<usize, words::Known> {
    if layout.form().is_empty() {
        return BTreeMap::new();
    }
    let widths = widths(model, layout);
    let encoder = |(column, (slot, place)): (usize, (usize, usize))| {
        let slot = &layout.slots[slot];
        let is_text = slot.element == ElementType::String;
        is_text.then(|| words::Known::of(model, &slot.name, place, &widths)).flatten().map(|known| (column, known))
    };
    layout.places().enumerate().filter_map(encoder).collect()
}

/// How many columns each value has; of inputs without encoders it is of no interest.
fn widths(model: &Model, layout: &Layout) -> HashMap<String, usize> {
    if !layout.slots.iter().any(|slot| matches!(slot.element, ElementType::String | ElementType::I64)) {
        return HashMap::new();
    }
    let rows = match layout.batch {
        crate::input::layout::Batch::Any => 2,
        crate::input::layout::Batch::Exactly(rows) => rows,
    };
    // Without shapes, every value is taken for one column.
    let shapes = batches::shapes(model, layout, rows).map(|shapes| shapes.values).unwrap_or_default();
    shapes.into_iter().map(|(name, known)| (name, known.shape.get(1).copied().unwrap_or(1))).collect()
}
