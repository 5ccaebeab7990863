//! What the places say where walks end.

use std::collections::HashMap;

use super::forest::{Forest, Part};
use crate::kernel::elements;

/// For each place where a walk can end, a weight for each of `targets`.
pub(super) struct Leaves {
    targets: Vec<u32>,
    weights: Vec<f32>,
}

impl Leaves {
    /// `ends` are the leaves that the places stand for; where there is none, no walk ends.
    pub(super) fn new(forest: &Forest, ends: &[Option<u32>]) -> Option<Self> {
        let leaf = |end: &Option<u32>| match end.and_then(|end| forest.parts.get(end as usize)) {
            Some(Part::Leaf(weights)) => weights.as_slice(),
            _ => &[],
        };
        // In the order of the first leaf that has them; sums do not mix targets, so the order is free.
        let mut targets: Vec<u32> = Vec::new();
        let mut positions: HashMap<u32, usize> = HashMap::new();
        for &(target, _) in ends.iter().flat_map(leaf) {
            positions.entry(target).or_insert_with(|| {
                targets.push(target);
                targets.len() - 1
            });
        }
        let mut weights = vec![0.0; elements(&[ends.len(), targets.len()]).ok()?];
        for (end, row) in ends.iter().zip(weights.chunks_exact_mut(targets.len().max(1))) {
            for &(target, weight) in leaf(end) {
                if let Some(weights) = positions.get(&target).and_then(|&position| row.get_mut(position)) {
                    *weights += weight as f32;
                }
            }
        }
        Some(Self { targets, weights })
    }

    /// Adds the weights of where each row ended.
    #[inline(never)]
    pub(super) fn add<E: Copy + Into<u32>, const ROWS: usize>(&self, exits: &[E; ROWS], sums: &mut [[f32; ROWS]]) {
        let width = self.targets.len();
        for (position, &target) in self.targets.iter().enumerate() {
            let Some(sums) = sums.get_mut(target as usize) else { continue };
            if width == 1 {
                for (sum, &exit) in sums.iter_mut().zip(exits) {
                    *sum += self.weights.get(exit.into() as usize).copied().unwrap_or(0.0);
                }
                continue;
            }
            for (sum, &exit) in sums.iter_mut().zip(exits) {
                *sum += self.weights.get(exit.into() as usize * width + position).copied().unwrap_or(0.0);
            }
        }
    }
}
