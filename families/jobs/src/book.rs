//! All providers and jobs together: every call of `Jobs`, by the rules. What a call would say, or why it is refused, is
//! decided without changing anything; what was said is taken in by [`Book::apply`].
//!
//! | module | calls |
//! |---|---|
//! | `providers` | offer, pause, withdraw, offboard, revoke quotes |
//! | `posting` | post, cancel, lock |
//! | `running` | start, redeem, submit, fail, accept, expire, claim |
//! | `drawing` | challenge, draw |
//! | `judging` | commit, reveal, show, escalate, conclude |
//! | `fold`, `deposits` | none: what events do |

mod deposits;
mod drawing;
mod fold;
mod judging;
mod posting;
mod providers;
mod running;

use std::collections::BTreeMap;

use contracts::{DecodeError, Refused, escrow::OwedEvent};
use protocol::{Address, Amount, Digest, RawLog};

use crate::{Event, Files, Job, Offer, Provider, ProviderEvent, Quote, Run, State, Terms, logs};

/// All that `Jobs` stores.
#[derive(Debug, Clone, Default)]
pub struct Book {
    pub providers: BTreeMap<Address, Provider>,
    /// Slot 1 first.
    pub slots: Vec<Address>,
    /// Job 1 first.
    pub jobs: Vec<Job>,
    /// Rounds whose jurors are about to be drawn.
    pub open_draws: u32,
    /// What accounts can collect, beside parts of jobs.
    pub owed: BTreeMap<Address, Amount>,
}

/// Who calls, and what the chain knows then.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub caller: Address,
    /// Time and number of the block.
    pub now: u64,
    pub block: u64,
    /// The hash of an earlier block, where the chain still knows it.
    pub hash_of: &'a dyn Fn(u64) -> Option<Digest>,
}

/// What is said in a call, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Job(u64, Event),
    Provider(Address, ProviderEvent),
    /// `Owed`
    Owed(Address, Amount),
    /// `Collected`
    Collected(Address, Amount),
}

impl Said {
    /// What it is about, as the family names it in logs' subjects: the number of a job, or an account.
    pub fn subject(&self) -> String {
        match self {
            Self::Job(id, _) => id.to_string(),
            Self::Provider(account, _) | Self::Owed(account, _) | Self::Collected(account, _) => account.to_string(),
        }
    }

    /// What a log of `Jobs` says; `None` for one of another contract.
    ///
    /// # Errors
    /// [`DecodeError`] when it looks like an event of `Jobs` and is not.
    pub fn read(log: &RawLog) -> Result<Option<Self>, DecodeError> {
        if let Some((id, event)) = logs::decode(log)? {
            return Ok(Some(Self::Job(id, event)));
        }
        if let Some((account, event)) = logs::provider(log)? {
            return Ok(Some(Self::Provider(account, event)));
        }
        Ok(logs::owed(log)?.map(|owed| match owed {
            OwedEvent::Owed { account, amount } => Self::Owed(account, amount),
            OwedEvent::Collected { account, amount } => Self::Collected(account, amount),
        }))
    }
}

/// A call. Signatures stand as the account that made them, over the right words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    Offer { amount: Amount, offer: Offer },
    Pause,
    Withdraw { amount: Amount },
    Offboard,
    RevokeQuotes { nonce: u64 },
    Post { terms: Terms, files: Files },
    Cancel { job: u64 },
    Lock { job: u64, terms: Terms, quote: Quote, signer: Address },
    Start { job: u64 },
    Redeem { job: u64, units: u64, checkpoint: Digest, signer: Address },
    Submit { job: u64, result: Digest, file: Digest, units: u64, log_head: Digest },
    Fail { job: u64, code: u16 },
    Accept { job: u64, result: Digest },
    Expire { job: u64 },
    Claim { job: u64 },
    Challenge { job: u64, result: Digest },
    Draw { job: u64 },
    Commit { job: u64, index: u8, commitment: Digest },
    Reveal { job: u64, index: u8, result: Digest, units: u64, salt: Digest },
    Show { job: u64, result: Digest, salt: Digest },
    Escalate { job: u64 },
    Conclude { job: u64 },
    CollectOwed { account: Address },
}

impl Book {
    /// What a call would say, or why it is refused. Coins are not looked at: who has too few, or allows too few, is refused
    /// by the coin.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn decide(&self, call: Call<'_>, what: &Move) -> Result<Vec<Said>, Refused> {
        match what {
            Move::Offer { amount, offer } => self.offer(call, *amount, offer),
            Move::Pause => self.pause(call),
            Move::Withdraw { amount } => self.withdraw(call, *amount),
            Move::Offboard => self.offboard(call),
            Move::RevokeQuotes { nonce } => self.revoke_quotes(call, *nonce),
            Move::Post { terms, files } => self.post(call, terms, files),
            Move::Cancel { job } => self.cancel(call, *job),
            Move::Lock { job, terms, quote, signer } => self.lock(call, *job, terms, quote, *signer),
            Move::Start { job } => self.start(call, *job),
            Move::Redeem { job, units, checkpoint, signer } => self.redeem(call, *job, (*units, *checkpoint), *signer),
            Move::Submit { job, result, file, units, log_head } => {
                self.submit(call, *job, (*result, *file), *units, *log_head)
            }
            Move::Fail { job, code } => self.fail(call, *job, *code),
            Move::Accept { job, result } => self.accept(call, *job, *result),
            Move::Expire { job } => self.expire(call, *job),
            Move::Claim { job } => self.claim(call, *job),
            Move::Challenge { job, result } => self.challenge(call, *job, *result),
            Move::Draw { job } => self.draw(call, *job),
            Move::Commit { job, index, commitment } => self.commit(call, *job, *index, *commitment),
            Move::Reveal { job, index, result, units, salt } => {
                self.reveal(call, *job, *index, (*result, *units), *salt)
            }
            Move::Show { job, result, salt } => self.show(call, *job, *result, *salt),
            Move::Escalate { job } => self.escalate(call, *job),
            Move::Conclude { job } => self.conclude(call, *job),
            Move::CollectOwed { account } => match self.owed.get(account) {
                Some(amount) if amount.0 > 0 => Ok(vec![Said::Collected(*account, *amount)]),
                _ => Err(Refused::new("NothingOwed(address)", [(*account).into()])),
            },
        }
    }

    /// A job by its number.
    pub fn job(&self, id: u64) -> Option<&Job> {
        self.jobs.get(usize::try_from(id).ok()?.checked_sub(1)?)
    }

    /// A provider that has not left.
    pub fn provider(&self, account: Address) -> Option<&Provider> {
        self.providers.get(&account).filter(|provider| provider.slot != 0)
    }

    /// All that the contract holds: deposits, jobs and what accounts can collect.
    pub fn holds(&self) -> Amount {
        let deposits: u128 = self.providers.values().map(|provider| provider.deposit.0).sum();
        let jobs: u128 = self.jobs.iter().map(|job| job.holds().0).sum();
        Amount(deposits + jobs + self.owed.values().map(|amount| amount.0).sum::<u128>())
    }

    fn existing(&self, id: u64) -> Result<&Job, Refused> {
        self.job(id).ok_or_else(|| Refused::new("NoSuchJob(uint64)", [id.into()]))
    }

    fn during(&self, id: u64, allowed: &[State]) -> Result<&Job, Refused> {
        let job = self.existing(id)?;
        if allowed.contains(&job.state) { Ok(job) } else { Err(wrong_state(id, job.state)) }
    }

    /// A job in one of the states that come after the lock.
    fn run_of(&self, id: u64, allowed: &[State]) -> Result<(&Job, &Run), Refused> {
        let job = self.during(id, allowed)?;
        job.run.as_ref().map(|run| (job, run)).ok_or_else(|| wrong_state(id, job.state))
    }
}

fn wrong_state(id: u64, state: State) -> Refused {
    Refused::new("WrongJobState(uint64,uint8)", [id.into(), state.number().into()])
}

fn before(now: u64, until: u64) -> Result<(), Refused> {
    if now < until { Ok(()) } else { Err(Refused::new("JobTooLate(uint256)", [until.into()])) }
}

fn past(now: u64, from: u64) -> Result<(), Refused> {
    if now >= from { Ok(()) } else { Err(Refused::new("JobTooEarly(uint256)", [from.into()])) }
}

fn by_client(job: &Job, caller: Address) -> Result<(), Refused> {
    if caller == job.client {
        return Ok(());
    }
    Err(Refused::new("NotJobClient(address,address)", [caller.into(), job.client.into()]))
}

fn by_provider(run: &Run, caller: Address) -> Result<(), Refused> {
    if caller == run.provider {
        return Ok(());
    }
    Err(Refused::new("NotJobProvider(address,address)", [caller.into(), run.provider.into()]))
}

fn signed(by: Address, signer: Address) -> Result<(), Refused> {
    if by == signer { Ok(()) } else { Err(Refused::new("NotSignedBy(address,address)", [by.into(), signer.into()])) }
}

/// The end of a job in a state that pays by [`Job::parts`].
fn ended(id: u64, job: &Job, state: State, code: u16) -> Said {
    let (paid, refunded) = Job { state, ..job.clone() }.parts();
    Said::Job(id, Event::Ended { state, code, paid, refunded })
}

fn ended_by_voucher(id: u64, job: &Job, run: &Run, code: u16) -> Said {
    ended(id, job, if run.agreed == 0 { State::Refunded } else { State::Partial }, code)
}
