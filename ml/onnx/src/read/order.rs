//! The order in which nodes can run.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::{Node, ReadError};

/// Nodes so that each comes after those that give what it needs, and otherwise as in the file. Values that no node
/// gives are there from the start.
///
/// # Errors
/// [`ReadError::Cycle`]
pub fn order(nodes: Vec<Node>) -> Result<Vec<Node>, ReadError> {
    let mut givers = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        givers.extend(node.outputs.iter().filter(|name| !name.is_empty()).map(|name| (name.as_str(), at)));
    }
    let needs: Vec<BTreeSet<usize>> = nodes
        .iter()
        .map(|node| node.inputs.iter().filter_map(|name| givers.get(name.as_str()).copied()).collect())
        .collect();
    let mut wanted_by = vec![Vec::new(); nodes.len()];
    for (at, needed) in needs.iter().enumerate() {
        for &giver in needed {
            wanted_by[giver].push(at);
        }
    }
    let mut waits: Vec<usize> = needs.iter().map(BTreeSet::len).collect();
    let ready = waits.iter().enumerate().filter(|(_, waits)| **waits == 0);
    let mut ready: BinaryHeap<_> = ready.map(|(at, _)| Reverse(at)).collect();
    let mut places = vec![None; nodes.len()];
    let mut next = 0;
    while let Some(Reverse(at)) = ready.pop() {
        places[at] = Some(next);
        next += 1;
        for &waiting in &wanted_by[at] {
            waits[waiting] -= 1;
            if waits[waiting] == 0 {
                ready.push(Reverse(waiting));
            }
        }
    }
    if let Some(stuck) = places.iter().position(Option::is_none) {
        let on_cycle = &nodes[on_cycle(stuck, &needs, &places)];
        return Err(ReadError::Cycle { node: on_cycle.name.clone(), operator: on_cycle.operator.clone() });
    }
    let mut nodes: Vec<_> = places.into_iter().zip(nodes).collect();
    nodes.sort_by_key(|(place, _)| *place);
    Ok(nodes.into_iter().map(|(_, node)| node).collect())
}

/// A node that waits may only wait for a cycle; going from waiting node to waiting giver comes to one.
fn on_cycle(stuck: usize, needs: &[BTreeSet<usize>], places: &[Option<usize>]) -> usize {
    let mut seen = BTreeSet::new();
    let mut at = stuck;
    while seen.insert(at) {
        at = needs[at].iter().copied().find(|&giver| places[giver].is_none()).unwrap_or(at);
    }
    at
}
