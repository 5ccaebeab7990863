//! What belongs together of many tasks: versions of one, steps of a pipeline, what was made with a model.

use std::collections::BTreeMap;

use super::Book;

impl Book {
    /// For each task, task 1 first, which version it is: one more than there were before it by the same requester, of the same
    /// kind, under the same grants.
    pub fn versions(&self) -> Vec<u32> {
        let mut counts = BTreeMap::new();
        let version = |task: &crate::Task| {
            let grants: Vec<u64> = task.seats.iter().map(|seat| seat.grant).collect();
            let kind = task.draft.kind as u8;
            let count: &mut u32 = counts.entry((task.requester, kind, grants)).or_default();
            *count += 1;
            *count
        };
        self.tasks.iter().map(version).collect()
    }

    /// For each task, task 1 first, which step of its pipeline it is, and how many steps there are: a task that waits for
    /// another one is the step after it.
    pub fn pipeline_steps(&self) -> Vec<(usize, usize)> {
        let mut steps: Vec<usize> = Vec::with_capacity(self.tasks.len());
        let mut firsts: Vec<usize> = Vec::with_capacity(self.tasks.len());
        let mut last = vec![1; self.tasks.len()];
        for (place, task) in self.tasks.iter().enumerate() {
            // A task waits for an earlier one alone.
            let before = usize::try_from(task.waits_for).ok().and_then(|id| id.checked_sub(1)).filter(|at| *at < place);
            let (step, first) = before.map_or((1, place), |at| (steps[at] + 1, firsts[at]));
            steps.push(step);
            firsts.push(first);
            last[first] = last[first].max(step);
        }
        steps.into_iter().zip(firsts).map(|(step, first)| (step, last[first])).collect()
    }

    /// Tasks that use the model of a task.
    pub fn with_model_of(&self, id: u64) -> Vec<u64> {
        (1..).zip(&self.tasks).filter(|(_, task)| task.model_of == id).map(|(number, _)| number).collect()
    }
}
