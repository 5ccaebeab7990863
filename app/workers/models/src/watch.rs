//! How running and training tell their progress, yield and hear a stop.

use ml_task::{Point, Progress};
use work::Job;

/// Yields to messages between two steps of work. One type for all that is watched: running and training are compiled once
/// for each type, and are most of this program.
pub struct Yielding<'j> {
    job: &'j Job<Progress>,
    told: Told,
}

/// What is told on the way.
#[derive(Clone, Copy)]
pub enum Told {
    /// Rows that are predicted, and points of the training curves.
    All,
    /// Points of training without one part of the rows: which, from 1, and of how many.
    Fold(u8, u8),
    Nothing,
}

impl<'j> Yielding<'j> {
    pub fn new(job: &'j Job<Progress>, told: Told) -> Self {
        Self { job, told }
    }
}

impl ml_run::Watch for Yielding<'_> {
    async fn progress(&mut self, rows: u64, total: u64) -> bool {
        if self.job.is_due() && matches!(self.told, Told::All) {
            self.job.progress(&Progress::Rows { rows, total });
        }
        self.job.pause().await
    }
}

impl ml_train::Watch for Yielding<'_> {
    async fn progress(&mut self, point: &Point) -> bool {
        let point = *point;
        match self.told {
            Told::All => self.job.progress(&Progress::Epoch { point }),
            Told::Fold(fold, folds) => self.job.progress(&Progress::Fold { fold, folds, point }),
            Told::Nothing => {}
        }
        self.job.pause().await
    }

    async fn pause(&mut self) -> bool {
        self.job.pause().await
    }
}
