//! The list of bounties: which of them a query finds, and in which order. The server says the same in SQL
//! (`server/src/families/bounty/list.rs`), and a test holds the two equal.

use std::{cmp::Reverse, collections::BTreeMap};

use protocol::{Address, order::arrange, search};

use crate::{
    Bounty, Reliability,
    api::{BountyQuery, BountyRow, BountySort},
};

impl BountyRow {
    /// A bounty as the list shows it at a moment; `title` is from its metadata, `reliability` its requester's.
    pub fn of(bounty: &Bounty, title: Option<String>, reliability: Reliability, now: u64) -> Self {
        Self {
            id: bounty.id,
            title,
            requester: bounty.requester,
            reliability: Some(reliability),
            phase: bounty.phase(now),
            phase_ends: bounty.phase_ends(now),
            reward: bounty.terms.reward,
            stake: bounty.terms.stake,
            deadline: bounty.terms.deadline,
            test_rows: bounty.terms.test_rows,
            classes: bounty.terms.classes,
            submissions: bounty.active() as u32,
            best_correct: bounty.best().and_then(|s| s.reveal.as_ref()).map(|r| r.correct),
            created_at: bounty.created_at,
        }
    }
}

impl BountyQuery {
    /// All rows that match at `now`, in order; `offset` and `limit` are left to whoever shows them. The bounties are all
    /// that there are, since they tell how reliable their requesters are, and come with their titles where these are known.
    /// They were read up to a block of the time `read_at`, at which reliability is told. Both in seconds since the epoch.
    pub fn select<'a>(
        &self,
        bounties: impl IntoIterator<Item = (&'a Bounty, Option<String>)>,
        now: u64,
        read_at: u64,
    ) -> Vec<BountyRow> {
        let search = search::searchable(self.search.as_deref());
        let wanted = |bounty: &Bounty, title: Option<&str>| {
            self.phase.is_none_or(|phase| phase == bounty.phase(now))
                && self.person.is_none_or(|person| takes_part(bounty, &person))
                && search.as_deref().is_none_or(|search| is_found(bounty, title, search))
        };
        let bounties: Vec<_> = bounties.into_iter().collect();
        let mut reliable = BTreeMap::<Address, Reliability>::new();
        for (bounty, _) in &bounties {
            reliable.entry(bounty.requester).or_default().add(bounty.promise(read_at), 1);
        }
        let found = bounties.into_iter().filter(|(bounty, title)| wanted(bounty, title.as_deref()));
        let reliability = |bounty: &Bounty| reliable.get(&bounty.requester).copied().unwrap_or_default();
        let mut rows: Vec<_> =
            found.map(|(bounty, title)| BountyRow::of(bounty, title, reliability(bounty), now)).collect();
        rows.sort_by_key(|row| Reverse(row.id));
        let reverse = self.reverse.unwrap_or_default();
        match self.sort.unwrap_or_default() {
            BountySort::Newest => arrange(&mut rows, reverse, |_| Some(())),
            BountySort::Reward => arrange(&mut rows, reverse, |row| Some(Reverse(row.reward))),
            BountySort::Submissions => arrange(&mut rows, reverse, |row| Some(Reverse(row.submissions))),
            BountySort::Score => arrange(&mut rows, reverse, |row| millionths(row).map(Reverse)),
            BountySort::Deadline => arrange(&mut rows, reverse, |row| row.phase_ends),
        }
        rows
    }
}

/// Parts in a million of the test rows that the best verified reveal has right, rounded down.
fn millionths(row: &BountyRow) -> Option<u64> {
    (u64::from(row.best_correct?) * 1_000_000).checked_div(row.test_rows.into())
}

fn takes_part(bounty: &Bounty, person: &Address) -> bool {
    bounty.requester == *person || bounty.submission(person).is_some()
}

fn is_found(bounty: &Bounty, title: Option<&str>, search: &str) -> bool {
    let number = search.strip_prefix('#').unwrap_or(search).parse::<u32>();
    number.is_ok_and(|number| u64::from(number) == bounty.id)
        || search::found(search, [title.unwrap_or_default(), &bounty.requester.to_string()])
}
