//! A task as events make it, and what it owes.

use directory::Registry;
use protocol::{Address, Amount, Digest};
use serde::{Deserialize, Serialize};

use crate::{Candidate, DEMAND_PERIOD, Draft, Event, REQUESTER_PART, Roles};

/// Where a task stands. As `ITaskTypes.State`, which counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TaskState))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// For the task before it.
    Waiting,
    Confirming,
    Ready,
    Started,
    Running,
    /// A seat says that others are silent.
    Stalled,
    Finished,
    /// A run failed; it may be tried again.
    Failed,
    Rejected,
    Cancelled,
    Expired,
}

impl State {
    /// In the contract's order.
    pub const ALL: [Self; 11] = [
        Self::Waiting,
        Self::Confirming,
        Self::Ready,
        Self::Started,
        Self::Running,
        Self::Stalled,
        Self::Finished,
        Self::Failed,
        Self::Rejected,
        Self::Cancelled,
        Self::Expired,
    ];

    /// Whether it is never left.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Finished | Self::Rejected | Self::Cancelled | Self::Expired)
    }

    pub(crate) fn number(self) -> u8 {
        1 + self as u8
    }
}

/// Where a seat stands. As `ITaskTypes.SeatState`, which counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SeatState {
    Invited,
    Confirmed,
    /// In a stall.
    Responded,
    /// Its bond, to those that responded.
    Lost,
    /// Its sealed key.
    Demanded,
    Delivered,
    Paid,
}

impl SeatState {
    /// In the contract's order.
    pub const ALL: [Self; 7] =
        [Self::Invited, Self::Confirmed, Self::Responded, Self::Lost, Self::Demanded, Self::Delivered, Self::Paid];

    pub(crate) fn number(self) -> u8 {
        1 + self as u8
    }
}

/// A seat of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Seat {
    /// Owner of the data set of its grant, or the requester.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub holder: Address,
    /// 0 for a seat of the requester.
    pub grant: u64,
    pub roles: Roles,
    /// What it gets where the task finishes, without its bond.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub fee: Amount,
    /// Session key that signs for it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub signer: Option<Address>,
    pub state: SeatState,
    /// Candidates that it accepts as helper, bit i for the i-th.
    pub accepted: u16,
    /// Until when a key that is demanded must be posted.
    pub deliver_by: Option<u64>,
}

/// Who deals for a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TaskHelper))]
pub struct Helper {
    pub candidates: Vec<Candidate>,
    /// Most that is left for helpers.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub budget: Amount,
    /// Owners and day of the draw, once it is fixed.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub owners: Option<Digest>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub helper: Option<Address>,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub per_megabyte: Amount,
    pub serving: bool,
    /// Candidates that had their turn, bit i for the i-th.
    pub gone: u16,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub requester: Address,
    /// As published.
    pub draft: Draft,
    /// Task that must finish before, 0 for none.
    pub waits_for: u64,
    /// Task whose model is used, 0 for none.
    pub model_of: u64,
    pub state: State,
    /// When it came to stand there, seconds since the epoch.
    pub since: u64,
    /// 1 for the first run.
    pub attempt: u16,
    pub seats: Vec<Seat>,
    /// `None` where the task needs none.
    pub helper: Option<Helper>,
    /// Whether a seat has lost its bond, so that there is no other attempt.
    pub bond_lost: bool,
    /// Whether the requester has what comes back.
    pub refunded: bool,
    /// Digest that all seats have signed.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub result: Option<Digest>,
}

impl Task {
    /// What `TaskPublished` makes. `before` is the draft of the task that it waits for. `None` where a grant is not known
    /// to the registry, which lags behind.
    pub fn published(
        requester: Address,
        links: (u64, u64),
        draft: &Draft,
        before: Option<&Draft>,
        registry: &Registry,
        at: u64,
    ) -> Option<Self> {
        let known = |grant| registry.grant(grant).map(|(grant, dataset)| (dataset.owner, grant.fee));
        Self::published_on(requester, links, draft, before, known, at)
    }

    /// As [`Self::published`]. `known` tells the owner of a grant's data set, and the grant's fee.
    pub fn published_on(
        requester: Address,
        (waits_for, model_of): (u64, u64),
        draft: &Draft,
        before: Option<&Draft>,
        known: impl Fn(u64) -> Option<(Address, Amount)>,
        at: u64,
    ) -> Option<Self> {
        let covered = |grant| before.is_some_and(|before| before.seats.iter().any(|seat| seat.grant == grant));
        let seat = |terms: &crate::SeatTerms| {
            let mut roles = terms.roles;
            let (mut holder, mut fee) = (requester, 0);
            if terms.grant != 0 {
                let granted;
                (holder, granted) = known(terms.grant)?;
                if covered(terms.grant) {
                    roles.0 |= Roles::COVERED;
                } else {
                    fee = granted.0;
                }
            }
            if roles.computes() {
                fee += draft.compute_fee.0;
            }
            let fee = Amount(fee);
            let state = SeatState::Invited;
            Some(Seat { holder, grant: terms.grant, roles, fee, signer: None, state, accepted: 0, deliver_by: None })
        };
        let helper = (!draft.helpers.is_empty()).then(|| Helper {
            candidates: draft.helpers.clone(),
            budget: draft.helper_budget,
            owners: None,
            helper: None,
            per_megabyte: Amount::ZERO,
            serving: false,
            gone: 0,
        });
        Some(Self {
            requester,
            waits_for,
            model_of,
            state: if waits_for == 0 { State::Confirming } else { State::Waiting },
            since: at,
            attempt: 1,
            seats: draft.seats.iter().map(seat).collect::<Option<_>>()?,
            helper,
            bond_lost: false,
            refunded: false,
            result: None,
            draft: draft.clone(),
        })
    }

    /// Takes in what was said at a moment, but for `Published`.
    pub fn apply(&mut self, event: &Event, at: u64) {
        match event {
            Event::Published { .. } | Event::Rejected { .. } | Event::Failed { .. } | Event::KeyMissing { .. } => {}
            Event::Moved { state, attempt, .. } => {
                (self.state, self.since, self.attempt) = (*state, at, *attempt);
                // What was said in a stall counts in that stall alone.
                if matches!(state, State::Finished | State::Failed) {
                    let responded = self.seats.iter_mut().filter(|seat| seat.state == SeatState::Responded);
                    responded.for_each(|seat| seat.state = SeatState::Confirmed);
                }
            }
            Event::Confirmed { seat, signer, accepted, .. } => self.at(*seat, |seat| {
                (seat.signer, seat.state, seat.accepted) = (Some(*signer), SeatState::Confirmed, *accepted);
            }),
            Event::HelpersAccepted { seat, accepted } => self.at(*seat, |seat| seat.accepted = *accepted),
            Event::DrawFixed { owners, .. } => {
                self.help(|helper| helper.owners = Some(*owners));
            }
            Event::HelperDrawn { helper, per_megabyte, .. } => {
                let accepted = self.accepted_by_all();
                self.help(|known| {
                    (known.helper, known.per_megabyte, known.serving) = (*helper, *per_megabyte, false);
                    let open = accepted & !known.gone;
                    let place = |(i, candidate): (usize, &Candidate)| {
                        (open >> i & 1 == 1 && Some(candidate.helper) == *helper).then_some(1 << i)
                    };
                    known.gone |= known.candidates.iter().enumerate().find_map(place).unwrap_or(0);
                });
            }
            Event::HelperServes { .. } => self.help(|helper| helper.serving = true),
            Event::HelperPaid { amount, .. } => {
                self.help(|helper| helper.budget = Amount(helper.budget.0.saturating_sub(amount.0)));
            }
            Event::Finished { result, .. } => self.result = Some(*result),
            Event::Responded { seat, .. } => self.at(*seat, |seat| seat.state = SeatState::Responded),
            Event::BondLost { seat } => {
                self.bond_lost = true;
                self.at(*seat, |seat| seat.state = SeatState::Lost);
            }
            Event::KeyDemanded { seat, by } => self.at(*seat, |seat| {
                (seat.state, seat.deliver_by) = (SeatState::Demanded, Some(*by));
            }),
            Event::KeyDelivered { seat, .. } => self.at(*seat, |seat| seat.state = SeatState::Delivered),
            Event::PartPaid { part: REQUESTER_PART, .. } => self.refunded = true,
            Event::PartPaid { part, .. } => self.at(*part, |seat| seat.state = SeatState::Paid),
        }
    }

    fn at(&mut self, seat: u8, change: impl FnOnce(&mut Seat)) {
        if let Some(seat) = self.seats.get_mut(usize::from(seat)) {
            change(seat);
        }
    }

    fn help(&mut self, change: impl FnOnce(&mut Helper)) {
        if let Some(helper) = &mut self.helper {
            change(helper);
        }
    }

    /// Candidates that all owners accept, bit i for the i-th.
    pub fn accepted_by_all(&self) -> u16 {
        self.seats.iter().filter(|seat| seat.grant != 0).fold(u16::MAX, |all, seat| all & seat.accepted)
    }

    /// Seats that have confirmed, whatever came after.
    pub fn confirmed(&self) -> usize {
        self.seats.iter().filter(|seat| seat.signer.is_some()).count()
    }

    /// The seat of an account that receives the result, with data or without.
    pub fn receiving(&self, account: Address) -> Option<u8> {
        let receives = |(_, seat): &(u8, &Seat)| seat.holder == account && seat.roles.has(Roles::RECEIVES);
        (0..).zip(&self.seats).find(receives).map(|(number, _)| number)
    }

    /// What a part gets by collecting now: a seat, or [`REQUESTER_PART`]. A key that was not posted in time sends the
    /// seat's part to the requester.
    pub fn due(&self, part: u8, now: u64) -> Amount {
        if !self.state.is_final() {
            return Amount::ZERO;
        }
        let finished = self.state == State::Finished;
        if part == REQUESTER_PART {
            let fees = if finished { 0 } else { self.seats.iter().map(|seat| seat.fee.0).sum() };
            let budget = self.helper.as_ref().map_or(0, |helper| helper.budget.0);
            return Amount(if self.refunded { 0 } else { budget + fees });
        }
        let Some(seat) = self.seats.get(usize::from(part)) else { return Amount::ZERO };
        let waits = match seat.state {
            SeatState::Confirmed => finished && now < self.since + DEMAND_PERIOD,
            SeatState::Demanded => seat.deliver_by.is_some_and(|by| now < by),
            SeatState::Delivered => false,
            _ => true,
        };
        let fee = if finished { seat.fee.0 } else { 0 };
        Amount(if waits { 0 } else { self.draft.bond.0 + fee })
    }

    /// All that the contract holds for this task, whoever gets it.
    pub fn holds(&self) -> Amount {
        let bond = self.draft.bond.0;
        let bonds = self.seats.iter().map(|seat| match seat.state {
            SeatState::Confirmed | SeatState::Responded | SeatState::Demanded | SeatState::Delivered => bond,
            SeatState::Invited | SeatState::Lost | SeatState::Paid => 0,
        });
        // Where it finished a fee is a seat's until it is paid, else the requester's.
        let fees = self.seats.iter().map(|seat| match (self.state, seat.state) {
            (State::Finished, SeatState::Paid) => 0,
            (State::Finished, _) => seat.fee.0,
            _ if self.refunded => 0,
            _ => seat.fee.0,
        });
        let budget = self.helper.as_ref().filter(|_| !self.refunded).map_or(0, |helper| helper.budget.0);
        Amount(bonds.sum::<u128>() + fees.sum::<u128>() + budget)
    }
}
