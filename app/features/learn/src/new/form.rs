//! What is typed of a task, and the task that it makes.

use app_core::{chain::Learning, storage};
use app_ui::format;
use directory::{Disclosure, GrantState};
use leptos::prelude::*;
use mpc_run::{
    Spec,
    spec::{Evaluation, Intersect, Label, Model, Owner, Predict, Reveals, Rows, Train, Work},
};
use mpc_task::roles;
use protocol::{Address, Amount};
use serde::{Deserialize, Serialize};
use tasks::{Candidate, Draft, Kind, SeatTerms};

/// Where it is kept until it is published.
const KEPT: &str = "learn.new";

/// What a task does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    Align,
    #[default]
    Train,
    Predict,
}

/// A model that was trained before and stayed shared, as a prediction names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    pub task: u64,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub process: Process,
    /// Of a prediction.
    pub model: Option<Trained>,
    /// Predictions are told with the ids of their rows.
    pub ids: bool,
    /// Grants of the two owners.
    pub grants: [u64; 2],
    pub keys: [String; 2],
    /// Names with commas between them.
    pub columns: [String; 2],
    /// 0 or 1.
    pub label_owner: u8,
    pub label: String,
    /// 0: on the training rows; 1: leaving one out; otherwise so many folds.
    pub folds: usize,
    pub shuffle: bool,
    pub ridge: String,
    pub rmse: bool,
    pub mae: bool,
    pub r2: bool,
    pub own_coefficients: bool,
    pub min_rows: String,
    /// Addresses of candidates.
    pub helpers: Vec<Address>,
    pub per_megabyte: String,
    pub helper_budget: String,
    pub compute_fee: String,
    pub bond: String,
    /// Minutes.
    pub confirm_in: String,
    pub start_in: String,
    pub run_for: String,
}

impl Default for Typed {
    fn default() -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            process: Process::Train,
            model: None,
            ids: true,
            grants: [0; 2],
            keys: [text("id"), text("id")],
            columns: [String::new(), String::new()],
            label_owner: 1,
            label: String::new(),
            folds: 0,
            shuffle: false,
            ridge: text("0"),
            rmse: true,
            mae: false,
            r2: false,
            own_coefficients: false,
            min_rows: text("100"),
            helpers: Vec::new(),
            per_megabyte: text("0.01"),
            helper_budget: text("1"),
            compute_fee: text("0"),
            bond: text("1"),
            confirm_in: text("1440"),
            start_in: text("1440"),
            run_for: text("60"),
        }
    }
}

/// The form.
#[derive(Clone, Copy)]
pub struct Form {
    pub typed: RwSignal<Typed>,
    /// Grows when something else than a field has filled fields.
    pub filled: RwSignal<u32>,
}

impl Form {
    /// As it was left, in this visit or another.
    pub fn load() -> Self {
        let typed = storage::read(KEPT).and_then(|text| serde_json::from_str(&text).ok());
        Self { typed: RwSignal::new(typed.unwrap_or_default()), filled: RwSignal::new(0) }
    }

    /// Keeps what is typed.
    pub fn keep(self) {
        Effect::new(move || {
            if let Ok(text) = self.typed.with(serde_json::to_string) {
                storage::write(KEPT, &text);
            }
        });
    }

    /// Forgets it, once it is published.
    pub fn forget(self) {
        storage::remove(KEPT);
    }

    /// A signal of one text of the form, for a field.
    pub fn text(
        self,
        get: impl Fn(&Typed) -> &String + Copy + Send + Sync + 'static,
        set: impl Fn(&mut Typed) -> &mut String + Copy + Send + Sync + 'static,
    ) -> RwSignal<String> {
        let text = RwSignal::new(self.typed.with_untracked(|typed| get(typed).clone()));
        Effect::new(move || {
            let now = text.get();
            if self.typed.with_untracked(|typed| *get(typed) != now) {
                self.typed.update(|typed| *set(typed) = now);
            }
        });
        Effect::new(move |before: Option<u32>| {
            let now = self.filled.get();
            if before.is_some_and(|before| before != now) {
                text.set(self.typed.with_untracked(|typed| get(typed).clone()));
            }
            now
        });
        text
    }
}

/// A name in a list.
fn names(text: &str) -> Vec<String> {
    text.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Entries that an owner's list is padded to: the next hundred, so that the exact number of rows is not told.
fn padded(rows: u32) -> u32 {
    rows.div_ceil(100).max(1) * 100
}

/// Grants on which the account can publish now: their numbers.
pub fn usable(learning: &Learning, account: Address, now: u64) -> Vec<u64> {
    let registry = &learning.book.registry;
    let usable = |(grant, id): (&directory::Grant, u64)| {
        let (_, dataset) = registry.grant(id)?;
        let live = grant.state == GrantState::Approved && grant.user == account && grant.is_open(now);
        (live && !dataset.revoked).then_some(id)
    };
    registry.grants.iter().zip(1..).filter_map(usable).collect()
}

impl Typed {
    /// The file of the task.
    pub fn spec(&self, learning: &Learning, relay: &str) -> Spec {
        let dataset =
            |grant: u64| learning.book.registry.grant(grant).map(|(grant, _)| grant.dataset).unwrap_or_default();
        let rows = |grant: u64| learning.book.registry.grant(grant).map_or(0, |(_, dataset)| dataset.terms.rows);
        let [first, second] = self.grants;
        let owner = |place: usize| Owner { dataset: dataset(self.grants[place]), columns: names(&self.columns[place]) };
        Spec {
            version: mpc_run::spec::VERSION,
            owners: [owner(0), owner(1)],
            rows: Rows::Common {
                keys: self.keys.clone(),
                form: mpc_run::spec::Form::Text,
                declared: [padded(rows(first)), padded(rows(second))],
            },
            work: match self.process {
                Process::Align => Work::Intersect(Intersect { size_only: false }),
                Process::Train => Work::Train(self.training()),
                Process::Predict => Work::Predict(self.prediction()),
            },
            helpers: if self.process == Process::Align { Vec::new() } else { self.helpers.clone() },
            relays: vec![relay.to_owned()],
        }
    }

    fn prediction(&self) -> Predict {
        Predict { model: Model::OnChain, receiver: 2, ids: self.ids, digits: 10 }
    }

    fn training(&self) -> Train {
        let chosen = [
            (self.rmse, mpc_learn::Metric::Rmse),
            (self.mae, mpc_learn::Metric::Mae),
            (self.r2, mpc_learn::Metric::R2),
        ];
        Train {
            label: Label { owner: self.label_owner, column: self.label.trim().to_owned() },
            receiver: 2,
            ridge: self.ridge.trim().parse().unwrap_or(f64::NAN),
            winsorise: 0.0,
            shuffle: self.shuffle,
            evaluation: match self.folds {
                0 => Evaluation::Training,
                1 => Evaluation::LeaveOneOut,
                folds => Evaluation::Folds(folds),
            },
            metrics: chosen.into_iter().filter(|(on, _)| *on).map(|(_, metric)| metric).collect(),
            reveals: Reveals { own_coefficients: self.own_coefficients, ..Reveals::default() },
            digits: 10,
        }
    }

    /// What is published of it, but for the hash of its file.
    ///
    /// # Errors
    /// A sentence about a number that is none.
    pub fn draft(&self, learning: &Learning, spec: &Spec, now: u64) -> Result<Draft, String> {
        let amount = |what: &str, text: &str| format::read_mdc(text).map_err(|error| format!("{what}: {error}"));
        let minutes = |what: &str, text: &str| {
            let read = text.trim().parse::<u64>().ok().filter(|minutes| *minutes > 0);
            read.map(|minutes| minutes * 60).ok_or_else(|| format!("{what}: give a whole number of minutes."))
        };
        let per_megabyte = amount("Helper's price", &self.per_megabyte)?;
        let confirm_by = now + minutes("Time to confirm", &self.confirm_in)?;
        let purpose = |grant: u64| {
            let found = learning.book.registry.grant(grant).map(|(grant, _)| grant.purpose);
            found.unwrap_or_default()
        };
        let seat = |place: u8| {
            let grant = self.grants.get(usize::from(place)).copied().unwrap_or_default();
            SeatTerms { grant, roles: roles(spec, place), purpose: purpose(grant) }
        };
        let min_rows = self.min_rows.trim().parse().map_err(|_| "Fewest rows: give a whole number.".to_owned())?;
        let max_seconds = minutes("Length of a run", &self.run_for)?.try_into();
        Ok(Draft {
            kind: match self.process {
                Process::Align => Kind::Psi,
                Process::Train => Kind::Train,
                Process::Predict => Kind::Predict,
            },
            waits_for: 0,
            // Aligning tells which rows are common while the run goes on: it costs a use however the run ends.
            reveals_early: true,
            model_of: self.model.as_ref().filter(|_| self.process == Process::Predict).map_or(0, |model| model.task),
            confirm_by,
            start_by: confirm_by + minutes("Time to start", &self.start_in)?,
            max_seconds: max_seconds.map_err(|_| "Length of a run: choose less.".to_owned())?,
            facts: spec.fact_count(),
            rows: if self.process == Process::Predict { spec.most_rows() as u32 } else { 0 },
            compute_fee: amount("Fee of a computing seat", &self.compute_fee)?,
            bond: amount("Bond", &self.bond)?,
            helper_budget: amount("Most for helpers", &self.helper_budget)?,
            // Given when it is stored; any but zero until then, so that the other rules can be asked.
            spec: protocol::Digest([1; 32]),
            told: Disclosure {
                min_rows,
                digits: 3,
                own_coefficients: self.process == Process::Train && self.own_coefficients,
            },
            seats: (0..spec.signers()).map(seat).collect(),
            helpers: spec.helpers.iter().map(|helper| Candidate { helper: *helper, per_megabyte }).collect(),
        })
    }
}

/// For a figure before anything is typed.
pub fn amount(text: &str) -> Amount {
    format::read_mdc(text).unwrap_or_default()
}
