//! What comes back of jobs whose program was ended before they had.

use jobs::{Job, State, Step, calls};
use protocol::Amount;
use serde_json::json;

use super::Hiring;
use crate::failure::Failure;

/// `agent job … claim`
pub async fn claim(hiring: &mut Hiring) -> Result<(), Failure> {
    let me = hiring.me;
    for (id, job) in mine(hiring) {
        let steps = hiring.view.as_caller(me, |book, call| book.steps(call, id));
        let is_open = matches!(job.state, State::Locked | State::Running | State::Submitted);
        if is_open && steps.contains(&Step::Expire) {
            hiring.chain.send(hiring.view.contract, calls::expire(id)).await?;
            hiring.printer.job(id, "expired", "its time is over, and it is ended");
        }
    }
    hiring.refresh().await?;
    let (mut back, mut open) = (0, Vec::new());
    for (id, job) in mine(hiring) {
        let amount = job.claimable(me);
        if amount > Amount::ZERO {
            hiring.chain.send(hiring.view.contract, calls::claim(id)).await?;
            hiring.printer.job(id, "claimed", &format!("{amount} MDC come back"));
            back += amount.0;
        }
        if matches!(job.state, State::Locked | State::Running | State::Submitted | State::Disputed) {
            open.push(json!({"job": id, "state": job.state, "expires_at": job.expires_at()}));
        }
    }
    let owed = hiring.view.book.owed_to(me);
    if owed > Amount::ZERO {
        hiring.chain.send(hiring.view.contract, calls::collect_owed(me)).await?;
    }
    hiring.printer.say(&json!({"client": me, "claimed": Amount(back), "collected": owed, "open": open}));
    Ok(())
}

/// Jobs that this account posted.
fn mine(hiring: &Hiring) -> Vec<(u64, Job)> {
    let all = hiring.view.jobs().filter(|(_, job)| job.client == hiring.me);
    all.map(|(id, job)| (id, job.clone())).collect()
}
