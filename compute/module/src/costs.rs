//! What operators count.

use wasmparser::Operator;

/// What each page of memory counts when memory grows.
pub const PAGE: i64 = 65_536 / 8;

/// Instructions that an operator counts by itself, whatever it moves.
pub fn of(operator: &Operator<'_>) -> i64 {
    match operator {
        Operator::Block { .. } | Operator::Loop { .. } | Operator::Else | Operator::End | Operator::Nop => 0,
        _ => 1,
    }
}

/// Whether another operator may run next than the one behind it, or the one behind it may be reached from elsewhere.
pub fn ends_stretch(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::End
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::Unreachable
    )
}

/// For each operator, what is counted before it runs: the whole stretch that begins there, else nothing.
pub fn stretches(operators: &[Operator<'_>]) -> Vec<i64> {
    let mut costs = vec![0; operators.len()];
    let mut begins = 0;
    for (at, operator) in operators.iter().enumerate() {
        if let Some(cost) = costs.get_mut(begins) {
            *cost += of(operator);
        }
        if ends_stretch(operator) {
            begins = at + 1;
        }
    }
    costs
}
