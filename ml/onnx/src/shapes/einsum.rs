//! The shape rule of `Einsum`.

use std::collections::BTreeMap;

use super::{Call, Known, ShapeError};

pub(super) fn rule(call: &Call) -> Result<Vec<Known>, ShapeError> {
    let equation: String = call.node.text("equation").unwrap_or_default().chars().filter(|c| *c != ' ').collect();
    let (left, right) = match equation.split_once("->") {
        Some((left, right)) => (left.to_owned(), Some(right.to_owned())),
        None => (equation.clone(), None),
    };
    let terms: Vec<&str> = left.split(',').collect();
    if terms.len() != call.inputs.len() {
        return Err(call.invalid(format!("\"{equation}\" does not name its {} inputs", call.inputs.len())));
    }
    let mut lengths: BTreeMap<char, usize> = BTreeMap::new();
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    let mut ellipsis: Vec<usize> = Vec::new();
    for (i, term) in terms.iter().enumerate() {
        let shape = call.shape(i)?;
        call.something(shape)?;
        let (before, after, dots) = match term.split_once("...") {
            Some((before, after)) => (before, after, true),
            None => (*term, "", false),
        };
        let named = before.chars().count() + after.chars().count();
        if shape.len() < named || (!dots && shape.len() != named) {
            return Err(call.invalid(format!("\"{term}\" does not fit the shape {shape:?}")));
        }
        let head = before.chars().count();
        let tail = shape.len() - after.chars().count();
        ellipsis = call.broadcast(&[&ellipsis, &shape[head..tail]])?;
        let pairs = before.chars().zip(&shape[..head]).chain(after.chars().zip(&shape[tail..]));
        for (letter, &length) in pairs {
            *counts.entry(letter).or_insert(0) += 1;
            let known = lengths.entry(letter).or_insert(length);
            if *known == 1 {
                *known = length;
            } else if length != 1 && *known != length {
                return Err(call.invalid(format!("'{letter}' has lengths {known} and {length}")));
            }
        }
    }
    // Of more than two inputs, products of the first ones are kept with all their letters.
    if terms.len() > 2 {
        call.fits(&lengths.values().chain(&ellipsis).copied().collect::<Vec<_>>())?;
    }
    let right = right.unwrap_or_else(|| {
        let once: String = counts.iter().filter(|(_, count)| **count == 1).map(|(letter, _)| *letter).collect();
        if left.contains("...") { format!("...{once}") } else { once }
    });
    let mut shape = Vec::new();
    let (before, after) = match right.split_once("...") {
        Some((before, after)) => (before, Some(after)),
        None => (right.as_str(), None),
    };
    let push = |text: &str, shape: &mut Vec<usize>| -> Result<(), ShapeError> {
        for letter in text.chars() {
            let length = lengths.get(&letter);
            shape.push(*length.ok_or_else(|| call.invalid(format!("'{letter}' is not among the inputs")))?);
        }
        Ok(())
    };
    push(before, &mut shape)?;
    if let Some(after) = after {
        shape.extend(&ellipsis);
        push(after, &mut shape)?;
    }
    Ok(vec![Known::new(call.input(0)?.element, shape)])
}
