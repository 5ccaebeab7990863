//! A table's true labels beside what the model said, where the two do not call the classes alike.

use std::collections::BTreeSet;

use dataset::class_order;

use super::{
    names::{Names, counts},
    results::Results,
};
use crate::error::listed;

/// What came of comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What positions in [`Results::classes`] and [`Results::truth`] are called.
    pub names: Vec<String>,
    /// Correct rows, where rows could be compared.
    pub correct: Option<u64>,
    /// What to know of the names, where table and model have others.
    pub called: Option<String>,
}

/// Compares. A model that nobody has named the classes of may only number them; where the table has as many labels, they
/// are its classes, in the order that encoders of labels number them in.
pub fn judge(results: &mut Results, model: &Names) -> Judged {
    let own = model.classes.len();
    let names = [&model.classes[..], &results.others].concat();
    let labels: BTreeSet<u16> = results.truth.iter().copied().collect();
    let said: BTreeSet<u16> = results.classes.iter().copied().collect();
    let as_it_is = |names, correct| Judged { names, correct, called: None };
    let correct = results.correct();
    if correct.is_none() {
        return as_it_is(names, None);
    }
    let known = |label: &&u16| usize::from(**label) < own || said.contains(label);
    let numbered = model.numbers_only() && (own == 0 || counts(&model.classes));
    // More labels than the model knows, of which all that it knows are some, are called alike.
    let alike = match numbered {
        true => {
            labels.iter().all(|label| known(&label)) || (own > 0 && (0..own).all(|at| labels.contains(&(at as u16))))
        }
        false => labels.iter().any(|label| known(&label)),
    };
    if alike {
        return as_it_is(names, correct);
    }
    if numbered && let Some(judged) = renamed(results, &names, own, &labels) {
        return judged;
    }
    let text = |at: &u16| names.get(usize::from(*at)).cloned().unwrap_or_else(|| "a number".into());
    let (column, file) = (labels.iter().map(text).collect::<Vec<_>>(), said.iter().map(text).collect::<Vec<_>>());
    results.truth.clear();
    let called = format!(
        "The column of true labels has {}, while the model says {}: the file calls classes otherwise, so no row was \
         compared. Write the model's labels into the column, or the names of the classes, in order, into the metadata of \
         the model as {}, a JSON array.",
        listed(&column),
        listed(&file),
        super::names::CLASSES
    );
    Judged { names, correct: None, called: Some(called) }
}

/// Takes the labels of the table for the model's classes by their order.
fn renamed(results: &mut Results, names: &[String], own: usize, labels: &BTreeSet<u16>) -> Option<Judged> {
    let text = |at: u16| names.get(usize::from(at)).cloned();
    let texts: Vec<String> = labels.iter().map(|&label| text(label)).collect::<Option<_>>()?;
    if own > 0 && own != texts.len() {
        return None;
    }
    let order = class_order(&texts);
    let labels: Vec<u16> = labels.iter().copied().collect();
    let place = |label: u16| order.iter().position(|&at| labels[at] == label).and_then(|at| u16::try_from(at).ok());
    let truth: Vec<u16> = results.truth.iter().map(|&label| place(label)).collect::<Option<_>>()?;
    let class = |said: u16| match usize::from(said) < own {
        true => Some(said),
        // A position, of classes that nothing lists.
        false if own == 0 => text(said)?.parse().ok().filter(|&at: &u16| usize::from(at) < texts.len()),
        false => None,
    };
    let classes: Vec<u16> = results.classes.iter().map(|&said| class(said)).collect::<Option<_>>()?;
    (results.truth, results.classes) = (truth, classes);
    let right = results.truth.iter().zip(&results.classes).filter(|(one, other)| one == other).count();
    let renamed: Vec<String> = order.iter().map(|&at| texts[at].clone()).collect();
    let numbers: Vec<String> = match own {
        0 => (0..texts.len()).map(|at| at.to_string()).collect(),
        _ => names[..own].to_vec(),
    };
    let called = format!(
        "The model only numbers its classes, as {}. They were taken for the labels of the column in their order: {}. The \
         file of predictions has the numbers.",
        listed(&numbers),
        listed(&renamed)
    );
    Some(Judged { names: renamed, correct: Some(right as u64), called: Some(called) })
}
