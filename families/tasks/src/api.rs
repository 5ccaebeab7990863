//! What travels about tasks. Amounts are decimal texts of 10^-18 MDC, times seconds since the epoch.

use protocol::{Address, Amount, Digest, api::Status};
use serde::{Deserialize, Serialize};

use crate::{Kind, LoggedEvent, State, Task};

/// A row of the list of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskRow {
    /// Number in `Tasks`, from 1.
    pub id: u64,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub requester: Address,
    pub kind: Kind,
    pub state: State,
    /// When it came to stand there.
    pub since: u64,
    /// 1 for the first run.
    pub attempt: u16,
    /// Who holds the seats, in their order.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub holders: Vec<Address>,
    /// Seats that have confirmed.
    pub confirmed: u8,
    /// Who deals, once somebody is drawn.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub helper: Option<Address>,
    /// Task that must finish before, 0 for none.
    pub waits_for: u64,
    /// Task whose model is used, 0 for none.
    pub model_of: u64,
    /// SHA-256 of the file that says everything else.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub spec: Digest,
    pub confirm_by: u64,
    pub start_by: u64,
    /// How long a run may last.
    pub max_seconds: u32,
    pub published_at: u64,
}

/// Query of `GET /api/tasks`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct TaskQuery {
    /// Only tasks in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub state: Option<State>,
    /// Only tasks of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub kind: Option<Kind>,
    /// Only tasks that this account has a part in: as requester, on a seat, or as the helper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub person: Option<Address>,
    /// Only tasks of which this account holds a seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub seat: Option<Address>,
    /// Only tasks that this account published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub requester: Option<Address>,
    /// Only tasks under this grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<u64>,
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// 1 to 100, 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// `GET /api/tasks`: the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskList {
    /// Those of this page.
    pub rows: Vec<TaskRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// `GET /api/tasks/{id}`: the folded state and the events it was folded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskDetail {
    pub id: u64,
    pub task: Task,
    /// In the order of the chain; attempts and the codes of what happened are in `moved`.
    pub events: Vec<LoggedEvent>,
    pub status: Status,
}

/// `GET /api/owed/{address}`: what an account can collect beside parts of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwedDetail {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub amount: Amount,
    pub status: Status,
}

impl TaskRow {
    /// The row of a task.
    pub fn of(id: u64, task: &Task, published_at: u64) -> Self {
        let confirmed = u8::try_from(task.confirmed()).unwrap_or(u8::MAX);
        Self {
            id,
            requester: task.requester,
            kind: task.draft.kind,
            state: task.state,
            since: task.since,
            attempt: task.attempt,
            holders: task.seats.iter().map(|seat| seat.holder).collect(),
            confirmed,
            helper: task.helper.as_ref().and_then(|helper| helper.helper),
            waits_for: task.waits_for,
            model_of: task.model_of,
            spec: task.draft.spec,
            confirm_by: task.draft.confirm_by,
            start_by: task.draft.start_by,
            max_seconds: task.draft.max_seconds,
            published_at,
        }
    }
}
