//! Whether an owner's own columns can be told apart: looked at before anything is confirmed, by the owner alone.

use super::{FEATURE, Prepared};
use crate::LearnError;

/// What must be left of a standardised column's mean square when the columns before it are taken out: a condition number
/// near a million follows where less is left.
const LEFT: f64 = 4e-6;

impl Prepared {
    /// Refuses columns that say the same as others of this owner, by name. `names`: of the features, in their order.
    /// Columns of the other owner are not known here: that answer comes from the run.
    pub fn check_alike(&self, names: &[&str], ridge: f64) -> Result<(), LearnError> {
        let one = 2_f64.powi(FEATURE as i32);
        let rows = self.features.first().map_or(1, Vec::len) as f64;
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for (at, column) in self.features.iter().enumerate() {
            let mut rest: Vec<f64> = column.iter().map(|value| *value as f64 / one).collect();
            // Twice, so that roundings of the first pass go too.
            for direction in basis.iter().chain(&basis) {
                let along = dot(&rest, direction);
                rest.iter_mut().zip(direction).for_each(|(cell, own)| *cell -= along * own);
            }
            let left = dot(&rest, &rest);
            if (left + ridge) / rows < LEFT {
                let column = names.get(at).copied().unwrap_or("?").to_owned();
                return Err(LearnError::Alike { column });
            }
            let length = left.sqrt();
            if length > 0.0 {
                basis.push(rest.into_iter().map(|cell| cell / length).collect());
            }
        }
        Ok(())
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
