//! What travels about thanks. Amounts are decimal texts of 10^-18 MDC, times seconds since the epoch.

use protocol::{Address, Amount, api::Status};
use serde::{Deserialize, Serialize};

use crate::State;

/// A row of the list of thanks. Texts are those of strangers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ThanksRow {
    pub id: u64,
    #[schema(value_type = String)]
    pub from: Address,
    #[schema(value_type = String)]
    pub to: Address,
    #[schema(value_type = String)]
    pub amount: Amount,
    pub note: String,
    pub answer: Option<String>,
    pub state: State,
    pub at: u64,
}

/// Query of `GET /api/thanks`.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThanksQuery {
    /// Only thanks to this account.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub to: Option<Address>,
}

/// `GET /api/thanks`: the newest first, at most 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ThanksList {
    pub rows: Vec<ThanksRow>,
    pub status: Status,
}
