//! Tables of a family, figures of them, and how its contracts are told from others.

/// A table that is folded from logs.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub name: &'static str,
    pub rows: Rows,
    /// What of it is compared between two indexes: a SELECT in an order that does not depend on the database.
    pub digest: &'static str,
    /// Whether the rows are put in the order of their bytes first, because text cannot be ordered by the database:
    /// each has its own collation.
    pub sort: bool,
}

/// How rows go when the chain goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// A subject's rows are removed and folded anew. The condition names them, with the subject as `$1`.
    OfSubject(&'static str),
    /// Each row comes from one log, with its number in the column `block`, and goes with it.
    OfLog,
}

/// A view of a contract, and whether an answer is one that it gives.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Solidity name of the contract.
    pub contract: &'static str,
    /// Call data.
    pub call: Vec<u8>,
    pub understands: fn(&[u8]) -> bool,
}

/// A number for `/metrics`.
#[derive(Debug, Clone, Copy)]
pub struct Gauge {
    /// Without the prefix `modelmarket_`.
    pub name: &'static str,
    pub help: &'static str,
    /// A SELECT of one BIGINT.
    pub sql: &'static str,
}
