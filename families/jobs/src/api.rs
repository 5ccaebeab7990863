//! What travels about compute jobs. Amounts are decimal texts of 10^-18 MDC, prices are for a unit (10^6 metered instructions),
//! times are seconds since the epoch.

mod lines;
mod list;
mod network;

use protocol::{Address, Amount, api::Status};
use serde::{Deserialize, Serialize};

use crate::{Job, LoggedEvent, Offer, State};

pub use network::{DAY, DAYS, Day, Network, Totals};

/// A row of the list of jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobRow {
    /// Number in `Jobs`, from 1.
    pub id: u64,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub client: Address,
    /// Who runs it, once it is locked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub provider: Option<Address>,
    /// Of workload, by its number.
    pub kind: u8,
    pub state: State,
    /// When it came to stand there.
    pub since: u64,
    pub posted_at: u64,
    /// Until when the result must be submitted.
    pub deadline: u64,
    /// When anybody can move it on; nothing for what has ended.
    pub expires_at: Option<u64>,
    /// Most units that are paid.
    pub units: u64,
    /// What the client allows.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub highest_price: Amount,
    /// What was agreed, once it is locked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub price: Option<Amount>,
    /// MiB that it may use.
    pub memory_mib: u16,
    /// How long it may run.
    pub max_seconds: u32,
    /// Units that are paid for; 0 before the end.
    pub paid_units: u64,
    /// To the provider; 0 before the end.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub paid: Amount,
    /// To the client; 0 before the end.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub refunded: Amount,
}

/// How a list of jobs is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobSort {
    /// The latest post first.
    #[default]
    Newest,
    /// The highest price a unit that a client allows first.
    Price,
    /// The largest first, by the units that are paid at most.
    Units,
    /// What was paid most first; those that have not ended last.
    Paid,
    /// The earliest deadline first; those that have ended last.
    Deadline,
}

/// Query of `GET /api/jobs`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct JobQuery {
    /// Matches number, client and provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only jobs in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub state: Option<State>,
    /// Only jobs of this kind of workload, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<u8>,
    /// Only jobs that this account has a part in: as client, provider, challenger or juror.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub person: Option<Address>,
    /// The newest first unless chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub sort: Option<JobSort>,
    /// Turns the order round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse: Option<bool>,
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// 1 to 100, 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// `GET /api/jobs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobList {
    /// Those of this page.
    pub rows: Vec<JobRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// `GET /api/jobs/{id}`: the folded state and the events it was folded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobDetail {
    pub id: u64,
    /// How many providers there were when jurors were drawn is not known here: 0.
    pub job: Job,
    /// What was locked, paid, lost and burned, in the order of the chain.
    pub lines: Vec<Line>,
    /// In the order of the chain.
    pub events: Vec<LoggedEvent>,
    pub status: Status,
}

/// What a payment line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PaymentKind))]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// The client has locked the price of all units.
    Escrow,
    /// The provider claimed its pay.
    Paid,
    /// The client claimed what came back.
    Refunded,
    /// A challenger has locked a bond.
    Bond,
    /// Whoever asked for a second round has locked a bond.
    SecondBond,
    /// The provider's stake stays locked while the job runs.
    Stake,
    /// The stake is free again.
    StakeFreed,
    /// The stake is lost, since the result was wrong.
    StakeLost,
    /// A bond is owed to whoever locked it.
    BondBack,
    /// Of the side that was right: added to the provider's deposit, or owed to the challenger.
    Reward,
    /// A juror was paid, into its deposit.
    JurorPaid,
    /// A juror was silent or wrong, and lost a part of its deposit.
    JurorLost,
    /// Destroyed, so that nobody gains by it.
    Burned,
}

/// A line of the payments of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PaymentLine))]
pub struct Line {
    pub kind: LineKind,
    /// Whose; nobody's where it is destroyed.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub who: Option<Address>,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub amount: Amount,
    pub at: u64,
}

/// A row of the list of providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderRow {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: Address,
    pub offer: Offer,
    /// Of which `locked` is a part.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub deposit: Amount,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub locked: Amount,
    /// Whether it takes new jobs, or pauses.
    pub takes_jobs: bool,
    /// When it changed its deposit or offer last.
    pub since: u64,
    /// Jobs that were paid, in whole or in part.
    pub jobs: u64,
    /// Units that were paid.
    pub units: u64,
    /// What these jobs paid.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub earned: Amount,
}

/// How a list of providers is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProviderSort {
    /// The lowest price a unit first.
    #[default]
    Price,
    /// The fastest first.
    Speed,
    /// The one with the most memory first.
    Memory,
    /// Who was paid for the most units first.
    Units,
}

/// Query of `GET /api/providers`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ProviderQuery {
    /// Matches the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only those that run this kind of workload, by its number, 0 to 7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<u8>,
    /// Only those with so much memory for a job, MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u16>,
    /// Only those at this price a unit or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub max_price: Option<Amount>,
    /// Only those that take new jobs, or only those that pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes_jobs: Option<bool>,
    /// The lowest price first unless chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub sort: Option<ProviderSort>,
    /// Turns the order round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse: Option<bool>,
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// 1 to 100, 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// `GET /api/providers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderList {
    /// Those of this page.
    pub rows: Vec<ProviderRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// `GET /api/network`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetworkDetail {
    pub network: Network,
    pub status: Status,
}

/// What an account can claim of a job that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobClaim {
    pub job: u64,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub amount: Amount,
}

/// `GET /api/jobs/owed/{address}`: what an account can take of `Jobs`, beside a deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobsOwed {
    /// By one call: bonds and their shares.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub amount: Amount,
    /// Each by a call of its own; the latest jobs first, 100 at most.
    pub claims: Vec<JobClaim>,
    pub status: Status,
}

impl JobRow {
    /// The row of a job.
    pub fn of(id: u64, job: &Job, posted_at: u64) -> Self {
        let (paid, refunded) = job.parts();
        Self {
            id,
            client: job.client,
            provider: job.run.as_ref().map(|run| run.provider),
            kind: job.terms.kind,
            state: job.state,
            since: job.since,
            posted_at,
            deadline: job.terms.deadline,
            expires_at: job.expires_at(),
            units: job.terms.units,
            highest_price: job.terms.highest_price,
            price: job.run.as_ref().map(|run| run.price),
            memory_mib: job.terms.memory_mib,
            max_seconds: job.terms.max_seconds,
            paid_units: job.units_paid(),
            paid,
            refunded,
        }
    }
}
