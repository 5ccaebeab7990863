//! Simulations of this visit; a context. Runs go on and stay while other pages are looked at, and the model of one can
//! be handed to the page that publishes models.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use simulation::Config;

use app_core::workers::simulate::{Played, Simulate};

/// A run that is over.
#[derive(Clone)]
pub struct FinishedRun {
    /// From 1, in the order of their ends.
    pub number: usize,
    /// What it was played on.
    pub data: String,
    pub played: Arc<Played>,
}

impl PartialEq for FinishedRun {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.played, &other.played)
    }
}

/// How far the run under way is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// 0 to 1; `None` while the data are read and the start is trained.
    pub done: Option<f64>,
    pub day: f64,
    pub days: u32,
    pub contributions: u32,
}

#[derive(Clone, Copy)]
pub struct Simulations {
    pub runs: RwSignal<Vec<FinishedRun>>,
    pub under_way: RwSignal<Option<Progress>>,
    pub error: RwSignal<Option<String>>,
    worker: StoredValue<Option<Simulate>, LocalStorage>,
    ended: StoredValue<usize>,
}

impl Simulations {
    pub fn new() -> Self {
        Self {
            runs: RwSignal::new(Vec::new()),
            under_way: RwSignal::new(None),
            error: RwSignal::new(None),
            worker: StoredValue::new_local(None),
            ended: StoredValue::new(0),
        }
    }

    /// Starts a run; one at a time. The table comes when it has been fetched.
    pub fn start<E: ToString>(
        self,
        config: Config,
        data: String,
        label: Option<u32>,
        table: impl Future<Output = Result<Arc<Vec<u8>>, E>> + 'static,
    ) {
        if self.under_way.with_untracked(Option::is_some) {
            return;
        }
        self.error.set(None);
        self.under_way.set(Some(Progress { done: None, day: 0.0, days: config.days, contributions: 0 }));
        spawn_local(async move {
            let ended = match table.await {
                Ok(table) => self.play(&config, label, &table).await,
                Err(e) => Err(e.to_string()),
            };
            // Its memory is not needed between runs.
            self.worker.set_value(None);
            self.under_way.set(None);
            match ended {
                Ok(played) => {
                    let number = self.ended.get_value() + 1;
                    self.ended.set_value(number);
                    self.runs.update(|runs| runs.push(FinishedRun { number, data, played: Arc::new(played) }));
                }
                Err(why) => self.error.set(Some(why)),
            }
        });
    }

    async fn play(self, config: &Config, label: Option<u32>, table: &[u8]) -> Result<Played, String> {
        let worker = Simulate::default();
        self.worker.set_value(Some(worker.clone()));
        let days = config.days;
        let told = |p: simulation::Progress| {
            let (done, day, contributions) = (Some(p.done), p.day, p.contributions);
            self.under_way.set(Some(Progress { done, day, days, contributions }));
        };
        worker.play(config, label, table, told).await.map_err(|e| e.to_string())
    }

    /// Ends the run under way; what was played is shown.
    pub fn stop(self) {
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.stop();
            }
        });
    }

    /// Forgets all runs that are over.
    pub fn clear(self) {
        self.runs.set(Vec::new());
        self.ended.set_value(0);
    }
}
