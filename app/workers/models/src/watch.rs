//! How running and training tell their progress, yield and hear a stop.

use ml_task::{Point, Progress};
use work::Job;

/// Yields to messages between two steps of work.
pub struct Yielding<'j>(pub &'j Job<Progress>);

impl ml_run::Watch for Yielding<'_> {
    async fn progress(&mut self, rows: u64, total: u64) -> bool {
        if self.0.is_due() {
            self.0.progress(&Progress::Rows { rows, total });
        }
        self.0.pause().await
    }
}

impl ml_train::Watch for Yielding<'_> {
    async fn progress(&mut self, point: &Point) -> bool {
        self.0.progress(&Progress::Epoch { point: *point });
        self.0.pause().await
    }

    async fn pause(&mut self) -> bool {
        self.0.pause().await
    }
}

/// As [`Yielding`], but nothing is told of the rows.
pub struct Quiet<'j>(pub &'j Job<Progress>);

impl ml_run::Watch for Quiet<'_> {
    async fn progress(&mut self, _rows: u64, _total: u64) -> bool {
        self.0.pause().await
    }
}

/// Training without one part of the rows.
pub struct InFold<'j> {
    pub job: &'j Job<Progress>,
    /// Which part is kept aside, from 1.
    pub fold: u8,
    pub folds: u8,
}

impl ml_train::Watch for InFold<'_> {
    async fn progress(&mut self, point: &Point) -> bool {
        self.job.progress(&Progress::Fold { fold: self.fold, folds: self.folds, point: *point });
        self.job.pause().await
    }

    async fn pause(&mut self) -> bool {
        self.job.pause().await
    }
}
