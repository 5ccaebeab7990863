//! What is typed of a job, and what it comes to.

use app_core::{
    action::{ActionError, Tools},
    chain::Clock,
    forms::draft::Draft,
};
use app_ui::format;
use compute_recipe::MODULE_CID;
use jobs::{
    kind,
    market::{Features, Field, Machine, Posting, Problems, Typed},
};
use leptos::prelude::*;
use protocol::{Amount, cid::Cid};

use super::own::{Chosen, Own};

/// What is typed, each field by itself.
#[derive(Clone, Copy)]
pub struct Form {
    pub kind: RwSignal<u8>,
    /// Files that are put where providers find them when it is posted; they go before what is typed.
    pub own: Own,
    pub workload: RwSignal<String>,
    pub inputs: RwSignal<String>,
    pub resumed: RwSignal<String>,
    pub units: RwSignal<String>,
    pub memory: RwSignal<String>,
    pub minutes: RwSignal<String>,
    pub hours: RwSignal<String>,
    pub every: RwSignal<String>,
    pub price: RwSignal<String>,
    pub window: RwSignal<String>,
    pub audits: RwSignal<String>,
    pub provider: RwSignal<String>,
    pub jurors: RwSignal<u8>,
    /// What is typed, as it is kept until the job is posted.
    pub draft: Draft,
    /// Somebody tried to post it: from then on empty fields are wrong too.
    pub is_pressed: RwSignal<bool>,
    /// What it comes to, kept up with the clock by the minute.
    pub found: Memo<Result<Posting, Problems>>,
}

impl Form {
    pub fn new() -> Self {
        let [workload, inputs, resumed, provider] = [""; 4].map(|text| RwSignal::new(text.to_owned()));
        let [units, memory, minutes_long, hours, every, price, window, audits] =
            ["1000", "512", "30", "24", "100", "0.001", "24", "5"].map(|text| RwSignal::new(text.to_owned()));
        let draft = Draft::of(
            "job",
            [
                ("workload", workload),
                ("inputs", inputs),
                ("resumed", resumed),
                ("provider", provider),
                ("units", units),
                ("memory", memory),
                ("minutes", minutes_long),
                ("hours", hours),
                ("checkpoint every", every),
                ("price", price),
                ("window", window),
                ("audits", audits),
            ],
        );
        let form = Self {
            // A recipe of one's own names no files; what is kept of a module does.
            kind: RwSignal::new(if workload.with_untracked(String::is_empty) { kind::RECIPE } else { kind::MODULE }),
            own: Own::new(),
            workload,
            inputs,
            resumed,
            units,
            memory,
            minutes: minutes_long,
            hours,
            every,
            price,
            window,
            audits,
            provider,
            draft,
            jurors: RwSignal::new(3),
            is_pressed: RwSignal::new(false),
            found: Memo::new(|_| Err(Problems::new())),
        };
        let minute = minutes(expect_context());
        Self { found: Memo::new(move |_| form.track().read(minute.get())), ..form }
    }

    /// Runs the caller again when something is typed.
    fn track(self) -> Self {
        let Self {
            workload,
            inputs,
            resumed,
            units,
            memory,
            minutes,
            hours,
            every,
            price,
            window,
            audits,
            provider,
            ..
        } = self;
        for field in [workload, inputs, resumed, units, memory, minutes, hours, every, price, window, audits, provider]
        {
            field.track();
        }
        self.kind.track();
        self.jurors.track();
        self
    }

    /// What is typed, read at a moment.
    ///
    /// # Errors
    /// [`Problems`]
    pub fn read(self, now: u64) -> Result<Posting, Problems> {
        read(self.typed(), self.price.with_untracked(|text| amount(text)), now)
    }

    /// All that stands in the form now.
    pub fn filled(self) -> Filled {
        Filled {
            form: self,
            typed: self.typed(),
            price: self.price.with_untracked(|text| amount(text)),
            chosen: self.own.chosen(),
        }
    }

    fn typed(self) -> Typed {
        Typed {
            kind: self.kind.get_untracked(),
            workload: self.workload.get_untracked(),
            inputs: self.inputs.get_untracked(),
            resumed: self.resumed.get_untracked(),
            units: self.units.get_untracked(),
            memory_mib: self.memory.get_untracked(),
            minutes: self.minutes.get_untracked(),
            deadline_hours: self.hours.get_untracked(),
            every: self.every.get_untracked(),
            window_hours: self.window.get_untracked(),
            audits: self.audits.get_untracked(),
            provider: self.provider.get_untracked(),
            jurors: self.jurors.get_untracked(),
        }
    }

    /// What is wrong with a field. An empty one is wrong only once somebody tries to post.
    pub fn problem(self, field: Field, value: RwSignal<String>) -> Signal<Option<String>> {
        Signal::derive(move || {
            let is_told = self.is_pressed.get() || value.with(|text| !text.trim().is_empty());
            let why = self.found.with(|found| found.as_ref().err().and_then(|problems| problems.get(&field).cloned()));
            why.filter(|_| is_told)
        })
    }

    /// The job without its files, on which nothing of an estimate depends: an empty file stands for each.
    pub fn without_files(self) -> Memo<Option<Posting>> {
        let minute = minutes(expect_context());
        Memo::new(move |_| self.track().limits(minute.get()).ok())
    }

    /// What is typed but for the files, read at a moment.
    ///
    /// # Errors
    /// [`Problems`]
    pub fn limits(self, now: u64) -> Result<Posting, Problems> {
        let none = Cid::of_block(b"").to_string();
        let typed = Typed { workload: none.clone(), inputs: none, resumed: String::new(), ..self.typed() };
        read(typed, self.price.with_untracked(|text| amount(text)), now)
    }
}

/// What stood in the form when somebody pressed: the form itself may be gone before all files are stored.
pub struct Filled {
    form: Form,
    typed: Typed,
    price: Result<Amount, String>,
    chosen: Chosen,
}

impl Filled {
    /// Puts own files where providers find them.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn put_files(&mut self, tools: Tools, says: impl Fn(&'static str)) -> Result<(), ActionError> {
        says("Storing the files, where providers find them");
        if self.typed.kind == kind::RECIPE {
            self.typed.inputs = self.chosen.put_recipe(tools).await?.to_string();
            self.typed.workload = MODULE_CID.to_owned();
        } else {
            if let Some(module) = self.chosen.put_module(tools).await? {
                self.typed.workload = module.to_string();
            }
            if self.typed.inputs.trim().is_empty() || !self.chosen.inputs.is_empty() {
                self.typed.inputs = self.chosen.put_inputs(tools).await?.to_string();
            }
        }
        Ok(())
    }

    /// Names the files that were put there in the form too, while it is there.
    pub fn names_files(&self) {
        self.form.inputs.try_set(self.typed.inputs.clone());
        self.form.workload.try_set(self.typed.workload.clone());
    }

    /// What it comes to, read at a moment.
    ///
    /// # Errors
    /// [`Problems`]
    pub fn read(&self, now: u64) -> Result<Posting, Problems> {
        read(self.typed.clone(), self.price.clone(), now)
    }
}

/// An amount as it is typed, or why it is none.
fn amount(text: &str) -> Result<Amount, String> {
    format::read_mdc(text).map_err(|error| error.to_string())
}

fn read(typed: Typed, price: Result<Amount, String>, now: u64) -> Result<Posting, Problems> {
    let machine = if typed.kind == kind::GPU_RECIPE { Machine::WebGpu } else { Machine::Cpu };
    typed.read(price, machine, Features::new(), now)
}

/// The time, which changes each minute.
fn minutes(clock: Clock) -> Memo<u64> {
    Memo::new(move |_| clock.now.get() / 60 * 60)
}
