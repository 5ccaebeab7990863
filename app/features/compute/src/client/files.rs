//! Files of strangers that a job and an offer name.

use app_core::{
    action::{ActionError, Tools},
    content,
};
use compute_engine::{BadCheckpoint, Checkpoint};
use compute_provider::largest_checkpoint;
use compute_session::{Deal, Details, Manifest};
use jobs::{Job, Offer};
use protocol::cid::Cid;

/// Bytes of a manifest, or of details, at most.
const SHORT: u64 = 64 << 10;
/// Pages of a module's memory.
const PAGES: u64 = 1 << 16;

/// What the client said of a job.
pub async fn manifest(tools: Tools, job: &Job) -> Result<Manifest, ActionError> {
    let file = content::fetch(tools.settings, &job.files.inputs, SHORT).await.map_err(ActionError::feature)?;
    Manifest::read(&file).map_err(ActionError::feature)
}

/// What a provider says of its machine.
pub async fn details(tools: Tools, offer: &Offer) -> Result<Details, ActionError> {
    let cid = Cid::raw(offer.details).to_string();
    let file = content::fetch(tools.settings, &cid, SHORT).await.map_err(ActionError::feature)?;
    Details::read(&file).map_err(ActionError::feature)
}

/// A deal with where its job begins, which is not at its first step where it goes on from a checkpoint.
pub async fn begins(tools: Tools, job: &Job, manifest: &Manifest, deal: Deal) -> Result<Deal, ActionError> {
    if job.files.resumed.is_empty() {
        return Ok(deal);
    }
    let most = largest_checkpoint(&job.terms, manifest);
    let file = content::fetch(tools.settings, &job.files.resumed, most).await.map_err(ActionError::feature)?;
    Ok(deal.going_on_from(&read(&file, most).map_err(ActionError::feature)?))
}

/// Reads the file of a checkpoint, of so many bytes at most.
///
/// # Errors
/// [`BadCheckpoint`]
pub fn read(file: &[u8], most: u64) -> Result<Checkpoint, BadCheckpoint> {
    Checkpoint::decode(file, PAGES, usize::try_from(most).unwrap_or(usize::MAX))
}
