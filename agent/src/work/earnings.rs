//! Jobs of this account as a provider, what they earned, claiming it, and asking for a second round.

use compute_provider::choosing::runs;
use compute_session::code;
use jobs::{State, Step, calls};
use protocol::{Address, Amount};
use serde_json::json;

use super::{offers::seen, view::View};
use crate::{cli::worker::WorkerOptions, failure::Failure, told::Printer};

/// `agent worker … jobs`
pub async fn jobs(options: &WorkerOptions, printer: Printer) -> Result<(), Failure> {
    let (view, me) = seen(options).await?;
    let mine: Vec<_> = view
        .jobs()
        .filter(|(_, job)| runs(job, me))
        .map(|(id, job)| {
            let run = job.run.as_ref();
            json!({
                "job": id,
                "state": job.state,
                "why": run.and_then(|run| code::sentence(run.code)),
                "since": job.since,
                "client": job.client,
                "price": run.map(|run| run.price),
                "units": run.map(|run| run.units),
                "agreed": run.map(|run| run.agreed),
                "limit": job.terms.units,
                "claimable": job.claimable(me),
                "claimed": run.is_some_and(|run| run.provider_claimed),
            })
        })
        .collect();
    printer.say(&json!({"provider": me, "jobs": mine}));
    Ok(())
}

/// `agent worker … earnings`
pub async fn earnings(options: &WorkerOptions, printer: Printer) -> Result<(), Failure> {
    let (view, me) = seen(options).await?;
    let (mut claimed, mut claimable, mut open) = (0, 0, 0);
    for (_, job) in view.jobs().filter(|(_, job)| runs(job, me)) {
        claimable += job.claimable(me).0;
        if job.run.as_ref().is_some_and(|run| run.provider_claimed) {
            claimed += job.parts().0.0;
        }
        open += usize::from(!job.state.is_final());
    }
    let provider = view.book.providers.get(&me).cloned().unwrap_or_default();
    printer.say(&json!({
        "provider": me,
        "claimed": Amount(claimed),
        "claimable": Amount(claimable),
        "owed": view.book.owed_to(me),
        "deposit": provider.deposit,
        "locked": provider.locked,
        "open": open,
    }));
    Ok(())
}

/// `agent worker … claim`
pub async fn claim(options: &WorkerOptions, printer: Printer) -> Result<(), Failure> {
    let (view, me) = seen(options).await?;
    let mut claimed = 0;
    for (id, amount) in claimable(&view, me) {
        view.chain.send(view.contract, calls::claim(id)).await?;
        printer.job(id, "claimed", &format!("{amount} MDC are claimed"));
        claimed += amount.0;
    }
    let owed = view.book.owed_to(me);
    if owed > Amount::ZERO {
        view.chain.send(view.contract, calls::collect_owed(me)).await?;
    }
    // What waits for a window to be over can be paid out by anybody then.
    let waiting = view.jobs().filter(|(_, job)| runs(job, me) && job.state == State::Submitted).count();
    printer.say(&json!({"provider": me, "claimed": Amount(claimed), "collected": owed, "waiting": waiting}));
    Ok(())
}

/// `agent worker … escalate`
pub async fn escalate(options: &WorkerOptions, job: u64, printer: Printer) -> Result<(), Failure> {
    let (view, me) = seen(options).await?;
    let steps = view.as_caller(me, |book, call| book.steps(call, job));
    let bond = steps.iter().find_map(|step| match step {
        Step::Escalate { bond, .. } => Some(*bond),
        _ => None,
    });
    let bond = bond.ok_or_else(|| {
        Failure::Refused(format!(
            "No second round can be asked for about job {job} by {me} now: only the side that lost the first one can, for twelve hours."
        ))
    })?;
    let permit = view.chain.permit(view.contract, bond).await?;
    view.chain.send(view.contract, calls::escalate(job, permit.as_ref())).await?;
    printer.job(job, "escalated", &format!("a second round is asked for under a bond of {bond} MDC"));
    Ok(())
}

fn claimable(view: &View, me: Address) -> Vec<(u64, Amount)> {
    let all = view.jobs().filter(|(_, job)| runs(job, me)).map(|(id, job)| (id, job.claimable(me)));
    all.filter(|(_, amount)| *amount > Amount::ZERO).collect()
}
