//! From what a job names to what is run, beside everything else that goes on.

use compute_provider::{Files, Gathered, Ready, Ungathered, deal};
use compute_session::{Deal, Manifest};
use jobs::{Job, typed_data::Of};
use protocol::{Address, cid::Cid};

use super::shelf::Shelf;
use crate::failure::Failure;

/// A job that can be run here.
#[derive(Clone)]
pub struct Prepared {
    pub deal: Deal,
    pub manifest: Manifest,
    pub ready: Ready,
}

impl Files for Shelf {
    type Error = Failure;

    async fn get(&self, cid: Cid, most: u64) -> Result<Vec<u8>, Failure> {
        Shelf::get(self, cid, most).await
    }
}

/// What is known of a job once all that it names was checked.
#[derive(Clone)]
pub struct Known {
    pub deal: Deal,
    pub manifest: Manifest,
}

/// Fetches and checks everything, to run it.
///
/// # Errors
/// [`Failure::Refused`] for what is never run, [`Failure::Failed`] for what could not be had now.
pub async fn prepare(shelf: &Shelf, of: Of, job: &Job, me: Address) -> Result<Prepared, Failure> {
    ready(Gathered::from(shelf, job).await, of, job, me).await
}

/// Fetches and checks everything, and keeps none of it: it may never be run here.
///
/// # Errors
/// As [`prepare`].
pub async fn check(shelf: &Shelf, of: Of, job: &Job, me: Address) -> Result<Known, Failure> {
    let Prepared { deal, manifest, .. } = bare(shelf, of, job, me).await?;
    Ok(Known { deal, manifest })
}

/// The same with its module, and without inputs: it cannot be run so.
///
/// # Errors
/// As [`prepare`].
pub async fn bare(shelf: &Shelf, of: Of, job: &Job, me: Address) -> Result<Prepared, Failure> {
    ready(Gathered::checked(shelf, job).await, of, job, me).await
}

async fn ready(
    gathered: Result<Gathered, Ungathered<Failure>>,
    of: Of,
    job: &Job,
    me: Address,
) -> Result<Prepared, Failure> {
    let terms = job.terms;
    let gathered = gathered.map_err(|error| match error {
        Ungathered::Refused(refused) => Failure::Refused(refused.to_string()),
        Ungathered::Away(failure) => failure,
    })?;
    let manifest = gathered.manifest.clone();
    // Takes seconds for a large module; links of other jobs go on meanwhile.
    let ready = tokio::task::spawn_blocking(move || gathered.ready(&terms)).await;
    let ready = ready.map_err(|_| Failure::Failed("The module could not be looked at.".into()))?;
    let ready = ready.map_err(|refused| Failure::Refused(refused.to_string()))?;
    let deal = deal(of, terms, [job.client, me], &manifest, ready.begun, mpc_run::signer);
    Ok(Prepared { deal, manifest, ready })
}
