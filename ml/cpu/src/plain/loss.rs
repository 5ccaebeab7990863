//! Losses, which some models give beside their scores.

use ml_onnx::{Data, Node, Tensor};

use super::arguments::integers;
use super::cast::{converted, doubles};
use crate::kernel::{Kernel, Reason, closure, input};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reduction {
    None,
    Sum,
    Mean,
}

/// `NegativeLogLikelihoodLoss` and `SoftmaxCrossEntropyLoss`: what scores `[N, C, …]` lose on classes `[N, …]`.
pub(super) fn loss(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let reduction = match node.text("reduction").unwrap_or("mean") {
        "none" => Reduction::None,
        "sum" => Reduction::Sum,
        "mean" => Reduction::Mean,
        other => return Err(Reason(format!("its reduction {other} is none that ONNX knows."))),
    };
    let ignored = node.attributes.contains_key("ignore_index").then(|| node.int("ignore_index", 0));
    let soft = node.operator == "SoftmaxCrossEntropyLoss";
    Ok(closure(move |inputs| {
        let (scores, classes) = (input(inputs, 0)?, input(inputs, 1)?);
        let [batch, count, space @ ..] = scores.shape() else {
            return Err("its scores have fewer than two dimensions.".into());
        };
        let wanted: Vec<usize> = [*batch].iter().chain(space).copied().collect();
        if classes.shape() != wanted {
            return Err(Reason(format!("classes of shape {:?} do not fit {:?}.", classes.shape(), scores.shape())));
        }
        let area: usize = space.iter().product();
        let mut values = doubles(scores)?;
        let place = |row: usize, class: usize, at: usize| (row * count + class) * area + at;
        if soft {
            for row in 0..*batch {
                for at in 0..area {
                    let most = (0..*count).map(|c| values[place(row, c, at)]).fold(f64::NEG_INFINITY, f64::max);
                    let sum: f64 = (0..*count).map(|c| (values[place(row, c, at)] - most).exp()).sum();
                    (0..*count).for_each(|c| values[place(row, c, at)] -= most + sum.ln());
                }
            }
        }
        let weights = match inputs.get(2).copied().flatten() {
            Some(given) if given.shape() == [*count] => doubles(given)?,
            Some(given) => {
                return Err(Reason(format!("weights of shape {:?} do not fit {count} classes.", given.shape())));
            }
            None => vec![1.0; *count],
        };
        let (mut losses, mut whole) = (Vec::with_capacity(classes.len()), 0.0);
        for (at, class) in integers(classes)?.into_iter().enumerate() {
            if ignored == Some(class) {
                losses.push(0.0);
                continue;
            }
            let class = usize::try_from(class).ok().filter(|class| class < count);
            let class = class.ok_or("a class is not among the scores.")?;
            losses.push(-values[place(at / area.max(1), class, at % area.max(1))] * weights[class]);
            whole += weights[class];
        }
        let element = scores.element_type();
        let give = |shape: Vec<usize>, values: Vec<f64>| {
            Ok::<_, Reason>(Tensor::new(shape, converted(&Data::F64(values), element)?)?)
        };
        let sum = losses.iter().sum::<f64>();
        let mut made = vec![match reduction {
            Reduction::None => give(wanted, losses)?,
            Reduction::Sum => give(Vec::new(), vec![sum])?,
            Reduction::Mean => give(Vec::new(), vec![sum / whole])?,
        }];
        if soft {
            made.push(give(scores.shape().to_vec(), values)?);
        }
        Ok(made)
    }))
}
