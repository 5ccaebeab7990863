//! Tables of a family.

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

/// Tables with what was said about subjects outside of the chain. It survives rebuilding and reorganisations.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// The contract whose subjects it is about: with another one, it is about nothing, and is removed.
    pub contract: &'static str,
    pub tables: &'static [&'static str],
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
