//! Tasks as the table has them.

use ::tasks::Task;
use serde::{Deserialize, Serialize};

/// A task, with what its state does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DatedTask {
    pub(super) task: Task,
    pub(super) published_at: u64,
}
