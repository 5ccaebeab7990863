//! The lists of jobs and providers: which rows a query finds, and in which order. The server says the same in SQL
//! (`server/src/families/jobs/list.rs`), and a test holds the two equal.

use std::cmp::Reverse;

use protocol::{order::arrange, search};

use super::{JobQuery, JobRow, JobSort, ProviderQuery, ProviderRow, ProviderSort};
use crate::Job;

impl JobQuery {
    /// All rows that match, in order; `offset` and `limit` are left to whoever shows them. The jobs come with their number
    /// and when they were posted.
    pub fn select<'a>(&self, jobs: impl IntoIterator<Item = (u64, &'a Job, u64)>) -> Vec<JobRow> {
        let jobs = jobs.into_iter().filter(|(_, job, _)| self.person.is_none_or(|who| job.parties().contains(&who)));
        let rows = jobs.map(|(id, job, posted_at)| JobRow::of(id, job, posted_at));
        let mut found: Vec<_> = rows.filter(|row| self.finds(row)).collect();
        found.sort_by_key(|row| Reverse(row.id));
        let reverse = self.reverse.unwrap_or_default();
        match self.sort.unwrap_or_default() {
            JobSort::Newest => arrange(&mut found, reverse, |_| Some(())),
            JobSort::Price => arrange(&mut found, reverse, |row| Some(Reverse(row.highest_price))),
            JobSort::Units => arrange(&mut found, reverse, |row| Some(Reverse(row.units))),
            JobSort::Paid => {
                arrange(&mut found, reverse, |row| row.state.is_final().then_some(Reverse(row.paid)));
            }
            JobSort::Deadline => arrange(&mut found, reverse, |row| (!row.state.is_final()).then_some(row.deadline)),
        }
        found
    }

    fn finds(&self, row: &JobRow) -> bool {
        let text = search::searchable(self.search.as_deref()).is_none_or(|search| {
            let number = search.strip_prefix('#').unwrap_or(&search).parse::<u32>();
            let people = [Some(row.client), row.provider].into_iter().flatten();
            number.is_ok_and(|number| u64::from(number) == row.id)
                || search::found(&search, people.map(|who| who.to_string()))
        });
        text && self.state.is_none_or(|state| state == row.state) && self.kind.is_none_or(|kind| kind == row.kind)
    }
}

impl ProviderQuery {
    /// All rows that match, in order; `offset` and `limit` are left to whoever shows them.
    pub fn select(&self, rows: impl IntoIterator<Item = ProviderRow>) -> Vec<ProviderRow> {
        let mut found: Vec<_> = rows.into_iter().filter(|row| self.finds(row)).collect();
        found.sort_by_key(|row| row.account);
        let reverse = self.reverse.unwrap_or_default();
        match self.sort.unwrap_or_default() {
            ProviderSort::Price => arrange(&mut found, reverse, |row| Some(row.offer.price)),
            ProviderSort::Speed => arrange(&mut found, reverse, |row| Some(Reverse(row.offer.units_per_second))),
            ProviderSort::Memory => arrange(&mut found, reverse, |row| Some(Reverse(row.offer.memory_mib))),
            ProviderSort::Units => arrange(&mut found, reverse, |row| Some(Reverse(row.units))),
        }
        found
    }

    fn finds(&self, row: &ProviderRow) -> bool {
        let offer = &row.offer;
        search::searchable(self.search.as_deref())
            .is_none_or(|search| search::found(&search, [row.account.to_string()]))
            && self.kind.is_none_or(|kind| offer.runs(kind))
            && self.memory_mib.is_none_or(|memory| offer.memory_mib >= memory)
            && self.max_price.is_none_or(|price| offer.price <= price)
            && self.takes_jobs.is_none_or(|takes| takes == row.takes_jobs)
    }
}
