//! Loops whose rounds are known where they begin: a local goes up or down by the same number in each round, until it is what
//! it is compared with, and nothing else leads out of the loop or back. Such a loop is counted before it begins, and runs as
//! it came.

use wasm_encoder::Instruction;
use wasmparser::{BlockType, Operator};

use crate::costs::{calls, ends_stretch, moves};

/// The rounds of a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds {
    /// The local that changes.
    counter: u32,
    /// By how much: a power of two, or that below zero.
    step: i32,
    /// What it is when the loop ends.
    until: Until,
}

/// What stays the same in the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Number(i32),
    Local(u32),
}

/// What stands on the stack before the branch back.
enum Value {
    Number(i32),
    /// A local, read or just set.
    Local(u32),
}

impl Rounds {
    /// Of the loop that is opened by the operator before these.
    pub fn of(opened_by: &Operator<'_>, behind: &[Operator<'_>], imported: u32) -> Option<Self> {
        if !matches!(opened_by, Operator::Loop { blockty: BlockType::Empty }) {
            return None;
        }
        let back = behind.iter().position(ends_stretch)?;
        let (body, rest) = behind.split_at(back);
        let [Operator::BrIf { relative_depth: 0 }, Operator::End, ..] = rest else { return None };
        // The end of a block would stand behind its own branch: where one is open, the branch leads there, and not back.
        let opens = |operator: &Operator<'_>| matches!(operator, Operator::Block { .. });
        if body.iter().any(|operator| opens(operator) || calls(operator, imported) || moves(operator, imported)) {
            return None;
        }
        let (one, other) = compared(body)?;
        let counts = |value: &Value, until: &Value| {
            let Value::Local(counter) = *value else { return None };
            let until = match *until {
                Value::Number(number) => Until::Number(number),
                Value::Local(local) if sets(body, local).next().is_none() => Until::Local(local),
                Value::Local(_) => return None,
            };
            Some(Self { counter, step: step(body, counter)?, until })
        };
        counts(&one, &other).or_else(|| counts(&other, &one))
    }

    /// How far it has to go, as an unsigned number, is left on the stack.
    pub fn distance(&self) -> Vec<Instruction<'static>> {
        let until = match self.until {
            Until::Number(number) => Instruction::I32Const(number),
            Until::Local(local) => Instruction::LocalGet(local),
        };
        let counter = Instruction::LocalGet(self.counter);
        let (from, to) = if self.step > 0 { (counter, until) } else { (until, counter) };
        vec![to, from, Instruction::I32Sub]
    }

    /// Ones where a distance has to have zeros, or the loop never ends.
    pub fn mask(&self) -> i32 {
        self.step.unsigned_abs().wrapping_sub(1).cast_signed()
    }

    /// Of a distance on the stack: what all rounds cost, if one costs so much, with something more. A distance of nothing is
    /// that of all numbers: the loop ends when it comes around.
    pub fn cost(&self, one: i64, more: i64) -> Vec<Instruction<'static>> {
        let size = self.step.unsigned_abs();
        let mut cost = vec![Instruction::I32Const(size.cast_signed()), Instruction::I32Sub];
        if size > 1 {
            cost.extend([Instruction::I32Const(size.trailing_zeros().cast_signed()), Instruction::I32ShrU]);
        }
        cost.extend([
            Instruction::I64ExtendI32U,
            Instruction::I64Const(one),
            Instruction::I64Mul,
            Instruction::I64Const(one + more),
            Instruction::I64Add,
        ]);
        cost
    }
}

/// The two numbers whose difference decides at a body's end whether it begins again.
fn compared(body: &[Operator<'_>]) -> Option<(Value, Value)> {
    let Some((Operator::I32Ne, before)) = body.split_last() else {
        return Some((value(body)?.0, Value::Number(0)));
    };
    let (one, before) = value(before)?;
    Some((one, value(before)?.0))
}

/// The value that some operators leave, and those before it.
fn value<'a, 'b>(operators: &'a [Operator<'b>]) -> Option<(Value, &'a [Operator<'b>])> {
    match operators {
        [before @ .., Operator::I32Const { value }] => Some((Value::Number(*value), before)),
        [before @ .., Operator::LocalGet { local_index }] => Some((Value::Local(*local_index), before)),
        [
            before @ ..,
            Operator::LocalGet { .. },
            Operator::I32Const { .. },
            Operator::I32Add,
            Operator::LocalTee { local_index },
        ] => Some((Value::Local(*local_index), before)),
        _ => None,
    }
}

/// Where a body sets a local.
fn sets(body: &[Operator<'_>], local: u32) -> impl Iterator<Item = usize> {
    let sets = move |operator: &Operator<'_>| match operator {
        Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => *local_index == local,
        _ => false,
    };
    body.iter().enumerate().filter(move |(_, operator)| sets(operator)).map(|(at, _)| at)
}

/// By how much a body changes a local, which it does once.
fn step(body: &[Operator<'_>], local: u32) -> Option<i32> {
    let mut sets = sets(body, local);
    let (at, None) = (sets.next()?, sets.next()) else { return None };
    match body.get(at.checked_sub(3)?..at)? {
        [Operator::LocalGet { local_index }, Operator::I32Const { value }, Operator::I32Add]
            if *local_index == local && value.unsigned_abs().is_power_of_two() =>
        {
            Some(*value)
        }
        _ => None,
    }
}
