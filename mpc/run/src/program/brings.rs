//! What an owner brings to a run.

use mpc::draw::Registry;
use mpc_learn::Column;

use super::progress::Rows as Found;
use crate::{data::Table, error::RunError, results::Kept};

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
pub(super) fn chosen(table: &Table, name: &str, found: &Found) -> Result<Column, RunError> {
    let all = table.numbers(name)?;
    let rows = found.rows.iter().flatten();
    Ok(Column { name: all.name, values: rows.filter_map(|row| all.values.get(*row as usize)).copied().collect() })
}
