//! Reads what views of shared models returned.

use contracts::abi::{DecodeError, amount, digest, narrow, returned, signed};
use protocol::{Amount, Digest};

use super::super::contract::{AccuracyLog, MarketModel, NaiveBayes};
use crate::Terms;

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
    /// Time of the last contribution that the model did not know, seconds since the epoch; of the creation where there
    /// is none.
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
    /// Deposit at first.
    pub initial: Amount,
    /// What is left of it.
    pub left: Amount,
    /// When it was reported last.
    pub reported_at: Option<u64>,
    /// The model already predicted the label.
    pub known: bool,
    /// Nothing is left to claim, no point either.
    pub settled: bool,
}

/// A proposed class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainProposal {
    /// A text from a stranger.
    pub name: String,
    /// Points behind it.
    pub support: u64,
    /// Seconds since the epoch.
    pub at: u64,
    /// Whether it has become a class.
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
    /// Root of the tree.
    pub root: Digest,
    /// Block of the anchor.
    pub block: u64,
}

/// Terms of a model and the time of its creation, seconds since the epoch.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `terms`.
pub fn terms(data: &[u8]) -> Result<(Terms, u64), DecodeError> {
    let (cost_weight, refund_wait, owner_wait, any_wait, created_at) = returned::<MarketModel::termsCall>(data)?;
    Ok((Terms { cost_weight: Amount(cost_weight), refund_wait, owner_wait, any_wait }, narrow(created_at)?))
}

/// Balance and points of an account.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `account`.
pub fn account(data: &[u8]) -> Result<ChainAccount, DecodeError> {
    let (balance, good) = returned::<MarketModel::accountCall>(data)?;
    Ok(ChainAccount { balance: Amount(balance), good })
}

/// What a model counts.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `totals`.
pub fn totals(data: &[u8]) -> Result<ChainTotals, DecodeError> {
    let (last, good, contributions) = returned::<MarketModel::totalsCall>(data)?;
    Ok(ChainTotals { last: narrow(last)?, good, contributions })
}

/// A contribution; `None` where there is none with this key.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `record`.
pub fn record(data: &[u8]) -> Result<Option<ChainRecord>, DecodeError> {
    let (record,) = returned::<MarketModel::recordCall>(data)?;
    let record = ChainRecord {
        at: narrow(record.madeAt)?,
        initial: amount(record.initial)?,
        left: amount(record.left)?,
        reported_at: Some(narrow(record.reportedAt)?).filter(|at| *at != 0),
        known: record.known,
        settled: record.settled,
    };
    Ok(Some(record).filter(|record| record.at != 0))
}

/// A proposed class.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `proposal`.
pub fn proposal(data: &[u8]) -> Result<ChainProposal, DecodeError> {
    let (name, support, at, added) = returned::<MarketModel::proposalCall>(data)?;
    Ok(ChainProposal { name, support, at: narrow(at)?, added })
}

/// A class index.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `predict`.
pub fn class(data: &[u8]) -> Result<u16, DecodeError> {
    let (class,) = returned::<NaiveBayes::predictCall>(data)?;
    Ok(class)
}

/// A score a class.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `scores`.
pub fn scores(data: &[u8]) -> Result<Vec<i128>, DecodeError> {
    let (scores,) = returned::<NaiveBayes::scoresCall>(data)?;
    scores.into_iter().map(signed).collect()
}

/// Correct rows, and all.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `count`.
pub fn counted(data: &[u8]) -> Result<(u32, u32), DecodeError> {
    returned::<NaiveBayes::countCall>(data)
}

/// Words of weights, 30 bytes each.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `words`.
pub fn bytes(data: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let (words,) = returned::<NaiveBayes::wordsCall>(data)?;
    Ok(words.into())
}

/// What a classifier keeps beside its words.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `headers`.
pub fn headers(data: &[u8]) -> Result<ChainHeaders, DecodeError> {
    let (values, sums) = returned::<NaiveBayes::headersCall>(data)?;
    Ok(ChainHeaders {
        values: values.into_iter().map(signed).collect::<Result<_, _>>()?,
        sums: sums.into_iter().map(narrow).collect::<Result<_, _>>()?,
    })
}

/// The last anchor of a log; `None` where there is none.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `latest`.
pub fn anchor(data: &[u8]) -> Result<Option<ChainAnchor>, DecodeError> {
    let (size, root, block) = returned::<AccuracyLog::latestCall>(data)?;
    Ok(Some(ChainAnchor { size, root: digest(root), block }).filter(|anchor| anchor.size != 0))
}
