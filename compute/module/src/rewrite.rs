//! One function, with what counts in it.

use std::collections::HashMap;

use wasm_encoder::{
    BlockType, BranchHint, Function, Instruction, ValType,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{FunctionBody, Operator};

use crate::{
    MOST_SLOTS, NO_MEMORY, Refusal,
    charges::{Ahead, Charge, charges},
    check::Checked,
    contained::{Room, settled},
    costs::{PAGE, calls},
    exact::Exact,
    floats::{self, Float},
};

/// A function that calls none of the module does not count the slots of its call, if they are no more than these: there can
/// be one of them at a time.
const FEW_SLOTS: u32 = 256;

/// What is the same for all functions.
pub struct Context<'a> {
    checked: &'a Checked,
    /// Index of the global that counts instructions, and of the one that counts slots.
    pub left: u32,
    pub depth: u32,
    /// Types of blocks that give several values, added behind the module's own.
    pub more_types: Vec<(Vec<wasmparser::ValType>, Vec<wasmparser::ValType>)>,
    /// For each type of the module, that of a block which gives the same several values.
    blocks: Vec<Option<u32>>,
    /// For each global, as which float it changes.
    floats: Vec<Option<Float>>,
}

impl<'a> Context<'a> {
    pub fn new(checked: &'a Checked) -> Self {
        let (mut more_types, mut known): (Vec<(Vec<_>, Vec<_>)>, HashMap<&[_], _>) = Default::default();
        let mut block = |results: &'a [wasmparser::ValType]| {
            if results.len() < 2 {
                return None;
            }
            let at = *known.entry(results).or_insert_with(|| {
                more_types.push((Vec::new(), results.to_vec()));
                checked.types.len() + more_types.len() - 1
            });
            u32::try_from(at).ok()
        };
        let blocks = checked.types.iter().map(|(_, results)| block(results)).collect();
        let mut floats = vec![None; checked.all_globals as usize];
        for kept in &checked.globals {
            floats.get_mut(kept.index as usize).into_iter().for_each(|float| *float = kept.kind.float());
        }
        Self { checked, left: checked.all_globals, depth: checked.all_globals + 1, more_types, blocks, floats }
    }

    /// The type of a block that gives what a function of this index gives.
    fn block(&self, function: u32, results: &[wasmparser::ValType]) -> Result<BlockType, Refusal> {
        match results {
            [] => Ok(BlockType::Empty),
            [one] => Ok(BlockType::Result(val_type(*one)?)),
            _ => {
                let ty = self.checked.type_of(function).and_then(|ty| self.blocks.get(ty as usize).copied().flatten());
                ty.map(BlockType::FunctionType).ok_or_else(|| Refusal::NoModule("too many types".to_owned()))
            }
        }
    }
}

fn val_type(ty: wasmparser::ValType) -> Result<ValType, Refusal> {
    RoundtripReencoder.val_type(ty).map_err(|error| Refusal::NoModule(error.to_string()))
}

/// Writes the module's own function of this number, among those that it does not import.
///
/// The body stands in a block, so that every way out of it goes through the lines behind, which give back what the
/// function took. The count is in a local meanwhile, and in the global when another function is called. What stops it leads
/// out of two more blocks around that one, to the function's end. With the function come hints which branches are hardly
/// ever taken, and which nearly always, so that compilers put aside what is hardly ever run.
///
/// `room` is what may be looked at still for [`settled`].
///
/// # Errors
/// [`Refusal::NoModule`] where the body cannot be read; a module that was checked can.
pub fn rewrite(
    context: &Context<'_>,
    own: usize,
    body: &FunctionBody<'_>,
    room: &mut Room,
) -> Result<(Function, Vec<BranchHint>), Refusal> {
    let broken = |error: wasmparser::BinaryReaderError| Refusal::NoModule(error.message().to_owned());
    let checked = context.checked;
    let missing = || Refusal::NoModule("a function without a type".to_owned());
    let slots = *checked.slots.get(own).ok_or_else(missing)?;
    let index = u32::try_from(own).ok().and_then(|own| own.checked_add(checked.imported)).ok_or_else(missing)?;
    let (parameters, results) = checked.signature(index).ok_or_else(missing)?;

    let mut locals: Vec<(u32, ValType)> = Vec::new();
    let mut types = parameters.to_vec();
    for local in body.get_locals_reader().map_err(broken)? {
        let (many, ty) = local.map_err(broken)?;
        types.extend((0..many).map(|_| ty));
        locals.push((many, val_type(ty)?));
    }
    let count = u32::try_from(types.len()).map_err(|_| missing())?;
    let operators: Vec<Operator<'_>> =
        body.get_operators_reader().map_err(broken)?.into_iter().collect::<Result<_, _>>().map_err(broken)?;

    let exact = Exact::new(&types, parameters.len());
    let mut body = Body {
        context,
        count,
        locals,
        floats: Vec::new(),
        exact,
        number: None,
        nesting: 0,
        out: Vec::new(),
        hints: Vec::new(),
    };
    let left = body.local(ValType::I64);
    let goes_deeper = operators.iter().any(|operator| calls(operator, checked.imported));
    let slots = if goes_deeper || slots > FEW_SLOTS { slots } else { 0 };
    body.enter(left, slots, context.block(index, results)?);
    let charges = charges(&operators, checked.imported);
    let (mut ahead, mut given_by) = (charges.ahead.iter().peekable(), None);
    let settled = settled(&operators, &types, room);
    for (at, ((operator, charge), settled)) in operators.iter().zip(charges.before).zip(settled).enumerate() {
        match (ahead.next_if(|ahead| ahead.at == at), charge) {
            (Some(ahead), Charge { amount, .. }) => body.charge_ahead(left, ahead, amount),
            (None, Charge { checked: true, amount }) => body.charge(left, &[Instruction::I64Const(amount)]),
            (None, Charge { amount: 0, .. }) => {}
            (None, Charge { amount, .. }) => body.count(left, amount),
        }
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => body.nesting += 1,
            // The last one closes the block around all.
            Operator::End => body.nesting = body.nesting.saturating_sub(1),
            _ => {}
        }
        body.operator(left, (operator, given_by), settled)?;
        body.exact.pass(operator);
        given_by = Some(operator);
    }
    body.leave(left, slots, charges.after, index == checked.step);
    body.written().ok_or_else(missing)
}

struct Body<'a, 'b> {
    context: &'a Context<'a>,
    /// Parameters and locals so far.
    count: u32,
    locals: Vec<(u32, ValType)>,
    floats: Vec<(ValType, u32)>,
    exact: Exact,
    /// A local for a number of bytes, rounds or slots.
    number: Option<u32>,
    /// Blocks of the function itself that are open.
    nesting: u32,
    out: Vec<Instruction<'b>>,
    /// Branches, by their place in `out`, and whether each is mostly taken.
    hints: Vec<(usize, bool)>,
}

impl<'b> Body<'_, 'b> {
    fn written(self) -> Option<(Function, Vec<BranchHint>)> {
        let (mut function, mut hints) = (Function::new(self.locals), Vec::new());
        let mut marked = self.hints.iter().peekable();
        for (at, instruction) in self.out.iter().enumerate() {
            if let Some((_, taken)) = marked.next_if(|(marked, _)| *marked == at) {
                let branch_func_offset = u32::try_from(function.byte_len()).ok()?;
                hints.push(BranchHint { branch_func_offset, branch_hint_value: u32::from(*taken) });
            }
            function.instruction(instruction);
        }
        Some((function, hints))
    }

    fn local(&mut self, ty: ValType) -> u32 {
        self.locals.push((1, ty));
        self.count += 1;
        self.count - 1
    }

    fn enter(&mut self, left: u32, slots: u32, block: BlockType) {
        let depth = self.context.depth;
        self.out.extend([Instruction::Block(BlockType::Empty), Instruction::Block(BlockType::Empty)]);
        if slots > 0 {
            let number = self.number();
            self.out.extend([
                Instruction::GlobalGet(depth),
                Instruction::I32Const(slots.cast_signed()),
                Instruction::I32Add,
                Instruction::LocalTee(number),
                Instruction::GlobalSet(depth),
                Instruction::LocalGet(number),
                Instruction::I32Const(MOST_SLOTS.cast_signed()),
                Instruction::I32GtU,
            ]);
            // To where nothing is left to do but to stop.
            self.branch(1, false);
        }
        self.out.extend([
            Instruction::GlobalGet(self.context.left),
            Instruction::LocalSet(left),
            Instruction::Block(block),
        ]);
    }

    /// A step that ends has had all that it counted.
    fn leave(&mut self, left: u32, slots: u32, owed: i64, ends_step: bool) {
        let depth = self.context.depth;
        self.out.extend([Instruction::LocalGet(left), Instruction::I64Const(owed), Instruction::I64Sub]);
        if ends_step {
            self.out.push(Instruction::LocalTee(left));
            self.out.extend([Instruction::I64Const(0), Instruction::I64LtS]);
            self.branch(0, false);
            self.out.push(Instruction::LocalGet(left));
        }
        self.out.push(Instruction::GlobalSet(self.context.left));
        if slots > 0 {
            self.out.extend([
                Instruction::GlobalGet(depth),
                Instruction::I32Const(slots.cast_signed()),
                Instruction::I32Sub,
                Instruction::GlobalSet(depth),
            ]);
        }
        self.out.extend([
            Instruction::Return,
            Instruction::End,
            // Any number below zero says why.
            Instruction::I64Const(-1),
            Instruction::GlobalSet(self.context.left),
            Instruction::End,
            Instruction::Unreachable,
            Instruction::End,
        ]);
    }

    /// A branch on the top operand, which is mostly taken, or hardly ever.
    fn branch(&mut self, depth: u32, taken: bool) {
        self.hints.push((self.out.len(), taken));
        self.out.push(Instruction::BrIf(depth));
    }

    fn save(&mut self, left: u32) {
        self.out.extend([Instruction::LocalGet(left), Instruction::GlobalSet(self.context.left)]);
    }

    /// Counts what goes on, or ends soon.
    fn count(&mut self, left: u32, cost: i64) {
        self.out.extend([
            Instruction::LocalGet(left),
            Instruction::I64Const(cost),
            Instruction::I64Sub,
            Instruction::LocalSet(left),
        ]);
    }

    /// Counts what `cost` leaves on the stack, an `i64`, and stops where nothing is left.
    fn charge(&mut self, left: u32, cost: &[Instruction<'static>]) {
        self.out.push(Instruction::LocalGet(left));
        self.out.extend(cost.iter().cloned());
        self.out.extend([Instruction::I64Sub, Instruction::LocalTee(left)]);
        self.stop_below_zero();
    }

    /// Stops where the top operand, what is left, is below zero.
    fn stop_below_zero(&mut self) {
        // Around the block around the body.
        self.out.extend([Instruction::I64Const(0), Instruction::I64LtS]);
        self.branch(self.nesting + 1, false);
    }

    /// Counts all rounds of a loop, and something more. One that never ends stops here.
    fn charge_ahead(&mut self, left: u32, Ahead { rounds, one, .. }: &Ahead, more: i64) {
        let mut distance = rounds.distance();
        if rounds.mask() != 0 {
            let number = self.number();
            self.out.extend(std::mem::replace(&mut distance, vec![Instruction::LocalGet(number)]));
            self.out.extend([Instruction::LocalTee(number), Instruction::I32Const(rounds.mask()), Instruction::I32And]);
            self.branch(self.nesting + 1, false);
        }
        distance.extend(rounds.cost(*one, more));
        self.charge(left, &distance);
    }

    /// The local for a number of bytes, rounds or slots.
    fn number(&mut self) -> u32 {
        let number = self.number.unwrap_or_else(|| self.local(ValType::I32));
        self.number = Some(number);
        number
    }

    /// Counts for the top operand, a number of bytes or of pages.
    fn charge_for(&mut self, left: u32, each: &[Instruction<'static>]) {
        let number = self.number();
        self.out.push(Instruction::LocalTee(number));
        let mut cost = vec![Instruction::LocalGet(number), Instruction::I64ExtendI32U];
        cost.extend(each.iter().cloned());
        self.charge(left, &cost);
    }

    /// Behind `memory.grow`, with its answer on the stack: a machine without the memory that the module may have is no
    /// answer to the module, since another machine has it. It stops, and [`NO_MEMORY`] says why.
    fn grown(&mut self) {
        let (Some(asked), answer) = (self.number, self.local(ValType::I32)) else { return };
        let most = i64::try_from(self.context.checked.pages.1).unwrap_or(i64::MAX);
        self.out.extend([
            Instruction::LocalTee(answer),
            Instruction::I32Const(-1),
            Instruction::I32Eq,
            Instruction::If(BlockType::Empty),
            Instruction::MemorySize(0),
            Instruction::I64ExtendI32U,
            Instruction::LocalGet(asked),
            Instruction::I64ExtendI32U,
            Instruction::I64Add,
            Instruction::I64Const(most),
            Instruction::I64LeU,
            Instruction::If(BlockType::Empty),
            Instruction::I64Const(NO_MEMORY),
            Instruction::GlobalSet(self.context.left),
            Instruction::Unreachable,
            Instruction::End,
            Instruction::End,
            Instruction::LocalGet(answer),
        ]);
    }

    fn settle(&mut self, float: Float) {
        let ty = float.local();
        let known = self.floats.iter().find(|(known, _)| *known == ty).map(|(_, local)| *local);
        let local = known.unwrap_or_else(|| {
            let local = self.local(ty);
            self.floats.push((ty, local));
            local
        });
        self.settle_in(float, local);
    }

    fn settle_in(&mut self, float: Float, local: u32) {
        for instruction in float.settle(local) {
            match instruction {
                Instruction::BrIf(depth) => self.branch(depth, true),
                other => self.out.push(other),
            }
        }
    }

    fn operator(
        &mut self,
        left: u32,
        (operator, given_by): (&Operator<'b>, Option<&Operator<'b>>),
        settled: Option<Float>,
    ) -> Result<(), Refusal> {
        const EIGHT: [Instruction<'static>; 2] = [Instruction::I64Const(3), Instruction::I64ShrU];
        let imported = self.context.checked.imported;
        match operator {
            Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } | Operator::MemoryInit { .. } => {
                self.charge_for(left, &EIGHT);
            }
            Operator::MemoryGrow { .. } => {
                self.charge_for(left, &[Instruction::I64Const(PAGE), Instruction::I64Mul]);
            }
            // All three have the number of bytes as their last parameter.
            Operator::Call { function_index } if *function_index < imported => self.charge_for(left, &EIGHT),
            Operator::Return => {
                self.out.push(Instruction::Br(self.nesting));
                return Ok(());
            }
            Operator::Unreachable => self.save(left),
            _ => {}
        }
        let calls = calls(operator, imported);
        if calls || matches!(operator, Operator::Call { .. }) {
            self.save(left);
        }
        let of_global = |index: u32| self.context.floats.get(index as usize).copied().flatten();
        if let Some(float) = floats::before(operator, self.exact.top(), of_global) {
            match given_by {
                // It stays settled where it is.
                Some(Operator::LocalGet { local_index } | Operator::LocalTee { local_index }) => {
                    self.settle_in(float, *local_index);
                    self.exact.settled(*local_index);
                }
                _ => self.settle(float),
            }
        }
        let instruction = RoundtripReencoder.instruction(operator.clone());
        self.out.push(instruction.map_err(|error| Refusal::NoModule(error.to_string()))?);
        if matches!(operator, Operator::MemoryGrow { .. }) {
            self.grown();
        }
        if let Some(float) = settled {
            self.settle(float);
        }
        if calls {
            self.out.extend([Instruction::GlobalGet(self.context.left), Instruction::LocalSet(left)]);
        }
        Ok(())
    }
}
