//! All rules that an owner's table must keep for a task, in one report, before anything is signed or sent.

use mpc::Seat;
use mpc_learn::{Column, Scale};
use psi::{IdError, Ids};

use super::{finding::Finding, rank, table::Table};
use crate::spec::{Rows, Spec, Work};

/// What was looked at and found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    pub rows: usize,
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether the task can be confirmed.
    pub fn is_fit(&self) -> bool {
        self.findings.is_empty()
    }

    /// # Errors
    /// The first finding.
    pub fn fit(self) -> Result<(), Finding> {
        self.findings.into_iter().next().map_or(Ok(()), Err)
    }
}

/// Looks at everything an owner can look at by itself.
pub fn preflight(spec: &Spec, owner: Seat, table: &Table) -> Report {
    let mut findings: Vec<Finding> =
        spec.problems().into_iter().map(|problem| Finding::Spec(Box::new(problem))).collect();
    match &spec.rows {
        Rows::Given { count } if table.rows() != *count as usize => {
            findings.push(Finding::OtherRows { rows: table.rows(), wanted: *count as usize });
        }
        Rows::Given { .. } => {}
        Rows::Common { keys, form, declared } => {
            let at = usize::from(Spec::seat_of(owner));
            findings.extend(ids(table, &keys[at], (*form).into(), declared[at]).err());
        }
    }
    // Lists are padded, so that what the task declares may be more than there is.
    if findings.is_empty() {
        findings.extend(spec.too_few(table.rows()).map(|problem| Finding::Spec(Box::new(problem))));
    }
    let mut columns = Vec::new();
    for name in &spec.owner(owner).columns {
        column(spec, table, name, &mut columns, &mut findings);
    }
    // A ridge tells apart what says the same.
    if matches!(&spec.work, Work::Train(train) if train.ridge == 0.0) {
        findings.extend(rank::dependent(&columns).map(|column| Finding::Dependent { column }));
    }
    if let Some(label) = spec.label_of(owner) {
        column(spec, table, label, &mut columns, &mut findings);
    }
    Report { rows: table.rows(), findings }
}

/// The ids of the key column, if they fit what the task declares.
fn ids(table: &Table, key: &str, form: psi::Form, declared: u32) -> Result<Ids, Finding> {
    let ids = Ids::read(table.cells(key)?, form)?;
    if ids.count() > declared as usize {
        return Err(IdError::TooMany { found: ids.count(), declared }.into());
    }
    Ok(ids)
}

fn column(spec: &Spec, table: &Table, name: &str, columns: &mut Vec<Column>, findings: &mut Vec<Finding>) {
    match table.numbers(name) {
        Err(finding) => findings.push(finding),
        // New rows may all have the same value, an intersection does not look at it.
        Ok(column) if !matches!(spec.work, Work::Train(_)) => columns.push(column),
        Ok(column) => match Scale::of(name, &column.values, 0.0) {
            Err(error) => findings.push(error.into()),
            Ok(_) => columns.push(column),
        },
    }
}
