//! What an account can do about a task now, and until when: found by asking the rules themselves.

use protocol::{Address, Amount, Digest};

use crate::{BEGIN_WINDOW, Book, Call, DEMAND_PERIOD, Move, REQUESTER_PART, STALL_WINDOW, SeatState, State, Task};

/// Something that an account can do. `until` is when it is refused; where nothing names a time, none ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An owner confirms a seat, or says no.
    Confirm { seat: u8, until: u64 },
    /// An owner says which helpers it accepts.
    AcceptHelpers { seat: u8, until: u64 },
    /// Anyone draws the helper.
    DrawHelper { until: u64 },
    /// The helper agrees to serve, or declines.
    Serve { until: u64 },
    /// The requester starts the run.
    Start { until: u64 },
    /// All seats sign that they are there.
    Begin { seat: u8, until: u64 },
    /// A seat says that it is there, or loses its bond.
    Respond { seat: u8, until: u64 },
    /// The requester tries again, or gives up.
    Retry { until: u64 },
    /// The requester gives up.
    Cancel,
    /// Anyone carries out what is due because a time is over.
    Expire,
    /// A seat posts its sealed key, or loses bond and fee.
    Deliver { seat: u8, until: u64 },
    /// The requester demands a sealed key that was not sent, if the seat owes one.
    Demand { seat: u8, until: u64 },
    /// An account collects.
    Collect { part: u8, amount: Amount },
}

impl Book {
    /// What the caller can do about a task.
    pub fn steps(&self, call: Call<'_>, id: u64) -> Vec<Step> {
        let Some(task) = self.task(id) else { return Vec::new() };
        let may = |what: &Move| self.decide(call, what).is_ok();
        let mut steps = Vec::new();
        let mine = |seat: &u8| task.seats[usize::from(*seat)].holder == call.caller;
        let seats: Vec<u8> = (0..task.seats.len() as u8).filter(mine).collect();
        for seat in seats {
            steps.extend(of_seat(task, seat, &may, (id, call.now)));
        }
        steps.extend(of_requester(task, &may, id));
        // Whether a seat owes a key is known to who has what all have signed.
        let demands = (0..task.seats.len() as u8).filter(|seat| self.demandable(call, id, *seat).is_ok());
        steps.extend(demands.map(|seat| Step::Demand { seat, until: task.since + DEMAND_PERIOD }));
        let candidates = || task.helper.iter().flat_map(|helper| helper.candidates.clone()).collect();
        if may(&Move::Draw { task: id, candidates: candidates() }) {
            steps.push(Step::DrawHelper { until: task.draft.start_by });
        }
        if may(&Move::Serve { task: id, key: ANY }) {
            steps.push(Step::Serve { until: task.draft.start_by });
        }
        if may(&Move::Expire { task: id }) {
            steps.push(Step::Expire);
        }
        for part in (0..task.seats.len() as u8).chain([REQUESTER_PART]) {
            let amount = task.due(part, call.now);
            if amount > Amount::ZERO && paid_to(task, part) == call.caller {
                steps.push(Step::Collect { part, amount });
            }
        }
        steps
    }
}

const ANY: Digest = Digest([1; 32]);

fn of_seat(task: &Task, seat: u8, may: &impl Fn(&Move) -> bool, (id, now): (u64, u64)) -> Vec<Step> {
    let mut steps = Vec::new();
    let confirm = Move::Confirm { task: id, seat, key: ANY, input: ANY, signer: Address([1; 20]), accepted: 0 };
    if may(&confirm) {
        steps.push(Step::Confirm { seat, until: task.draft.confirm_by });
    }
    if may(&Move::Accept { task: id, seat, accepted: 0 }) {
        steps.push(Step::AcceptHelpers { seat, until: task.draft.start_by });
    }
    if task.state == State::Started && now < task.since + BEGIN_WINDOW {
        steps.push(Step::Begin { seat, until: task.since + BEGIN_WINDOW });
    }
    if may(&Move::Respond { task: id, seat, heads: ANY, signer: None }) {
        steps.push(Step::Respond { seat, until: task.since + STALL_WINDOW });
    }
    let (state, by) = (task.seats[usize::from(seat)].state, task.seats[usize::from(seat)].deliver_by);
    if let (SeatState::Demanded, Some(until)) = (state, by)
        && now < until
    {
        steps.push(Step::Deliver { seat, until });
    }
    steps
}

fn of_requester(task: &Task, may: &impl Fn(&Move) -> bool, id: u64) -> Vec<Step> {
    let mut steps = Vec::new();
    if may(&Move::Start { task: id }) {
        steps.push(Step::Start { until: task.draft.start_by });
    }
    if may(&Move::Retry { task: id }) {
        steps.push(Step::Retry { until: task.draft.start_by });
    }
    if may(&Move::Cancel { task: id }) {
        steps.push(Step::Cancel);
    }
    steps
}

/// Who gets a part.
fn paid_to(task: &Task, part: u8) -> Address {
    match task.seats.get(usize::from(part)) {
        Some(seat) if seat.state != SeatState::Demanded => seat.holder,
        _ => task.requester,
    }
}
