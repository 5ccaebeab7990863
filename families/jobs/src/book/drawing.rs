//! Challenges, and how jurors are drawn.

use contracts::Refused;
use protocol::{Address, Digest};

use super::{Book, Call, Said, before, running::same_result};
use crate::{COMMIT_WINDOW, DRAW_WINDOW, Dispute, Event, Job, State, TRIES, typed_data};

impl Book {
    pub(super) fn challenge(&self, call: Call<'_>, id: u64, result: Digest) -> Result<Vec<Said>, Refused> {
        let (job, run) = self.run_of(id, &[State::Submitted])?;
        before(call.now, job.since + u64::from(job.terms.window))?;
        if call.caller == run.provider {
            return Err(Refused::new("SameParty(address)", [call.caller.into()]));
        }
        same_result(run, result)?;
        let fee = job.juror_fee();
        let (challenger, bond, draw_block) = (call.caller, job.bond(fee, 1), call.block + 1);
        Ok(vec![Said::Job(id, Event::Challenged { challenger, fee, bond, draw_block })])
    }

    pub(super) fn draw(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let (job, dispute) = self.dispute_of(id)?;
        if dispute.drawn {
            return Err(Refused::new("AlreadyDrawn()", []));
        }
        before(call.now, dispute.fixed_at + DRAW_WINDOW)?;
        let known =
            Some(dispute.draw_block).filter(|block| call.block > *block).and_then(|block| (call.hash_of)(block));
        let Some(draw_hash) = known else {
            return Err(Refused::new("NoDrawHash(uint64)", [dispute.draw_block.into()]));
        };
        let jurors = self.jurors(id, job, dispute, draw_hash);
        let time = if jurors.is_empty() { 0 } else { COMMIT_WINDOW + u64::from(job.terms.max_seconds) };
        Ok(vec![Said::Job(id, Event::Drawn { round: dispute.round, jurors, commit_by: call.now + time })])
    }

    /// The jurors whom a block's hash draws for the round that is open; none where a majority could not come about.
    pub fn jurors(&self, id: u64, job: &Job, dispute: &Dispute, draw_hash: Digest) -> Vec<Address> {
        let wanted = job.wanted(dispute.round);
        let mut found: Vec<Address> = Vec::new();
        if dispute.slots == 0 {
            return found;
        }
        for attempt in 0..TRIES * wanted as u64 {
            let (slot, lot) = typed_data::drawn(draw_hash, id, dispute.round, attempt, dispute.slots);
            let Some(who) = self.slots.get(slot as usize - 1).copied() else { continue };
            let known = dispute.jurors.iter().any(|juror| juror.who == who) || found.contains(&who);
            if !known && self.eligible(who, lot, job, dispute) {
                found.push(who);
            }
            if found.len() == wanted {
                break;
            }
        }
        if found.len() * 2 > wanted { found } else { Vec::new() }
    }

    /// Whether a provider may be a juror: it has been there unchanged since before the draw was fixed, and can run the job
    /// at its price.
    fn eligible(&self, who: Address, lot: u128, job: &Job, dispute: &Dispute) -> bool {
        let (Some(provider), Some(run)) = (self.provider(who), &job.run) else { return false };
        lot < provider.drawn_weight()
            && provider.since < dispute.fixed_at
            && provider.offer.runs(job.terms.kind)
            && provider.offer.memory_mib >= job.terms.memory_mib
            && provider.free() >= dispute.duty()
            && provider.offer.price <= run.price
            && ![job.client, run.provider, dispute.challenger].contains(&who)
    }

    /// A job that is disputed.
    pub(super) fn dispute_of(&self, id: u64) -> Result<(&Job, &Dispute), Refused> {
        let job = self.during(id, &[State::Disputed])?;
        job.dispute.as_ref().map(|dispute| (job, dispute)).ok_or_else(|| super::wrong_state(id, job.state))
    }
}
