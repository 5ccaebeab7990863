//! What belongs together of many tasks: versions of one, steps of a pipeline, what was made with a model.

use std::collections::BTreeMap;

use super::Book;

impl Book {
    /// Which version each task is, by its number: one more than there were before it by the same requester, of the same kind,
    /// under the same grants.
    pub fn versions(&self) -> BTreeMap<u64, u32> {
        let mut counts = BTreeMap::new();
        let version = |(id, task): (u64, &crate::Task)| {
            let grants: Vec<u64> = task.seats.iter().map(|seat| seat.grant).collect();
            let kind = task.draft.kind as u8;
            let count: &mut u32 = counts.entry((task.requester, kind, grants)).or_default();
            *count += 1;
            (id, *count)
        };
        self.tasks.iter().map(version).collect()
    }

    /// Which step of its pipeline each task is, by its number, and how many steps there are: a task that waits for another one
    /// is the step after it.
    pub fn pipeline_steps(&self) -> BTreeMap<u64, (usize, usize)> {
        // Of each task its step and the first of its pipeline; of each first the last step.
        let mut steps = BTreeMap::<u64, (usize, u64)>::new();
        let mut last = BTreeMap::<u64, usize>::new();
        for (id, task) in self.tasks.iter() {
            // A task waits for an earlier one alone.
            let (step, first) = steps.get(&task.waits_for).map_or((1, id), |(step, first)| (step + 1, *first));
            steps.insert(id, (step, first));
            let longest = last.entry(first).or_default();
            *longest = step.max(*longest);
        }
        steps.into_iter().map(|(id, (step, first))| (id, (step, last.get(&first).copied().unwrap_or(step)))).collect()
    }

    /// Tasks that use the model of a task.
    pub fn with_model_of(&self, id: u64) -> Vec<u64> {
        self.tasks.iter().filter(|(_, task)| task.model_of == id).map(|(number, _)| number).collect()
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
        let tasks = [
            task(1, Kind::Train, &[1, 2], (0, 0)),
            task(2, Kind::Train, &[1, 2], (0, 0)),
            task(1, Kind::Psi, &[1, 2], (0, 0)),
            task(1, Kind::Train, &[1, 2], (3, 0)),
            task(1, Kind::Predict, &[1, 2], (0, 1)),
            task(1, Kind::Predict, &[1, 2], (4, 4)),
            task(1, Kind::Train, &[2, 1], (0, 0)),
            task(1, Kind::Predict, &[1, 3], (0, 1)),
        ];
        let book = Book { tasks: tasks.into_iter().collect(), ..Book::default() };
        fn in_order<T>(by_number: BTreeMap<u64, T>) -> Vec<T> {
            by_number.into_values().collect()
        }
        // Whoever else asks, whatever else is done and other data are versions of their own.
        assert_eq!(in_order(book.versions()), [1, 1, 1, 2, 1, 2, 1, 1]);
        let alone = (1, 1);
        assert_eq!(in_order(book.pipeline_steps()), [alone, alone, (1, 3), (2, 3), alone, (3, 3), alone, alone]);
        assert_eq!([1, 4, 7].map(|id| book.with_model_of(id)), [vec![5, 8], vec![6], vec![]]);
        assert!(Book::default().versions().is_empty() && Book::default().pipeline_steps().is_empty());
    }

    #[test]
    fn a_task_that_waits_for_none_that_there_is_stands_alone() {
        let tasks = [task(1, Kind::Train, &[1], (9, 0))].into_iter().collect();
        let book = Book { tasks, ..Book::default() };
        assert_eq!(book.pipeline_steps(), BTreeMap::from([(1, (1, 1))]));
    }
}
