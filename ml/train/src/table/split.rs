//! Which rows are learned from, and which only tell when to end.

use crate::draw::{self, Use};

/// Row numbers, ascending in both parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    pub training: Vec<u32>,
    pub validation: Vec<u32>,
}

impl Parts {
    /// Keeps the nearest to `share` of every class aside, but leaves at least one row of each to learn from.
    pub fn draw(labels: &[u16], classes: usize, share: f32, seed: u64) -> Self {
        let mut source = draw::source(seed, Use::Split);
        let mut by_class = vec![Vec::new(); classes];
        for (row, &label) in labels.iter().enumerate() {
            by_class[usize::from(label)].push(row as u32);
        }
        let mut validation = Vec::new();
        for rows in &mut by_class {
            draw::shuffle(&mut source, rows);
            let wanted = (rows.len() as f32 * share).round() as usize;
            let aside = wanted.min(rows.len().saturating_sub(1));
            validation.extend(rows.drain(..aside));
        }
        let mut training: Vec<u32> = by_class.into_iter().flatten().collect();
        training.sort_unstable();
        validation.sort_unstable();
        Self { training, validation }
    }
}

/// Weight of a row by its class: all 1, or, balanced, inverse to how often the class occurs in `rows`, 1 on the mean.
pub fn class_weights(labels: &[u16], rows: &[u32], classes: usize, balance: bool) -> Vec<f32> {
    let mut counts = vec![0_u32; classes];
    for &row in rows {
        counts[usize::from(labels[row as usize])] += 1;
    }
    let present = counts.iter().filter(|count| **count > 0).count();
    let weight = |count: u32| if count == 0 { 0.0 } else { rows.len() as f32 / (present as f32 * count as f32) };
    counts.into_iter().map(|count| if balance { weight(count) } else { 1.0 }).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_row_is_in_one_part_and_every_class_keeps_its_share(
            labels in prop::collection::vec(0_u16..5, 1..400), share in 0.0_f32..=0.5, seed: u64
        ) {
            let parts = Parts::draw(&labels, 5, share, seed);
            let mut all: Vec<u32> = parts.training.iter().chain(&parts.validation).copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..labels.len() as u32).collect::<Vec<_>>());
            for class in 0..5 {
                let count = |rows: &[u32]| rows.iter().filter(|row| labels[**row as usize] == class).count();
                let (learned, aside) = (count(&parts.training), count(&parts.validation));
                let wanted = (learned + aside) as f32 * share;
                prop_assert!((aside as f32 - wanted).abs() <= 1.0, "{aside} of {} aside", learned + aside);
                prop_assert!(learned > 0 || aside == 0);
            }
            prop_assert_eq!(Parts::draw(&labels, 5, share, seed), parts);
        }
    }

    #[test]
    fn balanced_classes_weigh_the_same_together() {
        let labels = [0, 0, 0, 0, 0, 0, 1, 1, 2];
        let rows: Vec<u32> = (0..9).collect();
        let weights = class_weights(&labels, &rows, 4, true);
        assert_eq!(weights, [0.5, 1.5, 3.0, 0.0]);
        assert_eq!(class_weights(&labels, &rows, 4, false), [1.0; 4]);
    }
}
