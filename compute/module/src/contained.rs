//! Which vectors are settled (see `floats`): those whose bits somebody could see. One that goes into nothing but operators for
//! which each NaN is as good as any other stays as the engine made it, through however many locals it goes on its way:
//! products of matrices would take twice as long otherwise.
//!
//! Vectors are put into classes: what a local may hold at one place is of one class. As soon as one vector of a class goes
//! anywhere else, all of them are settled, where they are made.

use std::collections::BTreeSet;

use wasmparser::{BlockType, BrTable, ContType, FrameKind, FuncType, ModuleArity, Operator, RefType, SubType, ValType};

use crate::floats::{Float, makes, takes};

/// Beyond so many places where ways part, times locals for vectors, a function is not looked at: all of it is settled.
const MOST: usize = 1 << 22;

/// How many such places may be looked at still, times locals for vectors, in all functions of a module.
pub struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(64 * MOST)
    }
}

/// For each operator, as what its result is settled behind it. `locals` are the function's, its parameters first.
pub fn settled(operators: &[Operator<'_>], locals: &[ValType], room: &mut Room) -> Vec<Option<Float>> {
    let mut made: Vec<Option<Float>> = operators.iter().map(makes).collect();
    if made.iter().all(Option::is_none) {
        return made;
    }
    let vectors = locals.iter().filter(|ty| **ty == ValType::V128).count();
    let forks: usize = operators.iter().map(ways).sum();
    let looked = forks.saturating_mul(vectors);
    if looked > MOST || looked > room.0 {
        return made;
    }
    room.0 -= looked;
    let mut look = Look::new(locals, vectors);
    for (at, operator) in operators.iter().enumerate() {
        look.at(at, operator);
    }
    for (at, class) in std::mem::take(&mut look.makers) {
        if let (false, Some(made)) = (look.is_seen(class), made.get_mut(at)) {
            *made = None;
        }
    }
    made
}

/// Whether a way parts from another one here, or joins it.
fn parts(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Block { .. }
            | Operator::Loop { .. }
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

/// How many ways part or join at an operator.
fn ways(operator: &Operator<'_>) -> usize {
    match operator {
        Operator::BrTable { targets } => places(targets).len(),
        other => usize::from(parts(other)),
    }
}

/// Where a table leads to, each place once.
fn places(targets: &BrTable<'_>) -> BTreeSet<u32> {
    // It was read before, when the module was checked.
    targets.targets().flatten().chain([targets.default()]).collect()
}

/// A class of vectors, by its number.
type Class = usize;
/// What each local for vectors holds, where something was made for it.
type Held = Vec<Option<Class>>;

/// As what the vectors of a class were made, and what they went into.
#[derive(Clone, Copy, Default)]
struct Seen {
    made: [bool; 2],
    taken: [bool; 2],
    elsewhere: bool,
}

/// A block that is open.
#[derive(Default)]
struct Frame {
    /// What locals hold where it is left by a branch.
    left: Option<Held>,
    /// Of a loop: where it begins again.
    again: Option<Held>,
    /// Of an `if`: where its condition does not hold.
    otherwise: Option<Held>,
}

struct Look {
    /// For each local, its number among those for vectors.
    places: Vec<Option<usize>>,
    /// Nothing where nothing comes to.
    held: Option<Held>,
    /// The top of the operands, as far as it is known.
    operands: Vec<Option<Class>>,
    frames: Vec<Frame>,
    /// Classes that became one point to each other.
    classes: Vec<Class>,
    seen: Vec<Seen>,
    /// Operators that make vectors, with the classes of these.
    makers: Vec<(usize, Class)>,
}

impl Look {
    fn new(locals: &[ValType], vectors: usize) -> Self {
        let mut next = 0..;
        let places = locals.iter().map(|ty| if *ty == ValType::V128 { next.next() } else { None }).collect();
        Self {
            places,
            held: Some(vec![None; vectors]),
            operands: Vec::new(),
            frames: vec![Frame::default()],
            classes: Vec::new(),
            seen: Vec::new(),
            makers: Vec::new(),
        }
    }

    fn at(&mut self, at: usize, operator: &Operator<'_>) {
        if parts(operator) {
            // What stands below stays there, and is not followed.
            self.forget_operands();
            self.part(operator);
            return;
        }
        if self.held.is_none() {
            return;
        }
        match operator {
            Operator::LocalGet { local_index } => {
                let class = self.place(*local_index).and_then(|place| *self.held.as_ref()?.get(place)?);
                self.operands.push(class);
            }
            Operator::LocalSet { local_index } => {
                let class = self.operands.pop().flatten();
                self.hold(*local_index, class);
            }
            Operator::LocalTee { local_index } => {
                let class = self.operands.last().copied().flatten();
                self.hold(*local_index, class);
            }
            Operator::Drop => drop(self.operands.pop()),
            other => self.compute(at, other),
        }
    }

    /// An operator that takes operands and gives others.
    fn compute(&mut self, at: usize, operator: &Operator<'_>) {
        let Some((taken, given)) = operator.operator_arity(&Alone) else {
            return self.forget_operands();
        };
        for _ in 0..taken {
            if let Some(class) = self.operands.pop().flatten() {
                self.goes(class, takes(operator));
            }
        }
        match makes(operator) {
            Some(float) => {
                let class = self.class();
                if let (Some(lanes), Some(seen)) = (lanes(float), self.seen.get_mut(class)) {
                    seen.made[lanes] = true;
                }
                self.makers.push((at, class));
                self.operands.push(Some(class));
            }
            None => self.operands.extend((0..given).map(|_| None)),
        }
    }

    fn part(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. } => self.frames.push(Frame::default()),
            Operator::Loop { .. } => {
                // It may hold what is made further below.
                let mut held = self.held.take();
                held.iter_mut().flatten().for_each(|class| *class = Some(class.unwrap_or_else(|| self.class())));
                self.frames.push(Frame { again: held.clone(), ..Frame::default() });
                self.held = held;
            }
            Operator::If { .. } => self.frames.push(Frame { otherwise: self.held.clone(), ..Frame::default() }),
            Operator::Else => {
                let held = self.held.take();
                let (left, otherwise) = match self.frames.last_mut() {
                    Some(frame) => (frame.left.take(), frame.otherwise.take()),
                    None => (None, None),
                };
                let left = self.joined(left, held);
                self.frames.last_mut().into_iter().for_each(|frame| frame.left.clone_from(&left));
                self.held = otherwise;
            }
            Operator::End => {
                let (held, frame) = (self.held.take(), self.frames.pop().unwrap_or_default());
                let held = self.joined(held, frame.left);
                self.held = self.joined(held, frame.otherwise);
            }
            Operator::Br { relative_depth } => {
                self.branch(*relative_depth);
                self.held = None;
            }
            Operator::BrIf { relative_depth } => self.branch(*relative_depth),
            Operator::BrTable { targets } => {
                places(targets).into_iter().for_each(|depth| self.branch(depth));
                self.held = None;
            }
            _ => self.held = None,
        }
    }

    fn branch(&mut self, depth: u32) {
        let frame = self.frames.len().checked_sub(1 + depth as usize);
        let Some(frame) = frame.and_then(|frame| self.frames.get_mut(frame)) else { return };
        let held = self.held.clone();
        if let Some(again) = frame.again.clone() {
            self.joined(Some(again), held);
            return;
        }
        let left = frame.left.take();
        let left = self.joined(left, held);
        let frame = self.frames.len() - 1 - depth as usize;
        self.frames.get_mut(frame).into_iter().for_each(|frame| frame.left.clone_from(&left));
    }

    /// What locals hold where two ways come together.
    fn joined(&mut self, one: Option<Held>, other: Option<Held>) -> Option<Held> {
        match (one, other) {
            (Some(mut one), Some(other)) => {
                for (held, more) in one.iter_mut().zip(other) {
                    *held = match (*held, more) {
                        (Some(held), Some(more)) => Some(self.unite(held, more)),
                        (held, more) => held.or(more),
                    };
                }
                Some(one)
            }
            (one, other) => one.or(other),
        }
    }

    fn place(&self, local: u32) -> Option<usize> {
        self.places.get(local as usize).copied().flatten()
    }

    fn hold(&mut self, local: u32, class: Option<Class>) {
        let place = self.place(local);
        let held = place.and_then(|place| self.held.as_mut()?.get_mut(place));
        held.into_iter().for_each(|held| *held = class);
    }

    fn forget_operands(&mut self) {
        for class in std::mem::take(&mut self.operands).into_iter().flatten() {
            self.goes(class, None);
        }
    }

    fn class(&mut self) -> Class {
        self.classes.push(self.classes.len());
        self.seen.push(Seen::default());
        self.classes.len() - 1
    }

    /// The one that stands for all that a class has become one with.
    fn root(&mut self, mut class: Class) -> Class {
        while let Some(next) = self.classes.get(class).copied().filter(|next| *next != class) {
            let behind = self.classes.get(next).copied().unwrap_or(next);
            self.classes[class] = behind;
            class = behind;
        }
        class
    }

    fn unite(&mut self, one: Class, other: Class) -> Class {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            let more = self.seen[other];
            let seen = &mut self.seen[one];
            for lanes in 0..2 {
                seen.made[lanes] |= more.made[lanes];
                seen.taken[lanes] |= more.taken[lanes];
            }
            seen.elsewhere |= more.elsewhere;
            self.classes[other] = one;
        }
        one
    }

    /// A vector of this class goes into an operator that takes it as such.
    fn goes(&mut self, class: Class, into: Option<Float>) {
        let root = self.root(class);
        match into.and_then(lanes) {
            Some(lanes) => self.seen[root].taken[lanes] = true,
            None => self.seen[root].elsewhere = true,
        }
    }

    /// Whether bits of a NaN of this class could be seen.
    fn is_seen(&mut self, class: Class) -> bool {
        let root = self.root(class);
        let Seen { made, taken, elsewhere } = self.seen[root];
        elsewhere || made[0] && (made[1] || taken[1]) || made[1] && taken[0]
    }
}

fn lanes(float: Float) -> Option<usize> {
    match float {
        Float::F32x4 => Some(0),
        Float::F64x2 => Some(1),
        Float::F32 | Float::F64 => None,
    }
}

/// Nothing is known of the module but the operator: those that need more are not followed.
struct Alone;

impl ModuleArity for Alone {
    fn sub_type_at(&self, _: u32) -> Option<&SubType> {
        None
    }

    fn tag_type_arity(&self, _: u32) -> Option<(u32, u32)> {
        None
    }

    fn type_index_of_function(&self, _: u32) -> Option<u32> {
        None
    }

    fn func_type_of_cont_type(&self, _: &ContType) -> Option<&FuncType> {
        None
    }

    fn sub_type_of_ref_type(&self, _: &RefType) -> Option<&SubType> {
        None
    }

    fn control_stack_height(&self) -> u32 {
        0
    }

    fn label_block(&self, _: u32) -> Option<(BlockType, FrameKind)> {
        None
    }
}
