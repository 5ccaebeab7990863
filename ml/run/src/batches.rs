//! How many rows run at once: as many as memory allows, and few enough that a person can stop.

use ml_onnx::{
    Model, keyed,
    shapes::{self, Known, ShapeError, Shapes},
};

use crate::{
    error::RunError,
    input::layout::{Batch, Layout},
};

/// Bytes that the values of a run may take together.
pub const MEMORY: u64 = 512 << 20;
/// Rows of a run at most.
pub const MOST_ROWS: usize = 16_384;
/// Rows of a run at most where nobody knows what it takes.
const UNKNOWN_ROWS: usize = 256;
/// Rows of the first run of a table, if they are quick.
const FIRST_ROWS: usize = 16;
/// Floating-point operations that take long enough to begin with a single row.
const HEAVY: u64 = 200_000_000;
/// Microseconds that a run should take at most, and that make the next one smaller.
const LONG: f64 = 200_000.0;
const TOO_LONG: f64 = 800_000.0;

/// Floating-point operations of a run on a GPU, which even one in software does within half a second.
const GPU_RUN: u64 = 2_000_000_000;

/// What the model allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of a run at most.
    pub rows: usize,
    /// Floating-point operations of one row, or of the fixed number of rows.
    pub flops: u64,
}

/// What is known of all values when `rows` rows run.
///
/// # Errors
/// [`RunError::Shape`], which names the node; [`RunError::DataDependent`].
pub fn shapes(model: &Model, layout: &Layout, rows: usize) -> Result<Shapes, RunError> {
    let known = layout.slots.iter().map(|slot| (slot.name.clone(), Known::new(slot.element, slot.shape(rows))));
    let known = keyed::map(known);
    shapes::infer(model, &known).map_err(|error| match error {
        ShapeError::DataDependent { .. } => RunError::DataDependent(error.to_string()),
        other => RunError::Shape(other.to_string()),
    })
}

/// The floating-point operations of a run of `rows` rows, which memory allows; `None` where shapes depend on the data, so
/// that nobody knows before it runs.
///
/// # Errors
/// [`RunError::Memory`] where memory does not, [`RunError::Shape`] where the shapes do not fit together.
pub fn fitting(model: &Model, layout: &Layout, rows: usize) -> Result<Option<u64>, RunError> {
    match shapes(model, layout, rows) {
        Ok(Shapes { peak_bytes, .. }) if peak_bytes > MEMORY => {
            Err(RunError::Memory { bytes: peak_bytes, limit: MEMORY })
        }
        Ok(shapes) => Ok(Some(shapes.flops)),
        Err(RunError::DataDependent(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

impl Limits {
    /// # Errors
    /// [`RunError::Memory`] where not even one row fits, [`RunError::Shape`] where the model's shapes do not fit together.
    pub fn new(model: &Model, layout: &Layout) -> Result<Self, RunError> {
        let least = match layout.batch {
            Batch::Any => 1,
            Batch::Exactly(rows) => rows,
        };
        let Some(flops) = fitting(model, layout, least)? else {
            // What is known may hold for one row only.
            let several = layout.batch == Batch::Any && fitting(model, layout, UNKNOWN_ROWS).is_ok();
            return Ok(Self { rows: if several { UNKNOWN_ROWS } else { least }, flops: 0 });
        };
        let mut limits = Self { rows: least, flops };
        if layout.batch == Batch::Any {
            // A model whose shapes hold for one row only runs row by row.
            while limits.rows < MOST_ROWS && fitting(model, layout, limits.rows * 4).is_ok() {
                limits.rows *= 4;
            }
        }
        Ok(limits)
    }
}

/// The size of the next run of a table.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    rows: usize,
    limit: usize,
    batch: Batch,
    /// Microseconds of a row, as the last run took.
    row_micros: Option<f64>,
    /// Every run has this size: a GPU compiles its kernels anew for another.
    steady: bool,
}

impl Pace {
    pub fn new(limits: Limits, batch: Batch) -> Self {
        let first = if limits.flops > HEAVY { 1 } else { FIRST_ROWS };
        let rows = match batch {
            Batch::Any => first.min(limits.rows),
            Batch::Exactly(rows) => rows,
        };
        Self { rows, limit: limits.rows, batch, row_micros: None, steady: false }
    }

    /// For `total` rows that all run on a GPU.
    pub fn on_gpu(limits: Limits, batch: Batch, total: u64) -> Self {
        let mut pace = Self::new(limits, batch);
        if batch == Batch::Any {
            let flops = |rows: usize| limits.flops.saturating_mul(rows as u64);
            while pace.rows * 4 <= limits.rows && (pace.rows as u64) < total && flops(pace.rows * 4) <= GPU_RUN {
                pace.rows *= 4;
            }
        }
        pace.steady = true;
        pace
    }

    /// From now on all runs are on a GPU, or none is.
    pub fn hold(&mut self, steady: bool) {
        self.steady = steady;
    }

    /// Whether a run that failed may have failed because of how many rows it had, which nobody knew beforehand. From now
    /// on rows run one by one then.
    pub fn one_by_one(&mut self) -> bool {
        let again = self.batch == Batch::Any && self.rows > 1;
        if again {
            (self.rows, self.limit, self.steady) = (1, 1, false);
        }
        again
    }

    /// Rows that the next run takes.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Rows that a run of `rows` has to be filled up to.
    pub fn padded(&self, rows: usize) -> usize {
        match self.batch {
            Batch::Any if self.steady => rows.max(self.rows),
            Batch::Any => rows,
            Batch::Exactly(exactly) => exactly,
        }
    }

    /// Microseconds that `rows` rows will take, as far as is known.
    pub fn expected(&self, rows: u64) -> Option<f64> {
        self.row_micros.map(|micros| micros * rows as f64)
    }

    /// Whether the next runs will be as large as this one.
    pub fn settled(&self) -> bool {
        self.batch != Batch::Any || (self.row_micros.is_some() && !self.grows())
    }

    fn grows(&self) -> bool {
        let larger = self.rows.saturating_mul(4);
        !self.steady && larger <= self.limit && self.row_micros.is_some_and(|micros| micros * larger as f64 <= LONG)
    }

    /// A run of `rows` rows took so long.
    pub fn took(&mut self, rows: usize, micros: f64) {
        self.row_micros = Some(micros / rows.max(1) as f64);
        if self.batch != Batch::Any {
            return;
        }
        if micros > TOO_LONG {
            self.rows = (self.rows / 4).max(1);
        } else if rows == self.rows && self.grows() {
            self.rows *= 4;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { rows: 4096, flops: 1000 };

    #[test]
    fn quick_rows_run_together_up_to_the_limit() {
        let mut pace = Pace::new(LIMITS, Batch::Any);
        let mut sizes = Vec::new();
        while !pace.settled() {
            sizes.push(pace.rows());
            pace.took(pace.rows(), pace.rows() as f64);
        }
        assert_eq!((sizes, pace.rows()), (vec![16, 64, 256, 1024], 4096));
    }

    #[test]
    fn slow_rows_run_few_at_once() {
        let mut pace = Pace::new(LIMITS, Batch::Any);
        // A tenth of a second a row: 16 are too many.
        pace.took(16, 1_600_000.0);
        assert_eq!((pace.rows(), pace.settled()), (4, true));
        pace.took(4, 400_000.0);
        assert_eq!(pace.rows(), 4);
        assert_eq!(pace.expected(10), Some(1_000_000.0));
        assert_eq!(Pace::new(Limits { flops: 1 << 40, ..LIMITS }, Batch::Any).rows(), 1);
    }

    #[test]
    fn on_a_gpu_every_run_has_one_size() {
        let mut pace = Pace::on_gpu(LIMITS, Batch::Any, 1000);
        assert_eq!((pace.rows(), pace.padded(3)), (1024, 1024));
        pace.took(1024, 10.0);
        assert_eq!((pace.rows(), pace.settled()), (1024, true));
        assert_eq!(Pace::on_gpu(LIMITS, Batch::Any, 1 << 30).rows(), 4096);
        assert_eq!(Pace::on_gpu(Limits { flops: 100_000_000, ..LIMITS }, Batch::Any, 1 << 30).rows(), 16);
    }

    #[test]
    fn what_nobody_knew_beforehand_is_tried_with_one_row() {
        let unknown = Limits { rows: 256, flops: 0 };
        let mut pace = Pace::new(unknown, Batch::Any);
        assert!(pace.one_by_one());
        pace.took(1, 1.0);
        assert_eq!((pace.rows(), pace.padded(1)), (1, 1));
        assert!(!pace.one_by_one());
        assert!(!Pace::new(unknown, Batch::Exactly(8)).one_by_one());
    }

    #[test]
    fn a_fixed_batch_stays() {
        let mut pace = Pace::new(Limits { rows: 8, flops: 1 }, Batch::Exactly(8));
        pace.took(3, 5_000_000.0);
        assert_eq!((pace.rows(), pace.padded(3), pace.settled()), (8, 8, true));
    }
}
