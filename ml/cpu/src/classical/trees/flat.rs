//! Trees laid out for many rows at once.
//!
//! A block of rows stays in the first caches while one tree after the other runs over it. Every comparison is "at most
//! the threshold" (see [`super::comparison`]). Shallow trees make all their comparisons, 128 rows at once
//! ([`super::masks`]); in deep ones each row follows its path ([`super::pairs`]).
//!
//! Sums are in the order of the trees, so they are the same as those of [`super::walk`].

use super::forest::{Aggregate, Forest, Part};
use super::masks::Masks;
use super::pairs::Pairs;
use super::walk::{Scored, Sums};
use crate::classical::rows::Rows;
use crate::kernel::{Reason, elements};

/// Trees times targets at most: more are walked, which looks at each row's own leaves only.
const MOST_SCORED: usize = 1 << 26;

/// A forest in which all comparisons are "at most".
pub(super) struct Flat {
    layout: Layout,
    targets: usize,
    scored: Vec<bool>,
    /// What sums are divided by, for means.
    divisor: Option<f32>,
}

enum Layout {
    Masks(Masks),
    Pairs(Pairs),
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
        let layout = match Masks::new(forest) {
            Some(masks) => Layout::Masks(masks),
            None => Layout::Pairs(Pairs::new(forest)?),
        };
        Some(Self { layout, targets: forest.targets, scored, divisor })
    }

    /// Fewer rows are sooner walked one by one.
    pub(super) fn least_rows(&self) -> usize {
        match self.layout {
            Layout::Masks(_) => 32,
            Layout::Pairs(_) => 4,
        }
    }

    /// What [`super::walk::sums`] says, for rows that have all features.
    pub(super) fn sums(&self, rows: &Rows<'_>) -> Result<Sums, Reason> {
        let values = match &self.layout {
            Layout::Masks(masks) => {
                let mut room = masks.room();
                self.blocks(rows, |start, count, sums| masks.add(rows, start, count, &mut room, sums))
            }
            Layout::Pairs(pairs) => {
                let mut room = pairs.room();
                self.blocks(rows, |start, count, sums| pairs.add(rows, start, count, &mut room, sums))
            }
        }?;
        Ok(Sums { targets: self.targets, values, scored: Scored::Targets(self.scored.clone()) })
    }

    /// The sums row by row; `add` adds what all trees say of a block: `count` rows from `start`, target by target.
    fn blocks<const BLOCK: usize>(
        &self,
        rows: &Rows<'_>,
        mut add: impl FnMut(usize, usize, &mut [[f32; BLOCK]]),
    ) -> Result<Vec<f32>, Reason> {
        let mut values = vec![0.0_f32; elements(&[rows.count, self.targets])?];
        let mut sums = vec![[0.0_f32; BLOCK]; self.targets];
        for start in (0..rows.count).step_by(BLOCK) {
            let count = BLOCK.min(rows.count - start);
            sums.iter_mut().for_each(|sums| sums.fill(0.0));
            add(start, count, &mut sums);
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
        Ok(values)
    }
}

/// For which targets there is a weight whichever way a row goes; `None` where that depends on the row.
fn scored(forest: &Forest) -> Option<Vec<bool>> {
    if forest.roots.len().checked_mul(forest.targets)? > MOST_SCORED {
        return None;
    }
    let mut always = vec![false; forest.targets];
    let mut sometimes = vec![false; forest.targets];
    let mut seen = vec![usize::MAX; forest.targets];
    let mut steps = 0;
    for &root in &forest.roots {
        let mut leaves = 0_usize;
        let mut counts = vec![0_usize; forest.targets];
        let mut stack = vec![root as usize];
        seen.fill(usize::MAX);
        while let Some(at) = stack.pop() {
            steps += 1;
            if steps > 2 * forest.parts.len() + 2 {
                // Branches that share what is below them, or a tree that is there many times: seldom, and walked.
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

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn a_tree_that_is_named_many_times_is_not_copied_as_often() {
        let forest = |roots: usize| {
            let parts = vec![Part::Leaf(vec![(0, 1.0)])];
            Forest::new(parts, vec![0; roots], 1, Aggregate::Sum).unwrap()
        };
        assert!(Flat::new(&forest(1)).is_some());
        assert!(Flat::new(&forest(1_000)).is_none());
    }
}
