//! Reads what views of Reproductions and PublishedModels returned.

use bounty::ReproductionCounts;
use contracts::abi::{DecodeError, returned, someone};
use protocol::Address;

use crate::contract::{PublishedModels, Reproductions};

/// An entry of PublishedModels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainPublished {
    /// Who published it, and alone can withdraw it.
    pub publisher: Address,
    /// Whether it is off the list.
    pub withdrawn: bool,
}

/// # Errors
/// [`DecodeError`] when the data is not that of `counts`.
pub fn counts(data: &[u8]) -> Result<ReproductionCounts, DecodeError> {
    let (reproduced, differing) = returned::<Reproductions::countsCall>(data)?;
    Ok(ReproductionCounts { reproduced, differing })
}

/// A published model; `None` where there is none with this id.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `model`.
pub fn published(data: &[u8]) -> Result<Option<ChainPublished>, DecodeError> {
    let (publisher, withdrawn) = returned::<PublishedModels::modelCall>(data)?;
    Ok(someone(publisher).map(|publisher| ChainPublished { publisher, withdrawn }))
}
