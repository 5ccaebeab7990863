//! What an owner brings to a run, and whether it can be used on the rows of the task.

use mpc::{Seat, draw::Registry};
use mpc_learn::{Column, NewRows, Prediction, Prepared, Scale, Task, check_inputs, label_exponent};

use super::progress::Rows as Found;
use crate::{
    data::Table,
    error::RunError,
    results::Kept,
    spec::{Computed, Spec, Work},
};

/// What an owner brings.
pub struct Brings<'a> {
    pub table: &'a Table,
    /// The half of the model that a prediction names.
    pub kept: Option<&'a Kept>,
    /// Fewer common rows are refused before they are told.
    pub least_rows: u32,
    /// What was hidden under which mask before; as long as the program lives.
    pub registry: &'a mut Registry,
}

/// A column on the rows of the task, in their order.
fn chosen(table: &Table, name: &str, found: &Found) -> Result<Column, RunError> {
    let all = table.numbers(name)?;
    let rows = found.rows.iter().flatten();
    Ok(Column { name: all.name, values: rows.filter_map(|row| all.values.get(*row as usize)).copied().collect() })
}

/// This owner's columns of the common rows, in the task's order.
fn columns(spec: &Spec, owner: Seat, found: &Found, brings: &Brings<'_>) -> Result<Vec<Column>, RunError> {
    spec.owner(owner).columns.iter().map(|name| chosen(brings.table, name, found)).collect()
}

/// Between which powers of two the deviation of the label lies on the common rows; 0 where this owner has it not.
pub(super) fn exponent(spec: &Spec, owner: Seat, found: &Found, brings: &Brings<'_>) -> Result<i32, RunError> {
    let Some(label) = spec.label_of(owner) else { return Ok(0) };
    let scale = Scale::of(label, &chosen(brings.table, label, found)?.values, 0.0)?;
    scale.check_label(label)?;
    Ok(label_exponent(&scale))
}

/// What this owner trains on.
pub(super) fn prepared(
    spec: &Spec,
    owner: Seat,
    task: &Task,
    found: &Found,
    brings: &Brings<'_>,
) -> Result<Prepared, RunError> {
    let Work::Train(train) = &spec.work else { return Err(RunError::OtherSeat { seat: Spec::seat_of(owner) }) };
    let columns = columns(spec, owner, found, brings)?;
    let label = spec.label_of(owner).map(|label| chosen(brings.table, label, found)).transpose()?;
    Ok(Prepared::new(task, owner, &columns, label.as_ref(), train.winsorise)?)
}

/// What this owner predicts on.
pub(super) fn new_rows(
    spec: &Spec,
    owner: Seat,
    prediction: &Prediction,
    found: &Found,
    brings: &Brings<'_>,
) -> Result<NewRows, RunError> {
    let kept = brings.kept.ok_or(RunError::NoModel { task: 0 })?;
    let columns = columns(spec, owner, found, brings)?;
    Ok(NewRows::new(prediction, owner, &columns, &kept.scales, kept.label_scale)?)
}

/// Whether the columns can be computed with: what the run would refuse later, before anything of them is sent.
///
/// # Errors
/// What is wrong with which column.
pub(super) fn check(
    spec: &Spec,
    owner: Seat,
    computed: &Computed,
    found: &Found,
    brings: &Brings<'_>,
) -> Result<(), RunError> {
    match computed {
        Computed::Fit(task) => Ok(check_inputs(task, &prepared(spec, owner, task, found, brings)?)?),
        Computed::Predict(prediction) => new_rows(spec, owner, prediction, found, brings).map(|_| ()),
    }
}
