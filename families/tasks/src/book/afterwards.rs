//! After the end: sealed keys that were not sent, and what is paid.

use contracts::Refused;
use protocol::{Amount, Digest, keccak};

use super::{Book, Call, Said, SignedKeys, by_requester, in_state, seat_of, too_late};
use crate::{DELIVERY_WINDOW, DEMAND_PERIOD, Event, REQUESTER_PART, SeatState, State, Task, typed_data};

impl Book {
    pub(super) fn demand(&self, call: Call<'_>, id: u64, index: u8, signed: &SignedKeys) -> Result<Vec<Said>, Refused> {
        let task = self.demandable(call, id, index)?;
        if key_hash(task, index, signed)? == Digest::ZERO {
            return Err(Refused::new("NoKeyOwed(uint8)", [index.into()]));
        }
        Ok(vec![Said::Task(id, Event::KeyDemanded { seat: index, by: call.now + DELIVERY_WINDOW })])
    }

    /// Whether the caller may demand the key of a seat now, if the seat owes one.
    pub(crate) fn demandable(&self, call: Call<'_>, id: u64, index: u8) -> Result<&Task, Refused> {
        let task = self.during(id, &[State::Finished])?;
        by_requester(task, call.caller)?;
        let by = task.since + DEMAND_PERIOD;
        if call.now >= by {
            return Err(too_late(by));
        }
        let seat = seat_of(task, index)?;
        if !seat.roles.computes() {
            return Err(Refused::new("NotComputing(uint8)", [index.into()]));
        }
        in_state(seat, index, SeatState::Confirmed)?;
        Ok(task)
    }

    pub(super) fn deliver(
        &self,
        call: Call<'_>,
        id: u64,
        index: u8,
        signed: &SignedKeys,
        sealed: &[u8],
    ) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Finished])?;
        let seat = seat_of(task, index)?;
        in_state(seat, index, SeatState::Demanded)?;
        let by = seat.deliver_by.unwrap_or(0);
        if call.now >= by {
            return Err(too_late(by));
        }
        if key_hash(task, index, signed)? != keccak(&[sealed]) {
            return Err(other_delivery());
        }
        Ok(vec![Said::Task(id, Event::KeyDelivered { seat: index, sealed: sealed.to_vec() })])
    }

    pub(super) fn collect(&self, call: Call<'_>, id: u64, part: u8) -> Result<Vec<Said>, Refused> {
        let task = self.existing(id)?;
        let amount = task.due(part, call.now);
        if amount == Amount::ZERO {
            return Err(Refused::new("NothingDue(uint64,uint8)", [id.into(), part.into()]));
        }
        let mut said = Vec::new();
        let to = match task.seats.get(usize::from(part)) {
            Some(seat) if part != REQUESTER_PART && seat.state == SeatState::Demanded => {
                said.push(Said::Task(id, Event::KeyMissing { seat: part }));
                task.requester
            }
            Some(seat) if part != REQUESTER_PART => seat.holder,
            _ => task.requester,
        };
        said.push(Said::Task(id, Event::PartPaid { part, to, amount }));
        Ok(said)
    }
}

/// Hash of the sealed key of a seat, by what all have signed.
fn key_hash(task: &Task, index: u8, signed: &SignedKeys) -> Result<Digest, Refused> {
    let SignedKeys { result, keys, key_hashes } = signed;
    let is_signed = task.result == Some(*result) && typed_data::sealed_keys(key_hashes) == *keys;
    key_hashes.get(usize::from(index)).copied().filter(|_| is_signed).ok_or_else(other_delivery)
}

fn other_delivery() -> Refused {
    Refused::new("OtherDelivery()", [])
}
