//! Publishing tasks.

use std::collections::BTreeSet;

use contracts::Refused;
use protocol::Address;

use super::{Book, Call, Said};
use crate::{
    Draft, Event, Kind, MAX_CANDIDATES, MAX_PIPELINE, MAX_RUN, MAX_SEATS, MAX_WAIT, MIN_RUN, MIN_SEATS, Roles, State,
};

impl Book {
    pub(super) fn publish(&self, call: Call<'_>, drafts: &[Draft]) -> Result<Vec<Said>, Refused> {
        if drafts.is_empty() || drafts.len() > MAX_PIPELINE {
            return Err(Refused::new("BadPipeline(uint256)", [(drafts.len() as u64).into()]));
        }
        let first = self.tasks.last() + 1;
        let mut said = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            if usize::from(draft.waits_for) > place {
                return Err(Refused::new("BadPredecessor(uint8)", [draft.waits_for.into()]));
            }
            check_times(draft, call.now)?;
            if draft.spec == protocol::Digest::ZERO {
                return Err(Refused::new("EmptySpec()", []));
            }
            let id = first + place as u64;
            let waits_for = if draft.waits_for == 0 { 0 } else { first + u64::from(draft.waits_for) - 1 };
            let model_of = self.model(call.caller, drafts, draft, waits_for)?;
            let holders = self.check_seats(call.caller, draft)?;
            check_helpers(call.caller, draft, &holders)?;
            let draft = draft.clone();
            said.push(Said::Task(id, Event::Published { requester: call.caller, waits_for, model_of, draft }));
        }
        Ok(said)
    }

    fn model(&self, requester: Address, drafts: &[Draft], draft: &Draft, waits_for: u64) -> Result<u64, Refused> {
        let uses = draft.kind.uses_model();
        let refused = Err(Refused::new("BadModel(uint64)", [draft.model_of.into()]));
        if draft.model_of != 0 {
            let fits = self.task(draft.model_of).is_some_and(|task| {
                (task.draft.kind, task.state, task.requester) == (Kind::Train, State::Finished, requester)
            });
            return if uses && fits { Ok(draft.model_of) } else { refused };
        }
        let before = usize::from(draft.waits_for).checked_sub(1).and_then(|place| drafts.get(place));
        match (uses, before) {
            (false, _) => Ok(0),
            (true, Some(before)) if before.kind == Kind::Train => Ok(waits_for),
            (true, _) => refused,
        }
    }

    /// Who holds the seats.
    fn check_seats(&self, requester: Address, draft: &Draft) -> Result<Vec<Address>, Refused> {
        let bad = || Refused::new("BadSeats()", []);
        if !(MIN_SEATS..=MAX_SEATS).contains(&draft.seats.len()) {
            return Err(bad());
        }
        let (mut holders, mut seen, mut computing) = (Vec::new(), BTreeSet::new(), [None; 2]);
        for seat in &draft.seats {
            let roles = seat.roles;
            let has_data = roles.has(Roles::COLUMNS);
            let both = roles.has(Roles::FIRST) && roles.has(Roles::SECOND);
            let unknown = roles.0 == 0 || roles.0 > 31;
            if unknown || has_data != (seat.grant != 0) || (roles.has(Roles::LABEL) && !has_data) || both {
                return Err(bad());
            }
            if !seen.insert(seat.grant) {
                return Err(bad());
            }
            let mut holder = requester;
            if has_data {
                let Some((grant, dataset)) = self.registry.grant(seat.grant) else {
                    return Err(Refused::new("NoSuchGrant(uint64)", [seat.grant.into()]));
                };
                grant.check(seat.grant, dataset, requester, seat.purpose, &draft.told)?;
                holder = dataset.owner;
            }
            if roles.computes() {
                let slot = &mut computing[usize::from(roles.has(Roles::SECOND))];
                if slot.replace(holder).is_some() {
                    return Err(bad());
                }
            }
            holders.push(holder);
        }
        match computing {
            [Some(first), Some(second)] if first != second => Ok(holders),
            _ => Err(bad()),
        }
    }
}

fn check_times(draft: &Draft, now: u64) -> Result<(), Refused> {
    let confirm = draft.confirm_by > now && draft.confirm_by <= now + MAX_WAIT;
    let start = draft.start_by > draft.confirm_by && draft.start_by <= draft.confirm_by + MAX_WAIT;
    let minutes = draft.start_by.wrapping_sub(draft.confirm_by).is_multiple_of(60);
    if confirm && start && minutes && (MIN_RUN..=MAX_RUN).contains(&draft.max_seconds) {
        return Ok(());
    }
    Err(Refused::new("BadDeadlines()", []))
}

fn check_helpers(requester: Address, draft: &Draft, holders: &[Address]) -> Result<(), Refused> {
    let fits = |helper: &Address| *helper != Address::ZERO && *helper != requester && !holders.contains(helper);
    if draft.helpers.len() <= MAX_CANDIDATES && draft.helpers.iter().all(|candidate| fits(&candidate.helper)) {
        return Ok(());
    }
    Err(Refused::new("BadHelpers()", []))
}
