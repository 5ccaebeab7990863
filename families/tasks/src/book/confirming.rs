//! Confirming, rejecting, giving up, and what is due because a time is over.

use contracts::Refused;
use directory::MAX_REASON_LENGTH;
use protocol::{Address, Digest};

use super::{
    Book, Call, Said, by_holder, by_requester, in_state, moved, running::Ended, seat_of, too_early, too_late,
    wrong_state,
};
use crate::{Amount, BEGIN_WINDOW, Event, STALL_WINDOW, SeatState, State, Task, event::code};

impl Book {
    pub(super) fn confirm(
        &self,
        call: Call<'_>,
        id: u64,
        index: u8,
        (key, input, signer): (Digest, Digest, Address),
        accepted: u16,
    ) -> Result<Vec<Said>, Refused> {
        let task = self.existing(id)?;
        match task.state {
            State::Confirming => {}
            State::Waiting => {
                let before = self.task(task.waits_for).map_or(State::Waiting, |before| before.state);
                if before != State::Finished {
                    let words = [task.waits_for.into(), before.number().into()];
                    return Err(Refused::new("PredecessorNotFinished(uint64,uint8)", words));
                }
            }
            state => return Err(wrong_state(id, state)),
        }
        if call.now >= task.draft.confirm_by {
            return Err(too_late(task.draft.confirm_by));
        }
        let seat = seat_of(task, index)?;
        by_holder(seat, call.caller)?;
        in_state(seat, index, SeatState::Invited)?;
        if key == Digest::ZERO || input == Digest::ZERO || signer == Address::ZERO {
            return Err(Refused::new("EmptyConfirmation()", []));
        }
        if accepted != 0 && task.helper.is_none() {
            return Err(Refused::new("NoHelperNeeded()", []));
        }
        let mut said = Vec::new();
        if task.state == State::Waiting {
            said.push(moved(id, task, State::Confirming, 0));
        }
        said.push(Said::Task(id, Event::Confirmed { seat: index, who: call.caller, signer, key, input }));
        if accepted != 0 {
            said.push(Said::Task(id, Event::HelpersAccepted { seat: index, accepted }));
        }
        if task.confirmed() + 1 == task.seats.len() {
            said.push(moved(id, task, State::Ready, 0));
            let mut after = task.clone();
            said.iter().for_each(|said| {
                if let Said::Task(_, event) = said {
                    after.apply(event, call.now);
                }
            });
            said.extend(self.fix_draw(call, id, &after));
        }
        Ok(said)
    }

    pub(super) fn reject(&self, call: Call<'_>, id: u64, index: u8, reason: &str) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Waiting, State::Confirming])?;
        by_holder(seat_of(task, index)?, call.caller)?;
        if reason.len() > MAX_REASON_LENGTH {
            return Err(Refused::new("ReasonTooLong(uint256)", [(reason.len() as u64).into()]));
        }
        let rejected = Event::Rejected { seat: index, reason: reason.to_owned() };
        Ok(vec![Said::Task(id, rejected), moved(id, task, State::Rejected, code::DISCARDED)])
    }

    pub(super) fn cancel(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Waiting, State::Confirming, State::Ready, State::Failed])?;
        by_requester(task, call.caller)?;
        Ok(vec![moved(id, task, State::Cancelled, code::TERMINATED)])
    }

    pub(super) fn expire(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let task = self.existing(id)?;
        let ended = |why| vec![moved(id, task, State::Expired, why)];
        if task.state.is_final() {
            return Err(wrong_state(id, task.state));
        }
        if task.state == State::Ready && self.missed(call, task) {
            return Ok(ended(code::ELECTION_FAILED));
        }
        if let Some(time) = self.expires_at(task)
            && call.now < time
        {
            return Err(too_early(time));
        }
        Ok(match task.state {
            State::Started => self.failed(id, task, code::FAILED, Ended::NothingTold)?,
            // Nobody can say what was told, so that nothing is given back.
            State::Running => self.failed(id, task, code::OVER_LIMIT, Ended::Unknown)?,
            State::Stalled => {
                let mut said = self.failed(id, task, code::FAILED, Ended::Unknown)?;
                said.extend(lose_bonds(id, task));
                said
            }
            _ => ended(code::DISCARDED),
        })
    }

    /// From when on [`crate::Move::Expire`] does something; `None` where it does at once.
    pub fn expires_at(&self, task: &Task) -> Option<u64> {
        let hopeless = |id| self.task(id).is_some_and(|t| t.state.is_final() && t.state != State::Finished);
        match task.state {
            State::Waiting if hopeless(task.waits_for) => None,
            State::Waiting | State::Confirming => Some(task.draft.confirm_by),
            State::Failed if task.bond_lost => None,
            State::Ready | State::Failed => Some(task.draft.start_by),
            State::Started => Some(task.since + BEGIN_WINDOW),
            State::Running => Some(task.since + u64::from(task.draft.max_seconds)),
            State::Stalled => Some(task.since + STALL_WINDOW),
            State::Finished | State::Rejected | State::Cancelled | State::Expired => None,
        }
    }
}

/// Bonds of silent seats go to those that responded, in equal shares; what does not divide is burned.
fn lose_bonds(id: u64, task: &Task) -> Vec<Said> {
    let responded = task.seats.iter().filter(|seat| seat.state == SeatState::Responded).count() as u128;
    let lost = task.draft.bond.0 * (task.seats.len() as u128 - responded);
    let share = lost.checked_div(responded).unwrap_or(0);
    let said = task.seats.iter().enumerate().filter_map(|(index, seat)| match seat.state {
        SeatState::Responded => (share > 0).then_some(Said::Owed(seat.holder, Amount(share))),
        _ => Some(Said::Task(id, Event::BondLost { seat: index as u8 })),
    });
    said.collect()
}
