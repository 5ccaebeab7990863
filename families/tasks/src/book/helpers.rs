//! Accepting, drawing and changing helpers.

use contracts::Refused;
use protocol::{Address, Amount, Digest};

use super::{Book, Call, Said, by_holder, in_state, seat_of, signatures::signed_by, too_early};
use crate::{
    Candidate, Event, Helper, Roles, SeatState, State, Task,
    typed_data::{self, rank},
};

const DAY: u64 = 86_400;
/// While a helper may serve, stop or be given up.
const HELPED: [State; 3] = [State::Ready, State::Started, State::Running];

impl Book {
    pub(super) fn accept(&self, call: Call<'_>, id: u64, index: u8, accepted: u16) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Confirming, State::Ready])?;
        let seat = seat_of(task, index)?;
        by_holder(seat, call.caller)?;
        in_state(seat, index, SeatState::Confirmed)?;
        let helper = task.helper.as_ref().ok_or_else(|| Refused::new("NoHelperNeeded()", []))?;
        if helper.owners.is_some() {
            return Err(Refused::new("DrawIsFixed()", []));
        }
        let event = Event::HelpersAccepted { seat: index, accepted };
        let mut after = task.clone();
        after.apply(&event, call.now);
        let mut said = vec![Said::Task(id, event)];
        if task.state == State::Ready {
            said.extend(self.fix_draw(call, id, &after));
        }
        Ok(said)
    }

    /// Fixes the block that draws once all owners accept the same helper: the next one, or the one of before where these
    /// owners have drawn today.
    pub(super) fn fix_draw(&self, call: Call<'_>, id: u64, task: &Task) -> Option<Said> {
        task.helper.as_ref()?;
        if task.accepted_by_all() == 0 {
            return None;
        }
        let owners: Vec<_> = task.seats.iter().filter(|seat| seat.grant != 0).map(|seat| seat.holder).collect();
        let owners = typed_data::owners(&owners, u32::try_from(call.now / DAY).unwrap_or(u32::MAX));
        let draw_block = self.draws.get(&owners).map_or(call.block + 1, |draw| draw.number);
        Some(Said::Task(id, Event::DrawFixed { owners, draw_block }))
    }

    pub(super) fn draw(&self, call: Call<'_>, id: u64, candidates: &[Candidate]) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Ready])?;
        let helper = task.helper.as_ref().ok_or_else(|| Refused::new("NoHelperNeeded()", []))?;
        if helper.helper.is_some() {
            return Err(Refused::new("AlreadyServes()", []));
        }
        if helper.owners.is_none() {
            return Err(Refused::new("NoHelperAcceptedByAll()", []));
        }
        match self.next(call, task, helper, candidates)? {
            Event::HelperDrawn { helper: None, .. } => Err(Refused::new("NoHelperLeft()", [])),
            drawn => Ok(vec![Said::Task(id, drawn)]),
        }
    }

    pub(super) fn serve(&self, call: Call<'_>, id: u64, key: Digest) -> Result<Vec<Said>, Refused> {
        let helper = self.helper_itself(call, id)?.1;
        if helper.serving {
            return Err(Refused::new("AlreadyServes()", []));
        }
        if key == Digest::ZERO {
            return Err(Refused::new("EmptyConfirmation()", []));
        }
        Ok(vec![Said::Task(id, Event::HelperServes { helper: call.caller, key })])
    }

    pub(super) fn decline(&self, call: Call<'_>, id: u64, candidates: &[Candidate]) -> Result<Vec<Said>, Refused> {
        let (task, helper) = self.helper_itself(call, id)?;
        Ok(vec![Said::Task(id, self.next(call, task, helper, candidates)?)])
    }

    /// The task of a helper that acts for itself.
    fn helper_itself(&self, call: Call<'_>, id: u64) -> Result<(&Task, &Helper), Refused> {
        let task = self.during(id, &HELPED)?;
        let drawn = task.helper.as_ref().and_then(|helper| Some((helper, helper.helper?)));
        match drawn {
            Some((helper, who)) if who == call.caller => Ok((task, helper)),
            drawn => {
                let who = drawn.map_or(Address::ZERO, |(_, who)| who);
                Err(Refused::new("NotHelper(address,address)", [call.caller.into(), who.into()]))
            }
        }
    }

    pub(super) fn advance(
        &self,
        call: Call<'_>,
        id: u64,
        candidates: &[Candidate],
        dealt: u64,
        signers: &[Address],
    ) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &HELPED)?;
        let helper = task.helper.as_ref().filter(|helper| helper.helper.is_some());
        let helper = helper.ok_or_else(|| Refused::new("NoHelperLeft()", []))?;
        signed_by(task, Roles::FIRST | Roles::SECOND, signers)?;
        let mut said = pay(id, task, dealt);
        said.push(Said::Task(id, self.next(call, task, helper, candidates)?));
        Ok(said)
    }

    /// The accepted helper that comes first, of those that had no turn.
    fn next(&self, call: Call<'_>, task: &Task, helper: &Helper, candidates: &[Candidate]) -> Result<Event, Refused> {
        if candidates != helper.candidates {
            return Err(Refused::new("OtherCandidates()", []));
        }
        let draw = helper.owners.and_then(|owners| self.draws.get(&owners));
        let draw = draw.ok_or_else(|| Refused::new("NoHelperAcceptedByAll()", []))?;
        let draw_hash = match draw.hash {
            Some(hash) => hash,
            None if call.block <= draw.number => return Err(too_early(0)),
            None => {
                (call.hash_of)(draw.number).ok_or_else(|| Refused::new("DrawMissed(uint64)", [draw.number.into()]))?
            }
        };
        let open = task.accepted_by_all() & !helper.gone;
        let eligible = |(place, candidate): &(usize, &Candidate)| {
            let joined = self.registry.organisations.get(&candidate.helper);
            open >> place & 1 == 1 && joined.is_some_and(|o| o.joined && o.joined_at < draw.fixed_at)
        };
        let all = candidates.iter().enumerate().filter(eligible).map(|(_, candidate)| candidate);
        let first = all.min_by_key(|candidate| rank(draw_hash, candidate.helper));
        let per_megabyte = first.map_or(Amount::ZERO, |candidate| candidate.per_megabyte);
        Ok(Event::HelperDrawn { helper: first.map(|candidate| candidate.helper), per_megabyte, draw_hash })
    }

    /// Whether nobody drew while the hash of the block was known.
    pub(super) fn missed(&self, call: Call<'_>, task: &Task) -> bool {
        let owners = task.helper.as_ref().and_then(|helper| helper.owners);
        let draw = owners.and_then(|owners| self.draws.get(&owners));
        draw.is_some_and(|draw| {
            draw.hash.is_none() && call.block > draw.number && (call.hash_of)(draw.number).is_none()
        })
    }
}

/// What a helper is owed for what it dealt, as far as the budget goes.
pub(super) fn pay(id: u64, task: &Task, dealt: u64) -> Vec<Said> {
    let Some((helper, to)) = task.helper.as_ref().and_then(|helper| Some((helper, helper.helper?))) else {
        return Vec::new();
    };
    if dealt == 0 {
        return Vec::new();
    }
    let amount = Amount(helper.budget.0.min(helper.per_megabyte.0.saturating_mul(dealt.into())));
    let mut said = vec![Said::Task(id, Event::HelperPaid { helper: to, amount })];
    if amount > Amount::ZERO {
        said.push(Said::Owed(to, amount));
    }
    said
}
