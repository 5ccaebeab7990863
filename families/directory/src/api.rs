//! What travels about organisations, data sets and grants. Amounts are decimal texts of 10^-18 MDC, times seconds since the
//! epoch. Names and texts are those of strangers.

use protocol::{Address, Amount, api::Status};
use serde::{Deserialize, Serialize};

use crate::{Column, Dataset, Grant, GrantState, Node, Organisation};

/// A row of the list of organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationRow {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: Address,
    pub organisation: Organisation,
    /// From the profile, where the server has it.
    pub name: Option<String>,
    /// What it says of itself.
    pub text: Option<String>,
    /// Address of a page of its own.
    pub url: Option<String>,
    /// Machines that act for it.
    pub nodes: Vec<Node>,
    /// Data sets that it has published and not revoked.
    pub datasets: u32,
}

/// Query of `GET /api/organisations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct OrganisationQuery {
    /// Matches name, text and account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Those that take part now, or those that left; all unless chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<bool>,
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// 1 to 100, 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// `GET /api/organisations`: the last to join first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationList {
    /// Those of this page.
    pub rows: Vec<OrganisationRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// `GET /api/organisations/{address}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationDetail {
    /// `None` for an account that never joined.
    pub row: Option<OrganisationRow>,
    pub status: Status,
}

/// A row of the list of data sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetRow {
    /// Number in `Datasets`, from 1.
    pub id: u64,
    pub dataset: Dataset,
    /// From its description, where the server has it.
    pub name: Option<String>,
    /// What the rows are.
    pub text: Option<String>,
    /// The visible ones.
    pub columns: Vec<Column>,
    /// From the owner's profile, where the server has it.
    pub owner_name: Option<String>,
}

/// How a list of data sets is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DatasetSort {
    /// The last to be published first.
    #[default]
    Newest,
    /// The one with the most rows first.
    Rows,
    /// The cheapest for a task first.
    Price,
}

/// Query of `GET /api/datasets`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct DatasetQuery {
    /// Matches name, text, number, owner and the owner's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Matches names of visible columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Only data sets of this owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub owner: Option<Address>,
    /// Only data sets of this industry, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<u8>,
    /// Only data sets with at least so many rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_rows: Option<u32>,
    /// Only data sets that cost at most so much for a task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub max_price: Option<Amount>,
    /// Those that were revoked, or those that were not; all unless chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<bool>,
    /// The newest first unless chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub sort: Option<DatasetSort>,
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

/// `GET /api/datasets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetList {
    /// Those of this page.
    pub rows: Vec<DatasetRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// `GET /api/datasets/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetDetail {
    /// `None` where there is none with this number.
    pub row: Option<DatasetRow>,
    pub status: Status,
}

/// A row of a list of grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantRow {
    /// Number in `Grants`, from 1.
    pub id: u64,
    pub grant: Grant,
    /// Of the data set: who decides.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub owner: Address,
    /// Of the data set, where the server has its description.
    pub dataset_name: Option<String>,
    /// Whether the data set was revoked, so that no task starts on it.
    pub revoked: bool,
    /// When it was applied for.
    pub applied_at: u64,
    /// When it was approved, refused or withdrawn.
    pub decided_at: Option<u64>,
}

/// Query of `GET /api/grants`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct GrantQuery {
    /// Only grants of this data set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<u64>,
    /// Only grants of this owner's data sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub owner: Option<Address>,
    /// Only grants that this account applied for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub user: Option<Address>,
    /// Only grants in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub state: Option<GrantState>,
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// 1 to 100, 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// `GET /api/grants`: those that wait for a decision first, and the newest first among them and among the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantList {
    /// Those of this page.
    pub rows: Vec<GrantRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// `GET /api/grants/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantDetail {
    /// `None` where there is none with this number.
    pub row: Option<GrantRow>,
    pub status: Status,
}
