//! From what is typed to the tasks that it makes.

use app_core::chain::Learning;
use app_ui::format;
use directory::{Disclosure, GrantState};
use mpc_learn::Metric;
use mpc_run::{
    Spec,
    spec::{Evaluation, Intersect, Label, Model, Owner, Predict, Reveals, Rows, Train, Work, bits_of},
};
use mpc_task::{fits::kind, roles};
use protocol::{Address, Amount, Digest};
use tasks::{Candidate, Draft, SeatTerms};

use super::form::{Evaluated, Process, Typed};

/// A task of those that are published together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Align,
    Train,
    Predict,
}

/// Entries that an owner's list is padded to: the next hundred, so that the exact number of rows is not told.
fn padded(rows: u32) -> u32 {
    rows.div_ceil(100).max(1) * 100
}

/// Grants on which the account can publish now: their numbers.
pub fn usable(learning: &Learning, account: Address, now: u64) -> Vec<u64> {
    let registry = &learning.book.registry;
    let usable = |(id, grant): (u64, &directory::Grant)| {
        let (_, dataset) = registry.grant(id)?;
        let live = grant.state == GrantState::Approved && grant.user == account && grant.is_open(now);
        (live && !dataset.revoked).then_some(id)
    };
    registry.grants.iter().filter_map(usable).collect()
}

/// A number of a field; no number where there is none, so that the rules say what is possible.
fn number(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

impl Typed {
    /// The tasks, in the order in which they run.
    pub fn stages(&self) -> Vec<Stage> {
        let align = (self.align_first && self.together.ids().is_some()).then_some(Stage::Align);
        match self.process {
            Process::Align => vec![Stage::Align],
            Process::Train => align.into_iter().chain([Stage::Train]).collect(),
            Process::Predict => vec![Stage::Predict],
            Process::TrainPredict => align.into_iter().chain([Stage::Train, Stage::Predict]).collect(),
        }
    }

    /// Whether rows are aligned by ids.
    pub fn aligns(&self) -> bool {
        self.process == Process::Align || self.together.ids().is_some()
    }

    /// Rows of the data sets, as their owners have published them.
    pub fn rows(&self, learning: &Learning) -> [u32; 2] {
        self.grants.map(|grant| learning.book.registry.grant(grant).map_or(0, |(_, dataset)| dataset.terms.rows))
    }

    /// The file of one of the tasks.
    pub fn spec(&self, stage: Stage, learning: &Learning, relay: &str) -> Spec {
        let registry = &learning.book.registry;
        let dataset = |grant: u64| registry.grant(grant).map(|(grant, _)| grant.dataset).unwrap_or_default();
        let rows = self.rows(learning);
        // Aligning looks at the keys alone.
        let columns = |place: usize| if stage == Stage::Align { Vec::new() } else { self.columns[place].clone() };
        let owner = |place: usize| Owner { dataset: dataset(self.grants[place]), columns: columns(place) };
        let rows = match self.together.ids().or((stage == Stage::Align).then(Default::default)) {
            Some(form) => Rows::Common { keys: self.keys.clone(), form, declared: rows.map(padded) },
            None => Rows::Given { count: rows[0] },
        };
        Spec {
            version: mpc_run::spec::VERSION,
            owners: [owner(0), owner(1)],
            rows,
            work: match stage {
                Stage::Align => {
                    Work::Intersect(Intersect { size_only: self.size_only && self.process == Process::Align })
                }
                Stage::Train => Work::Train(self.training()),
                Stage::Predict => Work::Predict(Predict {
                    model: Model::OnChain,
                    receiver: self.receiver,
                    ids: self.ids && self.aligns(),
                    digits: bits_of(self.digits),
                }),
            },
            helpers: if stage == Stage::Align { Vec::new() } else { self.helpers.clone() },
            relays: vec![relay.to_owned()],
        }
    }

    fn training(&self) -> Train {
        let chosen = [(self.rmse, Metric::Rmse), (self.mae, Metric::Mae), (self.r2, Metric::R2)];
        let folds = matches!(self.evaluated, Evaluated::Folds5 | Evaluated::Folds10);
        let coefficients = self.own_coefficients || self.all_coefficients;
        Train {
            label: Label { owner: self.label_owner, column: self.label.trim().to_owned() },
            receiver: self.receiver,
            ridge: number(&self.ridge),
            winsorise: number(&self.winsorise) / 100.0,
            // The rows that are kept back are drawn; in what order a table comes says something about it.
            shuffle: self.evaluated == Evaluated::Share || (folds && self.shuffle),
            evaluation: match self.evaluated {
                Evaluated::Training => Evaluation::Training,
                Evaluated::Share => Evaluation::Share { percent: self.share.trim().parse().unwrap_or_default() },
                Evaluated::Folds5 => Evaluation::Folds(5),
                Evaluated::Folds10 => Evaluation::Folds(10),
                Evaluated::LeaveOneOut => Evaluation::LeaveOneOut,
            },
            metrics: chosen.into_iter().filter(|(on, _)| *on).map(|(_, metric)| metric).collect(),
            reveals: Reveals {
                own_coefficients: self.own_coefficients,
                all_coefficients: self.all_coefficients,
                standard_errors: self.standard_errors && coefficients,
                each_part: self.each_part && folds,
            },
            digits: bits_of(self.digits),
        }
    }

    /// What is published of the tasks, but for the hashes of their files. Each waits for the one before it, and has its times
    /// after the last moment at which that one can end.
    ///
    /// # Errors
    /// A sentence about a number that is none.
    pub fn drafts(&self, learning: &Learning, specs: &[Spec], now: u64) -> Result<Vec<Draft>, String> {
        let (mut drafts, mut from) = (Vec::new(), now);
        for (spec, place) in specs.iter().zip(0..) {
            let draft = Draft { waits_for: place, ..self.draft(learning, spec, from)? };
            from = draft.start_by + u64::from(draft.max_seconds);
            drafts.push(draft);
        }
        Ok(drafts)
    }

    fn draft(&self, learning: &Learning, spec: &Spec, now: u64) -> Result<Draft, String> {
        let amount = |what: &str, text: &str| format::read_mdc(text).map_err(|error| format!("{what}: {error}"));
        let minutes = |what: &str, text: &str| {
            let read = text.trim().parse::<u64>().ok().filter(|minutes| *minutes > 0);
            read.map(|minutes| minutes * 60).ok_or_else(|| format!("{what}: give a whole number of minutes."))
        };
        let per_megabyte = amount("Helper's price", &self.per_megabyte)?;
        let confirm_by = now + minutes("Time to confirm", &self.confirm_in)?;
        let registry = &learning.book.registry;
        let purpose = |grant: u64| registry.grant(grant).map(|(grant, _)| grant.purpose).unwrap_or_default();
        let seat = |place: u8| {
            let grant = self.grants.get(usize::from(place)).copied().unwrap_or_default();
            SeatTerms { grant, roles: roles(spec, place), purpose: purpose(grant) }
        };
        let min_rows = self.min_rows.trim().parse().map_err(|_| "Fewest rows: give a whole number.".to_owned())?;
        let max_seconds = minutes("Length of a run", &self.run_for)?.try_into();
        let coefficients = matches!(&spec.work, Work::Train(train)
            if train.reveals.own_coefficients || train.reveals.all_coefficients);
        Ok(Draft {
            kind: kind(spec),
            waits_for: 0,
            // Aligning tells which rows are common while the run goes on: it costs a use however the run ends.
            reveals_early: matches!(spec.rows, Rows::Common { .. }),
            model_of: if self.process == Process::Predict { self.model } else { 0 },
            confirm_by,
            start_by: confirm_by + minutes("Time to start", &self.start_in)?,
            max_seconds: max_seconds.map_err(|_| "Length of a run: choose less.".to_owned())?,
            facts: spec.fact_count(),
            rows: if matches!(spec.work, Work::Predict(_)) { spec.most_rows() as u32 } else { 0 },
            compute_fee: amount("Fee of a computing seat", &self.compute_fee)?,
            bond: amount("Bond", &self.bond)?,
            helper_budget: match spec.helper() {
                Some(_) => amount("Most for helpers", &self.helper_budget)?,
                None => Amount::ZERO,
            },
            // Given when it is stored; any but zero until then, so that the other rules can be asked.
            spec: Digest([1; 32]),
            // Whoever gets all coefficients gets those of its own columns with them.
            told: Disclosure { min_rows, digits: self.digits, own_coefficients: coefficients },
            seats: (0..spec.signers()).map(seat).collect(),
            helpers: spec.helpers.iter().map(|helper| Candidate { helper: *helper, per_megabyte }).collect(),
        })
    }
}

/// For a figure before anything is typed.
pub fn amount(text: &str) -> Amount {
    format::read_mdc(text).unwrap_or_default()
}
