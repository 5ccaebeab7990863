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

#[cfg(test)]
mod tests {
    use directory::Disclosure;
    use protocol::{Address, Amount, Digest};

    use super::*;
    use crate::{Draft, Kind, Roles, SeatTerms, Task};

    fn task(requester: u8, kind: Kind, grants: &[u64], (waits_for, model_of): (u64, u64)) -> Task {
        let seats = grants.iter().map(|grant| SeatTerms { grant: *grant, roles: Roles(1), purpose: Digest::ZERO });
        let draft = Draft {
            kind,
            waits_for: 0,
            reveals_early: false,
            model_of: 0,
            confirm_by: 0,
            start_by: 0,
            max_seconds: 60,
            facts: 0,
            rows: 0,
            compute_fee: Amount::ZERO,
            bond: Amount::ZERO,
            helper_budget: Amount::ZERO,
            spec: Digest::ZERO,
            told: Disclosure { min_rows: 0, digits: 3, own_coefficients: false },
            seats: seats.collect(),
            helpers: Vec::new(),
        };
        let known = |_| Some((Address::ZERO, Amount::ZERO));
        Task::published_on(Address([requester; 20]), (waits_for, model_of), &draft, None, known, 1).unwrap()
    }

    /// Two people, three pipelines that cross each other in time.
    #[test]
    fn versions_steps_and_uses_are_counted() {
        let tasks = vec![
            task(1, Kind::Train, &[1, 2], (0, 0)),
            task(2, Kind::Train, &[1, 2], (0, 0)),
            task(1, Kind::Psi, &[1, 2], (0, 0)),
            task(1, Kind::Train, &[1, 2], (3, 0)),
            task(1, Kind::Predict, &[1, 2], (0, 1)),
            task(1, Kind::Predict, &[1, 2], (4, 4)),
            task(1, Kind::Train, &[2, 1], (0, 0)),
            task(1, Kind::Predict, &[1, 3], (0, 1)),
        ];
        let book = Book { tasks, ..Book::default() };
        // Whoever else asks, whatever else is done and other data are versions of their own.
        assert_eq!(book.versions(), [1, 1, 1, 2, 1, 2, 1, 1]);
        let alone = (1, 1);
        assert_eq!(book.pipeline_steps(), [alone, alone, (1, 3), (2, 3), alone, (3, 3), alone, alone]);
        assert_eq!([1, 4, 7].map(|id| book.with_model_of(id)), [vec![5, 8], vec![6], vec![]]);
        assert!(Book::default().versions().is_empty() && Book::default().pipeline_steps().is_empty());
    }

    #[test]
    fn a_task_that_waits_for_none_that_there_is_stands_alone() {
        let book = Book { tasks: vec![task(1, Kind::Train, &[1], (9, 0))], ..Book::default() };
        assert_eq!(book.pipeline_steps(), [(1, 1)]);
    }
}
