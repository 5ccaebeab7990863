//! Whether an owner's own columns can be told apart. Those of both owners together are looked at on shares.

use mpc_learn::{Column, Scale};

use crate::spec::Rows;

/// A column of which the others leave less than this part of its variance says nothing by itself.
const LEFT: f64 = 1e-7;
/// What rounding alone leaves. Where some rows are far larger than all others, those others may still differ by more than
/// this: they are what a run is about, if the large ones are not common.
const ROUNDED: f64 = 1e-22;

/// The first column that those before it say already, in these rows. Of common rows nobody knows yet which they are: only what
/// every part of the rows says is found. `winsorise`: as the task has it.
pub(super) fn dependent(columns: &[Column], rows: &Rows, winsorise: f64) -> Option<String> {
    match rows {
        Rows::Given { .. } => first(columns, winsorise, LEFT),
        Rows::Common { .. } if winsorise == 0.0 => first(columns, 0.0, ROUNDED),
        // Two columns say the same of each other when extreme values of both are moved. A sum of several does not stay one.
        Rows::Common { .. } => columns
            .iter()
            .enumerate()
            .find_map(|(at, column)| columns[..at].iter().find_map(|before| first([before, column], 0.0, ROUNDED))),
    }
}

/// Columns are taken one after the other, and what the earlier ones say is taken away from the rest. `left`: the part of its
/// variance that has to be left of a column.
fn first<'c>(columns: impl IntoIterator<Item = &'c Column>, winsorise: f64, left: f64) -> Option<String> {
    let mut earlier: Vec<Vec<f64>> = Vec::new();
    for column in columns {
        // What cannot be standardised is told elsewhere, or is known in the run.
        let Ok(scale) = Scale::of(&column.name, &column.values, winsorise) else { continue };
        let mut rest: Vec<f64> = column.values.iter().map(|value| scale.apply(*value)).collect();
        let all = dot(&rest, &rest);
        // Twice, so that what rounding left of the earlier ones goes too.
        for _ in 0..2 {
            for direction in &earlier {
                let part = dot(&rest, direction);
                rest.iter_mut().zip(direction).for_each(|(value, direction)| *value -= part * direction);
            }
        }
        let own = dot(&rest, &rest);
        if own < left * all {
            return Some(column.name.clone());
        }
        let length = own.sqrt();
        rest.iter_mut().for_each(|value| *value /= length);
        earlier.push(rest);
    }
    None
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
