//! A grant: what a user may do with a data set, how often, until when; and what is left of it.

use contracts::Refused;
use protocol::{Address, Amount, Digest};
use serde::{Deserialize, Serialize};

use crate::{Dataset, MAX_DIGITS, MAX_REASON_LENGTH};

/// What a user asks for. As `IGrants.GrantTerms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantTerms {
    /// When the first task may start, seconds since the epoch.
    pub from: u64,
    /// When no task starts any more, seconds since the epoch.
    pub until: u64,
    /// How many tasks may finish.
    pub times: u32,
    /// How many tasks may start, those that fail included.
    pub tries: u16,
    /// How many numbers may be told by all tasks together.
    pub facts: u32,
    /// How many rows may be predicted by all tasks together.
    pub rows: u32,
    /// Fewest rows of which anything is told.
    pub min_rows: u32,
    /// Most significant digits of what is told.
    pub digits: u8,
    /// Whether other owners may be told the coefficients of their own columns.
    pub own_coefficients: bool,
}

/// Where a grant stands. As `IGrants.GrantState`, which counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    Pending,
    Withdrawn,
    Refused,
    Approved,
}

impl GrantState {
    /// In the contract's order.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Withdrawn, Self::Refused, Self::Approved];

    fn number(self) -> u8 {
        1 + self as u8
    }
}

/// An application, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grant {
    /// Number of the data set.
    pub dataset: u64,
    /// Who asked, and whose tasks it serves.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub user: Address,
    /// Hash of the kinds of task, algorithm, columns, receivers and what is told; zero for any.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub purpose: Digest,
    pub terms: GrantTerms,
    /// What the owner gets for a task that finishes.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub fee: Amount,
    pub state: GrantState,
    /// What the owner said who refused. A stranger's text.
    pub reason: Option<String>,
    /// Tasks that have used it.
    pub used: u32,
    /// Tasks that are running on it.
    pub held: u32,
    /// Tasks that were started on it.
    pub tried: u16,
    /// Facts told, or reserved by running tasks.
    pub facts_used: u32,
    /// Rows predicted, or reserved by running tasks.
    pub rows_used: u32,
}

/// What `Grants` emits of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GrantEvent {
    /// `GrantApplied`
    Applied { dataset: u64, user: Address, purpose: Digest, terms: GrantTerms },
    /// `GrantWithdrawn`
    Withdrawn,
    /// `GrantApproved`
    Approved { fee: Amount },
    /// `GrantRefused`
    Refused { reason: String },
    /// `GrantUsage`
    Usage { used: u32, held: u32, tried: u16, facts_used: u32, rows_used: u32 },
}

/// What a task would tell, to be compared with a grant. As `IGrants.Disclosure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Disclosure {
    /// Fewest rows of which it tells anything.
    pub min_rows: u32,
    /// Most significant digits of what it tells.
    pub digits: u8,
    /// Whether owners are told the coefficients of their own columns.
    pub own_coefficients: bool,
}

/// What a task takes of a grant when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Whether an earlier task of the same pipeline has taken the use.
    pub covered: bool,
    pub facts: u32,
    pub rows: u32,
}

/// What an account can do about a grant now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantStep {
    /// The applicant may withdraw.
    Withdraw,
    /// The owner decides; from the second moment on approving is refused.
    Decide { until: u64 },
    /// The user may publish tasks on it, and start them from the first moment on and before the second.
    Use { from: u64, until: u64 },
}

impl Grant {
    /// What an event makes of a grant; without one before, only `Applied` makes any.
    #[must_use]
    pub fn after(before: Option<Self>, event: &GrantEvent) -> Option<Self> {
        if let GrantEvent::Applied { dataset, user, purpose, terms } = event {
            return Some(Self {
                dataset: *dataset,
                user: *user,
                purpose: *purpose,
                terms: terms.clone(),
                fee: Amount::ZERO,
                state: GrantState::Pending,
                reason: None,
                used: 0,
                held: 0,
                tried: 0,
                facts_used: 0,
                rows_used: 0,
            });
        }
        let mut grant = before?;
        match event {
            GrantEvent::Applied { .. } => {}
            GrantEvent::Withdrawn => grant.state = GrantState::Withdrawn,
            GrantEvent::Approved { fee } => (grant.state, grant.fee) = (GrantState::Approved, *fee),
            GrantEvent::Refused { reason } => {
                (grant.state, grant.reason) = (GrantState::Refused, Some(reason.clone()));
            }
            GrantEvent::Usage { used, held, tried, facts_used, rows_used } => {
                (grant.used, grant.held, grant.tried) = (*used, *held, *tried);
                (grant.facts_used, grant.rows_used) = (*facts_used, *rows_used);
            }
        }
        Some(grant)
    }

    /// Whether it keeps the same from being applied for: it is pending, or a task could still start on it, or runs.
    pub fn is_open(&self, now: u64) -> bool {
        match self.state {
            GrantState::Pending => true,
            GrantState::Approved => {
                let usable = self.used < self.terms.times && self.tried < self.terms.tries;
                self.held > 0 || (usable && now < self.terms.until)
            }
            GrantState::Withdrawn | GrantState::Refused => false,
        }
    }

    /// What an account can do about it now.
    pub fn steps(&self, dataset: &Dataset, account: Address, now: u64) -> Vec<GrantStep> {
        let mut steps = Vec::new();
        if self.state == GrantState::Pending {
            if account == self.user {
                steps.push(GrantStep::Withdraw);
            }
            if account == dataset.owner {
                steps.push(GrantStep::Decide { until: self.terms.until });
            }
        }
        let nothing = Charge { covered: false, facts: 0, rows: 0 };
        let start = now.max(self.terms.from);
        if account == self.user && self.may_hold(0, dataset, start, nothing).is_ok() {
            steps.push(GrantStep::Use { from: self.terms.from, until: self.terms.until });
        }
        steps
    }

    /// Facts that may still be told.
    pub fn facts_left(&self) -> u32 {
        self.terms.facts.saturating_sub(self.facts_used)
    }

    /// Rows that may still be predicted.
    pub fn rows_left(&self) -> u32 {
        self.terms.rows.saturating_sub(self.rows_used)
    }

    /// What applying would say. `open` is the number of the same user's grant for the same that is open, if any.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn apply_for(
        dataset: Option<&Dataset>,
        open: Option<u64>,
        now: u64,
        asked: (u64, Address, Digest, &GrantTerms),
    ) -> Result<GrantEvent, Refused> {
        let (id, user, purpose, terms) = asked;
        let Some(dataset) = dataset else { return Err(Refused::new("NoDatasetToUse(uint64)", [id.into()])) };
        usable(dataset, id)?;
        if purpose == Digest::ZERO && dataset.terms.labelled {
            return Err(Refused::new("PurposeNeeded()", []));
        }
        terms.check(now)?;
        match open {
            Some(open) => Err(Refused::new("GrantOpen(uint64)", [open.into()])),
            None => Ok(GrantEvent::Applied { dataset: id, user, purpose, terms: terms.clone() }),
        }
    }

    /// What withdrawing would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn withdraw(&self, id: u64, account: Address) -> Result<GrantEvent, Refused> {
        self.of_user(account)?;
        self.in_state(id, GrantState::Pending).map(|()| GrantEvent::Withdrawn)
    }

    /// What approving would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn approve(
        &self,
        id: u64,
        dataset: &Dataset,
        account: Address,
        now: u64,
        fee: Amount,
    ) -> Result<GrantEvent, Refused> {
        self.decided_by(id, dataset, account)?;
        if now >= self.terms.until {
            return Err(Refused::new("GrantOver(uint64,uint40)", [id.into(), self.terms.until.into()]));
        }
        usable(dataset, self.dataset)?;
        Ok(GrantEvent::Approved { fee })
    }

    /// What refusing would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn refuse(&self, id: u64, dataset: &Dataset, account: Address, reason: &str) -> Result<GrantEvent, Refused> {
        self.decided_by(id, dataset, account)?;
        if reason.len() > MAX_REASON_LENGTH {
            return Err(Refused::new("ReasonTooLong(uint256)", [(reason.len() as u64).into()]));
        }
        Ok(GrantEvent::Refused { reason: reason.to_owned() })
    }

    /// Whether a user's task may be published with it.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn check(
        &self,
        id: u64,
        dataset: &Dataset,
        user: Address,
        purpose: Digest,
        told: &Disclosure,
    ) -> Result<(), Refused> {
        self.of_user(user)?;
        self.in_state(id, GrantState::Approved)?;
        if self.purpose != Digest::ZERO && purpose != self.purpose {
            let words = [id.into(), purpose.into(), self.purpose.into()];
            return Err(Refused::new("PurposeDiffers(uint64,bytes32,bytes32)", words));
        }
        if told.digits > self.terms.digits {
            let words = [id.into(), told.digits.into(), self.terms.digits.into()];
            return Err(Refused::new("TooManyDigits(uint64,uint8,uint8)", words));
        }
        if told.own_coefficients && !self.terms.own_coefficients {
            return Err(Refused::new("OwnCoefficientsNotGranted(uint64)", [id.into()]));
        }
        if told.min_rows < self.terms.min_rows {
            let words = [id.into(), told.min_rows.into(), self.terms.min_rows.into()];
            return Err(Refused::new("TooFewRows(uint64,uint32,uint32)", words));
        }
        usable(dataset, self.dataset)
    }

    /// Whether a task may start on it now.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn may_hold(&self, id: u64, dataset: &Dataset, now: u64, charge: Charge) -> Result<(), Refused> {
        self.in_state(id, GrantState::Approved)?;
        let GrantTerms { from, until, times, tries, .. } = self.terms;
        if now < from {
            return Err(Refused::new("GrantNotYet(uint64,uint40)", [id.into(), from.into()]));
        }
        if now >= until {
            return Err(Refused::new("GrantOver(uint64,uint40)", [id.into(), until.into()]));
        }
        if !charge.covered && self.used + self.held >= times {
            return Err(Refused::new("TimesUsedUp(uint64,uint32)", [id.into(), times.into()]));
        }
        if self.tried >= tries {
            return Err(Refused::new("TriesUsedUp(uint64,uint16)", [id.into(), tries.into()]));
        }
        if charge.facts > self.facts_left() {
            let words = [id.into(), self.facts_left().into(), charge.facts.into()];
            return Err(Refused::new("FactsUsedUp(uint64,uint32,uint32)", words));
        }
        if charge.rows > self.rows_left() {
            let words = [id.into(), self.rows_left().into(), charge.rows.into()];
            return Err(Refused::new("RowsUsedUp(uint64,uint32,uint32)", words));
        }
        usable(dataset, self.dataset)
    }

    /// What holding it for a task says.
    #[must_use]
    pub fn hold(&self, charge: Charge) -> GrantEvent {
        self.usage(Self {
            held: self.held + u32::from(!charge.covered),
            tried: self.tried + 1,
            facts_used: self.facts_used + charge.facts,
            rows_used: self.rows_used + charge.rows,
            ..self.clone()
        })
    }

    /// What turning a hold into a use says.
    #[must_use]
    pub fn consume(&self) -> GrantEvent {
        self.usage(Self { held: self.held.saturating_sub(1), used: self.used + 1, ..self.clone() })
    }

    /// What giving back says: what was not told, and the hold where the use is not kept.
    #[must_use]
    pub fn release(&self, unused: Charge) -> GrantEvent {
        self.usage(Self {
            held: self.held.saturating_sub(u32::from(!unused.covered)),
            facts_used: self.facts_used.saturating_sub(unused.facts),
            rows_used: self.rows_used.saturating_sub(unused.rows),
            ..self.clone()
        })
    }

    fn usage(&self, after: Self) -> GrantEvent {
        let Self { used, held, tried, facts_used, rows_used, .. } = after;
        GrantEvent::Usage { used, held, tried, facts_used, rows_used }
    }

    fn of_user(&self, account: Address) -> Result<(), Refused> {
        if account == self.user {
            return Ok(());
        }
        Err(Refused::new("NotGrantUser(address,address)", [account.into(), self.user.into()]))
    }

    fn in_state(&self, id: u64, state: GrantState) -> Result<(), Refused> {
        if self.state == state {
            return Ok(());
        }
        Err(Refused::new("WrongGrantState(uint64,uint8)", [id.into(), self.state.number().into()]))
    }

    fn decided_by(&self, id: u64, dataset: &Dataset, account: Address) -> Result<(), Refused> {
        if account != dataset.owner {
            return Err(Refused::new("NotGrantingOwner(address,address)", [account.into(), dataset.owner.into()]));
        }
        self.in_state(id, GrantState::Pending)
    }
}

impl GrantTerms {
    /// Whether they may be applied for now.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn check(&self, now: u64) -> Result<(), Refused> {
        if self.until <= self.from || self.until <= now {
            return Err(Refused::new("BadPeriod(uint40,uint40)", [self.from.into(), self.until.into()]));
        }
        if self.times == 0 || self.tries == 0 {
            return Err(Refused::new("BadTimes(uint32,uint16)", [self.times.into(), self.tries.into()]));
        }
        if !(1..=MAX_DIGITS).contains(&self.digits) {
            return Err(Refused::new("BadDigits(uint8)", [self.digits.into()]));
        }
        Ok(())
    }
}

fn usable(dataset: &Dataset, id: u64) -> Result<(), Refused> {
    if dataset.revoked {
        return Err(Refused::new("DatasetNotUsable(uint64)", [id.into()]));
    }
    Ok(())
}
