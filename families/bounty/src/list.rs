//! The list of bounties: which of them a query finds, and in which order. The server says the same in SQL
//! (`server/src/families/bounty/list.rs`), and a test holds the two equal.

use std::cmp::Reverse;

use protocol::{Address, search};

use crate::{
    Bounty,
    api::{BountyQuery, BountyRow, BountySort},
};

impl BountyRow {
    /// A bounty as the list shows it at a moment; `title` is from its metadata.
    pub fn of(bounty: &Bounty, title: Option<String>, now: u64) -> Self {
        Self {
            id: bounty.id,
            title,
            requester: bounty.requester,
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
    /// All rows that match at a moment, in order; `offset` and `limit` are left to whoever shows them. The bounties come
    /// with their titles, where these are known.
    pub fn select<'a>(
        &self,
        bounties: impl IntoIterator<Item = (&'a Bounty, Option<String>)>,
        now: u64,
    ) -> Vec<BountyRow> {
        let search = search::searchable(self.search.as_deref());
        let wanted = |bounty: &Bounty, title: Option<&str>| {
            self.phase.is_none_or(|phase| phase == bounty.phase(now))
                && self.person.is_none_or(|person| takes_part(bounty, &person))
                && search.as_deref().is_none_or(|search| is_found(bounty, title, search))
        };
        let bounties = bounties.into_iter().filter(|(bounty, title)| wanted(bounty, title.as_deref()));
        let mut rows: Vec<BountyRow> = bounties.map(|(bounty, title)| BountyRow::of(bounty, title, now)).collect();
        rows.sort_by_key(|row| Reverse(row.id));
        match self.sort.unwrap_or_default() {
            BountySort::Newest => {}
            BountySort::Reward => rows.sort_by_key(|row| Reverse(row.reward)),
            BountySort::Deadline => rows.sort_by_key(|row| by_deadline(row.deadline, now)),
        }
        rows
    }
}

/// The next to close first; those already closed after them, the latest first.
fn by_deadline(deadline: u64, now: u64) -> (bool, u64) {
    if deadline > now { (false, deadline) } else { (true, u64::MAX - deadline) }
}

fn takes_part(bounty: &Bounty, person: &Address) -> bool {
    bounty.requester == *person || bounty.submission(person).is_some()
}

fn is_found(bounty: &Bounty, title: Option<&str>, search: &str) -> bool {
    let number = search.strip_prefix('#').unwrap_or(search).parse::<u32>();
    number.is_ok_and(|number| u64::from(number) == bounty.id)
        || search::found(search, [title.unwrap_or_default(), &bounty.requester.to_string()])
}

#[cfg(test)]
mod tests {
    use super::by_deadline;

    #[test]
    fn what_closes_next_comes_first_and_what_closed_last_comes_after() {
        let mut deadlines = [90, 100, 101, 150, 10];
        deadlines.sort_by_key(|deadline| by_deadline(*deadline, 100));
        assert_eq!(deadlines, [101, 150, 100, 90, 10]);
    }
}
