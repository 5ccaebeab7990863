//! Trees laid out for many rows at once.
//!
//! A block of rows is turned so that each feature's values lie next to each other, and stays in the first cache while
//! one tree after the other runs over it, several rows at a time: their walks do not wait for one another. Every
//! comparison is "at most the threshold", and its answer is added to a position, so nothing branches:
//!
//! - a shallow tree has all nodes of all its levels, missing ones filled in; the children of node `i` are `2i` and
//!   `2i + 1`. The first three levels are compared for all rows side by side, which takes no look-up at all;
//! - a deep tree has its nodes in pairs of children, and a leaf leads to itself.
//!
//! What else the standard knows becomes such comparisons: `<` is "at most the next float below", `>` and `>=` swap the
//! children, and where a missing value goes to the true branch, the node looks at a copy of its feature in which NaN
//! is below everything.
//!
//! Sums are in the order of the trees, so they are the same as those of [`super::walk`].

use super::forest::{Aggregate, Branch, Forest, Mode, Part};
use super::walk::{Scored, Sums};
use crate::classical::rows::Rows;
use crate::kernel::{Reason, elements};
use crate::lanes::{Choice, Eight, LANES};

/// Rows in a block.
const BLOCK: usize = 64;
/// Columns of a block, so that an offset fits 16 bits.
const COLUMNS: usize = 1024;
/// Every 16-bit offset and every row of a block are inside, which the compiler sees.
const ROOM: usize = (1 << 16) + BLOCK;
/// Deeper trees are laid out in pairs.
const LEVELS: u32 = 8;

/// A forest in which all comparisons are "at most".
pub(super) struct Flat {
    trees: Vec<Tree>,
    columns: Vec<Column>,
    targets: usize,
    scored: Vec<bool>,
    /// What sums are divided by, for means.
    divisor: Option<f32>,
}

/// A feature as nodes look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Column {
    feature: u32,
    /// NaN is below everything, instead of above.
    lowered: bool,
}

struct Tree {
    shape: Shape,
    targets: Vec<u32>,
    /// For each place where a walk can end, a weight for each of `targets`.
    weights: Vec<f32>,
}

enum Shape {
    /// Nodes from position 1; the children of `i` are `2i` (no) and `2i + 1` (yes).
    Levels {
        depth: u32,
        offsets: Vec<u16>,
        thresholds: Vec<f32>,
    },
    Pairs {
        depth: u32,
        nodes: Vec<Pair>,
    },
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    threshold: f32,
    /// Of the false branch; the true branch is the next.
    child: u32,
    offset: u16,
}

/// A comparison in the one way that is used here.
struct Test {
    column: Column,
    threshold: f32,
    yes: u32,
    no: u32,
}

impl Flat {
    /// `None` when the forest has something that cannot be said with "at most".
    pub(super) fn new(forest: &Forest) -> Option<Self> {
        let divisor = match forest.aggregate {
            Aggregate::Sum => None,
            Aggregate::Average => Some(forest.roots.len().max(1) as f32),
            Aggregate::Min | Aggregate::Max => return None,
        };
        let scored = scored(forest)?;
        let mut columns = Columns::default();
        let trees = forest.roots.iter().map(|&root| tree(forest, root, &mut columns)).collect::<Option<Vec<_>>>()?;
        Some(Self { trees, columns: columns.0, targets: forest.targets, scored, divisor })
    }

    /// What [`super::walk::sums`] says, for rows that have all features.
    pub(super) fn sums(&self, rows: &Rows<'_>) -> Result<Sums, Reason> {
        let mut values = vec![0.0_f32; elements(&[rows.count, self.targets])?];
        let mut block = Block::new();
        let mut sums = vec![[0.0_f32; BLOCK]; self.targets];
        let mut exits = [0_u32; BLOCK];
        for start in (0..rows.count).step_by(BLOCK) {
            let count = BLOCK.min(rows.count - start);
            block.fill(rows, start, count, &self.columns);
            sums.iter_mut().for_each(|sums| sums.fill(0.0));
            for tree in &self.trees {
                tree.walk(&block.values, count.div_ceil(LANES), &mut exits);
                tree.add(&exits, &mut sums);
            }
            if let Some(divisor) = self.divisor {
                sums.iter_mut().flatten().for_each(|sum| *sum /= divisor);
            }
            let taken = values.get_mut(start * self.targets..(start + count) * self.targets).unwrap_or_default();
            for (row, values) in taken.chunks_exact_mut(self.targets).enumerate() {
                for (value, sums) in values.iter_mut().zip(&sums) {
                    *value = sums[row % BLOCK];
                }
            }
        }
        Ok(Sums { targets: self.targets, values, scored: Scored::Targets(self.scored.clone()) })
    }
}

/// For which targets there is a weight whichever way a row goes; `None` where that depends on the row.
fn scored(forest: &Forest) -> Option<Vec<bool>> {
    let mut always = vec![false; forest.targets];
    let mut sometimes = vec![false; forest.targets];
    let mut seen = vec![usize::MAX; forest.targets];
    for &root in &forest.roots {
        let mut leaves = 0_usize;
        let mut counts = vec![0_usize; forest.targets];
        let mut stack = vec![root as usize];
        let mut steps = 0;
        seen.fill(usize::MAX);
        while let Some(at) = stack.pop() {
            steps += 1;
            if steps > 2 * forest.parts.len() + 2 {
                // Branches that share what is below them: seldom, and walked.
                return None;
            }
            match &forest.parts[at] {
                Part::Branch(branch) => stack.extend([branch.yes as usize, branch.no as usize]),
                Part::Leaf(weights) => {
                    for &(target, _) in weights {
                        let target = target as usize;
                        if seen[target] != leaves {
                            seen[target] = leaves;
                            counts[target] += 1;
                            sometimes[target] = true;
                        }
                    }
                    leaves += 1;
                }
            }
        }
        for (always, &count) in always.iter_mut().zip(&counts) {
            *always |= count == leaves;
        }
    }
    (always == sometimes).then_some(always)
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

/// A branch as "at most"; `None` when it cannot be said so.
fn test(branch: &Branch) -> Option<Test> {
    let threshold = branch.threshold as f32;
    let below = || (threshold > f32::NEG_INFINITY).then(|| threshold.next_down());
    if threshold.is_nan() {
        return None;
    }
    let (threshold, swapped) = match branch.mode {
        Mode::LessOrEqual => (threshold, false),
        Mode::Less => (below()?, false),
        Mode::Greater => (threshold, true),
        Mode::GreaterOrEqual => (below()?, true),
        Mode::Equal | Mode::NotEqual | Mode::Member => return None,
    };
    let (yes, no) = if swapped { (branch.no, branch.yes) } else { (branch.yes, branch.no) };
    // A missing value takes the false branch unless it is told otherwise; swapped, that is where "at most" leads.
    let column = Column { feature: branch.feature, lowered: branch.missing_true != swapped };
    Some(Test { column, threshold, yes, no })
}

fn tree(forest: &Forest, root: u32, columns: &mut Columns) -> Option<Tree> {
    let depth = *forest.depths.get(root as usize)?;
    let (shape, ends) =
        if depth <= LEVELS { levels(forest, root, depth, columns)? } else { pairs(forest, root, depth, columns)? };
    // Targets in the order of the first leaf that has them; sums do not mix targets, so the order is free.
    let mut targets: Vec<u32> = Vec::new();
    let leaf = |end: &Option<u32>| match end.and_then(|end| forest.parts.get(end as usize)) {
        Some(Part::Leaf(weights)) => weights.as_slice(),
        _ => &[],
    };
    for &(target, _) in ends.iter().flat_map(leaf) {
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    let mut weights = vec![0.0; elements(&[ends.len(), targets.len()]).ok()?];
    for (end, row) in ends.iter().zip(weights.chunks_exact_mut(targets.len().max(1))) {
        for &(target, weight) in leaf(end) {
            if let Some(position) = targets.iter().position(|&known| known == target) {
                row[position] += weight as f32;
            }
        }
    }
    Some(Tree { shape, targets, weights })
}

/// All nodes of all levels, and the part that each end stands for.
fn levels(forest: &Forest, root: u32, depth: u32, columns: &mut Columns) -> Option<(Shape, Vec<Option<u32>>)> {
    let width = 1_usize << depth;
    let mut offsets = vec![0_u16; width];
    let mut thresholds = vec![0.0_f32; width];
    let mut parts = vec![0_u32; 2 * width];
    parts[1] = root;
    for at in 1..width {
        let children = match forest.parts.get(parts[at] as usize)? {
            Part::Branch(branch) => {
                let test = test(branch)?;
                offsets[at] = columns.offset(test.column)?;
                thresholds[at] = test.threshold;
                [test.no, test.yes]
            }
            // Whatever is compared, the same leaf is below.
            Part::Leaf(_) => [parts[at]; 2],
        };
        parts[2 * at..2 * at + 2].copy_from_slice(&children);
    }
    let ends = parts[width..].iter().map(|&part| Some(part)).collect();
    Some((Shape::Levels { depth, offsets, thresholds }, ends))
}

/// Nodes with their children next to each other, level by level, and the part that each stands for if it is a leaf.
fn pairs(forest: &Forest, root: u32, depth: u32, columns: &mut Columns) -> Option<(Shape, Vec<Option<u32>>)> {
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
    Some((Shape::Pairs { depth, nodes }, ends))
}

/// Some rows, feature by feature.
struct Block {
    values: Box<[f32; ROOM]>,
}

impl Block {
    fn new() -> Self {
        let values = vec![0.0; ROOM].into_boxed_slice();
        Self { values: values.try_into().unwrap_or_else(|_| Box::new([0.0; ROOM])) }
    }

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
        match &self.shape {
            Shape::Levels { depth, offsets, thresholds } => {
                macro_rules! descend {
                    ($($depth:literal)*) => {
                        match *depth {
                            $($depth => {
                                const WIDTH: usize = 1 << $depth;
                                if let (Ok(offsets), Ok(thresholds)) =
                                    (offsets.as_slice().try_into(), thresholds.as_slice().try_into())
                                {
                                    descend::<$depth, WIDTH>(x, offsets, thresholds, groups, exits);
                                }
                            })*
                            _ => exits.fill(0),
                        }
                    };
                }
                descend!(1 2 3 4 5 6 7 8);
            }
            Shape::Pairs { depth, nodes } => follow(x, nodes, *depth, groups, exits),
        }
    }

    /// Adds the weights of where each row ended.
    fn add(&self, exits: &[u32; BLOCK], sums: &mut [[f32; BLOCK]]) {
        if let [target] = self.targets.as_slice() {
            let Some(sums) = sums.get_mut(*target as usize) else { return };
            for (sum, &exit) in sums.iter_mut().zip(exits) {
                *sum += self.weights.get(exit as usize).copied().unwrap_or(0.0);
            }
            return;
        }
        let width = self.targets.len();
        for (position, &target) in self.targets.iter().enumerate() {
            let Some(sums) = sums.get_mut(target as usize) else { continue };
            for (sum, &exit) in sums.iter_mut().zip(exits) {
                *sum += self.weights.get(exit as usize * width + position).copied().unwrap_or(0.0);
            }
        }
    }
}

/// Which rows of a group go to the true branch of a node.
#[inline(always)]
fn compare(x: &[f32; ROOM], offset: u16, threshold: f32, first: usize) -> Choice {
    let start = offset as usize + first;
    // The room ends behind the last group of the last column; an empty group would go nowhere.
    let values = x.get(start..).and_then(|x| x.first_chunk::<LANES>()).map_or(Eight::splat(f32::NAN), Eight::of);
    values.at_most(threshold)
}

fn descend<const DEPTH: usize, const WIDTH: usize>(
    x: &[f32; ROOM],
    offsets: &[u16; WIDTH],
    thresholds: &[f32; WIDTH],
    groups: usize,
    exits: &mut [u32; BLOCK],
) {
    let node = |at: usize, first: usize| compare(x, offsets[at % WIDTH], thresholds[at % WIDTH], first);
    for (group, exits) in exits.chunks_exact_mut(LANES).take(groups).enumerate() {
        let first = (group * LANES) % BLOCK;
        // Three levels for all rows of the group at once; a shallower tree is asked the same again, and that is undone.
        let top = node(1, first);
        let second = if DEPTH >= 2 { top.of(node(3, first), node(2, first)) } else { top };
        let third = if DEPTH >= 3 {
            let (low, high) = (second.of(node(5, first), node(4, first)), second.of(node(7, first), node(6, first)));
            top.of(high, low)
        } else {
            second
        };
        let below = 3_usize.saturating_sub(DEPTH);
        let mut at = Choice::positions(top, second, third).map(|at| at >> below);
        for _ in 3..DEPTH {
            at = std::array::from_fn(|lane| {
                let node = at[lane] as usize % WIDTH;
                let value = x[offsets[node] as usize + first + lane];
                2 * at[lane] + u32::from(value <= thresholds[node])
            });
        }
        for (exit, at) in exits.iter_mut().zip(at) {
            *exit = at % WIDTH as u32;
        }
    }
}

fn follow(x: &[f32; ROOM], nodes: &[Pair], depth: u32, groups: usize, exits: &mut [u32; BLOCK]) {
    for (group, exits) in exits.chunks_exact_mut(LANES).take(groups).enumerate() {
        let first = (group * LANES) % BLOCK;
        let mut at = [0_u32; LANES];
        let mut left = depth;
        while left > 0 {
            let before = at;
            // Looking every few levels whether all have arrived costs less than looking at each.
            for _ in 0..left.min(4) {
                at = std::array::from_fn(|lane| match nodes.get(at[lane] as usize) {
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
