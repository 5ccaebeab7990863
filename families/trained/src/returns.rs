//! Reads what views of Reproductions and PublishedModels returned.

use bounty::ReproductionCounts;
use contracts::words::{DecodeError, Words};
use protocol::Address;

/// An entry of PublishedModels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainPublished {
    pub publisher: Address,
    pub withdrawn: bool,
}

/// # Errors
/// [`DecodeError`] when the data is not that of `counts`.
pub fn counts(data: &[u8]) -> Result<ReproductionCounts, DecodeError> {
    let words = &mut Words::new(data);
    Ok(ReproductionCounts { reproduced: words.number()?, differing: words.number()? })
}

/// A published model; `None` where there is none with this id.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `model`.
pub fn published(data: &[u8]) -> Result<Option<ChainPublished>, DecodeError> {
    let words = &mut Words::new(data);
    let publisher = words.someone()?;
    let withdrawn = words.boolean()?;
    Ok(publisher.map(|publisher| ChainPublished { publisher, withdrawn }))
}
