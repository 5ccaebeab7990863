//! Trees filled up to the same depth: the children of place `p` are `2p + 1` and `2p + 2`, so that all rows take the same
//! number of steps, and a node is two words.

use super::{LEAF, Words};

/// Deeper trees would take too much memory when filled up.
const DEEPEST: usize = 8;

/// An ensemble whose leaves have one weight each, all leaves of a tree for the same target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complete {
    pub(crate) depth: usize,
    /// Two words per node: feature with its flags, threshold.
    pub(crate) nodes: Words,
    pub(crate) leaves: Words,
    /// Target of each tree.
    pub(crate) targets: Words,
}

/// Fills trees up; `None` where that does not fit them. `nodes` has four words per node as in [`super::Forest`].
pub(crate) fn fill(nodes: &[u32], roots: &[u32]) -> Option<Complete> {
    let count = nodes.len() / 4;
    let node = |i: u32| nodes.get(i as usize * 4..i as usize * 4 + 4);
    let mut heights = vec![0_usize; count];
    // Children come after their parents.
    for i in (0..count).rev() {
        let words = node(i as u32)?;
        if words[0] < LEAF {
            heights[i] = 1 + heights.get(words[2] as usize)?.max(heights.get(words[3] as usize)?);
        } else if words[0] != LEAF {
            return None;
        }
    }
    let depth = roots.iter().map(|&r| heights.get(r as usize).copied().unwrap_or(0)).max()?;
    let inner = (1_usize << depth.min(DEEPEST)) - 1;
    // Lop-sided trees would grow a lot.
    if depth > DEEPEST || depth == 0 || roots.len() * (inner + 1) > 4 * count + 1_024 {
        return None;
    }
    let (mut filled, mut leaves) = (vec![0_u32; roots.len() * inner * 2], vec![0_u32; roots.len() * (inner + 1)]);
    let mut targets = Vec::with_capacity(roots.len());
    for (tree, &root) in roots.iter().enumerate() {
        let mut target = None;
        let mut open = vec![(root, 0_usize)];
        while let Some((at, place)) = open.pop() {
            let words = node(at)?;
            if place >= inner {
                if words[0] != LEAF || *target.get_or_insert(words[1]) != words[1] {
                    return None;
                }
                leaves[tree * (inner + 1) + place - inner] = words[2];
                continue;
            }
            let (yes, no) = if words[0] == LEAF {
                // Either way leads to the same leaf.
                (at, at)
            } else {
                let slot = (tree * inner + place) * 2;
                filled[slot] = words[0];
                filled[slot + 1] = words[1];
                (words[2], words[3])
            };
            open.extend([(yes, 2 * place + 1), (no, 2 * place + 2)]);
        }
        targets.push(target?);
    }
    Some(Complete { depth, nodes: filled, leaves, targets })
}

impl Complete {
    /// The loop over trees; `condition` compares `x` with `t` of node `n`.
    pub(crate) fn walk(&self, features: usize, condition: &str, sums: usize) -> String {
        let (trees, inner) = (self.targets.len(), (1_usize << self.depth) - 1);
        let step = format!(
            "      {{ let n = nodes[first + p]; let x = rows[row + (n.x & 0xffffffu)]; let t = bitcast<f32>(n.y); p = 2u * \
             p + select(2u, 1u, {condition}); }}\n"
        );
        let place = if sums == 1 { "s" } else { "s[roots[tree]]" };
        format!(
            "  let row = i * {features}u;\n  for (var tree = 0u; tree < {trees}u; tree++) {{\n    let first = tree * \
             {inner}u;\n    var p = 0u;\n{}    {place} += weights[tree * {}u + p - {inner}u];\n  }}\n",
            step.repeat(self.depth),
            inner + 1
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A root with a leaf on one side and a node with two leaves on the other.
    fn lopsided() -> Words {
        let leaf = |weight: u32| [LEAF, 0, weight, 0];
        [[5, 50, 1, 2], leaf(10), [6, 60, 3, 4], leaf(20), leaf(30)].concat()
    }

    #[test]
    fn a_short_branch_is_doubled() {
        let filled = fill(&lopsided(), &[0]).unwrap();
        assert_eq!(filled.depth, 2);
        assert_eq!(filled.nodes, [5, 50, 0, 0, 6, 60]);
        assert_eq!(filled.leaves, [10, 10, 20, 30]);
        assert_eq!(filled.targets, [0]);
    }

    #[test]
    fn leaves_for_two_targets_stay_as_they_are() {
        let mut nodes = lopsided();
        nodes[4 * 3 + 1] = 1;
        assert_eq!(fill(&nodes, &[0]), None);
    }
}
