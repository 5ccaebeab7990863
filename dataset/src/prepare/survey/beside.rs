//! Columns that features and labels files both have, such as ids: they show whether both files are in one order.

use xxhash_rust::xxh64::xxh64;

use crate::{prepare::intake::Header, read::row::Row};

/// Columns beside the label that are compared at most.
const MOST: usize = 8;
/// What a first column is called that has no name.
const UNNAMED: [&str; 2] = ["f1", "column_1"];
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// What columns of a file say, as sums that depend on the order of the rows and as sums that do not.
#[derive(Clone, Default)]
pub struct Beside {
    columns: Option<Vec<Sums>>,
}

#[derive(Clone)]
struct Sums {
    /// From 0.
    at: usize,
    name: String,
    in_order: u64,
    in_any: u64,
}

impl Sums {
    fn new(at: usize, name: &str) -> Self {
        Self { at, name: name.to_owned(), in_order: 0, in_any: 0 }
    }

    fn is_like(&self, other: &Self) -> bool {
        let unnamed = |sums: &Self| sums.at == 0 && UNNAMED.contains(&sums.name.as_str());
        self.name == other.name || (unnamed(self) && unnamed(other))
    }
}

impl Beside {
    /// The next row of the labels file, of which this column is the label.
    pub fn label_row(&mut self, header: &Header<'_>, row: &Row<'_>, label: usize) {
        let columns = self.columns.get_or_insert_with(|| {
            let names = header.names.iter().enumerate().filter(|(at, _)| *at != label && header.has_header);
            names.take(MOST).map(|(at, name)| Sums::new(at, name)).collect()
        });
        add(columns, row);
    }

    /// The next row of the features file. Only columns that the labels file has too are looked at.
    pub fn feature_row(&mut self, header: &Header<'_>, row: &Row<'_>, labels: &Self) {
        let columns = self.columns.get_or_insert_with(|| {
            let wanted = labels.columns.iter().flatten();
            let all = || header.names.iter().enumerate().filter(|_| header.has_header);
            let like = |sums: &Sums| all().map(|(at, name)| Sums::new(at, name)).find(|other| sums.is_like(other));
            wanted.filter_map(like).collect()
        });
        add(columns, row);
    }

    /// The name of a column of the features file that has the values of the labels file's, but in another order.
    pub fn in_other_order(&self, labels: &Self) -> Option<String> {
        let differ = |sums: &Sums, other: &Sums| {
            sums.is_like(other) && sums.in_any == other.in_any && sums.in_order != other.in_order
        };
        let labels = || labels.columns.iter().flatten();
        let found = self.columns.iter().flatten().find(|sums| labels().any(|other| differ(sums, other)));
        found.map(|sums| sums.name.clone())
    }
}

fn add(columns: &mut [Sums], row: &Row<'_>) {
    if columns.is_empty() {
        return;
    }
    let last = columns.iter().map(|sums| sums.at).max().unwrap_or_default();
    for (at, cell) in row.cells.iter().enumerate().take(last + 1) {
        for sums in columns.iter_mut().filter(|sums| sums.at == at) {
            let hash = xxh64(cell.trim_ascii(), 0);
            sums.in_order = sums.in_order.wrapping_mul(FACTOR).wrapping_add(hash);
            sums.in_any = sums.in_any.wrapping_add(hash);
        }
    }
}
