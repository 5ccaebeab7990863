//! Whether an owner's own columns can be told apart. Those of both owners together are looked at on shares.

use mpc_learn::{Column, Scale};

/// A column of which the others leave less than this part of its variance says nothing by itself.
const LEFT: f64 = 1e-7;

/// The first column that those before it say already. Columns are taken one after the other, and what the earlier ones say
/// is taken away from the rest. `winsorise`: as the task has it.
pub(super) fn dependent(columns: &[Column], winsorise: f64) -> Option<String> {
    let mut earlier: Vec<Vec<f64>> = Vec::new();
    for column in columns {
        let scale = Scale::of(&column.name, &column.values, winsorise).ok()?;
        let mut rest: Vec<f64> = column.values.iter().map(|value| scale.apply(*value)).collect();
        let all = dot(&rest, &rest);
        // Twice, so that what rounding left of the earlier ones goes too.
        for _ in 0..2 {
            for direction in &earlier {
                let part = dot(&rest, direction);
                rest.iter_mut().zip(direction).for_each(|(value, direction)| *value -= part * direction);
            }
        }
        let left = dot(&rest, &rest);
        if left < LEFT * all {
            return Some(column.name.clone());
        }
        let length = left.sqrt();
        rest.iter_mut().for_each(|value| *value /= length);
        earlier.push(rest);
    }
    None
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
