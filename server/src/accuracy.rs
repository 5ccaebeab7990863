//! How accurate models are on their committed test sets, from the chain's events alone, in an append-only log.
//!
//! After the last word of a model is loaded, after each contribution that it learns from at once, and after its market
//! has ended, the replica of its classifier in `ml` is asked about every row of its test set, and an entry is appended: a
//! leaf of a Merkle tree (RFC 9162). Nothing appended is ever changed or removed. So an entry waits until its block is
//! some confirmations deep; if a reorganisation goes deeper all the same, the entry stays, named by the hash of a
//! block that is no longer there, and another one is appended for what happened instead.
//!
//! | module | what it does |
//! |---|---|
//! | [`worker`] | appends entries as blocks are confirmed and test sets arrive |
//! | [`replica`] | a model's weights and its accuracy, event by event |
//! | [`entry`] | an entry as the database holds it |
//! | [`log`] | the tree, for roots and proofs |
//! | [`anchor`] | writes roots to AccuracyLog |
//! | [`replay`] | computes everything again from the chain and compares |

pub mod anchor;
pub(crate) mod entry;
mod log;
pub mod replay;
mod replica;
mod test_sets;
pub mod worker;

pub use log::AccuracyLog;
pub use test_sets::TestSets;

use content::StoreError;

use crate::indexer::IndexError;

/// Why the accuracy log does not go on.
#[derive(Debug, thiserror::Error)]
pub enum AccuracyError {
    #[error("The database refused: {0}")]
    Db(#[from] sqlx::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("Entry {position} of the accuracy log is damaged: it has no {what}. Restore the database.")]
    Damaged { position: u64, what: &'static str },
    #[error("The accuracy log has no entry {position}, though it has later ones. Restore the database.")]
    Gap { position: u64 },
    #[error("The index changed while it was read; it is read again.")]
    Moving,
    #[error("The worker that evaluates models ended before its time: {0}")]
    Worker(#[from] tokio::task::JoinError),
}
