//! Which scalars have the same bits in each engine as they are: those that were only copied, never computed, and those that
//! were settled already (see `floats`).

use wasmparser::{Operator, ValType};

/// Whether the bits of a scalar are the same in each engine because of the operator that gives it: it only copies them,
/// or never gives a NaN.
fn is_exact(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::F32Load { .. }
            | Operator::F64Load { .. }
            | Operator::F32Const { .. }
            | Operator::F64Const { .. }
            | Operator::F32ReinterpretI32
            | Operator::F64ReinterpretI64
            | Operator::F32ConvertI32S
            | Operator::F32ConvertI32U
            | Operator::F32ConvertI64S
            | Operator::F32ConvertI64U
            | Operator::F64ConvertI32S
            | Operator::F64ConvertI32U
            | Operator::F64ConvertI64S
            | Operator::F64ConvertI64U
    )
}

/// What is known on the way through a function. It is forgotten where another way could join it.
pub struct Exact {
    /// For each local, the stretch in which it was last known to be exact.
    locals: Vec<u32>,
    /// Stretches so far, between places where ways join.
    stretch: u32,
    top: bool,
}

impl Exact {
    /// Where a function with these locals begins, of which the first are its parameters.
    pub fn new(locals: &[ValType], parameters: usize) -> Self {
        // Others are zero; what a parameter is was somebody else's.
        let locals = (0..locals.len()).map(|local| u32::from(local >= parameters)).collect();
        Self { locals, stretch: 1, top: false }
    }

    /// Whether the top operand is.
    pub fn top(&self) -> bool {
        self.top
    }

    /// A local was settled.
    pub fn settled(&mut self, local: u32) {
        self.set(local, true);
    }

    /// Goes on behind an operator.
    pub fn pass(&mut self, operator: &Operator<'_>) {
        self.top = match operator {
            Operator::LocalGet { local_index } => self.locals.get(*local_index as usize) == Some(&self.stretch),
            Operator::LocalSet { local_index } => {
                self.set(*local_index, self.top);
                false
            }
            Operator::LocalTee { local_index } => {
                self.set(*local_index, self.top);
                self.top
            }
            // They change nothing but the sign's bit.
            Operator::F32Abs | Operator::F32Neg | Operator::F64Abs | Operator::F64Neg => self.top,
            Operator::Loop { .. } | Operator::Else | Operator::End => {
                self.stretch += 1;
                false
            }
            other => is_exact(other),
        };
    }

    fn set(&mut self, local: u32, is_exact: bool) {
        let known = if is_exact { self.stretch } else { 0 };
        self.locals.get_mut(local as usize).into_iter().for_each(|local| *local = known);
    }
}
