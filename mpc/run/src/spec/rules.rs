//! What a task must keep, whoever brings which data. Each refusal says what to change.

use std::collections::HashSet;

use dataset::MAX_NAME;
use mpc::Seat;
use mpc_learn::Task;

use super::{
    Evaluation, LONGEST_RELAY, MOST_COLUMNS, MOST_DIGITS, MOST_HELPERS, MOST_RELAYS, Model, Owner, Rows, Spec,
    SpecError, Train, VERSION, Work,
};

/// Rows, and cells of equations, up to which a plan is made while somebody types.
const QUICKLY_PLANNED: usize = 1 << 21;

impl Spec {
    /// Everything that is wrong with the task by itself.
    pub fn problems(&self) -> Vec<SpecError> {
        let mut found = Vec::new();
        if self.version != VERSION {
            found.push(SpecError::Version { found: self.version });
        }
        for (owner, seat) in self.owners.iter().zip(0..) {
            columns_of(owner, seat, &mut found);
        }
        self.names_twice(&mut found);
        self.rows_and_receiver(&mut found);
        match &self.work {
            Work::Intersect(_) => {}
            Work::Train(train) => self.training(train, &mut found),
            Work::Predict(predict) => {
                if predict.digits == 0 || predict.digits > MOST_DIGITS {
                    found.push(SpecError::Digits);
                }
                if let Model::Trained(trained) = &predict.model
                    && !self.fits(&trained.learned)
                {
                    found.push(SpecError::OtherModel);
                }
            }
        }
        for (what, count, most) in
            [("helpers", self.helpers.len(), MOST_HELPERS), ("relays", self.relays.len(), MOST_RELAYS)]
        {
            if count > most {
                found.push(SpecError::TooMany { what, count, most });
            }
        }
        let is_address = |relay: &String| {
            relay.len() <= LONGEST_RELAY
                && ["http://", "https://", "ws://", "wss://"].iter().any(|s| relay.starts_with(s))
        };
        found.extend(
            self.relays
                .iter()
                .filter(|relay| !is_address(relay))
                .map(|relay| SpecError::Relay { relay: relay.clone() }),
        );
        found
    }

    fn rows_and_receiver(&self, found: &mut Vec<SpecError>) {
        match &self.rows {
            Rows::Given { count: 0 } => found.push(SpecError::NoRows),
            Rows::Given { .. } if matches!(self.work, Work::Intersect(_)) => found.push(SpecError::NoKeys),
            Rows::Given { .. } => {}
            Rows::Common { declared, .. } => {
                let bad = declared.iter().find(|declared| !(1..=psi::terms::MOST).contains(*declared));
                found.extend(
                    bad.map(|&declared| SpecError::Ids(psi::IdError::Declared { declared, most: psi::terms::MOST })),
                );
            }
        }
        if self.receiver().is_some_and(|receiver| receiver > 2) {
            found.push(SpecError::NoSuchSeat { what: "The receiver" });
        }
    }

    fn training(&self, train: &Train, found: &mut Vec<SpecError>) {
        if Self::owner_of(train.label.owner).is_none() {
            found.push(SpecError::NoSuchSeat { what: "The owner of the label" });
            return;
        }
        if !(0.0..0.5).contains(&train.winsorise) {
            found.push(SpecError::Winsorise);
        }
        if matches!(train.evaluation, Evaluation::Share { percent } if !(1..=90).contains(&percent)) {
            found.push(SpecError::Share);
            return;
        }
        if train.ridge > 0.0 && train.reveals.standard_errors {
            found.push(SpecError::ErrorsWithRidge);
        }
        let mut metrics = HashSet::new();
        if !train.metrics.iter().all(|metric| metrics.insert(*metric as u8)) {
            found.push(SpecError::MetricTwice);
        }
        if train.metrics.is_empty() && !train.reveals.all_coefficients && !train.reveals.own_coefficients {
            found.push(SpecError::TellsNothing);
        }
        // How many rows there will be is known once they are aligned; more than the shorter list are not possible.
        found.extend(self.too_few(self.most_rows()));
    }

    /// Why nothing can be learned where an owner has so many rows: no more can be common. Fewer can, so that common rows are
    /// too many only where the fewest that there can be are too many as well; what the run then finds, it says.
    pub fn too_few(&self, rows: usize) -> Option<SpecError> {
        let Work::Train(train) = &self.work else { return None };
        let on = |rows| self.learning(train, rows, 0, protocol::Digest::ZERO);
        let most = rows.min(self.most_rows());
        if let Err(error) = on(most).check() {
            return Some(SpecError::Plan(error.into()));
        }
        // What no rule says is found by planning it. What is larger has that said by the run.
        let refused = |task: &Task| {
            let is_quick = task.cells().max(task.rows) <= QUICKLY_PLANNED;
            is_quick.then(|| mpc_learn::plan(task).err()).flatten()
        };
        let at_most = refused(&on(most))?;
        match self.rows {
            Rows::Given { .. } => Some(SpecError::Plan(at_most)),
            // Some numbers grow with the rows, others shrink: it is enough that one of the ends can be planned.
            Rows::Common { .. } => refused(&on(fewest(on, most))).map(SpecError::Plan),
        }
    }

    /// Rows that the task can have at most.
    pub fn most_rows(&self) -> usize {
        match &self.rows {
            Rows::Given { count } => *count as usize,
            Rows::Common { declared, .. } => declared[0].min(declared[1]) as usize,
        }
    }

    /// The key column of an owner, where rows are aligned.
    pub fn key_of(&self, owner: Seat) -> Option<&str> {
        match &self.rows {
            Rows::Given { .. } => None,
            Rows::Common { keys, .. } => Some(&keys[usize::from(Self::seat_of(owner))]),
        }
    }

    /// The label's column, at its owner.
    pub fn label_of(&self, owner: Seat) -> Option<&str> {
        match &self.work {
            Work::Train(train) if train.label.owner == Self::seat_of(owner) => Some(&train.label.column),
            _ => None,
        }
    }

    /// A column that both bring says the same twice; the key and the label are no features.
    fn names_twice(&self, found: &mut Vec<SpecError>) {
        let [first, second] = &self.owners;
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        for column in &first.columns {
            if second.columns.iter().any(|other| same(column, other)) {
                found.push(SpecError::AtBoth { column: column.clone() });
            }
        }
        for owner in Seat::BOTH {
            for (what, name) in [("key", self.key_of(owner)), ("label", self.label_of(owner))] {
                let Some(name) = name else { continue };
                if self.owner(owner).columns.iter().any(|column| same(column, name)) {
                    found.push(SpecError::NoFeature { what, column: name.into() });
                }
            }
        }
    }
}

/// The fewest rows on which the task breaks no rule. It breaks none on `most`, and none for want of rows where it has more.
fn fewest(on: impl Fn(usize) -> Task, most: usize) -> usize {
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = low.midpoint(high);
        if on(middle).check().is_ok() {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

fn columns_of(owner: &Owner, seat: u8, found: &mut Vec<SpecError>) {
    if owner.columns.len() > MOST_COLUMNS {
        found.push(SpecError::TooMany { what: "columns of one owner", count: owner.columns.len(), most: MOST_COLUMNS });
    }
    let mut names = HashSet::new();
    for column in &owner.columns {
        let characters = column.chars().count();
        if characters >= MAX_NAME || column.trim().is_empty() {
            found.push(SpecError::Name { seat, characters });
        }
        if !names.insert(column.trim()) {
            found.push(SpecError::Twice { column: column.clone() });
        }
    }
}
