//! Trainings: the data are fetched once, trained on in the worker, and what came of each is kept, so that they can be
//! compared.

use std::{rc::Rc, sync::Arc};

use bounty::Bounty;
use leptos::prelude::*;
use ml_task::{Algorithm, Point, TrainOptions};

use super::{
    super::{PageState, act::submit::Selection},
    judged::TrainedRun,
    options::{Options, name, step},
};
use app_core::{
    chain::Reader,
    content,
    forms::leaving,
    settings::Settings,
    workers::{
        WorkError,
        models::{MAX_TABLE, Models},
    },
};
use app_ui::messages::run::Run;

/// Milliseconds between two drawings of the curves: an epoch of a small model takes less.
const REDRAW: f64 = 150.0;
/// What is said of a training that was stopped before there was a model.
const STOPPED: &str = "Stopped before there was a model.";
/// What is said where those before it came to their end.
const ENDED: &str = "Stopped; the models before it are kept.";

/// train.csv and test.csv.
type Files = (Rc<Vec<u8>>, Rc<Vec<u8>>);

#[derive(Clone, Copy)]
pub struct Session {
    reader: Reader,
    settings: Settings,
    models: StoredValue<Models, LocalStorage>,
    fetched: StoredValue<Option<Files>, LocalStorage>,
    pub run: Run,
    /// Of the training under way, or of the run that is shown.
    pub points: RwSignal<Vec<Point>>,
    /// What they are of.
    pub algorithm: RwSignal<Algorithm>,
    /// What is being trained, and how far that is.
    pub now: RwSignal<Option<Now>>,
    /// In the order in which they were trained.
    pub runs: RwSignal<Vec<Arc<TrainedRun>>, LocalStorage>,
    /// The run that is shown, as a position among them.
    pub shown: RwSignal<Option<usize>>,
    /// Whether something was trained since a model was last saved or committed to.
    pub unsaved: RwSignal<bool>,
}

/// What is being trained.
#[derive(Clone, PartialEq)]
pub struct Now {
    /// As in “Boosted trees”, “Boosted trees, part 2 of 5”.
    pub what: String,
    /// What is counted: “tree”, “epoch”.
    pub step: &'static str,
    pub point: Point,
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
            algorithm: RwSignal::new(Algorithm::Trees),
            now: RwSignal::new(None),
            runs: RwSignal::new_local(Vec::new()),
            shown: RwSignal::new(None),
            unsaved: RwSignal::new(false),
        }
    }

    /// The browser asks before it leaves what is being trained, or is nowhere but in this page. `selection` is what models are
    /// submitted by.
    pub fn asks_before_leaving(self, selection: Selection) {
        Effect::new(move |before: Option<()>| {
            selection.committed.track();
            if before.is_some() {
                self.unsaved.set(false);
            }
        });
        leaving::asks_while(move || self.run.busy.get_untracked() || self.unsaved.get_untracked());
    }

    /// Shows a run.
    pub fn show(self, at: usize) {
        let of = |run: &Arc<TrainedRun>| (run.points.clone(), run.options.algorithm);
        if let Some(Some((points, algorithm))) = self.runs.try_with_untracked(|runs| runs.get(at).map(of)) {
            self.algorithm.try_set(algorithm);
            self.points.try_set(points);
            self.shown.try_set(Some(at));
        }
    }

    /// Trains for the bounty as the form says; `all` of the algorithms, the other two with what suits most tables.
    pub fn start(self, context: PageState, options: Options, all: bool) {
        let Some(bounty) = context.history.get_untracked().map(|h| h.bounty) else { return };
        let metadata = match context.described() {
            Ok(metadata) => metadata,
            Err(why) => return self.run.error.set(Some(why)),
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
                let list = if all { Options::with_others(&chosen) } else { vec![chosen] };
                self.run.start(self.train(bounty, list, options.folds.get_untracked()));
            }
            Err(why) => self.run.error.set(Some(why)),
        }
    }

    pub fn stop(self) {
        self.models.with_value(Models::stop);
    }

    async fn train(self, bounty: Bounty, list: Vec<TrainOptions>, folds: u8) -> Result<(), String> {
        let models = self.models.get_value();
        let says = self.run.says();
        says("Fetching the data");
        let Some((train, test)) = self.files(&models, &bounty).await? else {
            self.run.ends_with(STOPPED);
            return Ok(());
        };
        says("Training");
        let (several, mut ended) = (list.len() > 1, Ok(()));
        for (at, options) in list.into_iter().enumerate() {
            self.now.try_set(None);
            match self.one(&models, (&train, &test), options, folds).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(WorkError::Stopped) => {
                    self.run.ends_with(if at == 0 { STOPPED } else { ENDED });
                    break;
                }
                Err(e) => {
                    ended = Err(e.to_string());
                    break;
                }
            }
        }
        self.now.try_set(None);
        if several && let Some(Some(best)) = self.runs.try_with_untracked(|runs| TrainedRun::best(runs)) {
            self.show(best);
        }
        ended
    }

    /// Trains once, and in folds where there are some. Whether to go on: false after a stop, which keeps what there is.
    async fn one(
        self,
        models: &Models,
        (train, test): (&[u8], &[u8]),
        options: TrainOptions,
        folds: u8,
    ) -> Result<bool, WorkError> {
        let mut points = Vec::new();
        let mut drawn = 0.0;
        let mut draws = move || {
            let due = js_sys::Date::now() - drawn > REDRAW;
            if due {
                drawn = js_sys::Date::now();
            }
            due
        };
        let (what, step) = (name(options.algorithm), step(options.algorithm));
        self.algorithm.try_set(options.algorithm);
        let epoch = |point| {
            points.push(point);
            if draws() {
                self.now.try_set(Some(Now { what: what.to_owned(), step, point }));
                self.points.try_set(points.clone());
            }
        };
        let trained = models.train(train, test, options.clone(), epoch).await?;
        let stopped = trained.summary.stopped;
        let mut run = TrainedRun { options, trained, points, folded: None };
        let mut goes_on = !stopped;
        if goes_on && folds > 0 {
            let point = |fold, point| {
                if draws() {
                    self.now.try_set(Some(Now { what: format!("{what}, part {fold} of {folds}"), step, point }));
                }
            };
            match models.folds(train, run.options.clone(), folds, point).await {
                Ok(folded) => run.folded = Some(folded),
                Err(WorkError::Stopped) => goes_on = false,
                Err(e) => {
                    self.keep(run);
                    return Err(e);
                }
            }
        }
        self.keep(run);
        Ok(goes_on)
    }

    fn keep(self, run: TrainedRun) {
        self.runs.try_update(|runs| runs.push(Arc::new(run)));
        self.unsaved.try_set(true);
        if let Some(count) = self.runs.try_with_untracked(Vec::len) {
            self.show(count - 1);
        }
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
