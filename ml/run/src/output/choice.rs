//! Which of a model's outputs is the label and which holds the scores: by shape, origin and name, not by place.

use std::cmp::Reverse;

use ml_onnx::{Data, Tensor};

use super::meaning::Output;
use crate::error::RunError;

/// Scores beyond which a result is no list of classes.
pub(super) const MOST_CLASSES: usize = 4096;

/// Words in the names of outputs that hold scores of classes, and in those that do not.
const SCORES: [&str; 7] = ["prob", "predict", "score", "logit", "softmax", "class", "confidence"];
const OTHERS: [&str; 8] = ["embed", "feature", "hidden", "latent", "attention", "state", "pooled", "backbone"];
/// Words in the names of outputs that hold labels.
const LABELS: [&str; 3] = ["label", "class", "predict"];

/// Which outputs are read, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub label: Option<usize>,
    /// With the number of scores a row.
    pub scores: Option<(usize, usize)>,
}

/// Looks at the outputs of a run of `rows` rows. `known` is what the graph says of each, `classes` how many classes there
/// are, where that is known.
///
/// # Errors
/// [`RunError::Results`] where no output has one result for each row, [`RunError::NoResult`] where none is of a type
/// that can be read.
pub(super) fn choose(
    outputs: &[(String, Tensor)],
    rows: usize,
    known: &[Output],
    classes: Option<usize>,
) -> Result<Choice, RunError> {
    let mut other = None;
    let (mut labels, mut scores) = (Vec::new(), Vec::new());
    for (at, (name, tensor)) in outputs.iter().enumerate() {
        let Some(width) = width(tensor, rows) else {
            let found = tensor.shape().first().copied().unwrap_or(1);
            other.get_or_insert(RunError::Results { output: name.clone(), found, rows });
            continue;
        };
        let float = matches!(tensor.data(), Data::F32(_) | Data::F64(_));
        let text = matches!(tensor.data(), Data::String(_));
        let told = known.get(at);
        let from_labels = told.is_some_and(|told| told.labels);
        if width == 1 && (!float || from_labels) {
            labels.push((Reverse(from_labels), Reverse(names(name, &LABELS)), at));
        } else if !text && (1..=MOST_CLASSES).contains(&width) {
            // One score stands for two classes.
            let fits = classes.is_some_and(|count| count == width || (count == 2 && width == 1));
            if !float && !fits {
                continue;
            }
            let from_scores = told.is_some_and(|told| told.scores);
            let by_name = i32::from(names(name, &SCORES)) - 2 * i32::from(names(name, &OTHERS));
            scores.push((Reverse(fits), Reverse(from_scores), Reverse(by_name), Reverse(float), at, width));
        }
    }
    // A whole number that nothing says is a label is less than scores that are surely some.
    let (best_label, best_scores) = (labels.iter().min(), scores.iter().min());
    let surely = best_scores.is_some_and(|(fits, from_scores, ..)| fits.0 && from_scores.0);
    let best_label = best_label.filter(|(from_labels, by_name, _)| !surely || from_labels.0 || by_name.0);
    let choice =
        Choice { label: best_label.map(|&(.., at)| at), scores: best_scores.map(|&(.., at, width)| (at, width)) };
    match choice {
        Choice { label: None, scores: None } => Err(other.unwrap_or(RunError::NoResult)),
        choice => Ok(choice),
    }
}

fn names(name: &str, words: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    words.iter().any(|word| name.contains(word))
}

/// Values a row, if there is an equal number for each.
fn width(tensor: &Tensor, rows: usize) -> Option<usize> {
    let along = tensor.shape().first().copied();
    let one = rows == 1 && tensor.shape().len() < 2;
    match along {
        Some(first) if first == rows => Some(tensor.len().checked_div(rows).unwrap_or(0)),
        _ if one => Some(tensor.len()),
        _ => None,
    }
}
