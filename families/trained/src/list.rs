//! The list of trained models: which rows a query finds, and in which order. The server says the same in SQL
//! (`server/src/families/trained/list.rs`), and a test holds the two equal.

use std::cmp::Reverse;

use protocol::{Address, search};

use crate::api::{TrainedQuery, TrainedRow, TrainedSource};

impl TrainedSource {
    /// Who trained or published it.
    pub fn account(&self) -> Address {
        match self {
            Self::Bounty { trainer, .. } => *trainer,
            Self::Published { publisher, .. } => *publisher,
        }
    }

    /// Among those of the same moment: winners come before what was published, later numbers before earlier ones.
    fn order(&self) -> (bool, u64) {
        match self {
            Self::Bounty { bounty, .. } => (true, *bounty),
            Self::Published { id, .. } => (false, *id),
        }
    }
}

impl TrainedQuery {
    /// All rows that match, the newest first; `offset` and `limit` are left to whoever shows them. What names no file is
    /// in no list.
    pub fn select(&self, rows: impl IntoIterator<Item = TrainedRow>) -> Vec<TrainedRow> {
        let search = search::searchable(self.search.as_deref());
        let is_found = |row: &TrainedRow| {
            search.as_deref().is_none_or(|search| {
                let texts = [row.name.clone(), row.description.clone()].into_iter().flatten();
                search::found(search, texts.chain([row.cid.clone(), row.source.account().to_string()]))
            })
        };
        let mut found: Vec<_> = rows.into_iter().filter(|row| !row.cid.is_empty() && is_found(row)).collect();
        found.sort_by_key(|row| Reverse((row.at, row.source.order())));
        found
    }
}
