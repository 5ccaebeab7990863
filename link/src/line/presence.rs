//! Whether the other side is there, by the time since it was last heard.

use std::time::Duration;

/// How often a silent side is asked whether it is there.
pub const PING: Duration = Duration::from_secs(5);
/// Silence after which a person is told whom the run waits for.
pub const WAITING: Duration = Duration::from_secs(30);
/// Silence after which the run counts as paused.
pub const PAUSED: Duration = Duration::from_secs(600);

/// What to say of the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Here,
    /// "Waiting for …".
    Waiting,
    /// Nothing goes on until it is back.
    Paused,
}

impl Presence {
    pub(crate) fn after(silence: Duration) -> Self {
        match silence {
            silence if silence < WAITING => Self::Here,
            silence if silence < PAUSED => Self::Waiting,
            _ => Self::Paused,
        }
    }
}
