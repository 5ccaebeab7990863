//! A model that the worker has open, and what the parts of the page share about it.

use bounty::Bounty;
use dataset::metadata::Metadata;
use leptos::{prelude::*, task::spawn_local};
use ml_task::{Card, Context, EngineChoice, Input, Prediction, Ran};
use trained::api::TrainedRow;

use app_core::{
    measured,
    workers::{WorkError, models::Models},
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
    /// Grows with every question: only the newest is of interest.
    newest: StoredValue<u32>,
    /// The newest question when the person stopped.
    stopped: StoredValue<u32>,
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
            newest: StoredValue::new(0),
            stopped: StoredValue::new(0),
            answer: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        Effect::new(move || {
            opened.engine.track();
            if opened.input.with(Option::is_some) {
                opened.predict();
            }
        });
        opened
    }

    /// Predicts, and shows the answer.
    pub fn ask(self, input: Input) {
        self.input.try_set(Some(input));
    }

    /// Ends what is under way and asks nothing further.
    pub fn stop(self) {
        self.stopped.set_value(self.newest.get_value());
        self.models.with_value(Models::stop);
    }

    /// Shows no answer any more.
    pub fn forget(self) {
        self.input.set(None);
        self.answer.set(None);
    }

    /// Keeps what a run has measured.
    pub fn remember(self, ran: &Ran) {
        if let Some(measured) = &ran.measured {
            // The page may have gone away meanwhile; what was measured holds all the same.
            let _ = self.loaded.try_with_value(|l| measured::keep(&l.cid, measured));
        }
    }

    /// Asks what is to be asked. One question at a time: those that come while it runs are answered after it by the
    /// newest alone, so that nothing waits for what nobody wants to know any more.
    fn predict(self) {
        self.newest.update_value(|n| *n += 1);
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let models = self.models.get_value();
        spawn_local(async move {
            // Ends where the page is gone, or the question was taken back.
            while let (Some(asked), Some(Some(input)), Some(engine)) =
                (self.newest.try_get_value(), self.input.try_get_untracked(), self.engine.try_get_untracked())
            {
                let ended = models.predict(input, engine).await;
                if let Ok((_, ran)) = &ended {
                    self.remember(ran);
                }
                let newest = self.newest.try_get_value();
                if newest != Some(asked) && newest != self.stopped.try_get_value() {
                    continue;
                }
                if self.input.try_with_untracked(Option::is_some) == Some(true) {
                    self.answer.try_set(Some(ended.map_err(|e: WorkError| e.to_string())));
                }
                break;
            }
            self.busy.try_set(false);
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
