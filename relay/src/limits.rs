//! How much a relay holds, and for how many.

use std::time::Duration;

use protocol::relay::MOST_IN_MESSAGE;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that wait from one seat to another.
    pub link: usize,
    /// Bytes that wait between all seats of one room, so that a few rooms do not take what there is for all.
    pub room: usize,
    /// Bytes that wait from one connection and take nothing of `memory`, so that it gets on whatever others have filled. Fewer
    /// than a message are of no use to whoever sends whole ones.
    pub own: usize,
    /// Bytes that wait in all beside those.
    pub memory: usize,
    /// How long a receiver may take for one message, and what its connection holds before it.
    pub stuck: Duration,
    /// How long a client may say nothing. Honest ones ping every 5 seconds.
    pub idle: Duration,
    /// Connections of one account at the same time.
    pub per_account: usize,
    /// Connections at the same time.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            link: 8 << 20,
            room: 32 << 20,
            own: MOST_IN_MESSAGE,
            memory: 1 << 30,
            stuck: Duration::from_secs(60),
            idle: Duration::from_secs(90),
            per_account: 32,
            connections: 1_024,
        }
    }
}
