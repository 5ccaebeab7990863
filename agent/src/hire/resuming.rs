//! Going on with a job whose program was ended: where it stands on chain, by what was kept of it.

use std::{path::Path, time::Duration};

use compute_provider::manifest;
use jobs::{
    Job, State, calls,
    market::{Features, Machine, Posting, Wanted},
    returns,
};
use protocol::Digest;

use super::{
    Hiring, choosing,
    kept::{Kept, Ordered},
    ordering::{known, turn},
    posting::Posted,
    running,
};
use crate::{failure::Failure, files, work::prepared::ungathered};

/// Between two looks at the chain.
const LOOK: Duration = Duration::from_millis(500);

/// `agent job … resume`
pub async fn resume(hiring: &mut Hiring, named: Option<u64>, out: Option<&Path>) -> Result<(), Failure> {
    let (id, mut kept) = left(hiring, named)?;
    let other = out.map(files::absolute).transpose()?;
    files::can_be_written(other.as_deref().unwrap_or(&kept.ordered().out))?;
    kept.change(|ordered| {
        ordered.job = Some(id);
        if let Some(other) = other {
            // It is not there yet, wherever it was written before.
            (ordered.out, ordered.written) = (other, false);
        }
    })?;
    let job = stands(hiring, id).await?;
    hiring.printer.job(id, "resumed", "it is gone on with where it stands");
    let posted = posted(hiring, id, &job, &kept).await?;
    let chosen = match (&job.run, job.state) {
        (Some(run), _) => choosing::meet_again(hiring, &posted, run.provider).await?,
        (None, State::Posted) => choosing::choose(hiring, &posted, &mut kept).await?,
        (None, _) => {
            kept.forget();
            return Err(Failure::Refused("The job was cancelled, and no money is in it. Order it anew.".into()));
        }
    };
    running::run(hiring, posted, chosen, kept).await
}

/// The job that is gone on with.
fn left(hiring: &Hiring, named: Option<u64>) -> Result<(u64, Kept), Failure> {
    let _turn = turn(hiring)?;
    let (mut left, mut held, mut unseen) = (Vec::new(), Vec::new(), false);
    let all = known(hiring)?;
    let paid: Vec<(Digest, Digest)> = all
        .iter()
        .filter(|known| known.may_be_paid(hiring.view.now()))
        .map(|known| (known.ordered.work, known.ordered.terms))
        .collect();
    for known in all {
        let is_gone = known.is_gone();
        match (known.found, known.kept) {
            (Some((id, job)), Some(kept)) => left.push((id, kept, job.state)),
            (Some((id, _)), None) => held.push(id),
            // It never came to the chain, or not yet.
            (None, kept) => unseen |= kept.is_some() && !is_gone,
        }
    }
    let refused = |sentence: String| Err(Failure::Given(sentence));
    if let Some(named) = named {
        left.retain(|(id, ..)| *id == named);
        if held.contains(&named) {
            return refused(format!("Another program is at job {named}. It goes on there."));
        }
    }
    let numbers: Vec<String> = left.iter().map(|(id, ..)| id.to_string()).collect();
    match (left.pop(), left.is_empty(), named) {
        (Some((id, kept, state)), true, _) => {
            let Ordered { work, terms, .. } = *kept.ordered();
            // Of two orders of the same, one is locked.
            let is_elsewhere = paid.iter().any(|(other, of)| *other == work && *of != terms);
            if state == State::Posted && is_elsewhere {
                return refused(format!(
                    "Job {id} waits, and the same was ordered once more from this folder: money is in that order, or may be. Go on \
                     with that one, or order this one again from another folder."
                ));
            }
            Ok((id, kept))
        }
        (Some(_), false, _) => {
            refused(format!("Jobs {} are left. Name the one to go on with behind `resume`.", numbers.join(", ")))
        }
        (None, _, Some(named)) => refused(format!(
            "Nothing is kept here of job {named}, or it is over. `agent job … claim` claims what comes back of any job of this account."
        )),
        (None, _, None) if unseen => refused(
            "What was ordered from this folder is not to be seen on chain yet. Try again in ten minutes. If it never comes, order it \
             again."
                .into(),
        ),
        (None, _, None) => refused(
            "No job that was ordered from this folder is left to go on with. `agent job … claim` claims what comes back of any job of \
             this account."
                .into(),
        ),
    }
}

/// The job, once what was read of the chain is as far as the newest block in whether somebody has it.
async fn stands(hiring: &mut Hiring, id: u64) -> Result<Job, Failure> {
    loop {
        hiring.refresh().await?;
        let newest = hiring.chain.call(hiring.view.contract, calls::job(id)).await?;
        let is_posted = returns::job(&newest).ok().flatten().is_none_or(|newest| newest.state == State::Posted);
        if let Some(job) = hiring.view.book.job(id).filter(|job| is_posted || job.state != State::Posted) {
            return Ok(job.clone());
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The job as it was ordered.
async fn posted(hiring: &Hiring, id: u64, job: &Job, kept: &Kept) -> Result<Posted, Failure> {
    let manifest = manifest(&hiring.shelf, job).await.map_err(ungathered)?;
    let wanted = Wanted::of(&job.terms, Machine::Cpu, Features::new(), hiring.view.now());
    let wanted = Wanted { provider: kept.ordered().provider, ..wanted };
    Ok(Posted { id, posting: Posting { terms: job.terms, files: job.files.clone(), wanted }, manifest })
}
