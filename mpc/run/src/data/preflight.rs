//! All rules that an owner's table must keep for a task, in one report, before anything is signed or sent.

use mpc::Seat;
use mpc_learn::{Column, LearnError, Prepared, Scale, check_inputs, label_exponent};
use protocol::Digest;
use psi::{IdError, Ids};

use super::{finding::Finding, rank, table::Table};
use crate::spec::{Rows, Spec, Train, Work};

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
    let winsorise = match &spec.work {
        // Another one was found above.
        Work::Train(train) if (0.0..0.5).contains(&train.winsorise) => train.winsorise,
        _ => 0.0,
    };
    let mut columns = Vec::new();
    for name in &spec.owner(owner).columns {
        let is_fit = |column: &Column| feature_fits(&spec.rows, column, winsorise);
        columns.extend(column(spec, table, name, is_fit, &mut findings));
    }
    // A ridge tells apart what says the same.
    if matches!(&spec.work, Work::Train(train) if train.ridge == 0.0) {
        findings.extend(rank::dependent(&columns, &spec.rows, winsorise).map(|column| Finding::Dependent { column }));
    }
    let label = spec.label_of(owner).and_then(|name| {
        let is_fit = |column: &Column| label_fits(&spec.rows, column);
        column(spec, table, name, is_fit, &mut findings)
    });
    if let (Rows::Given { .. }, Work::Train(train), true) = (&spec.rows, &spec.work, findings.is_empty()) {
        findings.extend(as_given(spec, train, owner, &columns, label.as_ref()).err().map(Finding::from));
    }
    Report { rows: table.rows(), findings }
}

/// Whether a column can be learned from. Rows that are given are looked at as they go into the run, extreme values moved. Which rows
/// are common is not known yet, and extreme values are moved by those alone: only what no part of the rows escapes is found.
fn feature_fits(rows: &Rows, column: &Column, winsorise: f64) -> Result<(), LearnError> {
    match rows {
        Rows::Given { .. } => Scale::of(&column.name, &column.values, winsorise).map(|_| ()),
        Rows::Common { .. } => column.check_any_part(),
    }
}

/// The same of the label.
fn label_fits(rows: &Rows, column: &Column) -> Result<(), LearnError> {
    match rows {
        Rows::Given { .. } => Scale::of(&column.name, &column.values, 0.0)?.check_label(&column.name),
        Rows::Common { .. } => column.check_label_of_any_part(),
    }
}

/// Rows that need not be aligned go into the run as they are, so that what it would refuse is known. In an order that is drawn
/// nobody knows the parts yet.
fn as_given(
    spec: &Spec,
    train: &Train,
    owner: Seat,
    columns: &[Column],
    label: Option<&Column>,
) -> Result<(), LearnError> {
    if train.shuffle {
        return Ok(());
    }
    let exponent = match label {
        Some(label) => label_exponent(&Scale::of(&label.name, &label.values, 0.0)?),
        None => 0,
    };
    let task = spec.learning(train, spec.most_rows(), exponent, Digest::ZERO);
    check_inputs(&task, &Prepared::new(&task, owner, columns, label, train.winsorise)?)
}

/// The ids of the key column, if they fit what the task declares.
fn ids(table: &Table, key: &str, form: psi::Form, declared: u32) -> Result<Ids, Finding> {
    let ids = Ids::read(table.cells(key)?, form)?;
    if ids.count() > declared as usize {
        return Err(IdError::TooMany { found: ids.count(), declared }.into());
    }
    Ok(ids)
}

/// The numbers of a column, if they are fit to be trained on.
fn column(
    spec: &Spec,
    table: &Table,
    name: &str,
    is_fit: impl FnOnce(&Column) -> Result<(), LearnError>,
    findings: &mut Vec<Finding>,
) -> Option<Column> {
    let looked = table.numbers(name).and_then(|column| {
        // New rows may all have the same value, an intersection does not look at it.
        if matches!(spec.work, Work::Train(_)) {
            is_fit(&column)?;
        }
        Ok(column)
    });
    looked.map_err(|finding| findings.push(finding)).ok()
}
