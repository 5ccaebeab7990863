//! What runs in the background. A task that ends while the server runs, by itself or by a panic, is told by `/healthz` and
//! `/metrics`: without it the server answers, and what it answers grows old.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::error;

/// What a server does in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// For `/metrics`.
    pub name: &'static str,
    /// What stops without it, for `/healthz`: a part of a sentence.
    pub without: &'static str,
}

/// Reads the chain.
pub const INDEXER: Task = Task { name: "indexer", without: "nothing new of the chain is shown" };
/// Evaluates models.
pub const ACCURACY: Task = Task { name: "accuracy", without: "models are no longer evaluated" };
/// Writes the accuracy log's roots to the chain.
pub const ANCHOR: Task = Task { name: "anchor", without: "the accuracy log is no longer written to the chain" };
/// Tells open pages what changed.
pub const LIVE: Task = Task { name: "live", without: "open pages are not told of changes" };
/// Reads metadata.
pub const TITLES: Task = Task { name: "titles", without: "titles and names of new files are not shown" };
/// Removes what has expired.
pub const SWEEPER: Task = Task { name: "sweeper", without: "expired sign-ins and reservations are not removed" };
/// Forgets clients that stay away.
pub const FORGETTER: Task = Task { name: "forgetter", without: "the memory for clients' rates grows" };
/// Takes connections.
pub const LISTENER: Task = Task { name: "listener", without: "no new connection is taken" };

/// The tasks of a server, for whoever asks how they are.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<Vec<(Task, bool)>>>);

impl Health {
    /// Every task and whether it runs.
    pub fn all(&self) -> Vec<(Task, bool)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A sentence for each task that has ended.
    pub fn ended(&self) -> Vec<String> {
        let ended = self.all().into_iter().filter(|(_, runs)| !runs);
        ended
            .map(|(Task { name, without }, _)| {
                format!("The task {name:?} has ended, so {without}. Restart the server; its log says why.")
            })
            .collect()
    }

    fn set(&self, task: Task, runs: bool) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.iter_mut().find(|(known, _)| known.name == task.name) {
            Some(known) => known.1 = runs,
            None => all.push((task, runs)),
        }
    }
}

/// Runs tasks until `stop`.
pub struct Tasks {
    health: Health,
    stop: CancellationToken,
    running: JoinSet<()>,
    handles: Vec<(&'static str, AbortHandle)>,
}

/// Notices how a task goes, whichever way that is.
struct Watch {
    task: Task,
    health: Health,
    stop: CancellationToken,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.stop.is_cancelled() {
            self.health.set(self.task, false);
            error!(task = self.task.name, "a task ended while the server runs: {}", self.task.without);
        }
    }
}

impl Tasks {
    pub fn new(health: Health, stop: CancellationToken) -> Self {
        Self { health, stop, running: JoinSet::new(), handles: Vec::new() }
    }

    /// Starts a task.
    pub fn spawn(&mut self, task: Task, work: impl Future<Output = ()> + Send + 'static) {
        self.health.set(task, true);
        let watch = Watch { task, health: self.health.clone(), stop: self.stop.clone() };
        let handle = self.running.spawn(async move {
            let watch = watch;
            // What a panic says is on stderr already; it must not be lost among the results of tasks.
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                error!(task = watch.task.name, "a task panicked");
            }
        });
        self.handles.push((task.name, handle));
    }

    /// Ends a task by force, as a fault would: for drills. Answers whether there is one of this name.
    pub fn kill(&self, name: &str) -> bool {
        let found = self.handles.iter().find(|(known, _)| *known == name);
        found.inspect(|(_, handle)| handle.abort()).is_some()
    }

    /// Waits until all have ended; `false` where some had to be cut off.
    pub async fn end(mut self, within: Duration) -> bool {
        let ended = async { while self.running.join_next().await.is_some() {} };
        tokio::time::timeout(within, ended).await.is_ok()
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    async fn until(health: &Health, met: impl Fn(&Health) -> bool) {
        while !met(health) {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_task_that_returns_panics_or_is_ended_is_noticed_and_one_that_is_stopped_is_not() {
        let (health, stop) = (Health::default(), CancellationToken::new());
        let mut tasks = Tasks::new(health.clone(), stop.clone());
        tasks.spawn(INDEXER, async { panic!("a mistake") });
        tasks.spawn(ANCHOR, async {});
        tasks.spawn(ACCURACY, std::future::pending());
        let stopping = stop.clone();
        tasks.spawn(SWEEPER, async move { stopping.cancelled().await });
        until(&health, |health| health.ended().len() == 2).await;
        assert!(tasks.kill("accuracy") && !tasks.kill("nobody"));
        until(&health, |health| health.ended().len() == 3).await;
        for (sentence, name) in health.ended().iter().zip(["indexer", "anchor", "accuracy"]) {
            assert!(sentence.contains(name) && sentence.ends_with('.'), "{sentence}");
        }
        stop.cancel();
        assert!(tasks.end(Duration::from_secs(10)).await);
        assert_eq!(health.ended().len(), 3, "who ends when told to is well");
    }
}
