//! Reads what views of shared models returned.

use protocol::{Amount, Digest};

use crate::Terms;

use contracts::words::{DecodeError, Words};

/// An account in a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChainAccount {
    /// What can be withdrawn.
    pub balance: Amount,
    /// Points.
    pub good: u64,
}

/// What a model counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainTotals {
    /// Time of the last contribution, seconds since the epoch; of the creation where there is none.
    pub last: u64,
    /// All points.
    pub good: u64,
    /// Contributions so far.
    pub contributions: u32,
}

/// A contribution as the chain stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainRecord {
    /// Seconds since the epoch.
    pub at: u64,
    pub initial: Amount,
    pub left: Amount,
    pub label: u16,
    /// The model already predicted the label.
    pub known: bool,
    /// Refunded, or taken completely.
    pub settled: bool,
}

/// A proposed class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainProposal {
    /// A text from a stranger.
    pub name: String,
    /// Points behind it.
    pub support: u64,
    pub added: bool,
}

/// What a classifier keeps beside its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHeaders {
    /// Biases, or numbers of samples.
    pub values: Vec<i128>,
    /// Naive Bayes: counts of each class in all; sparse centroids: sums of the squares of counts; others: none.
    pub sums: Vec<i128>,
}

/// The last anchor of an accuracy log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainAnchor {
    /// Leaves of the tree.
    pub size: u64,
    pub root: Digest,
    /// Block of the anchor.
    pub block: u64,
}

/// Terms of a model and the time of its creation, seconds since the epoch.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `terms`.
pub fn terms(data: &[u8]) -> Result<(Terms, u64), DecodeError> {
    let words = &mut Words::new(data);
    let terms = Terms {
        cost_weight: words.amount()?,
        refund_wait: words.number()?,
        owner_wait: words.number()?,
        any_wait: words.number()?,
    };
    Ok((terms, words.number()?))
}

/// # Errors
/// [`DecodeError`] when the data is not that of `account`.
pub fn account(data: &[u8]) -> Result<ChainAccount, DecodeError> {
    let words = &mut Words::new(data);
    Ok(ChainAccount { balance: words.amount()?, good: words.number()? })
}

/// # Errors
/// [`DecodeError`] when the data is not that of `totals`.
pub fn totals(data: &[u8]) -> Result<ChainTotals, DecodeError> {
    let words = &mut Words::new(data);
    Ok(ChainTotals { last: words.number()?, good: words.number()?, contributions: words.number()? })
}

/// A contribution; `None` where there is none with this key.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `record`.
pub fn record(data: &[u8]) -> Result<Option<ChainRecord>, DecodeError> {
    let words = &mut Words::new(data);
    let at = words.number()?;
    let record = ChainRecord {
        at,
        initial: words.amount()?,
        left: words.amount()?,
        label: words.number()?,
        known: words.boolean()?,
        settled: words.boolean()?,
    };
    Ok(Some(record).filter(|_| at != 0))
}

/// # Errors
/// [`DecodeError`] when the data is not that of `proposal`.
pub fn proposal(data: &[u8]) -> Result<ChainProposal, DecodeError> {
    let words = &mut Words::new(data);
    Ok(ChainProposal { name: words.text()?, support: words.number()?, added: words.boolean()? })
}

/// A class index.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `predict`.
pub fn class(data: &[u8]) -> Result<u16, DecodeError> {
    Words::new(data).number()
}

/// A score a class.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `scores`.
pub fn scores(data: &[u8]) -> Result<Vec<i128>, DecodeError> {
    Words::new(data).signed_list()
}

/// Correct rows, and all.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `count`.
pub fn counted(data: &[u8]) -> Result<(u32, u32), DecodeError> {
    let words = &mut Words::new(data);
    Ok((words.number()?, words.number()?))
}

/// # Errors
/// [`DecodeError`] when the data is not that of `words`.
pub fn bytes(data: &[u8]) -> Result<Vec<u8>, DecodeError> {
    Words::new(data).bytes().map(<[u8]>::to_vec)
}

/// # Errors
/// [`DecodeError`] when the data is not that of `headers`.
pub fn headers(data: &[u8]) -> Result<ChainHeaders, DecodeError> {
    let words = &mut Words::new(data);
    Ok(ChainHeaders { values: words.signed_list()?, sums: words.signed_list()? })
}

/// The last anchor of a log; `None` where there is none.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `latest`.
pub fn anchor(data: &[u8]) -> Result<Option<ChainAnchor>, DecodeError> {
    let words = &mut Words::new(data);
    let anchor = ChainAnchor { size: words.number()?, root: words.digest()?, block: words.number()? };
    Ok(Some(anchor).filter(|anchor| anchor.size != 0))
}
