//! The reference model: all bounties, everybody's tokens, and what each call does to them or why it is refused.

use std::collections::HashMap;

use bounty::{Phase, SubmissionState};
use ethers_core::abi::Token;
use protocol::{Address, Digest, commitment::superhash};

use super::{
    play::offer,
    rules::{Bounty, Ending, Entry},
};
use crate::harness::{account, number, word};

/// The error that the contract must raise, with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal(pub &'static str, pub Vec<Token>);

fn refuse<T>(signature: &'static str, arguments: impl Into<Vec<Token>>) -> Result<T, Refusal> {
    Err(Refusal(signature, arguments.into()))
}

/// What is wrong with a revealed file.
#[derive(Debug, Clone)]
pub enum Fault {
    Truth {
        found: Digest,
        expected: Digest,
    },
    /// The file of another trainer.
    Foreign {
        named: Address,
    },
    Prediction {
        found: Digest,
        expected: Digest,
    },
    Model {
        found: Digest,
        expected: Digest,
    },
}

impl Fault {
    fn refusal(&self, caller: Address) -> Refusal {
        let mismatch =
            |signature, found: &Digest, expected: &Digest| Refusal(signature, vec![word(*found), word(*expected)]);
        match self {
            Self::Truth { found, expected } => mismatch("TruthMismatch(bytes32,bytes32)", found, expected),
            Self::Prediction { found, expected } => mismatch("PredictionMismatch(bytes32,bytes32)", found, expected),
            Self::Model { found, expected } => mismatch("ModelMismatch(bytes32,bytes32)", found, expected),
            Self::Foreign { named } => {
                Refusal("NotYourPrediction(address,address)", vec![account(*named), account(caller)])
            }
        }
    }
}

/// A call, as far as the rules care.
#[derive(Debug, Clone)]
pub enum Move {
    Create(Bounty),
    Cancel {
        active_at_most: u32,
    },
    RevealTruth(Option<Fault>),
    Submit {
        actual: u32,
        /// Whether the trainer means the bounty that has the number.
        seen: bool,
    },
    Replace {
        actual: u32,
    },
    Withdraw,
    Claim(u32),
    Reveal(Option<Fault>),
    Timeout,
    Settle,
    SlashSilent(Address),
    Collect(Address),
}

/// What a trainer names who means another bounty.
pub const OTHER_TRUTH: Digest = Digest([0x0e; 32]);

#[derive(Debug, Default)]
pub struct Market {
    /// Bounty 1 first.
    pub bounties: Vec<Bounty>,
    pub balances: HashMap<Address, u128>,
    pub burned: u128,
}

impl Market {
    /// Plays a move, or says how it is refused; a refused move changes nothing.
    ///
    /// Several reasons to refuse may meet. The contract looks at the bounty first, then at its phase, at the caller,
    /// at what is passed, and last at the tokens.
    pub fn play(&mut self, caller: Address, id: u64, now: u64, what: &Move) -> Result<(), Refusal> {
        if let Move::Create(bounty) = what {
            return self.create(caller, now, bounty);
        }
        let Some(bounty) = usize::try_from(id).ok().and_then(|id| self.bounties.get(id.wrapping_sub(1))).cloned()
        else {
            return refuse("NoSuchBounty(uint256)", [number(id)]);
        };
        let phase = bounty.phase(now);
        let during = |allowed: &[Phase]| {
            let position = 1 + Phase::ALL.iter().position(|p| *p == phase).unwrap() as u8;
            if allowed.contains(&phase) {
                Ok(())
            } else {
                refuse("WrongPhase(uint256,uint8)", [number(id), number(position)])
            }
        };
        let by_requester = || {
            if caller == bounty.requester {
                Ok(())
            } else {
                refuse("NotRequester(address,address)", [account(caller), account(bounty.requester)])
            }
        };
        let mine = |wanted: SubmissionState| {
            let state = bounty.state(caller);
            if state == Some(wanted) {
                return Ok(());
            }
            let arguments = [number(id), account(caller), number(state.map_or(0, state_number))];
            refuse("WrongSubmissionState(uint256,address,uint8)", arguments)
        };
        match what {
            Move::Create(_) => unreachable!("handled above"),
            Move::Cancel { active_at_most } => {
                during(&[Phase::Open])?;
                by_requester()?;
                let active = bounty.in_state(SubmissionState::Active).count() as u128;
                if active > u128::from(*active_at_most) {
                    return refuse("MoreActive(uint32)", [number(active)]);
                }
                let share = (bounty.reward / 2).checked_div(active).unwrap_or(0);
                match active {
                    0 => self.give(caller, bounty.reward),
                    _ => self.burned += bounty.reward - share * active,
                }
                self.at(id).ending = Some(Ending::Cancelled { share });
            }
            Move::RevealTruth(fault) => {
                during(&[Phase::AwaitingTruth])?;
                by_requester()?;
                fault.as_ref().map_or(Ok(()), |fault| Err(fault.refusal(caller)))?;
                self.at(id).truth_at = Some(now);
            }
            Move::Submit { actual, seen } => {
                during(&[Phase::Open])?;
                if !seen {
                    let (seen, present) = (word(OTHER_TRUTH), word(superhash(&offer(&bounty).truth())));
                    return refuse("OtherBounty(uint256,bytes32,bytes32)", [number(id), seen, present]);
                }
                if caller == bounty.requester {
                    return refuse("RequesterMayNotSubmit()", []);
                }
                if !matches!(bounty.state(caller), None | Some(SubmissionState::Withdrawn)) {
                    return refuse("AlreadySubmitted(uint256,address)", [number(id), account(caller)]);
                }
                self.take(caller, bounty.stake)?;
                let bounty = self.at(id);
                bounty.submitted += 1;
                bounty.entries.retain(|e| e.trainer != caller);
                bounty.entries.push(Entry {
                    trainer: caller,
                    order: bounty.submitted,
                    actual: *actual,
                    claim: 0,
                    state: SubmissionState::Active,
                    dropped: false,
                });
            }
            Move::Replace { actual } => {
                during(&[Phase::Open])?;
                mine(SubmissionState::Active)?;
                let bounty = self.at(id);
                bounty.submitted += 1;
                let order = bounty.submitted;
                let entry = bounty.entry_mut(caller).expect("mine");
                (entry.actual, entry.order) = (*actual, order);
            }
            Move::Withdraw => {
                during(&[Phase::Open, Phase::AwaitingTruth, Phase::Claiming])?;
                mine(SubmissionState::Active)?;
                if phase == Phase::Open {
                    self.give(caller, bounty.stake);
                    self.set(id, caller, SubmissionState::Withdrawn);
                } else {
                    self.set(id, caller, SubmissionState::Abandoned);
                }
            }
            Move::Claim(correct) => {
                during(&[Phase::Claiming])?;
                mine(SubmissionState::Active)?;
                if *correct > bounty.rows {
                    return refuse("ClaimTooHigh(uint32,uint32)", [number(*correct), number(bounty.rows)]);
                }
                let competes = *correct >= bounty.min_correct;
                self.set(id, caller, if competes { SubmissionState::Claimed } else { SubmissionState::Conceded });
                self.at(id).entry_mut(caller).expect("mine").claim = *correct;
            }
            Move::Reveal(fault) => {
                during(&[Phase::Revealing])?;
                mine(SubmissionState::Claimed)?;
                fault.as_ref().map_or(Ok(()), |fault| Err(fault.refusal(caller)))?;
                let entry = bounty.entry(caller).expect("mine");
                let honest = entry.actual == entry.claim;
                self.set(id, caller, if honest { SubmissionState::Verified } else { SubmissionState::Slashed });
                if self.at(id).standing().next().is_none() {
                    self.refund(id);
                } else if self.at(id).decided().0 {
                    self.pay_winner(id);
                }
            }
            Move::Timeout => {
                during(&[Phase::TruthOverdue])?;
                let active = bounty.in_state(SubmissionState::Active).count() as u128;
                match (bounty.reward / 2).checked_div(active) {
                    None => self.refund(id),
                    Some(share) => {
                        let abandoned = bounty.in_state(SubmissionState::Abandoned).count() as u128;
                        self.burned += bounty.reward - share * active + abandoned * bounty.stake;
                        self.at(id).ending = Some(Ending::Forfeited { share });
                    }
                }
            }
            Move::Settle => {
                during(&[Phase::Revealing, Phase::SettleDue])?;
                if phase == Phase::SettleDue {
                    if bounty.best().is_some() { self.pay_winner(id) } else { self.refund(id) }
                } else {
                    match self.at(id).decided() {
                        (true, _) => self.pay_winner(id),
                        (false, 0) => during(&[])?,
                        (false, _) => {}
                    }
                }
            }
            Move::SlashSilent(trainer) => {
                during(&[Phase::Settled])?;
                if !bounty.slashable(*trainer) {
                    return refuse("NotSlashable(uint256,address)", [number(id), account(*trainer)]);
                }
                self.set(id, *trainer, SubmissionState::Slashed);
                self.give(bounty.best().expect("settled").trainer, bounty.stake);
            }
            Move::Collect(trainer) => {
                let due = bounty.due(*trainer);
                if due == 0 {
                    return refuse("NothingToCollect(uint256,address)", [number(id), account(*trainer)]);
                }
                self.give(*trainer, due);
                self.set(id, *trainer, SubmissionState::Paid);
            }
        }
        Ok(())
    }

    fn create(&mut self, caller: Address, now: u64, bounty: &Bounty) -> Result<(), Refusal> {
        let year = 365 * 86_400;
        if bounty.reward == 0 {
            return refuse("RewardIsZero()", []);
        }
        if bounty.deadline <= now {
            return refuse("DeadlineInPast(uint40,uint256)", [number(bounty.deadline), number(now)]);
        }
        if bounty.deadline > now + year {
            return refuse("DeadlineTooFar(uint40,uint256)", [number(bounty.deadline), number(now + year)]);
        }
        if !(600..=30 * 86_400).contains(&bounty.window) {
            let arguments = [number(bounty.window), number(600u16), number(30 * 86_400u32)];
            return refuse("WindowOutOfRange(uint32,uint32,uint32)", arguments);
        }
        if bounty.min_correct > bounty.rows {
            return refuse("MinCorrectTooHigh(uint32,uint32)", [number(bounty.min_correct), number(bounty.rows)]);
        }
        let truth = superhash(&offer(bounty).truth());
        let used = |other: &Bounty| other.requester == caller && superhash(&offer(other).truth()) == truth;
        if self.bounties.iter().any(used) {
            return refuse("TruthUsedBefore(address,bytes32)", [account(caller), word(truth)]);
        }
        self.take(caller, bounty.reward)?;
        self.bounties.push(Bounty { requester: caller, ..bounty.clone() });
        Ok(())
    }

    /// What the market must hold in all.
    pub fn owed(&self) -> u128 {
        self.bounties.iter().map(Bounty::owed).sum()
    }

    /// The winner gets everything that is not owed to anyone else after settling.
    fn pay_winner(&mut self, id: u64) {
        let before = self.at(id).owed();
        let winner = self.at(id).best().expect("a verified reveal").trainer;
        self.set(id, winner, SubmissionState::Paid);
        self.at(id).ending = Some(Ending::Settled { winner });
        let paid = before - self.at(id).owed();
        self.give(winner, paid);
    }

    /// The requester gets the reward, and whatever is then owed to nobody is burned.
    fn refund(&mut self, id: u64) {
        let before = self.at(id).owed();
        self.at(id).ending = Some(Ending::Refunded);
        let (requester, reward) = (self.at(id).requester, self.at(id).reward);
        self.burned += before - reward - self.at(id).owed();
        self.give(requester, reward);
    }

    fn at(&mut self, id: u64) -> &mut Bounty {
        &mut self.bounties[id as usize - 1]
    }

    fn set(&mut self, id: u64, trainer: Address, state: SubmissionState) {
        self.at(id).entry_mut(trainer).expect("has a submission").state = state;
    }

    fn give(&mut self, to: Address, amount: u128) {
        *self.balances.entry(to).or_default() += amount;
    }

    fn take(&mut self, from: Address, amount: u128) -> Result<(), Refusal> {
        let balance = self.balances.entry(from).or_default();
        if *balance < amount {
            let arguments = [account(from), number(*balance), number(amount)];
            return refuse("ERC20InsufficientBalance(address,uint256,uint256)", arguments);
        }
        *balance -= amount;
        Ok(())
    }
}

fn state_number(state: SubmissionState) -> u8 {
    use SubmissionState::{Abandoned, Active, Claimed, Conceded, Paid, Slashed, Verified, Withdrawn};
    match state {
        Active => 1,
        Withdrawn => 2,
        Abandoned => 3,
        Claimed => 4,
        Conceded => 5,
        Verified => 6,
        Slashed => 7,
        Paid => 8,
    }
}
