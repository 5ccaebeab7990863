//! Shapes of what runs over steps or words, and of losses.

use super::{Call, Known, ShapeError};
use crate::ElementType;

type Made = Result<Vec<Known>, ShapeError>;

pub(super) fn recurrent(call: &Call) -> Made {
    let (x, r) = (call.input(0)?, call.shape(2)?);
    let (&[first, second, _], &[ways, _, hidden]) = (x.shape.as_slice(), r) else {
        return Err(call.invalid("its input and weights do not have three dimensions"));
    };
    let whole = |shape: [usize; 4]| Known::new(x.element, shape.to_vec());
    let state = |shape: [usize; 3]| Known::new(x.element, shape.to_vec());
    let (all, last) = match call.node.int("layout", 0) {
        0 => (whole([first, ways, second, hidden]), state([ways, second, hidden])),
        _ => (whole([first, second, ways, hidden]), state([first, ways, hidden])),
    };
    let mut made = vec![all, last.clone()];
    if call.node.operator == "LSTM" {
        made.push(last);
    }
    Ok(made)
}

pub(super) fn normalise(call: &Call) -> Made {
    if call.node.texts("stopwords").is_some_and(|words| !words.is_empty()) {
        return Err(call.data_dependent());
    }
    super::elementwise::same(call)
}

pub(super) fn count(call: &Call) -> Made {
    let last = call.node.ints("ngram_indexes").and_then(|places| places.iter().max().copied());
    let width = call.length(last.map_or(0, |last| last.saturating_add(1)))?;
    let shape = match *call.shape(0)? {
        [] | [_] => vec![width],
        [rows, _] => vec![rows, width],
        _ => return Err(call.invalid("it counts words in rows only")),
    };
    Ok(vec![Known::new(ElementType::F32, shape)])
}

pub(super) fn loss(call: &Call) -> Made {
    let scores = call.input(0)?;
    let shape = match call.node.text("reduction").unwrap_or("mean") {
        "none" => call.shape(1)?.to_vec(),
        _ => Vec::new(),
    };
    let mut made = vec![Known::new(scores.element, shape)];
    if call.node.operator == "SoftmaxCrossEntropyLoss" {
        made.push(Known::new(scores.element, scores.shape.clone()));
    }
    Ok(made)
}
