//! Trees of any depth over floats, several rows at a time, so that their walks do not wait for one another.
//!
//! Nodes lie in pairs of children; a comparison's answer is added to the position of the first, so nothing branches. A
//! leaf leads to itself.

use super::comparison::{COLUMNS, Column, test};
use super::forest::{Forest, Part};
use super::leaves::Leaves;
use crate::classical::rows::Rows;
use crate::lanes::LANES;

/// Rows in a block.
const BLOCK: usize = 64;
/// Every 16-bit offset and every row of a block are inside, which the compiler sees.
const ROOM: usize = (1 << 16) + BLOCK;

pub(super) struct Pairs {
    trees: Vec<Tree>,
    columns: Vec<Column>,
}

struct Tree {
    depth: u32,
    nodes: Vec<Pair>,
    leaves: Leaves,
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    threshold: f32,
    /// Of the false branch; the true branch is the next.
    child: u32,
    offset: u16,
}

/// A block of rows, column by column.
pub(super) struct Room {
    values: Box<[f32; ROOM]>,
    exits: [u32; BLOCK],
}

impl Pairs {
    /// `None` when a branch cannot be said as "at most", or there are too many columns.
    pub(super) fn new(forest: &Forest) -> Option<Self> {
        let mut columns = Columns::default();
        let trees = forest.roots.iter().map(|&root| tree(forest, root, &mut columns)).collect::<Option<Vec<_>>>()?;
        Some(Self { trees, columns: columns.0 })
    }

    pub(super) fn room(&self) -> Room {
        let values = vec![0.0; ROOM].into_boxed_slice();
        Room { values: values.try_into().unwrap_or_else(|_| Box::new([0.0; ROOM])), exits: [0; BLOCK] }
    }

    /// Adds what all trees say of `count` rows from `start`.
    pub(super) fn add(&self, rows: &Rows<'_>, start: usize, count: usize, room: &mut Room, sums: &mut [[f32; BLOCK]]) {
        room.fill(rows, start, count, &self.columns);
        for tree in &self.trees {
            tree.walk(&room.values, count.div_ceil(LANES), &mut room.exits);
            tree.leaves.add(&room.exits, sums);
        }
    }
}

#[derive(Default)]
struct Columns(Vec<Column>);

impl Columns {
    /// Where a column begins in a block; `None` when there are too many.
    fn offset(&mut self, column: Column) -> Option<u16> {
        let position = self.0.iter().position(|&known| known == column).unwrap_or_else(|| {
            self.0.push(column);
            self.0.len() - 1
        });
        (position < COLUMNS).then_some(position * BLOCK).and_then(|offset| u16::try_from(offset).ok())
    }
}

/// Nodes with their children next to each other, level by level.
fn tree(forest: &Forest, root: u32, columns: &mut Columns) -> Option<Tree> {
    let depth = *forest.depths.get(root as usize)?;
    let mut parts = vec![root];
    let mut nodes: Vec<Pair> = Vec::new();
    let mut ends = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        match forest.parts.get(parts[at] as usize)? {
            Part::Branch(branch) => {
                let test = test(branch)?;
                let offset = columns.offset(test.column)?;
                nodes.push(Pair { threshold: test.threshold, child: u32::try_from(parts.len()).ok()?, offset });
                ends.push(None);
                parts.extend([test.no, test.yes]);
            }
            Part::Leaf(_) => {
                // Nothing is at most NaN, so it leads to itself.
                nodes.push(Pair { threshold: f32::NAN, child: u32::try_from(at).ok()?, offset: 0 });
                ends.push(Some(parts[at]));
            }
        }
        at += 1;
        if parts.len() > 2 * forest.parts.len() + 2 {
            return None;
        }
    }
    Some(Tree { depth, nodes, leaves: Leaves::new(forest, &ends)? })
}

impl Room {
    fn fill(&mut self, rows: &Rows<'_>, start: usize, count: usize, columns: &[Column]) {
        let taken = rows.values.get(start * rows.features..(start + count) * rows.features).unwrap_or_default();
        for (column, values) in columns.iter().zip(self.values.chunks_exact_mut(BLOCK)) {
            let feature = taken.iter().skip(column.feature as usize).step_by(rows.features.max(1));
            if column.lowered {
                for (value, &x) in values.iter_mut().zip(feature) {
                    *value = if x.is_nan() { f32::NEG_INFINITY } else { x };
                }
            } else {
                for (value, &x) in values.iter_mut().zip(feature) {
                    *value = x;
                }
            }
        }
    }
}

impl Tree {
    /// Where each row of the first `groups` groups of lanes ends.
    fn walk(&self, x: &[f32; ROOM], groups: usize, exits: &mut [u32; BLOCK]) {
        for (group, exits) in exits.chunks_exact_mut(LANES).take(groups).enumerate() {
            let first = (group * LANES) % BLOCK;
            let mut at = [0_u32; LANES];
            let mut left = self.depth;
            while left > 0 {
                let before = at;
                // Looking every few levels whether all have arrived costs less than looking at each.
                for _ in 0..left.min(4) {
                    at = std::array::from_fn(|lane| match self.nodes.get(at[lane] as usize) {
                        Some(node) => {
                            let value = x[node.offset as usize + first + lane];
                            node.child + u32::from(value <= node.threshold)
                        }
                        None => at[lane],
                    });
                }
                left -= left.min(4);
                if at == before {
                    break;
                }
            }
            exits.copy_from_slice(&at);
        }
    }
}
