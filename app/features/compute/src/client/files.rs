//! Files of strangers that a job and an offer name.

use app_core::{
    action::{ActionError, Tools},
    content,
};
use compute_engine::{BadCheckpoint, Checkpoint};
use compute_session::{Deal, Details, Manifest};
use jobs::{Job, Offer};
use protocol::cid::Cid;

/// Bytes of a manifest, or of details, at most.
const SHORT: u64 = 64 << 10;
/// Bytes of a checkpoint at most; pages of a module's memory, and bytes of a result, that one can have.
pub const CHECKPOINT: u64 = 256 << 20;
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
pub async fn begins(tools: Tools, job: &Job, deal: Deal) -> Result<Deal, ActionError> {
    if job.files.resumed.is_empty() {
        return Ok(deal);
    }
    let file = content::fetch(tools.settings, &job.files.resumed, CHECKPOINT).await.map_err(ActionError::feature)?;
    Ok(deal.going_on_from(&read(&file).map_err(ActionError::feature)?))
}

/// Reads the file of a checkpoint.
///
/// # Errors
/// [`BadCheckpoint`]
pub fn read(file: &[u8]) -> Result<Checkpoint, BadCheckpoint> {
    Checkpoint::decode(file, PAGES, CHECKPOINT as usize)
}
