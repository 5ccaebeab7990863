//! What a task must keep so that it can be planned. Each refusal says what to change.

use mpc::PlanError;

use super::{Evaluation, Metric, Task};

/// Most rows and features: what one machine can hold.
const MOST_ROWS: usize = 10_000_000;
const MOST_FEATURES: usize = 1000;
/// Most cells of equations: a gigabyte of shares.
const MOST_CELLS: usize = 1 << 26;
/// The label's deviation lies between 2^-61 and 2^60.
pub(crate) const MOST_EXPONENT: u32 = 60;
/// Rows for each coefficient below which a model says more about its rows than about anything else.
const ROWS_PER_FEATURE: usize = 10;

impl Task {
    /// Refuses what makes no sense, before anything is planned.
    pub fn check(&self) -> Result<(), PlanError> {
        let refuse = |what: String| Err(PlanError::Task { what });
        if self.rows > MOST_ROWS || self.features.iter().any(|&own| own > MOST_FEATURES) {
            return refuse(format!(
                "A task has at most {MOST_ROWS} rows and {MOST_FEATURES} features of each owner. Use fewer."
            ));
        }
        let (rows, features) = (self.rows, self.all_features());
        if let Evaluation::Folds(folds) = self.evaluation
            && !(2..=rows).contains(&folds)
        {
            return refuse("Use at least 2 parts, and not more than there are rows.".into());
        }
        if self.cells() > MOST_CELLS {
            return refuse(format!(
                "The equations of {} parts with {features} features are more than a machine can hold. Use fewer parts or features.",
                self.parts().len()
            ));
        }
        if self.features_of(self.label.other()) == 0 {
            return refuse("The owner without the label brings no features. Choose at least one column.".into());
        }
        if !self.ridge.is_finite() || !(0.0..=1e12).contains(&self.ridge) {
            return refuse("The ridge penalty must be a number from 0 to 10^12.".into());
        }
        if self.label_exponent.unsigned_abs() > MOST_EXPONENT {
            return refuse("The label's values are too large or too small. Give them in another unit.".into());
        }
        if self.digits == 0 || self.digits > 30 {
            return refuse("Results have from 1 to 30 bits behind the point.".into());
        }
        if self.parts().contains(&0) {
            return refuse("A part has no rows. Leave some to fit the model to, and some to test it on.".into());
        }
        let is_single = match self.evaluation {
            Evaluation::Training | Evaluation::LeaveOneOut => false,
            Evaluation::Split { test } => test == 1,
            Evaluation::Folds(folds) => rows / folds == 1,
        };
        if is_single && self.metrics.contains(&Metric::R2) {
            return refuse(
                "R² means nothing on a part of one row. Use fewer parts, test on more rows, or leave R² out.".into(),
            );
        }
        let fitted = match self.evaluation {
            Evaluation::Training => rows,
            Evaluation::LeaveOneOut => rows.saturating_sub(1),
            Evaluation::Split { test } => rows.saturating_sub(test),
            Evaluation::Folds(folds) => rows - rows.div_ceil(folds),
        };
        if fitted < ROWS_PER_FEATURE * features {
            return refuse(format!(
                "A model of {features} features needs at least {} rows to be fitted to, and there are {fitted}. Use fewer features or more rows.",
                ROWS_PER_FEATURE * features
            ));
        }
        Ok(())
    }
}
