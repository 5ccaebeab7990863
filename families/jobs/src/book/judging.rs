//! What jurors say, and what follows from it.

use contracts::Refused;
use protocol::{Address, Amount, Digest};

use super::{Book, Call, Said, before, ended, ended_by_voucher, past, wrong_state};
use crate::{Dispute, Duty, ESCALATE_WINDOW, Event, Job, Juror, State, Verdict, typed_data};

impl Book {
    pub(super) fn commit(&self, call: Call<'_>, id: u64, index: u8, commitment: Digest) -> Result<Vec<Said>, Refused> {
        let (_, dispute) = self.drawn(id)?;
        let juror = juror_of(dispute, index, call.caller)?;
        before(call.now, dispute.commit_by)?;
        stands(juror, index, Duty::Drawn)?;
        if commitment == Digest::ZERO {
            return Err(Refused::new("EmptyCommitment()", []));
        }
        Ok(vec![Said::Job(id, Event::Committed { index, commitment })])
    }

    pub(super) fn reveal(
        &self,
        call: Call<'_>,
        id: u64,
        index: u8,
        (result, units): (Digest, u64),
        salt: Digest,
    ) -> Result<Vec<Said>, Refused> {
        let (_, dispute) = self.drawn(id)?;
        let juror = juror_of(dispute, index, call.caller)?;
        in_reveal(call, dispute)?;
        stands(juror, index, Duty::Committed)?;
        let answer = typed_data::answer(result, units);
        committed(typed_data::commitment(id, dispute.round, call.caller, answer, salt), juror.answer)?;
        Ok(vec![Said::Job(id, Event::Revealed { index, result, units })])
    }

    pub(super) fn show(&self, call: Call<'_>, id: u64, result: Digest, salt: Digest) -> Result<Vec<Said>, Refused> {
        let (job, dispute) = self.drawn(id)?;
        in_reveal(call, dispute)?;
        if dispute.shown.is_some() {
            return Err(Refused::new("AlreadyShown()", []));
        }
        let Some(run) = &job.run else { return Err(wrong_state(id, job.state)) };
        let answer = typed_data::answer(result, run.units);
        committed(typed_data::commitment(id, 0, run.provider, answer, salt), run.result)?;
        Ok(vec![Said::Job(id, Event::Shown { result })])
    }

    pub(super) fn escalate(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let (job, dispute) = self.drawn(id)?;
        let verdict = verdict(dispute, majority(job, dispute, 1));
        let nothing = || Err(Refused::new("NothingToEscalate(uint8)", [verdict.number().into()]));
        if dispute.round != 1 {
            return nothing();
        }
        past(call.now, dispute.reveal_by)?;
        before(call.now, dispute.reveal_by + ESCALATE_WINDOW)?;
        let lost = if is_provider(job, call.caller) {
            verdict != Verdict::Stands
        } else {
            verdict != Verdict::Wrong && [dispute.challenger, job.client].contains(&call.caller)
        };
        if !lost {
            return nothing();
        }
        let (escalator, bond, draw_block) = (call.caller, job.bond(dispute.fee, 2), call.block + 1);
        Ok(vec![Said::Job(id, Event::Escalated { escalator, bond, draw_block })])
    }

    pub(super) fn conclude(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let (job, dispute) = self.dispute_of(id)?;
        past(call.now, dispute.concludes_at())?;
        let (verdict, right) = job.verdict().unwrap_or((Verdict::Undecided, None));
        let released = dispute.jurors.iter().enumerate().map(|(place, juror)| {
            let (paid, lost) = match (juror.duty, right) {
                (Duty::Revealed, None) => (Amount::ZERO, Amount::ZERO),
                (Duty::Revealed, Some(right)) if juror.answer == right => (dispute.fee, Amount::ZERO),
                _ => (Amount::ZERO, dispute.duty()),
            };
            Event::Released { index: place as u8, paid, lost }
        });
        let released: Vec<_> = released.collect();
        let sum = |of: fn(&Event) -> u128| released.iter().map(of).sum::<u128>();
        let fees = sum(|event| if let Event::Released { paid, .. } = event { paid.0 } else { 0 });
        let lost = sum(|event| if let Event::Released { lost, .. } = event { lost.0 } else { 0 });
        let mut said: Vec<_> = released.into_iter().map(|event| Said::Job(id, event)).collect();
        said.extend(shared(id, job, dispute, verdict, (fees, lost)));
        said.push(match (verdict, &job.run) {
            (Verdict::Stands, _) => ended(id, job, State::Settled, 0),
            (Verdict::Undecided, Some(run)) => ended_by_voucher(id, job, run, 0),
            _ => ended(id, job, State::Slashed, 0),
        });
        Ok(said)
    }

    fn drawn(&self, id: u64) -> Result<(&Job, &Dispute), Refused> {
        let (job, dispute) = self.dispute_of(id)?;
        if dispute.drawn { Ok((job, dispute)) } else { Err(Refused::new("NotDrawn()", [])) }
    }
}

impl Job {
    /// What the jurors of a dispute have found so far, and the answer that is right; no answer where nothing is decided. A
    /// second round that decides nothing leaves the first as it was.
    pub fn verdict(&self) -> Option<(Verdict, Option<Digest>)> {
        let dispute = self.dispute.as_ref()?;
        let rounds = if dispute.round == 2 { [2, 1].as_slice() } else { [1].as_slice() };
        let found = rounds.iter().map(|round| majority(self, dispute, *round));
        let decided = found.into_iter().map(|answer| (verdict(dispute, answer), answer));
        let decided = decided.into_iter().find(|(verdict, _)| *verdict != Verdict::Undecided);
        Some(decided.unwrap_or((Verdict::Undecided, None)))
    }
}

/// The answer that a majority of those that were to be drawn gave in a round.
fn majority(job: &Job, dispute: &Dispute, round: u8) -> Option<Digest> {
    let given = dispute.of_round(round).iter().filter(|juror| juror.duty == Duty::Revealed).map(|juror| juror.answer);
    let given: Vec<_> = given.collect();
    let wanted = job.wanted(round);
    given.iter().copied().find(|answer| given.iter().filter(|other| *other == answer).count() * 2 > wanted)
}

/// What a majority's answer says about the submission. Who does not show to what it committed has none.
fn verdict(dispute: &Dispute, majority: Option<Digest>) -> Verdict {
    match majority {
        None => Verdict::Undecided,
        Some(answer) if answer == typed_data::answer(Digest::ZERO, 0) => Verdict::Undecided,
        Some(answer) if Some(answer) == dispute.shown => Verdict::Stands,
        Some(_) => Verdict::Wrong,
    }
}

/// To whom stake and bonds go. See `JobDisputes`.
fn shared(id: u64, job: &Job, dispute: &Dispute, verdict: Verdict, (fees, lost): (u128, u128)) -> Vec<Said> {
    let (bond, second) = (job.bond(dispute.fee, 1), job.bond(dispute.fee, 2));
    let escalated = dispute.escalator.map(|who| (who, second));
    let owed = |(who, amount): (Address, Amount)| (amount.0 > 0).then_some(Said::Owed(who, amount));
    let end = |reward: u128, burned: u128| {
        let (reward, burned) = (Amount(reward), Amount(burned));
        Said::Job(id, Event::DisputeEnded { verdict, reward, burned })
    };
    if verdict == Verdict::Undecided {
        let back = [Some((dispute.challenger, bond)), escalated].into_iter().flatten().filter_map(owed);
        return back.chain([end(0, lost)]).collect();
    }
    let stands = verdict == Verdict::Stands;
    let was_right = |(who, _): &(Address, Amount)| is_provider(job, *who) == stands;
    let back = escalated.filter(was_right);
    let added = escalated.filter(|second| !was_right(second)).map_or(0, |(_, second)| second.0);
    let pot = if stands { bond.0 } else { job.terms.stake.0 } + added;
    let reward = (pot - fees) / 2;
    let to_challenger = (!stands).then_some((dispute.challenger, Amount(bond.0 + reward)));
    let back = [back, to_challenger].into_iter().flatten().filter_map(owed);
    back.chain([end(reward, lost + pot - fees - reward)]).collect()
}

fn is_provider(job: &Job, who: Address) -> bool {
    job.run.as_ref().is_some_and(|run| run.provider == who)
}

/// A juror of the round that is open, who calls.
fn juror_of(dispute: &Dispute, index: u8, caller: Address) -> Result<&Juror, Refused> {
    let earlier = if dispute.round == 2 { dispute.first } else { 0 };
    let found = dispute.jurors.get(usize::from(index)).filter(|_| usize::from(index) >= earlier);
    found.filter(|juror| juror.who == caller).ok_or_else(|| Refused::new("NotJuror(uint8)", [index.into()]))
}

fn stands(juror: &Juror, index: u8, duty: Duty) -> Result<(), Refused> {
    if juror.duty == duty {
        return Ok(());
    }
    Err(Refused::new("WrongDuty(uint8,uint8)", [index.into(), juror.duty.number().into()]))
}

fn in_reveal(call: Call<'_>, dispute: &Dispute) -> Result<(), Refused> {
    past(call.now, dispute.commit_by)?;
    before(call.now, dispute.reveal_by)
}

fn committed(found: Digest, expected: Digest) -> Result<(), Refused> {
    if found == expected { Ok(()) } else { Err(Refused::new("NotCommitted()", [])) }
}
