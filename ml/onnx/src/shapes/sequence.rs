//! Shapes of what runs over steps or words, and of losses.

use super::{Call, Known, ShapeError};
use crate::ElementType;

type Made = Result<Vec<Known>, ShapeError>;

pub(super) fn recurrent(call: &Call) -> Made {
    let (x, r) = (call.input(0)?, call.shape(2)?);
    let (&[first, second, _], &[ways, above, below]) = (x.shape.as_slice(), r) else {
        return Err(call.invalid("its input and weights do not have three dimensions"));
    };
    let quantised = call.node.operator == "DynamicQuantizeLSTM";
    let hidden = if quantised { above } else { below };
    let (batch, all, state) = match call.node.int("layout", 0) {
        0 => (second, [first, ways, second, hidden], [ways, second, hidden]),
        _ => (first, [first, second, ways, hidden], [first, ways, hidden]),
    };
    // Lengths of sequences and first states may be made for another number of rows.
    for (at, wanted) in [(4, &[batch][..]), (5, &state[..]), (6, &state[..])] {
        if let Some(given) = call.optional(at).filter(|given| given.shape != wanted) {
            return Err(call.invalid(format!("its input {at} has shape {:?}, not {wanted:?}", given.shape)));
        }
    }
    let (all, last) = (Known::new(x.element, all.to_vec()), Known::new(x.element, state.to_vec()));
    let mut made = vec![all, last.clone()];
    if quantised || call.node.operator == "LSTM" {
        made.push(last);
    }
    Ok(made)
}

pub(super) fn attention(call: &Call) -> Made {
    let heads = |at: usize, name: &str| -> Result<[usize; 4], ShapeError> {
        match *call.shape(at)? {
            [batch, heads, steps, width] => Ok([batch, heads, steps, width]),
            [batch, steps, whole] => {
                let heads = call.length(call.node.int(name, 0))?;
                let width = whole.checked_div(heads).ok_or_else(|| call.invalid("it does not say how many heads"))?;
                Ok([batch, heads, steps, width])
            }
            _ => Err(call.invalid("its inputs cannot be cut into heads")),
        }
    };
    let element = call.input(0)?.element;
    let [batch, asking, steps, _] = heads(0, "q_num_heads")?;
    let ([_, own, keys, width], [.., wide]) = (heads(1, "kv_num_heads")?, heads(2, "kv_num_heads")?);
    let past = call.optional(4).and_then(|past| past.shape.get(2).copied()).unwrap_or(0);
    let all = past.saturating_add(keys);
    let answers = match call.shape(0)?.len() {
        3 => vec![batch, steps, asking.saturating_mul(wide)],
        _ => vec![batch, asking, steps, wide],
    };
    let shapes = [answers, vec![batch, own, all, width], vec![batch, own, all, wide], vec![batch, asking, steps, all]];
    Ok(shapes.into_iter().map(|shape| Known::new(element, shape)).collect())
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
