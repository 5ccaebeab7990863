//! A model that the worker has open, and what the parts of the page share about it.

use leptos::{prelude::*, task::spawn_local};
use ml_task::{Card, Context, EngineChoice, Input, Prediction, Ran};
use protocol::{api::trained::TrainedRow, bounty::Bounty, metadata::Metadata};

use crate::{
    measured,
    workers::models::{Models, ModelsError},
};

/// A model that was read.
#[derive(Clone)]
pub struct Loaded {
    pub cid: String,
    pub card: Card,
    /// The bounty that it won, where the address names one and the chain agrees.
    pub bounty: Option<FromBounty>,
    /// Where it stands in the list of trained models; `None` until looked up.
    pub listed: RwSignal<Option<Vec<TrainedRow>>>,
}

/// The bounty that a model was revealed in.
#[derive(Clone)]
pub struct FromBounty {
    pub bounty: Bounty,
    pub metadata: Option<Metadata>,
}

impl FromBounty {
    pub fn title(&self) -> String {
        self.metadata.as_ref().map_or_else(|| format!("Bounty {}", self.bounty.id), |m| m.title.clone())
    }
}

/// Shared by everything that asks the open model.
#[derive(Clone, Copy)]
pub struct Opened {
    pub models: StoredValue<Models, LocalStorage>,
    pub loaded: StoredValue<Loaded, LocalStorage>,
    pub engine: RwSignal<EngineChoice>,
    /// What was asked last; asked again when the engine is changed.
    input: RwSignal<Option<Input>>,
    pub answer: RwSignal<Option<Result<(Prediction, Ran), String>>>,
    pub busy: RwSignal<bool>,
}

impl Opened {
    /// Called while the page is built.
    pub fn new(models: StoredValue<Models, LocalStorage>, loaded: Loaded) -> Self {
        let opened = Self {
            models,
            loaded: StoredValue::new_local(loaded),
            engine: RwSignal::new(EngineChoice::Measured),
            input: RwSignal::new(None),
            answer: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        Effect::new(move || {
            let engine = opened.engine.get();
            if let Some(input) = opened.input.get() {
                opened.predict(input, engine);
            }
        });
        opened
    }

    /// Predicts, and shows the answer.
    pub fn ask(self, input: Input) {
        self.input.set(Some(input));
    }

    /// Shows no answer any more.
    pub fn forget(self) {
        self.input.set(None);
        self.answer.set(None);
    }

    /// Keeps what a run has measured.
    pub fn remember(self, ran: &Ran) {
        if let Some(measured) = &ran.measured {
            self.loaded.with_value(|l| measured::keep(&l.cid, measured));
        }
    }

    fn predict(self, input: Input, engine: EngineChoice) {
        let models = self.models.get_value();
        self.busy.set(true);
        spawn_local(async move {
            let ended = models.predict(input.clone(), engine).await;
            // Another question may have been asked, or this one taken back, meanwhile.
            let current = self.input.try_with_untracked(|i| i.as_ref() == Some(&input)) == Some(true);
            if !current {
                if self.input.try_with_untracked(Option::is_none) == Some(true) {
                    self.busy.try_set(false);
                }
                return;
            }
            if let Ok((_, ran)) = &ended {
                self.remember(ran);
            }
            self.busy.try_set(false);
            self.answer.try_set(Some(ended.map_err(|e: ModelsError| e.to_string())));
        });
    }
}

/// What the worker is told about a model before it reads it.
pub fn context(cid: &str, metadata: Option<&Metadata>) -> Context {
    Context {
        classes: metadata.map(|m| m.classes.clone()),
        features: metadata.map(|m| m.features.clone()),
        measured: measured::of(cid),
    }
}
