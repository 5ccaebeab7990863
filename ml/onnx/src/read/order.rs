//! The order in which nodes can run.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::{Node, ReadError, keyed};

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
        .map(|node| keyed::set(node.inputs.iter().filter_map(|name| givers.get(name.as_str()).copied())))
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
    let mut in_order = Vec::with_capacity(nodes.len());
    let mut placed = vec![false; nodes.len()];
    while let Some(Reverse(at)) = ready.pop() {
        in_order.push(at);
        placed[at] = true;
        for &waiting in &wanted_by[at] {
            waits[waiting] -= 1;
            if waits[waiting] == 0 {
                ready.push(Reverse(waiting));
            }
        }
    }
    if let Some(stuck) = placed.iter().position(|placed| !placed) {
        let on_cycle = &nodes[on_cycle(stuck, &needs, &placed)];
        return Err(ReadError::Cycle { node: on_cycle.name.clone(), operator: on_cycle.operator.clone() });
    }
    let mut nodes: Vec<_> = nodes.into_iter().map(Some).collect();
    Ok(in_order.into_iter().filter_map(|at| nodes[at].take()).collect())
}

/// A node that waits may only wait for a cycle; going from waiting node to waiting giver comes to one.
fn on_cycle(stuck: usize, needs: &[BTreeSet<usize>], placed: &[bool]) -> usize {
    let mut seen = BTreeSet::new();
    let mut at = stuck;
    while seen.insert(at) {
        at = needs[at].iter().copied().find(|&giver| !placed[giver]).unwrap_or(at);
    }
    at
}
