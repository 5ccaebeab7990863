//! The shape rule of each operator of `ai.onnx.ml`.

use super::{Call, Known, ShapeError};
use crate::{Attribute, ElementType};

type Made = Result<Vec<Known>, ShapeError>;

pub(super) fn tree_regressor(call: &Call) -> Made {
    let targets = call.length(call.node.int("n_targets", 1))?;
    Ok(vec![Known::new(float_of(call)?, vec![rows(call)?, targets])])
}

pub(super) fn linear_regressor(call: &Call) -> Made {
    let targets = call.length(call.node.int("targets", 1))?;
    Ok(vec![Known::new(ElementType::F32, vec![rows(call)?, targets])])
}

pub(super) fn svm_regressor(call: &Call) -> Made {
    Ok(vec![Known::new(ElementType::F32, vec![rows(call)?, 1])])
}

/// Floats in the shape of the first input.
pub(super) fn floats(call: &Call) -> Made {
    Ok(vec![Known::new(ElementType::F32, call.shape(0)?.to_vec())])
}

pub(super) fn one_hot_encoder(call: &Call) -> Made {
    let categories = match (call.node.ints("cats_int64s"), call.node.attributes.get("cats_strings")) {
        (Some(ints), _) => ints.len(),
        (None, Some(Attribute::Texts(texts))) => texts.len(),
        _ => return Err(call.invalid("it has no categories")),
    };
    let shape = [call.shape(0)?, &[categories]].concat();
    Ok(vec![Known::new(ElementType::F32, shape)])
}

pub(super) fn label_encoder(call: &Call) -> Made {
    Ok(vec![Known::new(encoded(call)?, call.shape(0)?.to_vec())])
}

pub(super) fn category_mapper(call: &Call) -> Made {
    let input = call.input(0)?;
    let element = if input.element == ElementType::String { ElementType::I64 } else { ElementType::String };
    Ok(vec![Known::new(element, input.shape.clone())])
}

pub(super) fn array_feature_extractor(call: &Call) -> Made {
    let (input, indices) = (call.input(0)?, call.input(1)?);
    let Some((_, rows)) = input.shape.split_last() else { return Err(call.invalid("a scalar has no columns")) };
    let rows = if rows.is_empty() { &[1][..] } else { rows };
    Ok(vec![Known::new(input.element, [rows, &[indices.elements()]].concat())])
}

pub(super) fn feature_vectorizer(call: &Call) -> Made {
    let wanted = call.node.ints("inputdimensions").unwrap_or_default();
    if !wanted.is_empty() && wanted.len() != call.inputs.len() {
        return Err(call.invalid(format!("it has {} inputdimensions", wanted.len())));
    }
    let mut columns = 0_usize;
    let mut rows = None;
    for i in 0..call.inputs.len() {
        let input = call.input(i)?;
        let (&first, rest) = input.shape.split_first().ok_or_else(|| call.invalid("a scalar has no columns"))?;
        let (count, width) = if rest.is_empty() { (1, first) } else { (first, rest.iter().product()) };
        if *rows.get_or_insert(count) != count {
            return Err(call.invalid("its inputs differ in their number of rows"));
        }
        let width = wanted.get(i).map_or(Ok(width), |&wanted| call.length(wanted))?;
        columns = columns.checked_add(width).ok_or_else(|| call.invalid("it is larger than memory"))?;
    }
    Ok(vec![Known::new(ElementType::F32, vec![rows.unwrap_or(0), columns])])
}

/// Rows of the first input; one dimension is a single row.
fn rows(call: &Call) -> Result<usize, ShapeError> {
    match call.shape(0)? {
        [] => Err(call.invalid("a scalar has no columns")),
        [_] => Ok(1),
        [rows, ..] => Ok(*rows),
    }
}

/// Version 5 of trees answers in doubles to doubles.
fn float_of(call: &Call) -> Result<ElementType, ShapeError> {
    let double = call.node.operator == "TreeEnsemble" && call.input(0)?.element == ElementType::F64;
    Ok(if double { ElementType::F64 } else { ElementType::F32 })
}

/// Type and number of the classes of a classifier.
fn labels(call: &Call, ints: &str) -> Option<(ElementType, usize)> {
    let count = |name: &str| match call.node.attributes.get(name) {
        Some(Attribute::Texts(list)) => Some(list.len()),
        Some(Attribute::Ints(list)) => Some(list.len()),
        _ => None,
    };
    if let Some(count) = count("classlabels_strings").filter(|&c| c > 0) {
        return Some((ElementType::String, count));
    }
    count(ints).filter(|&c| c > 0).map(|count| (ElementType::I64, count))
}

/// Labels, and a score for each class.
pub(super) fn classifier(call: &Call) -> Made {
    let ints = if call.node.operator == "LinearClassifier" { "classlabels_ints" } else { "classlabels_int64s" };
    let (element, classes) = labels(call, ints).ok_or_else(|| call.invalid("it has no class labels"))?;
    let rows = rows(call)?;
    Ok(vec![Known::new(element, vec![rows]), Known::new(ElementType::F32, vec![rows, classes])])
}

pub(super) fn svm_classifier(call: &Call) -> Made {
    let found = labels(call, "classlabels_ints");
    let (element, classes) = found.ok_or_else(|| call.invalid("it has no class labels"))?;
    let rows = rows(call)?;
    let probabilities = call.node.floats("prob_a").is_some_and(|p| !p.is_empty());
    let vectors = call.node.ints("vectors_per_class").is_some_and(|v| !v.is_empty());
    // Without probabilities a support vector machine tells one score per pair of classes; for two classes both signs.
    let columns = if probabilities || !vectors || classes <= 2 {
        classes
    } else {
        let pairs = classes.checked_mul(classes - 1).map(|p| p / 2);
        pairs.ok_or_else(|| call.invalid("it has too many classes"))?
    };
    Ok(vec![Known::new(element, vec![rows]), Known::new(ElementType::F32, vec![rows, columns])])
}

/// What a `LabelEncoder` makes of its input.
fn encoded(call: &Call) -> Result<ElementType, ShapeError> {
    let node = call.node;
    if node.attributes.contains_key("values_strings") {
        Ok(ElementType::String)
    } else if node.attributes.contains_key("values_int64s") {
        Ok(ElementType::I64)
    } else if node.attributes.contains_key("values_floats") {
        Ok(ElementType::F32)
    } else if let Some(values) = node.tensor("values_tensor") {
        Ok(values.element_type())
    } else if node.attributes.contains_key("classes_strings") {
        let text = call.input(0)?.element == ElementType::String;
        Ok(if text { ElementType::I64 } else { ElementType::String })
    } else {
        Err(call.invalid("it has no values"))
    }
}
