//! Graphs that nodes hold: branches and bodies.

use std::collections::{BTreeMap, BTreeSet};

use super::weights;
use crate::proto::{AttributeProto, GraphProto};
use crate::{Attribute, Graph, Model, ReadError};

/// The node that holds them, for messages.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub node: &'a str,
    pub operator: &'a str,
}

/// Reads the graphs of an `If`, `Loop` or `Scan` into its attributes. What they use of the graph around them is appended
/// to the node's inputs, after as many as it hands over.
pub fn read(
    graphs: Vec<AttributeProto>,
    place: Place<'_>,
    inputs: &mut Vec<String>,
    attributes: &mut BTreeMap<String, Attribute>,
    model: &mut dyn FnMut(GraphProto) -> Result<Model, ReadError>,
) -> Result<(), ReadError> {
    let Place { node, operator } = place;
    let branches = operator == "If";
    let wanted: &[&'static str] = if branches { &["then_branch", "else_branch"] } else { &["body"] };
    let mut captured = BTreeSet::new();
    for attribute in graphs {
        let (name, Some(graph)) = (attribute.name, attribute.g) else { continue };
        if !wanted.contains(&name.as_str()) {
            return Err(ReadError::ControlFlow { node: node.into(), operator: operator.into() });
        }
        let handed = graph.input.len();
        let model = model(*graph)?;
        weights::check(&model)?;
        // A branch is handed nothing.
        let most = if branches { 0 } else { handed };
        if handed > most || inputs.len() > handed.max(1) {
            let (given, wanted) = (inputs.len(), handed);
            return Err(ReadError::GraphInputs { node: node.into(), operator: operator.into(), given, wanted });
        }
        if !branches {
            // What is left out at the end was cut off.
            inputs.resize(handed, String::new());
        }
        let graph = Graph { model, handed };
        captured.extend(graph.captured().map(str::to_owned));
        if attributes.insert(name.clone(), Attribute::Graph(Box::new(graph))).is_some() {
            return Err(ReadError::AttributeTwice { node: node.into(), operator: operator.into(), attribute: name });
        }
    }
    if let Some(attribute) = wanted.iter().find(|name| !attributes.contains_key(**name)) {
        return Err(ReadError::GraphMissing { node: node.into(), operator: operator.into(), attribute });
    }
    inputs.extend(captured);
    Ok(())
}
