//! What is typed of a task, and how it is kept until it is published.

use app_core::forms::draft;
use leptos::prelude::*;
use mpc_run::spec::Form as Ids;
use protocol::Address;
use serde::{Deserialize, Serialize};

use super::offered::Offered;

/// Where it is kept until it is published.
const KEPT: &str = "learn";

/// What a person asks for: one task, or several that wait for each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    Align,
    #[default]
    Train,
    Predict,
    TrainPredict,
}

impl Process {
    pub const ALL: [Self; 4] = [Self::Train, Self::TrainPredict, Self::Predict, Self::Align];

    pub fn trains(self) -> bool {
        matches!(self, Self::Train | Self::TrainPredict)
    }

    pub fn predicts(self) -> bool {
        matches!(self, Self::Predict | Self::TrainPredict)
    }
}

/// Which rows of both owners belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Together {
    /// Those with the same id, which is a text.
    #[default]
    Texts,
    /// The same where ids are numbers that are written in several ways.
    Digits,
    /// The first with the first, and so on.
    Order,
}

impl Together {
    pub fn ids(self) -> Option<Ids> {
        match self {
            Self::Texts => Some(Ids::Text),
            Self::Digits => Some(Ids::Digits),
            Self::Order => None,
        }
    }
}

/// On which rows errors are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evaluated {
    #[default]
    Training,
    Share,
    Folds5,
    Folds10,
    LeaveOneOut,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub process: Process,
    /// Aligning comes first, as a task of its own.
    pub align_first: bool,
    /// The training whose model a prediction applies; 0 for none.
    pub model: u64,
    /// Grants of the two owners.
    pub grants: [u64; 2],
    pub together: Together,
    /// Aligning tells only how many rows are common.
    pub size_only: bool,
    pub keys: [String; 2],
    /// Features of each owner.
    pub columns: [Vec<String>; 2],
    /// 0 or 1.
    pub label_owner: u8,
    pub label: String,
    pub evaluated: Evaluated,
    /// Rows of a hundred.
    pub share: String,
    pub shuffle: bool,
    pub ridge: String,
    /// Values of a hundred, at each end.
    pub winsorise: String,
    pub rmse: bool,
    pub mae: bool,
    pub r2: bool,
    pub each_part: bool,
    pub own_coefficients: bool,
    pub all_coefficients: bool,
    pub standard_errors: bool,
    /// Predictions are told with the ids of their rows.
    pub ids: bool,
    /// 0 or 1: that owner; 2: whoever asks for the task.
    pub receiver: u8,
    /// Significant digits.
    pub digits: u8,
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
            align_first: false,
            model: 0,
            grants: [0; 2],
            together: Together::Texts,
            size_only: false,
            keys: [text("id"), text("id")],
            columns: [Vec::new(), Vec::new()],
            label_owner: 1,
            label: String::new(),
            evaluated: Evaluated::Training,
            share: text("20"),
            shuffle: false,
            ridge: text("0"),
            winsorise: text("0"),
            rmse: true,
            mae: false,
            r2: false,
            each_part: false,
            own_coefficients: false,
            all_coefficients: false,
            standard_errors: false,
            ids: true,
            receiver: 2,
            digits: 3,
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
    /// What the owners say of their data sets, where that can be read.
    pub offered: RwSignal<[Option<Offered>; 2]>,
    /// Grows when something else than a field has filled fields.
    pub filled: RwSignal<u32>,
}

impl Form {
    /// As it was left, in this visit or another.
    pub fn load() -> Self {
        Self {
            typed: RwSignal::new(draft::read(KEPT).unwrap_or_default()),
            offered: RwSignal::default(),
            filled: RwSignal::new(0),
        }
    }

    /// Puts choices where the wizard finds them when it is opened.
    pub fn lay_out(typed: &Typed) {
        draft::write(KEPT, typed);
    }

    /// Keeps what is typed.
    pub fn keep(self) {
        Effect::new(move || self.typed.with(|typed| draft::write(KEPT, typed)));
    }

    /// Forgets it, once it is published.
    pub fn forget(self) {
        draft::forget(KEPT);
    }

    /// What `look` sees of it; only a change of that is told.
    pub fn look<T: PartialEq + Send + Sync + 'static>(
        self,
        look: impl Fn(&Typed) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.typed.with(&look))
    }

    /// A signal of one text of the form, for a field.
    pub fn text(
        self,
        get: impl Fn(&Typed) -> &String + Copy + Send + Sync + 'static,
        set: impl Fn(&mut Typed) -> &mut String + Copy + Send + Sync + 'static,
    ) -> RwSignal<String> {
        self.written(move |typed| get(typed).clone(), move |typed, now| *set(typed) = now)
    }

    /// The same for names with commas between them.
    pub fn names(
        self,
        get: impl Fn(&Typed) -> &Vec<String> + Copy + Send + Sync + 'static,
        set: impl Fn(&mut Typed) -> &mut Vec<String> + Copy + Send + Sync + 'static,
    ) -> RwSignal<String> {
        let read = |text: &str| -> Vec<String> {
            text.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        self.written(
            move |typed| get(typed).join(", "),
            // A comma that is just typed is no change.
            move |typed, now| {
                let now = read(&now);
                if *get(typed) != now {
                    *set(typed) = now;
                }
            },
        )
    }

    fn written(
        self,
        get: impl Fn(&Typed) -> String + Copy + Send + Sync + 'static,
        set: impl Fn(&mut Typed, String) + Copy + Send + Sync + 'static,
    ) -> RwSignal<String> {
        let text = RwSignal::new(self.typed.with_untracked(get));
        Effect::new(move || {
            let now = text.get();
            if self.typed.with_untracked(|typed| get(typed) != now) {
                self.typed.update(|typed| set(typed, now));
            }
        });
        Effect::new(move |before: Option<u32>| {
            let now = self.filled.get();
            if before.is_some_and(|before| before != now) {
                text.set(self.typed.with_untracked(get));
            }
            now
        });
        text
    }
}
