//! All tasks together: every call of `Tasks`, by the rules. What a call would say, or why it is refused, is decided without
//! changing anything; what was said is taken in by [`Book::apply`].
//!
//! | module | calls |
//! |---|---|
//! | `publishing` | publish |
//! | `confirming` | confirm, reject, cancel, expire |
//! | `helpers` | accept, draw, serve, decline, advance |
//! | `running` | start, begin, finish, fail, stall, respond, retry |
//! | `afterwards` | demand, deliver, collect |
//! | `signatures` | what several of them demand |
//! | `lineage` | none: versions, steps of pipelines, what was made with a model |

mod afterwards;
mod confirming;
mod helpers;
mod lineage;
mod publishing;
mod running;
mod signatures;

use std::collections::BTreeMap;

use contracts::Refused;
use directory::Registry;
use protocol::{Address, Amount, Digest, Numbered};

use crate::{Candidate, Draft, Event, Failure, Outcome, State, Task};

/// All that `Tasks` and the contracts below it store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// Organisations, data sets and grants; `registry.tasks` is the address of `Tasks`.
    pub registry: Registry,
    pub tasks: Numbered<Task>,
    /// By owners and day.
    pub draws: BTreeMap<Digest, DrawBlock>,
    /// What accounts can collect, beside parts of tasks.
    pub owed: BTreeMap<Address, Amount>,
}

/// The block that draws for a set of owners on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawBlock {
    pub number: u64,
    /// When it was fixed; who joined the directory later is not drawn.
    pub fixed_at: u64,
    /// Once somebody has drawn.
    pub hash: Option<Digest>,
}

/// Who calls, and what the chain knows then.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub caller: Address,
    /// Time and number of the block.
    pub now: u64,
    pub block: u64,
    /// The hash of an earlier block, where the chain still knows it.
    pub hash_of: &'a dyn Fn(u64) -> Option<Digest>,
}

/// What is said in a call, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Task(u64, Event),
    /// By the contracts below.
    Registry(directory::Event),
    /// `Owed`
    Owed(Address, Amount),
    /// `Collected`
    Collected(Address, Amount),
}

/// What all have signed of the sealed keys of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedKeys {
    /// The digest that was signed, of the outcome that is given.
    pub result: Digest,
    /// `sealedKeys` of that outcome.
    pub keys: Digest,
    /// keccak256 of the sealed key of each seat, zero for a seat that owes none.
    pub key_hashes: Vec<Digest>,
}

/// A call. Signatures stand as the accounts that made them, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    Publish(Vec<Draft>),
    Confirm { task: u64, seat: u8, key: Digest, input: Digest, signer: Address, accepted: u16 },
    Reject { task: u64, seat: u8, reason: String },
    Cancel { task: u64 },
    Expire { task: u64 },
    Accept { task: u64, seat: u8, accepted: u16 },
    Draw { task: u64, candidates: Vec<Candidate> },
    Serve { task: u64, key: Digest },
    Decline { task: u64, candidates: Vec<Candidate> },
    Advance { task: u64, candidates: Vec<Candidate>, dealt: u64, signers: Vec<Address> },
    Start { task: u64 },
    Begin { task: u64, signers: Vec<Address> },
    Finish { task: u64, outcome: Outcome, result: Digest, signers: Vec<Address> },
    Fail { task: u64, failure: Failure, signers: Vec<Address> },
    Stall { task: u64, seat: u8, heads: Digest },
    Respond { task: u64, seat: u8, heads: Digest, signer: Option<Address> },
    Retry { task: u64 },
    Demand { task: u64, seat: u8, signed: SignedKeys },
    Deliver { task: u64, seat: u8, signed: SignedKeys, sealed: Vec<u8> },
    Collect { task: u64, part: u8 },
    CollectOwed { account: Address },
}

impl Book {
    /// What a call would say, or why it is refused. Coins are not looked at: who has too few, or allows too few, is refused
    /// by the coin.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn decide(&self, call: Call<'_>, what: &Move) -> Result<Vec<Said>, Refused> {
        match what {
            Move::Publish(drafts) => self.publish(call, drafts),
            Move::Confirm { task, seat, key, input, signer, accepted } => {
                self.confirm(call, *task, *seat, (*key, *input, *signer), *accepted)
            }
            Move::Reject { task, seat, reason } => self.reject(call, *task, *seat, reason),
            Move::Cancel { task } => self.cancel(call, *task),
            Move::Expire { task } => self.expire(call, *task),
            Move::Accept { task, seat, accepted } => self.accept(call, *task, *seat, *accepted),
            Move::Draw { task, candidates } => self.draw(call, *task, candidates),
            Move::Serve { task, key } => self.serve(call, *task, *key),
            Move::Decline { task, candidates } => self.decline(call, *task, candidates),
            Move::Advance { task, candidates, dealt, signers } => {
                self.advance(call, *task, candidates, *dealt, signers)
            }
            Move::Start { task } => self.start(call, *task),
            Move::Begin { task, signers } => self.begin(call, *task, signers),
            Move::Finish { task, outcome, result, signers } => self.finish(*task, outcome, *result, signers),
            Move::Fail { task, failure, signers } => self.fail(*task, failure, signers),
            Move::Stall { task, seat, heads } => self.stall(call, *task, *seat, *heads),
            Move::Respond { task, seat, heads, signer } => self.respond(call, *task, *seat, *heads, *signer),
            Move::Retry { task } => self.retry(call, *task),
            Move::Demand { task, seat, signed } => self.demand(call, *task, *seat, signed),
            Move::Deliver { task, seat, signed, sealed } => self.deliver(call, *task, *seat, signed, sealed),
            Move::Collect { task, part } => self.collect(call, *task, *part),
            Move::CollectOwed { account } => {
                let amount = self.owed.get(account).copied().unwrap_or(Amount::ZERO);
                if amount == Amount::ZERO {
                    return Err(Refused::new("NothingOwed(address)", [(*account).into()]));
                }
                Ok(vec![Said::Collected(*account, amount)])
            }
        }
    }

    /// Takes in what was said at a moment.
    pub fn apply(&mut self, said: &Said, at: u64) {
        match said {
            Said::Registry(event) => self.registry.apply(event, at),
            Said::Owed(account, amount) => self.owed.entry(*account).or_default().0 += amount.0,
            Said::Collected(account, _) => drop(self.owed.remove(account)),
            Said::Task(id, event) => self.take_in(*id, event, at),
        }
    }

    fn take_in(&mut self, id: u64, event: &Event, at: u64) {
        if let Event::Published { requester, waits_for, model_of, draft } = event {
            let before = self.task(*waits_for).map(|before| &before.draft);
            let made = Task::published(*requester, (*waits_for, *model_of), draft, before, &self.registry, at);
            if let Some(made) = made.filter(|_| self.task(id).is_none()) {
                self.tasks.put(id, made);
            }
            return;
        }
        match event {
            Event::DrawFixed { owners, draw_block } => {
                let drawn = DrawBlock { number: *draw_block, fixed_at: at, hash: None };
                self.draws.entry(*owners).or_insert(drawn);
            }
            Event::HelperDrawn { draw_hash, .. } => {
                let owners = self.task(id).and_then(|task| task.helper.as_ref()?.owners);
                let draw = owners.and_then(|owners| self.draws.get_mut(&owners));
                draw.into_iter().for_each(|draw| draw.hash = Some(*draw_hash));
            }
            _ => {}
        }
        self.tasks.get_mut(id).into_iter().for_each(|task| task.apply(event, at));
    }

    /// A task by its number.
    pub fn task(&self, id: u64) -> Option<&Task> {
        self.tasks.get(id)
    }

    /// All that the contract holds: for tasks, and for accounts that can collect.
    pub fn holds(&self) -> Amount {
        let tasks: u128 = self.tasks.values().map(|task| task.holds().0).sum();
        Amount(tasks + self.owed.values().map(|amount| amount.0).sum::<u128>())
    }

    fn existing(&self, id: u64) -> Result<&Task, Refused> {
        self.task(id).ok_or_else(|| Refused::new("NoSuchTask(uint64)", [id.into()]))
    }

    fn during(&self, id: u64, allowed: &[State]) -> Result<&Task, Refused> {
        let task = self.existing(id)?;
        if allowed.contains(&task.state) { Ok(task) } else { Err(wrong_state(id, task.state)) }
    }
}

fn wrong_state(id: u64, state: State) -> Refused {
    Refused::new("WrongTaskState(uint64,uint8)", [id.into(), state.number().into()])
}

fn too_late(until: u64) -> Refused {
    Refused::new("TooLate(uint256)", [until.into()])
}

fn too_early(from: u64) -> Refused {
    Refused::new("NotYet(uint256)", [from.into()])
}

fn by_requester(task: &Task, caller: Address) -> Result<(), Refused> {
    if caller == task.requester {
        return Ok(());
    }
    Err(Refused::new("NotTaskRequester(address,address)", [caller.into(), task.requester.into()]))
}

fn seat_of(task: &Task, seat: u8) -> Result<&crate::Seat, Refused> {
    task.seats.get(usize::from(seat)).ok_or_else(|| Refused::new("NoSuchSeat(uint8)", [seat.into()]))
}

fn by_holder(seat: &crate::Seat, caller: Address) -> Result<(), Refused> {
    if caller == seat.holder {
        return Ok(());
    }
    Err(Refused::new("NotSeatHolder(address,address)", [caller.into(), seat.holder.into()]))
}

fn in_state(seat: &crate::Seat, index: u8, state: crate::SeatState) -> Result<(), Refused> {
    if seat.state == state {
        return Ok(());
    }
    Err(Refused::new("WrongSeatState(uint8,uint8)", [index.into(), seat.state.number().into()]))
}

fn moved(id: u64, task: &Task, state: State, code: u32) -> Said {
    Said::Task(id, Event::Moved { state, attempt: task.attempt, code })
}
