//! The sealed result of a job, opened and held against what stands on chain.

use app_core::{
    action::{ActionError, Tools},
    content,
};
use compute_session::{Deal, Liar, SEALED_RESULT, Shown, delivery};
use jobs::{JOBS, Job, typed_data::Of};
use link::sealing::open;
use protocol::{
    Digest,
    cid::{Cid, Codec},
};

use super::key;

/// What came out of a job.
#[derive(Clone)]
pub struct Opened {
    pub bytes: Vec<u8>,
    /// Whether it was held against what was submitted: only what the provider shows of it makes that possible.
    pub is_checked: bool,
}

/// Fetches and opens the result that was submitted. `shown` is what the provider said of it, by what both know of the job.
///
/// # Errors
/// [`ActionError`]: nobody has the file, it is sealed to another key, or it is not what was submitted.
pub async fn fetch(tools: Tools, id: u64, job: &Job, shown: Option<(Shown, Deal)>) -> Result<Opened, ActionError> {
    let run = job.run.as_ref().ok_or_else(|| ActionError::feature("Nothing was submitted yet."))?;
    let key = key::key(tools).await?;
    let deployment = tools.deployment();
    let of = Of { chain: deployment.chain_id, contract: deployment.demand(JOBS)?, job: id };
    let sealed = sealed(tools, run.file).await?;
    let bytes = open(key.secret(), &delivery(&of, job.client), &sealed).map_err(|_| {
        ActionError::feature(
            "The file that was submitted is not sealed to your key, so you cannot read it. What the provider committed to may be \
             right all the same, and who challenges what is right loses the bond. Ask the provider for it, or run the job again \
             before you challenge it.",
        )
    })?;
    let Some((shown, deal)) = shown else { return Ok(Opened { bytes, is_checked: false }) };
    let other = || {
        ActionError::feature(
            "The file holds another result than the provider committed to on chain. What it committed to may be right all the \
             same, and who challenges what is right loses the bond. Run the job again before you challenge it.",
        )
    };
    if !shown.is_of(id, run.provider, run.result) {
        return Err(other());
    }
    let outcome = deal.outcome(&shown, bytes, run.log_head, run.units).map_err(|liar| match liar {
        Liar::OtherUnits { .. } => ActionError::feature(liar),
        _ => other(),
    })?;
    Ok(Opened { bytes: outcome.result, is_checked: true })
}

/// A file of one block, or of several: the chain has the hash alone.
async fn sealed(tools: Tools, digest: Digest) -> Result<Vec<u8>, ActionError> {
    let small = content::fetch(tools.settings, &Cid::raw(digest).to_string(), SEALED_RESULT).await;
    match small {
        Ok(file) => Ok(file),
        Err(_) => {
            let large = Cid { codec: Codec::DagPb, digest }.to_string();
            content::fetch(tools.settings, &large, SEALED_RESULT).await.map_err(ActionError::feature)
        }
    }
}
