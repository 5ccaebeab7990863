//! What a training came to, judged by rows that the model had not seen.

use std::sync::Arc;

use ml_evaluation::{Confusion, Paired, Spread};
use ml_task::{Point, TrainOptions};

use app_core::workers::models::{Folded, Trained};

/// A training and what came of it.
pub struct TrainedRun {
    pub options: TrainOptions,
    pub trained: Trained,
    pub points: Vec<Point>,
    /// Where it was trained in folds too.
    pub folded: Option<Folded>,
}

impl TrainedRun {
    /// True and predicted class of rows that the model had not seen: all of them in folds, else those kept aside.
    fn judged(&self) -> &[[u16; 2]] {
        self.folded.as_ref().map_or(&self.trained.aside, |folded| &folded.rows)
    }

    pub fn counted(&self) -> Confusion {
        let pairs = self.judged().iter().map(|[truth, said]| (usize::from(*truth), usize::from(*said)));
        Confusion::of(self.options.classes.len(), pairs)
    }

    /// Share of right rows over the folds.
    pub fn spread(&self) -> Option<Spread> {
        let scores = &self.folded.as_ref()?.scores;
        Spread::of(&scores.iter().map(|fold| fold.right as f64 / fold.rows.max(1) as f64).collect::<Vec<_>>())
    }

    /// Share of right rows among those kept aside.
    pub fn kept_aside(&self) -> Option<(u64, u64)> {
        let rows = &self.trained.aside;
        let right = rows.iter().filter(|[truth, said]| truth == said).count();
        (!rows.is_empty()).then_some((right as u64, rows.len() as u64))
    }

    /// Row by row against another run: all rows where both were trained in folds, else those kept aside, where they are the
    /// same ones; nothing where none are.
    pub fn compared(&self, with: &Self) -> Option<Paired> {
        let kept = |run: &Self| (run.options.seed, run.options.validation.to_bits());
        let (one, other) = match (&self.folded, &with.folded) {
            (Some(one), Some(other)) => (&one.rows, &other.rows),
            _ if kept(self) == kept(with) => (&self.trained.aside, &with.trained.aside),
            _ => return None,
        };
        let all = |rows: &[[u16; 2]], at: usize| rows.iter().map(|pair| pair[at]).collect::<Vec<u16>>();
        (!one.is_empty()).then(|| Paired::of(&all(one, 0), &all(one, 1), &all(other, 1)))
    }

    /// Position of the run that is right most often: in folds where all have some, else on the rows kept aside. The first
    /// among equals; none where no rows were kept aside.
    pub fn best(runs: &[Arc<Self>]) -> Option<usize> {
        let folded = runs.iter().all(|run| run.folded.is_some());
        let score = |run: &Self| match folded {
            true => run.spread().map(|spread| spread.mean),
            false => run.kept_aside().map(|(right, rows)| right as f64 / rows as f64),
        };
        let scores = runs.iter().enumerate().filter_map(|(at, run)| Some((at, score(run)?)));
        let best = scores.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(at, _)| at)
    }
}
