//! What a party confirms by itself. What the rules do not name is refused.

mod approve;

use std::path::Path;

use directory::Grant;
use mpc::Seat;
use mpc_run::{Spec, spec::Work};
use protocol::{Address, Amount, Digest};
use serde::Deserialize;

pub use approve::Approve;

use super::seat;
use crate::{failure::Failure, files};

/// rules.json of a party's folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    #[serde(default)]
    pub data: Vec<Data>,
    /// Who may have the other seats, and on a chain ask for the task: accounts; without a chain, the signers of seats.
    #[serde(default)]
    pub partners: Vec<Address>,
    /// Whoever asks may take part, named or not.
    #[serde(default)]
    pub anyone: bool,
    /// Which grants are approved by themselves, if what they are for can be read; none where nothing is said. On a chain.
    #[serde(default)]
    pub approve: Option<Approve>,
    /// Helpers that are accepted, the same way.
    #[serde(default)]
    pub helpers: Vec<Address>,
    /// What grants may be for; any purpose where none is named. On a chain.
    #[serde(default)]
    pub purposes: Vec<Digest>,
    /// Most that one task may lock as a bond. On a chain.
    #[serde(default)]
    pub most_bond: Amount,
    /// Tasks that the rules do not allow are rejected on chain, with the reason, instead of being left to a person.
    #[serde(default)]
    pub reject: bool,
    /// How often a task that this account asked for is tried again when its run failed, unless the same data would fail again.
    /// On a chain.
    #[serde(default)]
    pub retries: u16,
    /// Seconds after which a seat that is waited for is said to be silent on chain, where it loses its bond unless it responds,
    /// and a helper is given up, if the other owner does so too.
    /// It counts as waited for after half a minute.
    #[serde(default = "ten_minutes")]
    pub stall_after: u64,
    /// Rows that one task may predict.
    #[serde(default = "any")]
    pub most_predicted: u32,
    #[serde(default)]
    pub intersect: bool,
    #[serde(default)]
    pub train: bool,
    #[serde(default)]
    pub predict: bool,
    /// Whether owners may be told their own coefficients: each is an answer about the label.
    #[serde(default)]
    pub own_coefficients: bool,
    #[serde(default)]
    pub all_coefficients: bool,
    /// Whether the receiver of predictions may be told the ids of the rows.
    #[serde(default)]
    pub ids: bool,
    /// Numbers that one task may tell.
    #[serde(default = "few")]
    pub most_facts: u32,
    /// Bits behind the point.
    #[serde(default = "three_digits")]
    pub most_digits: u32,
    /// Fewer common rows are refused before anybody is told which they are.
    #[serde(default = "many")]
    pub least_rows: u32,
}

/// A data set that tasks may use.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The number that tasks name.
    pub dataset: u64,
    /// The CSV, in the party's folder.
    pub file: String,
    #[serde(default)]
    pub key: Option<String>,
    #[serde(default)]
    pub label: Option<String>,
    pub columns: Vec<String>,
}

fn ten_minutes() -> u64 {
    570
}

fn any() -> u32 {
    u32::MAX
}

fn few() -> u32 {
    10
}

fn three_digits() -> u32 {
    10
}

fn many() -> u32 {
    100
}

impl Rules {
    /// The rules of a party's folder, which say nothing that the tables there cannot keep: said now, and not when a task asks.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        if !folder.is_dir() {
            return Err(Failure::Given(format!(
                "There is no folder {}. Make it, with rules.json, keys.json and the tables that the rules name, or name another one.",
                folder.display()
            )));
        }
        let rules: Self = files::read_json(&folder.join("rules.json"), "file of rules")?;
        rules.data.iter().try_for_each(|data| rules.fits(data, folder))?;
        Ok(rules)
    }

    fn fits(&self, data: &Data, folder: &Path) -> Result<(), Failure> {
        let table = seat::table(&folder.join(&data.file))?;
        let named = data.columns.iter().chain(&data.key).chain(&data.label);
        if let Some(missing) = named.into_iter().find(|name| table.cells(name).is_err()) {
            return Err(Failure::Given(format!(
                "rules.json names the column {missing} of data set {}, and {} has only {}. Correct the one or the other.",
                data.dataset,
                data.file,
                table.names().join(", ")
            )));
        }
        if table.rows() < self.least_rows as usize {
            return Err(Failure::Given(format!(
                "rules.json asks for {} common rows or more, and {} has only {}: no task could ever be played. Lower least_rows, or use a larger table.",
                self.least_rows,
                data.file,
                table.rows()
            )));
        }
        Ok(())
    }

    pub fn is_partner(&self, who: Address) -> bool {
        self.anyone || self.partners.contains(&who)
    }

    /// What is asked of each task where a grant that somebody applies for is given by itself. `given` are the grants that were
    /// given before.
    pub fn gives<'g>(&self, asked: &Grant, given: impl Iterator<Item = &'g Grant>, now: u64) -> Option<Amount> {
        let approve = self.approve.as_ref()?;
        let is_named = |grant: &Grant| self.data.iter().any(|data| data.dataset == grant.dataset);
        let purpose = self.purposes.is_empty() || self.purposes.contains(&asked.purpose);
        // Two data sets may be one table. Where anybody may ask, the next account is as good as this one.
        let counted = given.filter(|grant| is_named(grant) && (self.anyone || grant.user == asked.user));
        let gives = is_named(asked)
            && purpose
            && self.is_partner(asked.user)
            && approve.allows(&asked.terms, counted, now, self.least_rows);
        gives.then_some(approve.fee)
    }

    /// The data for a task, if every rule allows it.
    ///
    /// # Errors
    /// [`Failure::Refused`]: all that is not allowed, a sentence each.
    pub fn admit(&self, spec: &Spec, owner: Seat, seats: &[Address]) -> Result<&Data, Failure> {
        let mut against = Vec::new();
        let mut rule = |allowed: bool, sentence: String| {
            if !allowed {
                against.push(sentence);
            }
        };
        let number = spec.owner(owner).dataset;
        let data = self.data.iter().find(|data| data.dataset == number);
        rule(data.is_some(), format!("The rules name no data set {number}."));
        if let Some(data) = data {
            for column in &spec.owner(owner).columns {
                rule(data.columns.contains(column), format!("The rules do not give column {column}."));
            }
            if let Some(key) = spec.key_of(owner) {
                rule(data.key.as_deref() == Some(key), format!("The rules do not give {key} as key."));
            }
            if let Some(label) = spec.label_of(owner) {
                rule(data.label.as_deref() == Some(label), format!("The rules do not give {label} as label."));
            }
        }
        for (seat, who) in (0..).zip(seats) {
            if spec.helper() == Some(seat) {
                rule(self.helpers.contains(who), format!("The rules do not accept the helper {who}."));
            } else if seat != Spec::seat_of(owner) {
                rule(self.is_partner(*who), format!("The rules name no partner {who}."));
            }
        }
        self.told(spec, &mut rule);
        match (data, against.is_empty()) {
            (Some(data), true) => Ok(data),
            _ => Err(Failure::Refused(format!("{} Change rules.json, or ask for another task.", against.join(" ")))),
        }
    }

    /// What the task does and tells.
    fn told(&self, spec: &Spec, rule: &mut impl FnMut(bool, String)) {
        let facts = spec.fact_count();
        let most = self.most_facts;
        rule(facts <= most, format!("The task tells {facts} numbers, and the rules allow {most}."));
        let digits = |digits: u32| {
            format!("Results have {digits} bits behind the point, and the rules allow {}.", self.most_digits)
        };
        match &spec.work {
            Work::Intersect(_) => rule(self.intersect, "The rules allow no intersection.".into()),
            Work::Train(train) => {
                rule(self.train, "The rules allow no training.".into());
                let own = train.reveals.own_coefficients;
                rule(!own || self.own_coefficients, "The rules do not tell owners their coefficients.".into());
                let all = train.reveals.all_coefficients;
                rule(!all || self.all_coefficients, "The rules do not tell anybody all coefficients.".into());
                rule(train.digits <= self.most_digits, digits(train.digits));
            }
            Work::Predict(predict) => {
                rule(self.predict, "The rules allow no prediction.".into());
                rule(!predict.ids || self.ids, "The rules do not tell the ids of predicted rows.".into());
                rule(predict.digits <= self.most_digits, digits(predict.digits));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use directory::{GrantEvent, GrantState, GrantTerms};
    use serde_json::json;

    use super::*;

    const USER: Address = Address([2; 20]);

    fn rules(anyone: bool) -> Rules {
        let data = |number: u64| json!({"dataset": number, "file": "patients.csv", "columns": ["age"]});
        serde_json::from_value(json!({
            "data": [data(1), data(2)], "partners": [USER, Address([3; 20])], "anyone": anyone,
            "approve": {"most_times": 5, "most_tries": 5, "most_facts": 20, "most_seconds": 1000},
        }))
        .unwrap()
    }

    fn grant(dataset: u64, user: Address, facts: u32) -> Grant {
        let (from, until, times, tries, rows) = (0, 500, 1, 1, 0);
        let (min_rows, digits, own_coefficients) = (100, 3, false);
        let terms = GrantTerms { from, until, times, tries, facts, rows, min_rows, digits, own_coefficients };
        let applied = GrantEvent::Applied { dataset, user, purpose: Digest::ZERO, terms };
        Grant { state: GrantState::Approved, ..Grant::after(None, &applied).unwrap() }
    }

    #[test]
    fn one_table_that_is_published_twice_gives_no_more_than_once() {
        let gives =
            |anyone: bool, asked: &Grant, given: &[Grant]| rules(anyone).gives(asked, given.iter(), 100).is_some();
        let before = [grant(1, USER, 15)];
        assert!(gives(false, &grant(2, USER, 5), &before));
        assert!(!gives(false, &grant(2, USER, 6), &before), "21 of 20 numbers");
        let other = Address([3; 20]);
        assert!(gives(false, &grant(2, other, 6), &before), "another account has its own");
        assert!(!gives(true, &grant(2, other, 6), &before), "but for where anybody may ask");
        // Of a data set that the rules do not name nothing is given, and nothing counts.
        assert!(!gives(false, &grant(3, USER, 1), &[]));
        assert!(gives(false, &grant(2, USER, 20), &[grant(3, USER, 15)]));
    }
}
