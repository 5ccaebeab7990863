//! What travels about bounties. Amounts are decimal texts of 10^-18 MDC, times seconds since the epoch.

use protocol::{Address, Amount, api::Status};
use serde::{Deserialize, Serialize};

use crate::{Bounty, LoggedEvent, Phase, Record, Reliability, ReproductionCounts};

/// `GET /api/figures`: what is going on, for the first screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    /// All that were ever posted.
    pub bounties: u64,
    /// In Open.
    pub open: u64,
    /// In AwaitingTruth, Claiming or Revealing.
    pub running: u64,
    /// In Settled.
    pub settled: u64,
    /// Sum of the rewards of all bounties that have not ended.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub escrowed: Amount,
    /// Sum of the rewards that winners were paid, without any stakes.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub paid: Amount,
    /// Distinct addresses that ever submitted.
    pub trainers: u64,
}

/// A row of the list of bounties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BountyRow {
    /// Number in `BountyMarket`, from 1.
    pub id: u64,
    /// From the metadata, where the server has it; shortened to 200 characters.
    pub title: Option<String>,
    /// Who posted it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub requester: Address,
    /// How reliably the requester revealed the ground truths of all bounties so far; servers before it was counted say
    /// nothing.
    pub reliability: Option<Reliability>,
    pub phase: Phase,
    /// When the phase ends by itself, if it does.
    pub phase_ends: Option<u64>,
    /// What the winner is paid.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reward: Amount,
    /// What each submission locks.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub stake: Amount,
    /// Until when submissions are taken.
    pub deadline: u64,
    /// Rows that are predicted and counted.
    pub test_rows: u32,
    /// Number of classes.
    pub classes: u16,
    /// Active submissions.
    pub submissions: u32,
    /// Correct labels of the best verified reveal so far.
    pub best_correct: Option<u32>,
    /// Time of the block that it was posted in.
    pub created_at: u64,
}

/// How a list of bounties is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BountySort {
    /// The latest post first.
    #[default]
    Newest,
    /// The highest reward first.
    Reward,
    /// The most active submissions first.
    Submissions,
    /// The best verified score first; those without one last.
    Score,
    /// Whose phase ends next first; those that do not go on by time alone last.
    Deadline,
}

/// Query of `GET /api/bounties`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct BountyQuery {
    /// Matches title, number and requester.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only bounties that are in this phase now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub phase: Option<Phase>,
    /// The newest first unless chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub sort: Option<BountySort>,
    /// Turns the order round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse: Option<bool>,
    /// Only bounties of this requester or trainer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub person: Option<Address>,
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// 1 to 100, 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// `GET /api/bounties`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BountyList {
    /// Those of this page.
    pub rows: Vec<BountyRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// `GET /api/bounties/{id}`: the folded state and the events it was folded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BountyDetail {
    pub bounty: Bounty,
    pub phase: Phase,
    /// In the order of the chain.
    pub events: Vec<LoggedEvent>,
    /// What people say of running the model of the winner, or of the best verified reveal so far.
    #[serde(default)]
    pub reproductions: ReproductionCounts,
    pub status: Status,
}

/// `GET /api/accounts/{address}/bounties`: what an account has done with bounties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountBounties {
    pub record: Record,
    pub status: Status,
}
