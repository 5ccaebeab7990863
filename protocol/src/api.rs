//! What travels between page and server. Amounts are decimal texts of 10^-18 MDC, times seconds since the epoch.

pub mod models;
pub mod trained;

use serde::{Deserialize, Serialize};

use crate::{
    address::Address,
    amount::Amount,
    bounty::{Bounty, LoggedEvent, Phase},
    trained::ReproductionCounts,
};

/// `GET /api/deployment`, also the static file `deployment.json`: which chain and contracts this house serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deployment {
    pub chain_id: u64,
    pub chain_name: String,
    /// A node that browsers can reach directly, so that the page works with the server switched off.
    pub rpc_url: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub coin: Address,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub market: Address,
    /// ModelFactory, the registry of shared models; `None` where the chain has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub factory: Option<Address>,
    /// AccuracyLog, where the roots of accuracy logs are anchored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub accuracy_log: Option<Address>,
    /// Reproductions, where people attest that they ran a bounty's model; `None` where the chain has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub reproductions: Option<Address>,
    /// PublishedModels, the list of models published outside of bounties; `None` where the chain has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub published_models: Option<Address>,
    /// Block of deployment: where reading events starts.
    pub start_block: u64,
    /// Prefix of transaction pages of a block explorer, if the chain has one.
    pub explorer_tx: Option<String>,
}

/// `GET /api/status`: how far the index is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// Last block indexed.
    pub block: u64,
    /// Time of that block.
    pub block_at: u64,
    /// Last block the node reported.
    pub head: u64,
    /// The node's word on what is wrong, if the index cannot advance.
    pub trouble: Option<String>,
}

/// `GET /api/figures`: what is going on, for the first screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    pub bounties: u64,
    pub open: u64,
    /// In AwaitingTruth, Claiming or Revealing.
    pub running: u64,
    pub settled: u64,
    /// Sum of the rewards of all bounties that have not ended.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub escrowed: Amount,
    /// Sum paid to winners.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub paid: Amount,
    /// Distinct addresses that ever submitted.
    pub trainers: u64,
}

/// A row of the list of bounties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BountyRow {
    pub id: u64,
    /// From the metadata, where the server has it; shortened to 200 characters.
    pub title: Option<String>,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub requester: Address,
    pub phase: Phase,
    /// When the phase ends by itself, if it does.
    pub phase_ends: Option<u64>,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reward: Amount,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub stake: Amount,
    pub deadline: u64,
    pub test_rows: u32,
    pub classes: u16,
    /// Active submissions.
    pub submissions: u32,
    /// Correct labels of the best verified reveal so far.
    pub best_correct: Option<u32>,
    pub created_at: u64,
}

/// How a list of bounties is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BountySort {
    #[default]
    Newest,
    Reward,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub phase: Option<Phase>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub sort: Option<BountySort>,
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
    pub events: Vec<LoggedEvent>,
    /// What people say of running the model of the winner, or of the best verified reveal so far.
    #[serde(default)]
    pub reproductions: ReproductionCounts,
    pub status: Status,
}

/// `GET /api/session/nonce`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Nonce {
    pub nonce: String,
    /// RFC 3339; goes into the message.
    pub issued_at: String,
}

/// `POST /api/session`: a signed [`crate::siwe::SignIn`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInRequest {
    pub message: String,
    /// `0x`, 65 bytes.
    pub signature: String,
}

/// Answer to a sign-in. The token goes into `Authorization: Bearer …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub token: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    pub expires_at: u64,
}

/// `PUT /api/content/{cid}`: what was stored, and what is left of the quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stored {
    pub cid: String,
    pub bytes: u64,
    /// Bytes this address may still store.
    pub quota_left: u64,
}

/// Data of the server-sent event `changed` on `GET /api/live`: bounties and shared models that new blocks touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changed {
    pub bounties: Vec<u64>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub models: Vec<Address>,
    /// Somebody published a trained model or withdrew one. Winners come with their bounties.
    #[serde(default)]
    pub published: bool,
    pub block: u64,
}

/// An RFC 9457 problem document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank` or a path that names the kind, e.g. `/problems/cid-mismatch`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short sentence, the same for every problem of this kind.
    pub title: String,
    pub status: u16,
    /// What went wrong this time and what to do, a sentence for a person.
    pub detail: String,
}
