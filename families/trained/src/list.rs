//! The list of trained models: which rows a query finds, and in which order. The server says the same in SQL
//! (`server/src/families/trained/list.rs`), and a test holds the two equal.

use std::cmp::Reverse;

use protocol::{Address, order::arrange, search};

use crate::api::{TrainedFrom, TrainedQuery, TrainedRow, TrainedSort, TrainedSource};

impl TrainedSource {
    /// Who trained or published it.
    pub fn account(&self) -> Address {
        match self {
            Self::Bounty { trainer, .. } => *trainer,
            Self::Published { publisher, .. } => *publisher,
        }
    }

    /// Where it comes from.
    pub fn from(&self) -> TrainedFrom {
        match self {
            Self::Bounty { .. } => TrainedFrom::Bounty,
            Self::Published { .. } => TrainedFrom::Published,
        }
    }

    /// Parts in a million of the test rows that it has right, rounded down, where the chain has counted them.
    fn millionths(&self) -> Option<u64> {
        let Self::Bounty { correct, test_rows, .. } = self else { return None };
        (u64::from(*correct) * 1_000_000).checked_div((*test_rows).into())
    }

    /// How many people got the same when they ran it again, where it can be compared.
    fn reproduced(&self) -> Option<u32> {
        let Self::Bounty { reproductions, .. } = self else { return None };
        Some(reproductions.reproduced)
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
    /// All rows that match, in order; `offset` and `limit` are left to whoever shows them. What names no file is
    /// in no list.
    pub fn select(&self, rows: impl IntoIterator<Item = TrainedRow>) -> Vec<TrainedRow> {
        let search = search::searchable(self.search.as_deref());
        let is_found = |row: &TrainedRow| {
            self.from.is_none_or(|from| from == row.source.from())
                && self.person.is_none_or(|person| person == row.source.account())
                && search.as_deref().is_none_or(|search| {
                    let texts = [row.name.clone(), row.description.clone()].into_iter().flatten();
                    search::found(search, texts.chain([row.cid.clone(), row.source.account().to_string()]))
                })
        };
        let mut found: Vec<_> = rows.into_iter().filter(|row| !row.cid.is_empty() && is_found(row)).collect();
        found.sort_by_key(|row| Reverse((row.at, row.source.order())));
        let reverse = self.reverse.unwrap_or_default();
        match self.sort.unwrap_or_default() {
            TrainedSort::Newest => arrange(&mut found, reverse, |_| Some(())),
            TrainedSort::Score => arrange(&mut found, reverse, |row| row.source.millionths().map(Reverse)),
            TrainedSort::Reproduced => arrange(&mut found, reverse, |row| row.source.reproduced().map(Reverse)),
        }
        found
    }
}
