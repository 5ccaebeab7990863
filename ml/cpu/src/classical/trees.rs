//! Ensembles of decision trees.
//!
//! | module | what it does |
//! |---|---|
//! | `forest` | the node lists of the file as trees whose links are checked |
//! | `attributes` | from a node's attributes to a forest |
//! | `walk` | one row down one tree: every mode, every aggregate, doubles |
//! | `comparison` | every comparison as "at most a threshold" |
//! | `flat` | trees laid out for many rows at once, in one of two ways: |
//! | `masks` | shallow trees make all their comparisons, 128 rows at once |
//! | `pairs` | in deep trees, each row follows its path |
//! | `leaves` | what the places say where walks end |
//! | `answers` | from sums to labels and scores |

mod answers;
mod attributes;
mod comparison;
mod flat;
mod forest;
mod leaves;
mod masks;
mod pairs;
mod walk;

use ml_onnx::{Data, ElementType, Node, Tensor};

use self::answers::Answers;
use self::flat::Flat;
use self::forest::Forest;
use self::walk::Sums;
use super::rows::{self, Rows};
use crate::kernel::{Kernel, Reason, input};

/// A forest with what comes after it.
struct Trees {
    forest: Forest,
    /// `None` where only the walk can do it.
    flat: Option<Flat>,
    answers: Answers,
    /// The type of the numbers it gives; `None` for that of its input.
    element: Option<ElementType>,
}

pub(super) fn classifier(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let (forest, answers) = attributes::classifier(node)?;
    Ok(Trees::boxed(forest, answers, Some(ElementType::F32)))
}

pub(super) fn regressor(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let (forest, answers) = attributes::regressor(node)?;
    Ok(Trees::boxed(forest, answers, Some(ElementType::F32)))
}

/// `TreeEnsemble` of version 5.
pub(super) fn ensemble(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let (forest, answers) = attributes::ensemble(node)?;
    Ok(Trees::boxed(forest, answers, None))
}

impl Trees {
    fn boxed(forest: Forest, answers: Answers, element: Option<ElementType>) -> Box<dyn Kernel> {
        let flat = Flat::new(&forest);
        Box::new(Self { forest, flat, answers, element })
    }

    fn sums(&self, tensor: &Tensor) -> Result<Sums, Reason> {
        let (count, features) = rows::shape(tensor)?;
        if features < self.forest.features {
            let wanted = self.forest.features;
            return Err(Reason(format!("its input has {features} features, but its trees look at {wanted}.")));
        }
        let doubles = match tensor.data() {
            Data::F64(values) => Some(values),
            _ => None,
        };
        let flat = self.flat.as_ref().filter(|flat| count >= flat.least_rows());
        match (flat, doubles) {
            (Some(flat), None) => flat.sums(&Rows::read(tensor)?),
            // A threshold is a float: a double is at most it exactly when the next float up is.
            (Some(flat), Some(values)) if self.forest.rounds => {
                let values = values.iter().map(|&v| forest::round_up(v)).collect();
                flat.sums(&Rows { count, features, values })
            }
            (_, Some(values)) => walk::sums(&self.forest, count, features, values),
            (None, None) => walk::sums(&self.forest, count, features, &Rows::read(tensor)?.values),
        }
    }
}

impl Kernel for Trees {
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let tensor = input(inputs, 0)?;
        self.answers.give(self.sums(tensor)?, self.element.unwrap_or(tensor.element_type()))
    }
}
