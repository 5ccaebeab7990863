//! A training: the data are fetched once, trained on in the worker, and what came of it is kept until the next.

use std::{rc::Rc, sync::Arc};

use bounty::Bounty;
use leptos::prelude::*;
use ml_task::{Point, TrainOptions};

use super::{super::PageState, options::Options};
use app_core::{
    chain::Reader,
    content,
    settings::Settings,
    workers::{
        WorkError,
        models::{MAX_TABLE, Models, Trained},
    },
};
use app_ui::messages::run::Run;

/// Milliseconds between two drawings of the curves: a round of a small model takes less.
const REDRAW: f64 = 150.0;
/// What is said of a training that was stopped before there was a model.
const STOPPED: &str = "Stopped before there was a model.";

/// train.csv and test.csv.
type Files = (Rc<Vec<u8>>, Rc<Vec<u8>>);

#[derive(Clone, Copy)]
pub struct Session {
    reader: Reader,
    settings: Settings,
    models: StoredValue<Models, LocalStorage>,
    fetched: StoredValue<Option<Files>, LocalStorage>,
    pub run: Run,
    pub points: RwSignal<Vec<Point>>,
    pub trained: RwSignal<Option<Arc<Trained>>, LocalStorage>,
}

impl Session {
    /// Its worker ends with the part of the page that made it.
    pub fn new() -> Self {
        let models = StoredValue::new_local(Models::default());
        on_cleanup(move || {
            if let Some(models) = models.try_get_value() {
                models.end();
            }
        });
        Self {
            reader: expect_context(),
            settings: expect_context(),
            models,
            fetched: StoredValue::new_local(None),
            run: Run::new(),
            points: RwSignal::new(Vec::new()),
            trained: RwSignal::new_local(None),
        }
    }

    /// Trains for the bounty as the form says.
    pub fn start(self, context: PageState, options: Options) {
        let (Some(bounty), Some(Ok(metadata))) =
            (context.history.get_untracked().map(|h| h.bounty), context.metadata.get_untracked())
        else {
            self.run.error.set(Some(
                "The data set's description is not loaded yet. Wait a moment, or set an IPFS gateway in Settings."
                    .into(),
            ));
            return;
        };
        let deployment = self.reader.deployment();
        let market = match deployment.demand(bounty::BOUNTY_MARKET) {
            Ok(market) => market,
            Err(missing) => return self.run.error.set(Some(missing.to_string())),
        };
        let note = format!("{}/{market}/{}", deployment.chain_id, bounty.id);
        match options.read(metadata.classes, note) {
            Ok(chosen) => {
                self.points.set(Vec::new());
                self.run.start(self.train(bounty, chosen));
            }
            Err(why) => self.run.error.set(Some(why)),
        }
    }

    pub fn stop(self) {
        self.models.with_value(Models::stop);
    }

    async fn train(self, bounty: Bounty, options: TrainOptions) -> Result<(), String> {
        let models = self.models.get_value();
        let says = self.run.says();
        says("Fetching the data");
        let Some((train, test)) = self.files(&models, &bounty).await? else {
            self.run.ends_with(STOPPED);
            return Ok(());
        };
        says("Training");
        let mut all = Vec::new();
        let mut drawn = 0.0;
        let epoch = |point| {
            all.push(point);
            if js_sys::Date::now() - drawn > REDRAW {
                drawn = js_sys::Date::now();
                self.points.try_set(all.clone());
            }
        };
        let ended = models.train(&train, &test, options, epoch).await;
        self.points.try_set(all);
        match ended {
            Ok(ended) => {
                self.trained.try_set(Some(Arc::new(ended)));
            }
            Err(WorkError::Stopped) => self.run.ends_with(STOPPED),
            Err(e) => return Err(e.to_string()),
        }
        Ok(())
    }

    /// The bounty's files, fetched once; `None` where the person stopped it.
    async fn files(self, models: &Models, bounty: &Bounty) -> Result<Option<Files>, String> {
        if let Some(files) = self.fetched.try_get_value().flatten() {
            return Ok(Some(files));
        }
        let fetch = |cid| async move {
            content::fetch(self.settings, cid, MAX_TABLE).await.map(Rc::new).map_err(|e| e.to_string())
        };
        let both = async { (fetch(&bounty.train_cid).await, fetch(&bounty.test_cid).await) };
        let Ok((train, test)) = models.unless_stopped(both).await else { return Ok(None) };
        let files = (train?, test?);
        self.fetched.try_set_value(Some(files.clone()));
        Ok(Some(files))
    }
}
