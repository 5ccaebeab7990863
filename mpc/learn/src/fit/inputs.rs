//! What owners put into a task.

use mpc::{Arithmetic, MatrixName, MpcError, Owned, Seat, Shape};

use crate::{
    Metric,
    gram::{self, Matrices},
    metrics::{self, FACTOR},
    prepare::{self, Prepared},
    task::{Evaluation, Task},
};

/// Everything that owners put in.
pub(super) struct Inputs {
    other: Owned,
    labelled: Owned,
    pub(super) label: LabelMatrices,
}

impl Inputs {
    pub(super) fn new(task: &Task, prepared: &[&Prepared]) -> Result<Self, MpcError> {
        task.check()?;
        let of = |seat: Seat| prepared.iter().find(|prepared| prepared.seat == seat).copied();
        let matrix = |seat: Seat| prepare::matrix(task, seat, of(seat));
        let (other, labelled) = (matrix(task.label.other())?, matrix(task.label)?);
        gram::check_mean_squares(&other)?;
        gram::check_mean_squares(&labelled)?;
        Ok(Self { other, labelled, label: LabelMatrices::new(task, of(task.label))? })
    }

    pub(super) async fn hide<A: Arithmetic>(&self, a: &mut A) -> Result<(), MpcError> {
        a.hide(&[&self.other, &self.labelled, &self.label.unit, &self.label.precision]).await
    }

    pub(super) fn matrices(&self) -> Matrices<'_> {
        Matrices { other: &self.other, labelled: &self.labelled }
    }
}

/// Single numbers that only the label owner knows.
pub(super) struct LabelMatrices {
    /// The label's deviation, in units of 2^label_exponent.
    pub(super) unit: Owned,
    /// For each tested part, 1 / the variance of its labels, in units of the variance of all.
    pub(super) precision: Owned,
}

impl LabelMatrices {
    fn new(task: &Task, prepared: Option<&Prepared>) -> Result<Self, MpcError> {
        let (unit_shape, precision_shape) = (Shape::matrix(1, 1), Shape::vector(metrics::tested_sizes(task).len()));
        let unit_name = MatrixName::of(&["label", "deviation"]);
        let precision_name = MatrixName::of(&["label", "1 / variance of parts"]);
        let (frac, seat) = (FACTOR, task.label);
        let Some((label, scale)) = prepared.and_then(|own| own.label.as_ref().zip(own.label_scale)) else {
            return Ok(Self {
                unit: Owned::elsewhere(unit_name, seat, unit_shape, frac, frac + 1),
                precision: Owned::elsewhere(precision_name, seat, precision_shape, frac, frac + 10),
            });
        };
        let one = 2_f64.powi(frac as i32);
        let unit = (scale.deviation * 2_f64.powi(-task.label_exponent) * one).round() as i64;
        let mut start = if let Evaluation::Split { test } = task.evaluation { task.rows - test } else { 0 };
        let mut precisions = Vec::new();
        for size in metrics::tested_sizes(task) {
            let part: Vec<f64> = label[start..start + size]
                .iter()
                .map(|&value| value as f64 / 2_f64.powi(prepare::FEATURE as i32))
                .collect();
            start += size;
            let mean = part.iter().sum::<f64>() / size as f64;
            let variance = part.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / size as f64;
            if task.metrics.contains(&Metric::R2) && variance < 1.0 / 512.0 {
                return Err(MpcError::Input {
                    what: "The label is nearly constant in one part of the rows, so that R² means nothing there. Use fewer parts, shuffle the rows, or leave R² out.",
                });
            }
            precisions.push(if variance < 1.0 / 512.0 { 0 } else { (one / variance).round() as i64 });
        }
        Ok(Self {
            unit: Owned::here(unit_name, seat, unit_shape, frac, frac + 1, vec![unit])?,
            precision: Owned::here(precision_name, seat, precision_shape, frac, frac + 10, precisions)?,
        })
    }
}
