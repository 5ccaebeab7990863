//! After the end: sealed keys that were not sent, and what is paid.

use contracts::Refused;
use protocol::{Amount, Digest, keccak};

use super::{Book, Call, Said, by_requester, in_state, seat_of, too_late};
use crate::{DELIVERY_WINDOW, DEMAND_PERIOD, Event, REQUESTER_PART, SeatState, State, typed_data};

impl Book {
    pub(super) fn demand(&self, call: Call<'_>, id: u64, index: u8) -> Result<Vec<Said>, Refused> {
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
        Ok(vec![Said::Task(id, Event::KeyDemanded { seat: index, by: call.now + DELIVERY_WINDOW })])
    }

    pub(super) fn deliver(
        &self,
        call: Call<'_>,
        id: u64,
        index: u8,
        (result, keys): (Digest, Digest),
        key_hashes: &[Digest],
        sealed: &[u8],
    ) -> Result<Vec<Said>, Refused> {
        let task = self.during(id, &[State::Finished])?;
        let seat = seat_of(task, index)?;
        in_state(seat, index, SeatState::Demanded)?;
        let by = seat.deliver_by.unwrap_or(0);
        if call.now >= by {
            return Err(too_late(by));
        }
        let listed = key_hashes.get(usize::from(index)) == Some(&keccak(&[sealed]));
        if task.result != Some(result) || typed_data::sealed_keys(key_hashes) != keys || !listed {
            return Err(Refused::new("OtherDelivery()", []));
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
