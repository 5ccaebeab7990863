//! Shallow trees, 128 rows at once.
//!
//! For each threshold, a mask says which rows of a block are at most it. A row's place among the sorted thresholds of a
//! column sets one bit, and each mask takes over the bits of the one below it, so this costs little more than finding
//! the places. A tree then only passes on which rows come to which node: two operations a node for all 128 rows,
//! which is less than following each row's path, as long as there are not many more nodes than a path has.

use std::collections::HashMap;

use super::comparison::{COLUMNS, Column, Test, test};
use super::forest::{Forest, Part};
use super::leaves::Leaves;
use crate::classical::rows::Rows;
use crate::lanes::{BITS, BYTES, Bits, Eight, LANES, SORTED, below};

/// Levels of a tree at most, so that an end's position fits a byte.
const LEVELS: usize = 8;
/// What a row costs for each column, and how many nodes and masks cost a row as much as one step of a path.
const COLUMN: usize = 2;
const NODES: usize = 192;
/// Parts of a column's range, by which a place is found.
const PARTS: u16 = 512;

type Mask = [u8; BYTES];

pub(super) struct Masks {
    columns: Vec<Places>,
    trees: Vec<Tree>,
}

/// Where values stand among the thresholds of a column.
///
/// A value's part of the range never falls while the value grows, since multiplying and adding never do. So the
/// thresholds of the parts before are below it, those of the parts behind are above it, and only those of its own part
/// have to be asked.
struct Places {
    column: Column,
    /// The part of `x` is `x * scale + shift`.
    scale: f32,
    shift: f32,
    /// For each part, the first threshold that is not in a part before.
    first: Vec<u32>,
    /// Those of a part at most, in fours.
    fours: usize,
    /// In order, each once, filled up with infinity.
    sorted: Vec<f32>,
    /// Where the masks of this column are: one for each threshold, and one for what is above all.
    masks: std::ops::Range<usize>,
}

struct Tree {
    /// Level by level.
    levels: Vec<Vec<Node>>,
    leaves: Leaves,
}

/// A comparison; nodes are numbered from 1 in the order of the levels.
struct Node {
    number: u8,
    mask: u32,
    /// The nodes that its answers lead to, 0 for a leaf.
    yes: u8,
    no: u8,
}

/// What is known of a block of rows.
pub(super) struct Room {
    masks: Vec<Mask>,
    /// Which rows come to a node.
    coming: [Bits; 1 << LEVELS],
    exits: [u8; BITS],
}

impl Masks {
    /// `None` when a branch cannot be said as "at most", a tree is deep, or this costs more than following paths.
    pub(super) fn new(forest: &Forest) -> Option<Self> {
        let depths =
            || forest.roots.iter().map(|&root| forest.depths.get(root as usize).map_or(usize::MAX, |&d| d as usize));
        if depths().any(|depth| depth > LEVELS) {
            return None;
        }
        let (columns, branches) = branches(forest)?;
        let trees = forest.roots.iter().map(|&root| Tree::new(forest, root, &branches)).collect::<Option<Vec<_>>>()?;
        let masks = columns.last().map_or(0, |column| column.masks.end);
        let nodes: usize = trees.iter().flat_map(|tree| &tree.levels).map(Vec::len).sum();
        let cost = columns.iter().map(|column| COLUMN + column.fours).sum::<usize>() + (masks + nodes) / NODES;
        (cost <= depths().sum()).then_some(Self { columns, trees })
    }

    pub(super) fn room(&self) -> Room {
        let masks = vec![[0; BYTES]; self.columns.last().map_or(0, |column| column.masks.end)];
        Room { masks, coming: [Bits::none(); 1 << LEVELS], exits: [0; BITS] }
    }

    /// Adds what all trees say of `count` rows from `start`.
    pub(super) fn add(&self, rows: &Rows<'_>, start: usize, count: usize, room: &mut Room, sums: &mut [[f32; BITS]]) {
        let taken = rows.values.get(start * rows.features..(start + count) * rows.features).unwrap_or_default();
        for column in &self.columns {
            column.fill(taken, rows.features, room.masks.get_mut(column.masks.clone()).unwrap_or_default());
        }
        for tree in &self.trees {
            tree.walk(&room.masks, &mut room.coming, &mut room.exits);
            tree.leaves.add(&room.exits, sums);
        }
    }
}

/// A branch by its mask.
#[derive(Clone, Copy)]
struct Branch {
    mask: u32,
    yes: u32,
    no: u32,
}

/// All columns that trees look at, and for each part its branch, if it is one; `None` when there are too many columns.
fn branches(forest: &Forest) -> Option<(Vec<Places>, Vec<Option<Branch>>)> {
    let mut known: HashMap<Column, usize> = HashMap::new();
    let mut columns: Vec<(Column, Vec<f32>)> = Vec::new();
    let mut tests = Vec::with_capacity(forest.parts.len());
    for part in &forest.parts {
        let Part::Branch(branch) = part else {
            tests.push(None);
            continue;
        };
        let test = test(branch)?;
        let position = *known.entry(test.column).or_insert_with(|| {
            columns.push((test.column, Vec::new()));
            columns.len() - 1
        });
        if position == COLUMNS {
            return None;
        }
        columns[position].1.push(test.threshold);
        tests.push(Some((position, test)));
    }
    let mut masks = 0;
    let mut places = Vec::with_capacity(columns.len());
    for (column, thresholds) in columns {
        places.push(Places::new(column, thresholds, masks));
        masks = places.last()?.masks.end;
    }
    u32::try_from(masks).ok()?;
    let branch = |(position, test): (usize, Test)| {
        let place = places[position].sorted.partition_point(|&threshold| threshold < test.threshold);
        Branch { mask: (places[position].masks.start + place) as u32, yes: test.yes, no: test.no }
    };
    let branches = tests.into_iter().map(|test| test.map(branch)).collect();
    Some((places, branches))
}

impl Places {
    fn new(column: Column, mut thresholds: Vec<f32>, mask: usize) -> Self {
        thresholds.sort_by(f32::total_cmp);
        // Zero is zero, whatever its sign.
        thresholds.dedup_by(|a, b| a == b);
        let count = thresholds.len();
        let finite = || thresholds.iter().copied().filter(|threshold| threshold.is_finite());
        let (least, most) = (finite().next().unwrap_or(0.0), finite().next_back().unwrap_or(0.0));
        let scale = f32::from(PARTS) / (most - least);
        let shift = -least * scale;
        // Where this is no number, there is one part.
        let (scale, shift) = if scale.is_finite() && shift.is_finite() { (scale, shift) } else { (0.0, 0.0) };
        let mut places = Self {
            column,
            scale,
            shift,
            first: vec![0; usize::from(PARTS) + 1],
            fours: 0,
            sorted: Vec::new(),
            masks: mask..mask + count + 1,
        };
        let mut each = vec![0_usize; places.first.len()];
        for &threshold in &thresholds {
            let [part, ..] = places.parts(&[threshold; LANES]);
            each[part] += 1;
        }
        let mut before = 0;
        for (first, each) in places.first.iter_mut().zip(&each) {
            *first = before as u32;
            before += each;
        }
        places.fours = each.iter().copied().max().unwrap_or(0).div_ceil(SORTED);
        thresholds.resize(count + places.fours * SORTED, f32::INFINITY);
        places.sorted = thresholds;
        places
    }

    #[inline(always)]
    fn parts(&self, values: &[f32; LANES]) -> [usize; LANES] {
        Eight::splat(self.shift).plus_product(Eight::of(values), Eight::splat(self.scale)).whole(PARTS)
    }

    /// How many thresholds are below a value of a part; a NaN is above or below all of them.
    #[inline(always)]
    fn place(&self, value: f32, part: usize) -> usize {
        let first = self.first.get(part).map_or(0, |&first| first as usize);
        let (asked, _) = self.sorted.get(first..).unwrap_or_default().as_chunks::<SORTED>();
        let place = first + asked.iter().take(self.fours).map(|sorted| below(sorted, value)).sum::<usize>();
        let missing = if self.column.lowered { 0 } else { self.masks.len() - 1 };
        if value.is_nan() { missing } else { place }
    }

    /// Sets, for each threshold, the bits of the rows that are at most it. Bits behind the last row mean nothing.
    #[inline(never)]
    fn fill(&self, rows: &[f32], features: usize, masks: &mut [Mask]) {
        masks.fill([0; BYTES]);
        for byte in 0..BYTES {
            let first = byte * LANES * features + self.column.feature as usize;
            if first >= rows.len() {
                break;
            }
            let values = std::array::from_fn(|row| rows.get(first + row * features).copied().unwrap_or(0.0));
            let parts = self.parts(&values);
            for (row, (value, part)) in values.into_iter().zip(parts).enumerate() {
                if let Some(mask) = masks.get_mut(self.place(value, part)) {
                    mask[byte] |= 1 << row;
                }
            }
        }
        let mut before = Bits::none();
        for mask in masks {
            before = before.or(Bits::of(mask));
            *mask = before.bytes();
        }
    }
}

impl Tree {
    fn new(forest: &Forest, root: u32, branches: &[Option<Branch>]) -> Option<Self> {
        let depth = *forest.depths.get(root as usize)? as usize;
        let branch = |part: u32| branches.get(part as usize).copied().flatten();
        let mut ends = vec![None; 1 << depth];
        let mut levels = Vec::with_capacity(depth);
        // The parts of a level, and where each is among all places of the level.
        let mut parts = vec![(root, 0_usize)];
        // A tree of eight levels has 255 nodes at most.
        let (mut number, mut numbered) = (0_u8, u8::from(branch(root).is_some()));
        for level in 0..=depth {
            let mut nodes = Vec::new();
            let mut below = Vec::new();
            for (part, position) in parts {
                let Some(Branch { mask, yes, no }) = branch(part) else {
                    ends[position << (depth - level)] = Some(part);
                    continue;
                };
                let mut child = |part: u32| match branch(part) {
                    Some(_) => numbered.checked_add(1).inspect(|&number| numbered = number),
                    None => Some(0),
                };
                let (first, second) = (child(yes)?, child(no)?);
                number += 1;
                nodes.push(Node { number, mask, yes: first, no: second });
                below.extend([(yes, 2 * position + 1), (no, 2 * position)]);
            }
            parts = below;
            levels.push(nodes);
        }
        // Below the last branches are leaves only.
        levels.truncate(depth);
        Some(Self { levels, leaves: Leaves::new(forest, &ends)? })
    }

    /// Where each row of a block ends.
    #[inline(never)]
    fn walk(&self, masks: &[Mask], coming: &mut [Bits; 1 << LEVELS], exits: &mut [u8; BITS]) {
        let mut planes = [Bits::none(); LEVELS];
        coming[1] = Bits::all();
        for (plane, nodes) in planes.iter_mut().zip(&self.levels) {
            for node in nodes {
                let here = coming[usize::from(node.number)];
                let Some(mask) = masks.get(node.mask as usize) else { continue };
                let mask = Bits::of(mask);
                let yes = here.and(mask);
                coming[usize::from(node.yes)] = yes;
                coming[usize::from(node.no)] = here.without(mask);
                *plane = plane.or(yes);
            }
        }
        Bits::numbers(&planes[..self.levels.len().min(LEVELS)], exits);
    }
}
