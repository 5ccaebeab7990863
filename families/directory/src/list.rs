//! The lists of data sets and grants: which rows a query finds, and in which order. The server says the same in SQL
//! (`server/src/families/directory/list.rs`), and a test holds the two equal.

use std::cmp::Reverse;

use protocol::{order::arrange, search};

use crate::{
    GrantState,
    api::{DatasetQuery, DatasetRow, DatasetSort, GrantQuery, GrantRow},
};

impl DatasetQuery {
    /// All rows that match, in order; `offset` and `limit` are left to whoever shows them.
    pub fn select(&self, rows: impl IntoIterator<Item = DatasetRow>) -> Vec<DatasetRow> {
        let mut found: Vec<_> = rows.into_iter().filter(|row| self.finds(row)).collect();
        found.sort_by_key(|row| Reverse(row.id));
        let reverse = self.reverse.unwrap_or_default();
        match self.sort.unwrap_or_default() {
            DatasetSort::Newest => arrange(&mut found, reverse, |_| Some(())),
            DatasetSort::Rows => arrange(&mut found, reverse, |row| Some(Reverse(row.dataset.terms.rows))),
            DatasetSort::Price => arrange(&mut found, reverse, |row| Some(row.dataset.terms.price_per_use)),
        }
        found
    }

    fn finds(&self, row: &DatasetRow) -> bool {
        let terms = &row.dataset.terms;
        let text = search::searchable(self.search.as_deref()).is_none_or(|search| {
            let number =
                search.strip_prefix('#').unwrap_or(&search).parse().is_ok_and(|id: u32| u64::from(id) == row.id);
            let texts = [row.name.clone(), row.text.clone(), row.owner_name.clone()].into_iter().flatten();
            number || search::found(&search, texts.chain([row.dataset.owner.to_string()]))
        });
        let column = search::searchable(self.column.as_deref())
            .is_none_or(|search| search::found(&search, row.columns.iter().map(|column| column.name.as_str())));
        text && column
            && self.owner.is_none_or(|owner| owner == row.dataset.owner)
            && self.industry.is_none_or(|industry| industry == terms.industry)
            && self.min_rows.is_none_or(|rows| terms.rows >= rows)
            && self.max_price.is_none_or(|price| terms.price_per_use <= price)
            && self.revoked.is_none_or(|revoked| revoked == row.dataset.revoked)
    }
}

impl GrantQuery {
    /// All rows that match, in order; `offset` and `limit` are left to whoever shows them.
    pub fn select(&self, rows: impl IntoIterator<Item = GrantRow>) -> Vec<GrantRow> {
        let is_found = |row: &GrantRow| {
            self.dataset.is_none_or(|dataset| dataset == row.grant.dataset)
                && self.owner.is_none_or(|owner| owner == row.owner)
                && self.user.is_none_or(|user| user == row.grant.user)
                && self.state.is_none_or(|state| state == row.grant.state)
        };
        let mut found: Vec<_> = rows.into_iter().filter(is_found).collect();
        found.sort_by_key(|row| (row.grant.state != GrantState::Pending, Reverse(row.id)));
        found
    }
}
