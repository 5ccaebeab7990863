//! From what a job names to what is run. Everything is fetched, hashed and checked before a quote is signed.

use std::sync::Arc;

use compute_engine::{Checkpoint, Limits, Work};
use compute_module::{LONGEST, instrument};
use compute_recipe::MODULE_CID;
use compute_session::{Deal, Manifest};
use jobs::{Job, Offer, kind, typed_data::Of};
use protocol::{Address, Digest, cid::Cid};

use super::shelf::Shelf;
use crate::failure::Failure;

/// Bytes of a manifest at most.
const MANIFEST: u64 = 64 << 10;
/// Bytes of a page of a module's memory.
const PAGE: u64 = 64 << 10;

/// A job that can be run here.
#[derive(Clone)]
pub struct Prepared {
    pub deal: Deal,
    pub manifest: Manifest,
    pub work: Work,
    /// Where it begins, if not at its first step.
    pub from: Option<Arc<Checkpoint>>,
    /// Bytes of memory that it is lent.
    pub memory: usize,
}

fn refused(why: impl ToString) -> Failure {
    Failure::Refused(why.to_string())
}

fn cid(what: &str, text: &str) -> Result<Cid, Failure> {
    text.parse().map_err(|error| refused(format!("The job's {what} cannot be found: {error}")))
}

/// Whether a job is of a kind that an offer serves, as far as the chain says; the reason where it is not.
pub fn fits(job: &Job, offer: &Offer, now: u64) -> Result<(), &'static str> {
    let terms = &job.terms;
    let seconds = terms.units / u64::from(offer.units_per_second.max(1));
    let unfit = [
        (terms.kind >= 8 || offer.kinds & (1 << terms.kind) == 0, "this worker does not run its kind"),
        (terms.highest_price < offer.price, "it pays less for a unit than this worker asks"),
        (terms.memory_mib > offer.memory_mib, "it needs more memory than this worker lends"),
        (seconds > u64::from(terms.max_seconds), "it needs more time here than it may run"),
        (terms.stake < terms.least_stake(offer.price), "its stake is too small for this worker's price"),
        (now >= terms.lock_by(), "it is too late to lock it"),
    ];
    unfit.into_iter().find(|(is, _)| *is).map_or(Ok(()), |(_, why)| Err(why))
}

/// Fetches and checks everything.
///
/// # Errors
/// [`Failure::Refused`] for what is never run, [`Failure::Failed`] for what could not be had now.
pub async fn prepare(shelf: &Shelf, of: Of, job: &Job, me: Address) -> Result<Prepared, Failure> {
    let terms = job.terms;
    let manifest = shelf.get(cid("manifest", &job.files.inputs)?, MANIFEST).await?;
    let manifest = Manifest::read(&manifest).map_err(refused)?;
    if terms.kind == kind::RECIPE && job.files.workload != MODULE_CID {
        return Err(refused("The job is a recipe and names another module than the one that trains."));
    }
    let module = shelf.get(cid("module", &job.files.workload)?, LONGEST as u64).await?;
    // Takes seconds for a large module; links of other jobs go on meanwhile.
    let module = tokio::task::spawn_blocking(move || instrument(&module)).await;
    let module = module.map_err(|_| Failure::Failed("The module could not be looked at.".into()))?.map_err(refused)?;
    let memory = module.pages.1 * PAGE;
    let lent = u64::from(terms.memory_mib) << 20;
    if memory > lent {
        return Err(refused(format!("The module may need {memory} bytes of memory, and the job pays for {lent}.")));
    }
    let mut inputs = Vec::new();
    for input in &manifest.inputs {
        let bytes = shelf.get(input.cid, input.bytes).await?;
        if bytes.len() as u64 != input.bytes {
            return Err(refused(format!("Input {} has another length than its manifest says.", input.cid)));
        }
        inputs.push(bytes);
    }
    let parties = [job.client, me];
    let mut deal = Deal::from_the_start(of, terms, parties, manifest.log, mpc_run::signer);
    let mut from = None;
    if !job.files.resumed.is_empty() {
        let most = memory.saturating_add(manifest.result).saturating_add(1 << 20);
        let file = shelf.get(cid("checkpoint", &job.files.resumed)?, most).await?;
        let result = usize::try_from(manifest.result).unwrap_or(usize::MAX);
        let checkpoint = Checkpoint::decode(&file, module.pages.1, result).map_err(refused)?;
        if checkpoint.module != Digest::of(&module.bytes) {
            return Err(refused("The checkpoint is of another module than the job's."));
        }
        (deal.begun, deal.begun_log, deal.begun_head) = (checkpoint.instructions, checkpoint.logged, checkpoint.head);
        from = Some(Arc::new(checkpoint));
    }
    let limits = Limits {
        instructions: deal.limit(),
        result: usize::try_from(manifest.result).unwrap_or(usize::MAX),
        log: usize::try_from(manifest.log).unwrap_or(usize::MAX),
    };
    let work = Work { module: Arc::new(module), inputs: inputs.into(), limits };
    Ok(Prepared { deal, manifest, work, from, memory: usize::try_from(memory).unwrap_or(usize::MAX) })
}
