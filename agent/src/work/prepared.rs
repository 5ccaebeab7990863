//! From what a job names to what is run, beside everything else that goes on.

use std::path::PathBuf;

use compute_provider::{Declining, Files, Gathered, Ready, Ungathered, deal, manifest};
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

/// Files of a job that may never be run here: none of them is kept.
struct Seen<'a>(&'a Shelf);

impl Files for Seen<'_> {
    type Error = Failure;

    async fn get(&self, cid: Cid, most: u64) -> Result<Vec<u8>, Failure> {
        self.0.look_at(cid, most).await
    }
}

/// Files of a job that is run here: they are kept in its folder, and forgotten with it.
pub struct OfJob<'a> {
    pub shelf: &'a Shelf,
    pub folder: PathBuf,
}

impl Files for OfJob<'_> {
    type Error = Failure;

    async fn get(&self, cid: Cid, most: u64) -> Result<Vec<u8>, Failure> {
        self.shelf.get_into(&self.folder, cid, most).await
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
pub async fn prepare<F: Files<Error = Failure>>(
    files: &F,
    of: Of,
    job: &Job,
    me: Address,
) -> Result<Prepared, Failure> {
    ready(Gathered::from(files, job).await, of, job, me).await
}

/// Fetches what the client of a job says of it, and keeps none of it on disk.
///
/// # Errors
/// As [`prepare`].
pub async fn named(shelf: &Shelf, job: &Job) -> Result<Manifest, Failure> {
    manifest(&Seen(shelf), job).await.map_err(ungathered)
}

/// Fetches and checks everything that a manifest names, and keeps none of it, in memory or on disk: it may never be run here.
///
/// # Errors
/// As [`prepare`].
pub async fn check(shelf: &Shelf, of: Of, job: &Job, me: Address, manifest: Manifest) -> Result<Known, Failure> {
    let Prepared { deal, manifest, .. } = bare(shelf, of, job, me, manifest).await?;
    Ok(Known { deal, manifest })
}

/// What the client of a job is told that is never run here. The manifest says how it is met.
pub fn declining(of: Of, job: &Job, me: Address, manifest: Manifest, why: &str) -> Declining {
    Declining::new(of, job.terms, [job.client, me], manifest, mpc_run::signer, why.to_owned())
}

/// The same with its module, and without inputs: it cannot be run so.
///
/// # Errors
/// As [`prepare`].
pub async fn bare(shelf: &Shelf, of: Of, job: &Job, me: Address, manifest: Manifest) -> Result<Prepared, Failure> {
    ready(Gathered::checked(&Seen(shelf), job, manifest).await, of, job, me).await
}

/// Why not everything is here, as a sentence.
pub fn ungathered(error: Ungathered<Failure>) -> Failure {
    match error {
        Ungathered::Refused(refused) => Failure::Refused(refused.to_string()),
        Ungathered::Away(failure) => failure,
    }
}

async fn ready(
    gathered: Result<Gathered, Ungathered<Failure>>,
    of: Of,
    job: &Job,
    me: Address,
) -> Result<Prepared, Failure> {
    let terms = job.terms;
    let gathered = gathered.map_err(ungathered)?;
    let manifest = gathered.manifest.clone();
    // Takes seconds for a large module; links of other jobs go on meanwhile.
    let ready = tokio::task::spawn_blocking(move || gathered.ready(&terms)).await;
    let ready = ready.map_err(|_| Failure::Failed("The module could not be looked at.".into()))?;
    let ready = ready.map_err(|refused| Failure::Refused(refused.to_string()))?;
    let deal = deal(of, terms, [job.client, me], &manifest, ready.begun, mpc_run::signer);
    Ok(Prepared { deal, manifest, ready })
}
