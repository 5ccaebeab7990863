//! From start to end, where nobody disputes.

use contracts::Refused;
use protocol::{Amount, Digest};

use super::{
    Book, Call, Said, before, by_client, by_provider, ended, ended_by_voucher, past, providers::free, signed,
    wrong_state,
};
use crate::{Event, START_WINDOW, State};

impl Book {
    pub(super) fn start(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let (job, run) = self.run_of(id, &[State::Locked])?;
        by_provider(run, call.caller)?;
        before(call.now, job.since + START_WINDOW)?;
        let provider = self.providers.get(&run.provider).cloned().unwrap_or_default();
        free(&provider, job.terms.stake)?;
        Ok(vec![Said::Job(id, Event::Started)])
    }

    pub(super) fn redeem(
        &self,
        call: Call<'_>,
        id: u64,
        (units, checkpoint): (u64, Digest),
        signer: protocol::Address,
    ) -> Result<Vec<Said>, Refused> {
        let (job, run) = self.run_of(id, &[State::Running, State::Submitted, State::Disputed])?;
        by_provider(run, call.caller)?;
        if units <= run.agreed || units > job.terms.units {
            let (least, most) = (run.agreed + 1, job.terms.units);
            return Err(Refused::new("BadVoucher(uint40,uint40,uint40)", [units.into(), least.into(), most.into()]));
        }
        signed(job.client, signer)?;
        Ok(vec![Said::Job(id, Event::VoucherShown { units, checkpoint })])
    }

    pub(super) fn submit(
        &self,
        call: Call<'_>,
        id: u64,
        (result, file): (Digest, Digest),
        units: u64,
        log_head: Digest,
    ) -> Result<Vec<Said>, Refused> {
        let (job, run) = self.run_of(id, &[State::Running])?;
        by_provider(run, call.caller)?;
        before(call.now, job.terms.deadline)?;
        if result == Digest::ZERO {
            return Err(Refused::new("EmptyCommitment()", []));
        }
        let (paid, most) = (units.min(job.terms.units), job.terms.most_open(run.price));
        if paid > run.agreed.saturating_add(most) {
            return Err(Refused::new("NotAgreed(uint256,uint256)", [(paid - run.agreed).into(), most.into()]));
        }
        Ok(vec![Said::Job(id, Event::Submitted { result, file, units, log_head })])
    }

    pub(super) fn fail(&self, call: Call<'_>, id: u64, code: u16) -> Result<Vec<Said>, Refused> {
        let (job, run) = self.run_of(id, &[State::Running])?;
        by_provider(run, call.caller)?;
        Ok(vec![ended_by_voucher(id, job, run, code)])
    }

    pub(super) fn accept(&self, call: Call<'_>, id: u64, result: Digest) -> Result<Vec<Said>, Refused> {
        let (job, run) = self.run_of(id, &[State::Submitted])?;
        by_client(job, call.caller)?;
        same_result(run, result)?;
        Ok(vec![ended(id, job, State::Settled, 0)])
    }

    pub(super) fn expire(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let job = self.existing(id)?;
        if job.state == State::Disputed || job.state.is_final() {
            return Err(wrong_state(id, job.state));
        }
        past(call.now, job.expires_at().unwrap_or(u64::MAX))?;
        let end = match (job.state, &job.run) {
            (State::Running, Some(run)) => ended_by_voucher(id, job, run, 0),
            (State::Submitted, _) => ended(id, job, State::Settled, 0),
            (State::Locked, _) => ended(id, job, State::Refunded, 0),
            _ => ended(id, job, State::Cancelled, 0),
        };
        Ok(vec![end])
    }

    pub(super) fn claim(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let amount = self.existing(id)?.claimable(call.caller);
        if amount == Amount::ZERO {
            return Err(Refused::new("NothingToClaim(uint64,address)", [id.into(), call.caller.into()]));
        }
        Ok(vec![Said::Job(id, Event::Claimed { who: call.caller, amount })])
    }
}

pub(super) fn same_result(run: &crate::Run, result: Digest) -> Result<(), Refused> {
    if result == run.result { Ok(()) } else { Err(Refused::new("OtherResult(bytes32)", [run.result.into()])) }
}
