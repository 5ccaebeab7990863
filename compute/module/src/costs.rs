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

/// What is counted before an operator runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Of the whole stretch that begins there; zero where none does.
    pub cost: i64,
    /// Whether it is looked at whether anything is left. Whatever goes on without end comes through such a stretch again and
    /// again: it goes back to a loop, or calls another function of the module.
    pub checked: bool,
}

/// Whether an operator calls a function of the module itself, of which the first so many are imported.
pub fn calls(operator: &Operator<'_>, imported: u32) -> bool {
    match operator {
        Operator::Call { function_index } => *function_index >= imported,
        Operator::CallIndirect { .. } => true,
        _ => false,
    }
}

/// Whether an operator counts for what it moves too.
pub fn moves(operator: &Operator<'_>, imported: u32) -> bool {
    match operator {
        Operator::MemoryCopy { .. }
        | Operator::MemoryFill { .. }
        | Operator::MemoryInit { .. }
        | Operator::MemoryGrow { .. } => true,
        Operator::Call { function_index } => *function_index < imported,
        _ => false,
    }
}

/// For each operator, what is counted before it runs.
pub fn stretches(operators: &[Operator<'_>], imported: u32) -> Vec<Stretch> {
    let mut stretches = vec![Stretch::default(); operators.len()];
    let mut begins = 0;
    // The blocks that are open, the innermost last: whether each is a loop. The first one is the function.
    let mut loops = vec![false];
    for (at, operator) in operators.iter().enumerate() {
        let goes_back = |depth: u32| loops.iter().rev().nth(depth as usize) == Some(&true);
        let checked = calls(operator, imported)
            || match operator {
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => goes_back(*relative_depth),
                // It was read before, when the module was checked.
                Operator::BrTable { targets } => targets.targets().flatten().chain([targets.default()]).any(goes_back),
                _ => false,
            };
        if let Some(stretch) = stretches.get_mut(begins) {
            stretch.cost += of(operator);
            stretch.checked |= checked;
        }
        match operator {
            Operator::Block { .. } | Operator::If { .. } => loops.push(false),
            Operator::Loop { .. } => loops.push(true),
            Operator::End => drop(loops.pop()),
            _ => {}
        }
        if ends_stretch(operator) {
            begins = at + 1;
        }
    }
    stretches
}
