//! What waits for the account in tasks: who must confirm, start, join, answer, deliver, and until when.

use std::sync::Arc;

use app_core::{
    chain::{Clock, Learning, Reader},
    live::{Live, Watched},
    routes,
    tasks::{Source, Task},
    wallet::Wallet,
};
use app_ui::format;
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;
use tasks::Step;

/// What is known of the account's part; a context.
#[derive(Clone, Copy)]
pub struct MyTasks {
    learning: RwSignal<Option<Arc<Learning>>>,
    tasks: RwSignal<Option<Vec<Task>>>,
    error: RwSignal<Option<String>>,
}

impl MyTasks {
    pub fn new() -> Self {
        Self { learning: RwSignal::new(None), tasks: RwSignal::new(None), error: RwSignal::new(None) }
    }

    pub fn source(self) -> Source {
        Source { tasks: self.tasks.into(), coming: Signal::stored(Vec::new()), error: self.error.into() }
    }

    /// Reads while an account is connected, and works out what waits.
    pub fn follow(self) {
        let (reader, wallet) = (expect_context::<Reader>(), expect_context::<Wallet>());
        let (live, clock) = (expect_context::<Live>(), expect_context::<Clock>());
        let connected = Memo::new(move |_| wallet.account.get());
        Effect::new(move || {
            live.track([Watched::Family(tasks::FAMILY), Watched::Family(directory::FAMILY)]);
            // Windows open and close without any event, and a page that hears nothing looks all the same.
            live.track_time();
            if connected.get().is_none() {
                self.tasks.set(Some(Vec::new()));
                return;
            }
            spawn_local(async move {
                match reader.learning().await {
                    Ok(found) => {
                        self.error.set(None);
                        self.learning.set(Some(found));
                    }
                    // A chain without these contracts has nothing that waits.
                    Err(app_core::chain::ChainError::NoContract(_)) => self.tasks.set(Some(Vec::new())),
                    Err(error) => self.error.set(Some(error.to_string())),
                }
            });
        });
        // Found again only where something came; with time only these are looked at.
        let mine = Memo::new(move |_| match (connected.get(), self.learning.get()) {
            (Some(account), Some(learning)) => mine(&learning, account),
            _ => Vec::new(),
        });
        Effect::new(move || {
            let (Some(account), Some(learning)) = (connected.get(), self.learning.get()) else { return };
            live.track_time();
            let waiting = waiting(&learning, account, &mine.get(), clock.now.get_untracked());
            if self.tasks.with_untracked(|old| old.as_ref() != Some(&waiting)) {
                self.tasks.set(Some(waiting));
            }
        });
    }
}

/// Tasks that an account has a part in: as requester, on a seat, or as a candidate for helper.
fn mine(learning: &Learning, account: Address) -> Vec<u64> {
    let tasks = (1..).zip(&learning.book.tasks);
    tasks.filter(|(_, task)| is_mine(task, account)).map(|(id, _)| id).collect()
}

/// Whether an account has a part in a task.
pub fn is_mine(task: &tasks::Task, account: Address) -> bool {
    let helps = task.helper.as_ref().is_some_and(|helper| helper.candidates.iter().any(|one| one.helper == account));
    task.requester == account || helps || task.seats.iter().any(|seat| seat.holder == account)
}

/// What an account can do about its tasks and loses by not doing.
fn waiting(learning: &Learning, account: Address, mine: &[u64], now: u64) -> Vec<Task> {
    let of_task = |id: &u64| {
        let id = *id;
        let asks = learning.book.task(id).is_some_and(|task| task.requester == account);
        let steps = learning.steps(account, now, id).into_iter();
        steps.filter_map(move |step| waits(id, &step, asks)).collect::<Vec<_>>()
    };
    let mut tasks: Vec<Task> = mine.iter().flat_map(of_task).collect();
    let owed = learning.book.owed.get(&account).copied().unwrap_or_default();
    if let Some(last) = mine.last().filter(|_| owed.0 > 0) {
        tasks.push(Task {
            key: "tasks owed".into(),
            action: "Collect",
            href: routes::task(*last),
            about: "what you are owed beside your seats".into(),
            until: None,
            otherwise: format!("{} wait for you; nothing is lost.", format::mdc(owed)).into(),
        });
    }
    tasks
}

/// `asks`: the account is the requester, who draws and tries again; others may draw too, and need not.
fn waits(id: u64, step: &Step, asks: bool) -> Option<Task> {
    let (key, action, until, otherwise) = match step {
        Step::Confirm { seat, until } => {
            (format!("confirm {seat}"), "Confirm your seat, or say no", Some(*until), "The task expires.".to_owned())
        }
        Step::Start { until } => ("start".into(), "Start the run", Some(*until), "The task expires.".into()),
        Step::Begin { seat, until } => (
            format!("join {seat}"),
            "Join the run",
            Some(*until),
            "The run fails, and counts as a try of every grant.".into(),
        ),
        Step::Respond { seat, until } => {
            (format!("respond {seat}"), "Say that you are there", Some(*until), "Your bond is lost.".into())
        }
        Step::Deliver { seat, until } => {
            (format!("deliver {seat}"), "Post the key of your result", Some(*until), "Bond and fee are lost.".into())
        }
        Step::Retry { until } => {
            ("retry".into(), "Try again, or cancel", Some(*until), "The task expires, and fees come back.".into())
        }
        Step::Serve { until } => {
            ("serve".into(), "Run your helper program", Some(*until), "The next helper is drawn.".into())
        }
        Step::Collect { part, amount } => (
            format!("collect {part}"),
            "Collect",
            None,
            format!("{} wait for you; nothing is lost.", format::mdc(*amount)),
        ),
        Step::DrawHelper { until } if asks => (
            "draw".into(),
            "Draw the helper",
            Some(*until),
            "The task expires; the draw itself is missed after 256 blocks.".into(),
        ),
        Step::AcceptHelpers { .. } | Step::DrawHelper { .. } | Step::Cancel | Step::Expire | Step::Demand { .. } => {
            return None;
        }
    };
    let (href, about) = (routes::task(id), format!("task {id}"));
    Some(Task { key: format!("task {id} {key}"), action, href, about, until, otherwise: otherwise.into() })
}
