//! What travels about shared models. Amounts are decimal texts of 10^-18 MDC, times seconds since the epoch.

use protocol::{Address, Amount, Digest, api::Status};
use serde::{Deserialize, Serialize};

use crate::{ClassifierKind, IncentiveKind, Shape, Terms};

/// How often a model was right on its committed test set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accuracy {
    /// Rows predicted as labelled.
    pub correct: u32,
    /// Rows of the test set.
    pub total: u32,
    /// Block of the contribution (or of the end of loading) after which it was counted.
    pub block: u64,
}

/// A row of the list of models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelRow {
    /// Address of its contract.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// From the metadata, where the server has it; one line, shortened to 100 characters.
    pub name: Option<String>,
    /// From the metadata; shortened to 300 characters.
    pub description: Option<String>,
    /// Who created it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub owner: Address,
    pub classifier: ClassifierKind,
    pub incentive: IncentiveKind,
    /// Whether all weights are loaded, so that it can be taught.
    pub ready: bool,
    /// All that were ever made.
    pub contributions: u64,
    /// Distinct accounts that ever contributed.
    pub contributors: u64,
    /// The latest on its committed test set, where the server has that.
    pub accuracy: Option<Accuracy>,
    /// Time of the block that it was created in.
    pub created_at: u64,
}

/// How a list of models is sorted; the newest first where it does not decide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ModelSort {
    /// The latest creation first.
    #[default]
    Newest,
    /// The best first; those without one last.
    Accuracy,
    /// Most contributors first.
    Contributors,
    /// Most contributions first.
    Contributions,
}

/// Query of `GET /api/models`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ModelQuery {
    /// Matches name, address and owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only models with this classifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub classifier: Option<ClassifierKind>,
    /// Only models with these rules of money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub incentive: Option<IncentiveKind>,
    /// Only models that can be taught, or only those that are still loading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready: Option<bool>,
    /// Only models of this owner or contributor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub person: Option<Address>,
    /// The newest first unless chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub sort: Option<ModelSort>,
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

/// `GET /api/models`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelList {
    /// Those of this page.
    pub rows: Vec<ModelRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// What an account has to do with a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountModel {
    /// Address of the model's contract.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub model: Address,
    /// From the metadata, where the server has it.
    pub name: Option<String>,
    pub incentive: IncentiveKind,
    /// Whether the account created it.
    pub is_owner: bool,
    /// Contributions that the account made.
    pub contributions: u64,
    /// Those of them that turned out good.
    pub points: u64,
    /// Taken of others' deposits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub earned: Amount,
}

/// `GET /api/accounts/{address}/models`: the shared models that an account created or taught, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountModels {
    pub models: Vec<AccountModel>,
    pub status: Status,
}

/// A class that was added, or is proposed, after creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposedClass {
    /// Number of the proposal, from 1.
    pub proposal: u64,
    /// Text from a stranger.
    pub name: String,
    /// When it was proposed.
    pub at: u64,
    /// Points behind it.
    pub support: u64,
    /// Index of the class, once accepted.
    pub index: Option<u16>,
}

/// An account in the leaderboard of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// Whose standing it is.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: Address,
    /// Contributions that turned out good.
    pub points: u64,
    /// All that it ever made to this model.
    pub contributions: u64,
    /// Inside the model; can be withdrawn.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub balance: Amount,
    /// Taken of others' deposits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub earned: Amount,
}

/// `GET /api/models/{address}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelDetail {
    /// As in the list.
    pub row: ModelRow,
    /// The clone that holds the weights.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub classifier_address: Address,
    pub shape: Shape,
    pub terms: Terms,
    /// CID of the metadata: text from a stranger, checked where it is used.
    pub metadata_cid: String,
    /// Block of creation: where reading this model's events may start.
    pub created_block: u64,
    /// Classes now.
    pub classes: u16,
    /// Words of the weights loaded so far.
    pub loaded: u32,
    /// Points of all accounts.
    pub total_points: u64,
    /// Classes proposed since creation, oldest first.
    pub proposals: Vec<ProposedClass>,
    /// The first 100 accounts by points, then contributions.
    pub leaderboard: Vec<Standing>,
    pub status: Status,
}

/// Where a contribution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContributionState {
    /// Neither refunded nor all taken.
    Open,
    /// Its contributor has it back, or has the point for it, and nothing more comes of it.
    Refunded,
    /// Others have taken all of it.
    Taken,
    /// The market that it was made for has ended, and has paid what it was worth.
    Settled,
}

/// What somebody taught a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContributionRow {
    /// Keccak-256 of contributor, label and hash of the sample.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: Digest,
    /// 1 for the model's first.
    pub number: u64,
    /// Who sent it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub contributor: Address,
    /// Index of the class that its contributor says.
    pub label: u16,
    /// What the model said before it was taught; the label itself where it knew it already.
    pub predicted: u16,
    /// What it locked at first.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub deposit: Amount,
    /// What is left of the deposit.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub left: Amount,
    pub state: ContributionState,
    /// Whether it earned a point.
    pub point: bool,
    /// When it was reported last.
    pub reported_at: Option<u64>,
    /// Time of its block.
    pub at: u64,
    /// As the model was given it: `0x` and hexadecimal digits.
    pub sample: String,
    /// The transaction that made it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub tx: Digest,
    /// Height of its block.
    pub block: u64,
    /// Hash of its block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub block_hash: Digest,
    /// Position in the block.
    pub log_index: u64,
    /// CID of what its contributor says it was before it was encoded. To be checked by encoding it again.
    pub original: Option<String>,
}

/// How a list of contributions is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContributionSort {
    /// The latest first.
    #[default]
    Newest,
    /// The first first.
    Oldest,
    /// The highest deposit first.
    Deposit,
}

/// Query of `GET /api/models/{address}/contributions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ContributionQuery {
    /// Matches the originals' text where it is known, key and contributor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only what this account taught.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub contributor: Option<Address>,
    /// Only samples with this label: a class index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<u16>,
    /// Only those that stand so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub state: Option<ContributionState>,
    /// Only what this account may report or take by now, as far as times, points and what was done before decide. Whether the model
    /// disagrees with the label is for the page to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub claimable_by: Option<Address>,
    /// The newest first unless chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub sort: Option<ContributionSort>,
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// 1 to 100, 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// `GET /api/models/{address}/contributions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContributionList {
    /// Those of this page.
    pub rows: Vec<ContributionRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// Body of `PUT /api/models/{address}/originals/{key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OriginalRequest {
    /// CID of a file that is stored here already.
    pub cid: String,
}

/// An entry of the accuracy log: a leaf of its tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccuracyEntry {
    /// Position in the log, from 0.
    pub index: u64,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub model: Address,
    /// Height of the block of the event after which it was counted.
    pub block: u64,
    /// Hash of that block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub block_hash: Digest,
    /// Of the contribution's event, or of the event `Ready` for the start.
    pub log_index: u64,
    /// CID of the test set.
    pub test_cid: String,
    /// Rows predicted as labelled.
    pub correct: u32,
    /// Rows of the test set.
    pub total: u32,
    /// Whether the index still has that event in that block: `false` after a reorganisation deeper than the
    /// confirmations that the log waits for. Another entry corrects it.
    pub current: bool,
}

/// Query of `GET /api/models/{address}/accuracy`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct AccuracyQuery {
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// 1 to 10,000, 1,000 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// `GET /api/models/{address}/accuracy`: in the order of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccuracyHistory {
    /// Those of this page.
    pub rows: Vec<AccuracyEntry>,
    /// Entries of this model, on all pages.
    pub total: u64,
    /// Whether this server has the model's metadata and test set; without them there is nothing to say.
    pub test_set: bool,
    pub status: Status,
}

/// A root on chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnchoredRoot {
    /// Who wrote it: the key of `AccuracyLog.latest`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: Address,
    /// Entries of the log that it is the root of.
    pub size: u64,
    /// Root of the Merkle tree.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub root: Digest,
    /// Height of the block of the anchor.
    pub block: u64,
    /// Time of that block.
    pub at: u64,
    /// The transaction that anchored it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub tx: Digest,
}

/// `GET /api/accuracy-log`: the log as it is, and the last of its roots on chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccuracyLogHead {
    /// Entries of the log.
    pub size: u64,
    /// Root of the tree of all of them.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub root: Digest,
    /// Blocks that an entry waits for, so that none has to be taken back.
    pub confirmations: u64,
    /// The account whose anchors are those of this log, if whoever runs the server has named one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub account: Option<Address>,
    /// The largest root of this log that this account has anchored. Anybody can anchor anything, so without an account there is
    /// none.
    pub anchored: Option<AnchoredRoot>,
    pub status: Status,
}

/// Query of `GET /api/accuracy-log/proof`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct InclusionQuery {
    /// Position of the entry, from 0.
    pub index: u64,
    /// Size of the tree to prove it in; the log's own by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// `GET /api/accuracy-log/proof`: that an entry is in the log (RFC 9162, 2.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InclusionProof {
    /// Position of the entry, from 0.
    pub index: u64,
    /// Leaves of the tree that it is proven in.
    pub size: u64,
    /// Root of that tree.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub root: Digest,
    /// Leaf hash of the entry.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub leaf: Digest,
    /// Sibling hashes from the leaf up.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub path: Vec<Digest>,
}

/// Query of `GET /api/accuracy-log/consistency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ConsistencyQuery {
    /// Size of the earlier tree.
    pub from: u64,
    /// Size of the later tree; the log's own by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u64>,
}

/// `GET /api/accuracy-log/consistency`: that nothing was changed while the log grew (RFC 9162, 2.1.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsistencyProof {
    /// Leaves of the earlier tree.
    pub from: u64,
    /// Leaves of the later tree.
    pub to: u64,
    /// Root of the earlier tree.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub from_root: Digest,
    /// Root of the later tree.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub to_root: Digest,
    /// Hashes of the proof, in the order of RFC 9162.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub path: Vec<Digest>,
}
