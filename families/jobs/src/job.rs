//! A job and its dispute, as the contract stores them.

use protocol::{Address, Amount, Digest};
use serde::{Deserialize, Serialize};

use crate::{
    AFTERWARDS, DRAW_WINDOW, ESCALATE_WINDOW, FEES_AT_STAKE, Files, MAX_WAIT, START_WINDOW, Terms, VOUCHER_WINDOW,
};

/// Where a job stands. The last five are never left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JobState))]
#[serde(rename_all = "snake_case")]
pub enum State {
    Posted,
    Locked,
    Running,
    Submitted,
    Disputed,
    /// Paid for what was metered.
    Settled,
    /// Paid by the last voucher.
    Partial,
    /// All goes back.
    Refunded,
    /// The result was wrong: all goes back, and the stake is lost.
    Slashed,
    Cancelled,
}

impl State {
    /// In the order of `IJobTypes.State`, without its None.
    pub const ALL: [Self; 10] = [
        Self::Posted,
        Self::Locked,
        Self::Running,
        Self::Submitted,
        Self::Disputed,
        Self::Settled,
        Self::Partial,
        Self::Refunded,
        Self::Slashed,
        Self::Cancelled,
    ];

    /// In `IJobTypes.State`.
    pub fn number(self) -> u8 {
        1 + self as u8
    }

    /// Whether it is never left.
    pub fn is_final(self) -> bool {
        self >= Self::Settled
    }
}

/// What jurors have found about a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JobVerdict))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Undecided,
    Stands,
    Wrong,
}

impl Verdict {
    /// In the order of `IJobTypes.Verdict`, without its None.
    pub const ALL: [Self; 3] = [Self::Undecided, Self::Stands, Self::Wrong];

    /// In `IJobTypes.Verdict`.
    pub fn number(self) -> u8 {
        1 + self as u8
    }
}

/// Where a juror stands in a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JurorDuty))]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    Drawn,
    Committed,
    Revealed,
}

impl Duty {
    /// In the order of `IJobTypes.Duty`, without its None.
    pub const ALL: [Self; 3] = [Self::Drawn, Self::Committed, Self::Revealed];

    /// In `IJobTypes.Duty`.
    pub fn number(self) -> u8 {
        1 + self as u8
    }
}

/// A juror of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Juror {
    /// A provider.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub who: Address,
    pub duty: Duty,
    /// Its commitment, and once it has revealed its answer ([`crate::typed_data::answer`]).
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub answer: Digest,
}

/// A dispute about a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JobDispute))]
pub struct Dispute {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub challenger: Address,
    /// Who asked for the second round.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub escalator: Option<Address>,
    /// Of each juror whom the verdict proves right.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub fee: Amount,
    /// 1 or 2.
    pub round: u8,
    /// Whether the jurors of this round are drawn.
    pub drawn: bool,
    /// How many slots there were when the draw was fixed.
    pub slots: u32,
    /// When the block of the draw was fixed.
    pub fixed_at: u64,
    /// Whose hash draws.
    pub draw_block: u64,
    /// Until when jurors commit, once they are drawn.
    pub commit_by: u64,
    /// Until when jurors reveal and the result is shown.
    pub reveal_by: u64,
    /// The answer to which the submission committed, once it was shown.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub shown: Option<Digest>,
    /// Those of the first round, which are `first`, and then those of the second.
    pub jurors: Vec<Juror>,
    pub first: usize,
}

impl Dispute {
    /// What a juror locks, and loses where it is silent or wrong.
    pub fn duty(&self) -> Amount {
        Amount(FEES_AT_STAKE * self.fee.0)
    }

    /// The jurors of a round.
    pub fn of_round(&self, round: u8) -> &[Juror] {
        if round == 1 { &self.jurors[..self.first] } else { &self.jurors[self.first..] }
    }

    /// When `conclude` can end it. Where the jurors are drawn and none escalates.
    pub fn concludes_at(&self) -> u64 {
        match (self.drawn, self.round) {
            (false, _) => self.fixed_at + DRAW_WINDOW,
            (true, 1) => self.reveal_by + ESCALATE_WINDOW,
            (true, _) => self.reveal_by,
        }
    }
}

/// Who runs a job, at which price, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JobRun))]
pub struct Run {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub provider: Address,
    /// For a unit.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub price: Amount,
    /// That were submitted.
    pub units: u64,
    /// Units of the last voucher that was shown.
    pub agreed: u64,
    /// SHA-256 in the CID of the last checkpoint on which client and provider agree.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub checkpoint: Option<Digest>,
    /// Commitment that was submitted.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub result: Digest,
    /// SHA-256 in the CID of the sealed result.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub file: Digest,
    /// Of the chain of log lines.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub log_head: Digest,
    /// Why the provider failed, 0 elsewhere.
    pub code: u16,
    pub client_claimed: bool,
    pub provider_claimed: bool,
}

/// All that is known of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub client: Address,
    pub terms: Terms,
    pub files: Files,
    pub state: State,
    /// When it came to stand there.
    pub since: u64,
    /// Once it is locked.
    pub run: Option<Run>,
    pub dispute: Option<Dispute>,
}

impl Job {
    /// What client and provider may claim of it, in all: `(paid to the provider, refunded to the client)`. Nothing is
    /// rounded, since prices are whole.
    pub fn parts(&self) -> (Amount, Amount) {
        let Some(run) = &self.run else { return (Amount::ZERO, Amount::ZERO) };
        if !self.state.is_final() {
            return (Amount::ZERO, Amount::ZERO);
        }
        let paid = run.price.0 * u128::from(self.units_paid());
        (Amount(paid), Amount(self.terms.escrow(run.price).0 - paid))
    }

    /// Units that the provider is paid for; 0 before the end.
    pub fn units_paid(&self) -> u64 {
        match (&self.run, self.state) {
            (Some(run), State::Settled) => self.paid_units(run),
            (Some(run), State::Partial) => run.agreed,
            _ => 0,
        }
    }

    /// Whether a client's money is locked for what has not ended.
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, State::Locked | State::Running | State::Submitted | State::Disputed)
    }

    /// Whether its client and this provider have something to say to each other: before a provider is chosen about quotes, then
    /// about the run, and [`AFTERWARDS`] about what came of it.
    pub fn is_talked_about(&self, provider: Address, now: u64) -> bool {
        match &self.run {
            None => self.state == State::Posted && provider != self.client && now < self.terms.lock_by(),
            Some(run) => run.provider == provider && (!self.state.is_final() || now < self.since + AFTERWARDS),
        }
    }

    /// Everybody who has a part in it: client, provider, challenger, who asked for the second round, jurors. Some stand
    /// there twice.
    pub fn parties(&self) -> Vec<Address> {
        let dispute = self.dispute.as_ref();
        let sides =
            dispute.map(|dispute| [Some(dispute.challenger), dispute.escalator]).into_iter().flatten().flatten();
        let jurors = dispute.map_or(&[][..], |dispute| &dispute.jurors).iter().map(|juror| juror.who);
        let provider = self.run.as_ref().map(|run| run.provider);
        [self.client].into_iter().chain(provider).chain(sides).chain(jurors).collect()
    }

    /// What an account may claim now.
    pub fn claimable(&self, account: Address) -> Amount {
        let (Some(run), (paid, refunded)) = (&self.run, self.parts()) else { return Amount::ZERO };
        if account == self.client && !run.client_claimed {
            refunded
        } else if account == run.provider && !run.provider_claimed {
            paid
        } else {
            Amount::ZERO
        }
    }

    /// Units of a submission that are paid for.
    pub fn paid_units(&self, run: &Run) -> u64 {
        run.units.min(self.terms.units)
    }

    /// The fee of a juror of a challenge now: what it costs to run again what lies beyond the last voucher.
    pub fn juror_fee(&self) -> Amount {
        let Some(run) = &self.run else { return Amount::ZERO };
        let open = self.paid_units(run).saturating_sub(run.agreed).max(1);
        Amount(run.price.0.saturating_mul(open.into()))
    }

    /// How many jurors a round has.
    pub fn wanted(&self, round: u8) -> usize {
        usize::from(self.terms.jurors) * if round == 1 { 1 } else { 3 }
    }

    /// The bond of a round: of the challenger for the first, of the escalator for the second.
    pub fn bond(&self, fee: Amount, round: u8) -> Amount {
        Amount(FEES_AT_STAKE * self.wanted(round) as u128 * fee.0)
    }

    /// When anybody can move it on; `None` for what has ended.
    pub fn expires_at(&self) -> Option<u64> {
        match self.state {
            State::Posted => Some(self.since + MAX_WAIT),
            State::Locked => Some(self.since + START_WINDOW),
            State::Running => Some(self.terms.deadline + VOUCHER_WINDOW),
            State::Submitted => Some(self.since + u64::from(self.terms.window)),
            State::Disputed => self.dispute.as_ref().map(Dispute::concludes_at),
            _ => None,
        }
    }

    /// Until when a client waits for its provider to show what it submitted: then a quarter of the time for a challenge is left.
    /// `None` unless something is submitted.
    pub fn shown_by(&self) -> Option<u64> {
        let window = u64::from(self.terms.window);
        (self.state == State::Submitted).then(|| self.since + window - window / 4)
    }

    /// What the contract holds of it, beside deposits: the escrow less what was claimed, and bonds.
    pub fn holds(&self) -> Amount {
        let Some(run) = &self.run else { return Amount::ZERO };
        if self.state.is_final() {
            let (paid, refunded) = self.parts();
            let left = [(paid, run.provider_claimed), (refunded, run.client_claimed)];
            return Amount(left.into_iter().filter(|(_, claimed)| !claimed).map(|(amount, _)| amount.0).sum());
        }
        let bonds = self.dispute.as_ref().map_or(0, |dispute| {
            let second = dispute.escalator.map_or(0, |_| self.bond(dispute.fee, 2).0);
            self.bond(dispute.fee, 1).0 + second
        });
        Amount(self.terms.escrow(run.price).0 + bonds)
    }
}
