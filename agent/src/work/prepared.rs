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

/// Fetches and checks everything.
///
/// # Errors
/// [`Failure::Refused`] for what is never run, [`Failure::Failed`] for what could not be had now.
pub async fn prepare(shelf: &Shelf, of: Of, job: &Job, me: Address) -> Result<Prepared, Failure> {
    let terms = job.terms;
    let gathered = Gathered::from(shelf, job).await.map_err(|error| match error {
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
