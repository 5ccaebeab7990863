//! Runs: started, begun, finished, failed, stalled, tried again.

use contracts::Refused;
use directory::Move as GrantMove;
use protocol::{Address, Digest};

use super::{Book, Call, Said, by_holder, by_requester, helpers::pay, in_state, moved, seat_of, too_late};
use crate::{BEGIN_WINDOW, Event, Failure, Outcome, Roles, STALL_WINDOW, SeatState, State, Task, event::code};

/// What a run that failed has told.
pub(super) enum Ended {
    NothingTold,
    /// Nobody can say it.
    Unknown,
    Told {
        facts: u32,
        rows: u32,
    },
}

impl Book {
    pub(super) fn start(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Ready])?;
        by_requester(task, call.caller)?;
        if call.now >= task.draft.start_by {
            return Err(too_late(task.draft.start_by));
        }
        if task.helper.as_ref().is_some_and(|helper| !helper.serving) {
            return Err(Refused::new("NoHelperServes()", []));
        }
        let (grants, covered) = drawn_on(task);
        let (facts, rows) = (task.draft.facts, task.draft.rows);
        let mut said = vec![moved(id, task, State::Started, code::STARTED)];
        said.extend(self.on_grants(call.now, &GrantMove::Hold { grants, covered, facts, rows })?);
        Ok(said)
    }

    pub(super) fn begin(&self, call: Call<'_>, id: u64, signers: &[Address]) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Started])?;
        let by = task.since + BEGIN_WINDOW;
        if call.now >= by {
            return Err(too_late(by));
        }
        signed_by(task, 0, signers)?;
        let mut said = vec![moved(id, task, State::Running, code::EXECUTING)];
        if task.draft.reveals_early {
            said.extend(self.consume(task)?);
        }
        Ok(said)
    }

    pub(super) fn finish(
        &self,
        id: u64,
        outcome: &Outcome,
        result: Digest,
        signers: &[Address],
    ) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Running, State::Stalled])?;
        signed_by(task, 0, signers)?;
        let mut said = vec![
            Said::Task(id, Event::Finished { result, outcome: *outcome }),
            moved(id, task, State::Finished, code::SUCCEEDED),
        ];
        if !task.draft.reveals_early {
            said.extend(self.consume(task)?);
        }
        said.extend(pay(id, task, outcome.dealt));
        Ok(said)
    }

    pub(super) fn fail(&self, id: u64, failure: &Failure, signers: &[Address]) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Running, State::Stalled])?;
        let Failure { facts, rows, dealt, .. } = *failure;
        if facts > task.draft.facts || rows > task.draft.rows {
            return Err(Refused::new("BadFailure(uint32,uint32)", [facts.into(), rows.into()]));
        }
        signed_by(task, 0, signers)?;
        let mut said = vec![Said::Task(id, Event::Failed { failure: *failure })];
        said.extend(self.failed(id, task, code::FAILED, Ended::Told { facts, rows })?);
        said.extend(pay(id, task, dealt));
        Ok(said)
    }

    pub(super) fn stall(&self, call: Call<'_>, id: u64, index: u8, heads: Digest) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Running])?;
        by_holder(seat_of(task, index)?, call.caller)?;
        let responded = Said::Task(id, Event::Responded { seat: index, heads });
        Ok(vec![moved(id, task, State::Stalled, 0), responded])
    }

    pub(super) fn respond(
        &self,
        call: Call<'_>,
        id: u64,
        index: u8,
        heads: Digest,
        signer: Option<Address>,
    ) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Stalled])?;
        let by = task.since + STALL_WINDOW;
        if call.now >= by {
            return Err(too_late(by));
        }
        let seat = seat_of(task, index)?;
        in_state(seat, index, SeatState::Confirmed)?;
        match signer {
            None => by_holder(seat, call.caller)?,
            Some(found) => check_signer(seat, index, found)?,
        }
        let mut said = vec![Said::Task(id, Event::Responded { seat: index, heads })];
        let others = task.seats.iter().enumerate().filter(|(place, _)| *place != usize::from(index));
        if others.into_iter().all(|(_, seat)| seat.state == SeatState::Responded) {
            said.extend(self.failed(id, task, code::FAILED, Ended::Unknown)?);
        }
        Ok(said)
    }

    pub(super) fn retry(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Failed])?;
        by_requester(task, call.caller)?;
        if task.bond_lost {
            return Err(Refused::new("BondWasLost()", []));
        }
        if call.now >= task.draft.start_by {
            return Err(too_late(task.draft.start_by));
        }
        let event = Event::Moved { state: State::Ready, attempt: task.attempt + 1, code: code::RESCHEDULED };
        Ok(vec![Said::Task(id, event)])
    }

    /// Ends a run that failed, and gives back what it held but for what was told.
    pub(super) fn failed(&self, id: u64, task: &Task, why: u32, ended: Ended) -> Result<Vec<Said>, Refused> {
        let (grants, mut covered) = drawn_on(task);
        // Where something is told on the way the use was taken when the run began.
        if task.draft.reveals_early && task.state != State::Started {
            covered = u64::MAX;
        }
        let (facts, rows) = (task.draft.facts, task.draft.rows);
        let (facts, rows) = match ended {
            Ended::NothingTold => (facts, rows),
            Ended::Unknown => (0, 0),
            Ended::Told { facts: told, rows: predicted } => (facts - told, rows - predicted),
        };
        let mut said = vec![moved(id, task, State::Failed, why)];
        said.extend(self.on_grants(0, &GrantMove::Release { grants, covered, facts, rows })?);
        Ok(said)
    }

    fn consume(&self, task: &Task) -> Result<Vec<Said>, Refused> {
        let (grants, covered) = drawn_on(task);
        self.on_grants(0, &GrantMove::Consume { grants, covered })
    }

    fn on_grants(&self, now: u64, what: &GrantMove) -> Result<Vec<Said>, Refused> {
        let said = self.registry.decide(self.registry.tasks, now, what)?;
        Ok(said.into_iter().map(Said::Registry).collect())
    }
}

/// The grants of all seats, and which of them an earlier task has used.
fn drawn_on(task: &Task) -> (Vec<u64>, u64) {
    let seats: Vec<_> = task.seats.iter().filter(|seat| seat.grant != 0).collect();
    let bit = |(place, seat): (usize, &&crate::Seat)| u64::from(seat.roles.has(Roles::COVERED)) << place;
    (seats.iter().map(|seat| seat.grant).collect(), seats.iter().enumerate().map(bit).sum())
}

/// Whether each seat that has one of the roles has signed, in the order of seats; 0 for all seats.
pub(super) fn signed_by(task: &Task, roles: u8, signers: &[Address]) -> Result<(), Refused> {
    let bytes = signers.len() as u64 * 65;
    let wrong_count = || Refused::new("BadSignatures(uint256)", [bytes.into()]);
    let mut left = signers.iter();
    for (index, seat) in task.seats.iter().enumerate().filter(|(_, seat)| roles == 0 || seat.roles.has(roles)) {
        check_signer(seat, index as u8, *left.next().ok_or_else(wrong_count)?)?;
    }
    if left.next().is_some() { Err(wrong_count()) } else { Ok(()) }
}

fn check_signer(seat: &crate::Seat, index: u8, found: Address) -> Result<(), Refused> {
    if seat.signer == Some(found) {
        return Ok(());
    }
    let expected = seat.signer.unwrap_or(Address::ZERO);
    Err(Refused::new("WrongSigner(uint8,address,address)", [index.into(), expected.into(), found.into()]))
}
