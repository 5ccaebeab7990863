//! Where the count of a function goes down. What has to be exact is what somebody sees: what is left where a function is
//! called, where it ends, and where it is looked at whether anything is left. In between, what stretches cost is added up
//! here, and is subtracted once for several of them.

use wasmparser::Operator;

use crate::{
    costs::{Stretch, moves, stretches},
    rounds::Rounds,
};

/// What is subtracted before an operator runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Charge {
    /// Below zero where another way to the same place owes more.
    pub amount: i64,
    /// Whether it is looked at whether anything is left.
    pub checked: bool,
}

/// A loop that is counted before it begins, which is looked at too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    /// The operator that opens it.
    pub at: usize,
    pub rounds: Rounds,
    /// What one round costs.
    pub one: i64,
}

/// What a function subtracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charges {
    /// Before each operator.
    pub before: Vec<Charge>,
    /// In the order of their operators, with what is subtracted there in any case.
    pub ahead: Vec<Ahead>,
    /// Behind the body.
    pub after: i64,
}

/// For the operators of a function, the last of which ends it, in a module that imports so many functions.
pub fn charges(operators: &[Operator<'_>], imported: u32) -> Charges {
    let mut stretches = stretches(operators, imported);
    let mut ahead = Vec::new();
    for (at, operator) in operators.iter().enumerate() {
        if let Some(rounds) = Rounds::of(operator, &operators[at + 1..], imported) {
            // A round is one stretch.
            let round = std::mem::take(&mut stretches[at + 1]);
            ahead.push(Ahead { at, rounds, one: round.cost });
        }
    }
    let blocks = Blocks::of(operators);
    let walk = |agreed: Vec<Option<i64>>| Walk::new(operators, imported, &blocks, agreed).walk(&stretches);
    // The first time shows what is owed on each way; where ways meet, the one out of the most loops then pays nothing.
    let first = walk(blocks.agreed.clone());
    let wished = first.wishes.iter().zip(&blocks.agreed).map(|(wish, agreed)| agreed.or(wish.map(|wish| wish.owed)));
    let second = walk(wished.collect());
    Charges { before: second.before, ahead, after: second.owed.unwrap_or_default() }
}

/// What is known of blocks before it is known what is owed. They are numbered as they are opened; the function is block 0.
struct Blocks {
    /// What is owed where a branch to it arrives: nothing at a loop, which is looked at in each round, and where a table
    /// leads, since a way of a table has no place of its own to subtract anything.
    agreed: Vec<Option<i64>>,
    /// Whether it is an `if` with an `else`.
    has_else: Vec<bool>,
}

impl Blocks {
    fn of(operators: &[Operator<'_>]) -> Self {
        let (mut agreed, mut has_else) = (vec![None], vec![false]);
        let mut open = vec![0];
        for operator in operators {
            match operator {
                Operator::Block { .. } | Operator::If { .. } | Operator::Loop { .. } => {
                    open.push(agreed.len());
                    agreed.push(matches!(operator, Operator::Loop { .. }).then_some(0));
                    has_else.push(false);
                }
                Operator::Else => open.last().into_iter().for_each(|block| has_else[*block] = true),
                Operator::End => drop(open.pop()),
                Operator::BrTable { targets } => {
                    // It was read before, when the module was checked.
                    for depth in targets.targets().flatten().chain([targets.default()]) {
                        open.iter().rev().nth(depth as usize).into_iter().for_each(|block| agreed[*block] = Some(0));
                    }
                }
                _ => {}
            }
        }
        Self { agreed, has_else }
    }
}

/// What a way owes that leads to the end of a block, out of so many loops.
#[derive(Clone, Copy)]
struct Wish {
    loops: usize,
    owed: i64,
}

/// A block that is open.
struct Frame {
    block: usize,
    is_loop: bool,
    /// Of an `if`: what is owed where its condition does not hold.
    otherwise: Option<i64>,
    /// Whether any way leads to its end.
    reached: bool,
}

/// A walk over the operators of a function.
struct Walk<'a> {
    operators: &'a [Operator<'a>],
    imported: u32,
    blocks: &'a Blocks,
    frames: Vec<Frame>,
    /// Blocks that were opened so far, and loops that are open.
    opened: usize,
    loops: usize,
    /// What is owed where ways to a block meet, as soon as it is known.
    agreed: Vec<Option<i64>>,
    wishes: Vec<Option<Wish>>,
    /// What stretches cost that began, and is not subtracted yet; nothing where nothing comes to.
    owed: Option<i64>,
    before: Vec<Charge>,
}

impl<'a> Walk<'a> {
    fn new(operators: &'a [Operator<'a>], imported: u32, blocks: &'a Blocks, agreed: Vec<Option<i64>>) -> Self {
        Self {
            operators,
            imported,
            blocks,
            frames: vec![Frame { block: 0, is_loop: false, otherwise: None, reached: false }],
            opened: 0,
            loops: 0,
            wishes: vec![None; agreed.len()],
            agreed,
            owed: Some(0),
            before: vec![Charge::default(); operators.len()],
        }
    }

    fn walk(mut self, stretches: &[Stretch]) -> Self {
        for (at, (operator, stretch)) in self.operators.iter().zip(stretches).enumerate() {
            self.owed.iter_mut().for_each(|owed| *owed += stretch.cost);
            if stretch.checked && self.owed.is_some() {
                self.before[at].checked = true;
                self.pay(at, 0);
            }
            if moves(operator, self.imported) {
                self.pay(at, 0);
            }
            self.operator(at, operator);
        }
        self
    }

    fn operator(&mut self, at: usize, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. } => self.open(false),
            Operator::Loop { .. } => {
                self.pay(at, 0);
                self.open(true);
            }
            Operator::If { .. } => self.open_if(at),
            Operator::Else => {
                self.arrive(at, 0);
                self.owed = self.frames.last().and_then(|frame| frame.otherwise);
            }
            Operator::End => self.close(at),
            Operator::Br { relative_depth } => {
                self.arrive(at, *relative_depth as usize);
                self.owed = None;
            }
            Operator::BrIf { relative_depth } => self.arrive(at, *relative_depth as usize),
            Operator::BrTable { targets } => {
                self.pay(at, 0);
                for depth in targets.targets().flatten().chain([targets.default()]) {
                    self.arrive(at, depth as usize);
                }
                self.owed = None;
            }
            Operator::Return => {
                self.arrive(at, self.frames.len() - 1);
                self.owed = None;
            }
            Operator::Unreachable => {
                self.pay(at, 0);
                self.owed = None;
            }
            _ => {}
        }
    }

    fn open(&mut self, is_loop: bool) {
        self.opened += 1;
        self.loops += usize::from(is_loop);
        self.frames.push(Frame { block: self.opened, is_loop, otherwise: None, reached: false });
    }

    fn open_if(&mut self, at: usize) {
        self.opened += 1;
        let block = self.opened;
        let skips = !self.blocks.has_else[block];
        if skips {
            // Where the condition does not hold, the block's end is the next place.
            match self.blocks.agreed[block] {
                Some(agreed) => self.pay(at, agreed),
                None => self.agreed[block] = self.owed,
            }
        }
        let (otherwise, reached) = (self.owed, skips && self.owed.is_some());
        self.frames.push(Frame { block, is_loop: false, otherwise, reached });
    }

    fn close(&mut self, at: usize) {
        if self.frames.last().is_some_and(|frame| frame.is_loop) {
            // What leaves it goes on behind it.
            self.frames.pop();
            self.loops -= 1;
            return;
        }
        self.arrive(at, 0);
        let frame = self.frames.pop().filter(|frame| frame.reached);
        self.owed = frame.and_then(|frame| self.agreed[frame.block]);
    }

    /// A way to the block so many blocks around here.
    fn arrive(&mut self, at: usize, depth: usize) {
        let (Some(owed), loops) = (self.owed, self.loops) else { return };
        let Some(number) = self.frames.len().checked_sub(1 + depth) else { return };
        let frame = &mut self.frames[number];
        frame.reached = true;
        let block = frame.block;
        let wish = &mut self.wishes[block];
        if wish.is_none_or(|wish| wish.loops < loops) {
            *wish = Some(Wish { loops, owed });
        }
        let agreed = *self.agreed[block].get_or_insert(owed);
        self.pay(at, agreed);
    }

    /// Subtracts all that is owed but `rest`.
    fn pay(&mut self, at: usize, rest: i64) {
        if let Some(owed) = &mut self.owed {
            self.before[at].amount += *owed - rest;
            *owed = rest;
        }
    }
}
