//! What people do about tasks: one function per button. Each asks the rules first, so that a refusal is a sentence before any
//! wallet opens.

pub mod confirm;
pub mod join;
pub mod late;
mod on_chain;
mod proof;
pub mod publish;
pub mod purpose;
mod titles;

use app_core::{
    action::{ActionError, Tools},
    chain::Learning,
    routes,
    transactions::About,
};
use leptos::prelude::GetUntracked;
use tasks::{Candidate, Move, TASKS, calls};

/// A task, as what a transaction is about.
pub fn about(task: u64) -> About {
    About { href: routes::task(task), name: format!("Task {task}") }
}

/// Sends a call about a task under a title, if the rules allow it.
///
/// # Errors
/// [`ActionError`]
pub async fn send(
    tools: Tools,
    learning: &Learning,
    task: u64,
    title: String,
    what: &Move,
    data: Vec<u8>,
) -> Result<(), ActionError> {
    learning.decide(tools.account()?, tools.clock.now.get_untracked(), what)?;
    let contract = tools.deployment().demand(TASKS)?;
    tools.transactions.send(title, contract, data, Some(about(task))).await?;
    Ok(())
}

/// Something that needs nothing but a button.
#[derive(Clone, PartialEq)]
pub enum Plain {
    Draw,
    Start,
    Cancel,
    Expire,
    Retry,
    Stall { seat: u8 },
    Respond { seat: u8 },
    Collect { part: u8 },
    CollectOwed,
    Accept { seat: u8, accepted: u16 },
    Reject { seat: u8, reason: String },
}

/// Does it.
///
/// # Errors
/// [`ActionError`]
pub async fn plain(tools: Tools, learning: &Learning, task: u64, what: Plain) -> Result<(), ActionError> {
    let heads = protocol::Digest::ZERO;
    let (title, asked, data) = match what {
        Plain::Draw => {
            let candidates = candidates(learning, task);
            let data = calls::draw(task, &candidates);
            (format!("Draw the helper of task {task}"), Move::Draw { task, candidates }, data)
        }
        Plain::Start => (format!("Start task {task}"), Move::Start { task }, calls::start(task)),
        Plain::Cancel => (format!("Cancel task {task}"), Move::Cancel { task }, calls::cancel(task)),
        Plain::Expire => (format!("Close task {task}"), Move::Expire { task }, calls::expire(task)),
        Plain::Retry => (format!("Try task {task} again"), Move::Retry { task }, calls::retry(task)),
        Plain::Stall { seat } => {
            let title = titles::about_seat("Report silence for", task, seat);
            (title, Move::Stall { task, seat, heads }, calls::stall(task, seat, heads))
        }
        Plain::Respond { seat } => {
            let data = calls::respond(task, seat, heads, &[]);
            let title = titles::about_seat("Answer for", task, seat);
            (title, Move::Respond { task, seat, heads, signer: None }, data)
        }
        Plain::Collect { part } => {
            (titles::collect(task, part), Move::Collect { task, part }, calls::collect(task, part))
        }
        Plain::CollectOwed => {
            let account = tools.account()?;
            let title = format!("Collect what you are owed after task {task}");
            (title, Move::CollectOwed { account }, calls::collect_owed(account))
        }
        Plain::Accept { seat, accepted } => {
            let title = titles::about_seat("Accept helpers for", task, seat);
            (title, Move::Accept { task, seat, accepted }, calls::accept(task, seat, accepted))
        }
        Plain::Reject { seat, reason } => {
            let data = calls::reject(task, seat, &reason);
            (titles::about_seat("Reject with", task, seat), Move::Reject { task, seat, reason }, data)
        }
    };
    send(tools, learning, task, title, &asked, data).await
}

fn candidates(learning: &Learning, task: u64) -> Vec<Candidate> {
    let helper = learning.book.task(task).and_then(|task| task.helper.as_ref());
    helper.map(|helper| helper.candidates.clone()).unwrap_or_default()
}
