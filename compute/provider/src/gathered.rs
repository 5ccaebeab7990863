//! From what a job names to what is run. Everything is fetched, hashed and checked before a quote is signed.

use std::sync::Arc;

use compute_engine::{BadCheckpoint, Checkpoint, Limits, Work};
use compute_module::{LONGEST, Refusal, instrument};
use compute_recipe::{MODULE, MODULE_CID};
use compute_session::{BadFile, Deal, Input, Manifest, Provider, Shared, Signer, limit};
use jobs::{Job, Terms, kind, typed_data::Of};
use protocol::{
    Address, Digest,
    cid::{Cid, CidError},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Bytes of a manifest at most.
const MANIFEST: u64 = 64 << 10;
/// Bytes of a page of a module's memory.
const PAGE: u64 = 64 << 10;
/// What a checkpoint has beside memory and result takes less.
const FEW: u64 = 1 << 20;

/// Where files are had by their CIDs.
pub trait Files {
    type Error;

    /// A file of at most so many bytes, which hash to the CID.
    fn get(&self, cid: Cid, most: u64) -> impl Future<Output = Result<Vec<u8>, Self::Error>>;
}

/// Why a job is never run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    #[error("The job's {what} cannot be found: {why}")]
    Unnamed { what: &'static str, why: CidError },
    #[error("{0}")]
    Manifest(#[from] BadFile),
    #[error("The job is a recipe and names another module than the one that trains.")]
    OtherModule,
    #[error("{0}")]
    Module(#[from] Refusal),
    #[error("The module may need {needs} bytes of memory, and the job pays for {pays}.")]
    Memory { needs: u64, pays: u64 },
    #[error(
        "The inputs have {bytes} bytes together, and the job pays for {pays} bytes of memory. Post it again with as much memory as \
         its inputs have, or read them in parts by several jobs."
    )]
    Inputs { bytes: u64, pays: u64 },
    #[error("Input {0} has another length than its manifest says.")]
    Input(Cid),
    #[error("{0}")]
    Checkpoint(#[from] BadCheckpoint),
}

/// Why not everything is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ungathered<E> {
    /// It is never run.
    Refused(Refused),
    /// A file could not be had now.
    Away(E),
}

impl<E> From<Refused> for Ungathered<E> {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

async fn fetch<F: Files>(
    files: &F,
    what: &'static str,
    text: &str,
    most: u64,
) -> Result<Vec<u8>, Ungathered<F::Error>> {
    let cid = text.parse().map_err(|why| Refused::Unnamed { what, why })?;
    files.get(cid, most).await.map_err(Ungathered::Away)
}

/// Fetches what the client of a job says of it beside its terms.
///
/// # Errors
/// [`Ungathered`]
pub async fn manifest<F: Files>(files: &F, job: &Job) -> Result<Manifest, Ungathered<F::Error>> {
    let file = fetch(files, "manifest", &job.files.inputs, MANIFEST).await?;
    Ok(Manifest::read(&file).map_err(Refused::from)?)
}

/// The files of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    pub manifest: Manifest,
    /// As it was made, not instrumented; `None` for the pinned one of recipes, which every provider has.
    pub module: Option<Vec<u8>>,
    /// By the numbers that the module reads them by.
    pub inputs: Vec<Vec<u8>>,
    /// The file of the checkpoint from which it goes on.
    pub checkpoint: Option<Vec<u8>>,
}

impl Gathered {
    /// Fetches everything.
    ///
    /// # Errors
    /// [`Ungathered`]
    pub async fn from<F: Files>(files: &F, job: &Job) -> Result<Self, Ungathered<F::Error>> {
        let manifest = manifest(files, job).await?;
        Self::fetched(files, job, manifest, true).await
    }

    /// Fetches everything that a manifest names, and keeps no input: one after the other is looked at. So a job is checked that may
    /// never be run here; whoever runs it fetches all again. The manifest was fetched before, since a client whose job is refused
    /// is met as that says ([`Declining`]).
    ///
    /// # Errors
    /// [`Ungathered`]
    pub async fn checked<F: Files>(files: &F, job: &Job, manifest: Manifest) -> Result<Self, Ungathered<F::Error>> {
        Self::fetched(files, job, manifest, false).await
    }

    async fn fetched<F: Files>(
        files: &F,
        job: &Job,
        manifest: Manifest,
        keeps: bool,
    ) -> Result<Self, Ungathered<F::Error>> {
        let named = &job.files;
        if job.terms.kind == kind::RECIPE && named.workload != MODULE_CID {
            return Err(Refused::OtherModule.into());
        }
        check_inputs(&job.terms, &manifest)?;
        let is_pinned = named.workload == MODULE_CID;
        let module =
            if is_pinned { None } else { Some(fetch(files, "module", &named.workload, LONGEST as u64).await?) };
        let mut inputs = Vec::new();
        for input in &manifest.inputs {
            let bytes = files.get(input.cid, input.bytes).await.map_err(Ungathered::Away)?;
            check_length(input, &bytes)?;
            if keeps {
                inputs.push(bytes);
            }
        }
        let mut checkpoint = None;
        if !named.resumed.is_empty() {
            let most = largest_checkpoint(&job.terms, &manifest);
            checkpoint = Some(fetch(files, "checkpoint", &named.resumed, most).await?);
        }
        Ok(Self { manifest, module, inputs, checkpoint })
    }

    /// Checks everything, and instruments the module, which takes seconds for a large one: not where links are waited for.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn ready(self, terms: &Terms) -> Result<Ready, Refused> {
        let module = instrument(self.module.as_deref().unwrap_or(MODULE))?;
        let memory = module.pages.1 * PAGE;
        if memory > lent(terms) {
            return Err(Refused::Memory { needs: memory, pays: lent(terms) });
        }
        self.manifest.inputs.iter().zip(&self.inputs).try_for_each(|(input, bytes)| check_length(input, bytes))?;
        let bytes = |bytes| usize::try_from(bytes).unwrap_or(usize::MAX);
        let limits = Limits { instructions: 0, result: bytes(self.manifest.result), log: bytes(self.manifest.log) };
        let work = Work { module: Arc::new(module), inputs: self.inputs.into(), limits };
        let mut ready = Ready { work, from: None, memory: bytes(memory), begun: Begun::default() };
        if let Some(file) = self.checkpoint {
            let checkpoint = ready.read(&file)?;
            ready.begun =
                Begun { instructions: checkpoint.instructions, log: checkpoint.logged, head: checkpoint.head };
            ready.from = Some(Arc::new(checkpoint));
        }
        ready.work.limits.instructions = limit(terms, ready.begun.instructions);
        Ok(ready)
    }
}

/// Bytes of a checkpoint's file at most: all the memory that the job pays for, and its result.
pub fn largest_checkpoint(terms: &Terms, manifest: &Manifest) -> u64 {
    lent(terms).saturating_add(manifest.result).saturating_add(FEW)
}

/// Looks whether the inputs of a job, which lie beside its module's memory while it runs, take no more than that may.
///
/// # Errors
/// [`Refused::Inputs`]
pub fn check_inputs(terms: &Terms, manifest: &Manifest) -> Result<(), Refused> {
    let (bytes, pays) = (manifest.inputs.iter().map(|input| input.bytes).sum(), lent(terms));
    if bytes > pays { Err(Refused::Inputs { bytes, pays }) } else { Ok(()) }
}

fn check_length(input: &Input, bytes: &[u8]) -> Result<(), Refused> {
    if bytes.len() as u64 == input.bytes { Ok(()) } else { Err(Refused::Input(input.cid)) }
}

/// Bytes of memory that a job pays for.
fn lent(terms: &Terms) -> u64 {
    u64::from(terms.memory_mib) << 20
}

/// Where a job begins: zero at its first step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    pub instructions: u64,
    /// Bytes of the log, and its head.
    pub log: u64,
    pub head: Digest,
}

/// A job that can be run.
#[derive(Clone)]
pub struct Ready {
    pub work: Work,
    /// Where it begins, if not at its first step.
    pub from: Option<Arc<Checkpoint>>,
    /// Bytes of memory that it may use.
    pub memory: usize,
    pub begun: Begun,
}

impl Ready {
    /// Reads a checkpoint of this job.
    ///
    /// # Errors
    /// [`BadCheckpoint`]
    pub fn read(&self, file: &[u8]) -> Result<Checkpoint, BadCheckpoint> {
        let checkpoint = Checkpoint::decode(file, self.work.module.pages.1, self.work.limits.result)?;
        if checkpoint.module == self.work.module.digest() { Ok(checkpoint) } else { Err(BadCheckpoint::OtherModule) }
    }
}

/// What both sides know of a job before they talk. `parties` are client and provider.
pub fn deal(of: Of, terms: Terms, parties: [Address; 2], manifest: &Manifest, begun: Begun, signer: Signer) -> Deal {
    let mut deal = Deal::from_the_start(of, terms, parties, manifest.log, signer);
    (deal.begun, deal.begun_log, deal.begun_head) = (begun.instructions, begun.log, begun.head);
    deal
}

/// A provider's side of a job that it never runs: whoever asks for a quote is told why, and need not wait for one.
pub struct Declining {
    /// Where its client is met.
    pub manifest: Manifest,
    pub side: Shared<Provider>,
    pub why: String,
}

impl Declining {
    /// `parties` are client and provider.
    pub fn new(of: Of, terms: Terms, parties: [Address; 2], manifest: Manifest, signer: Signer, why: String) -> Self {
        // It never begins, so where it would does not matter.
        let side = Provider::new(deal(of, terms, parties, &manifest, Begun::default(), signer));
        Self { manifest, side: Shared::new(side), why }
    }
}

/// The relays of a job that are used: those of servers that the provider chose itself, in the job's order.
pub fn relays(manifest: &Manifest, chosen: &[String]) -> Vec<String> {
    let plain = |address: &String| address.trim_end_matches('/').to_owned();
    let chosen: Vec<String> = chosen.iter().map(plain).collect();
    manifest.relays.iter().map(plain).filter(|relay| chosen.contains(relay)).collect()
}
