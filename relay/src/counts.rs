//! What a relay has done, for whoever runs it. Nothing of it tells who talks to whom.

use std::sync::atomic::{AtomicU64, Ordering};

/// All since the start, except [`Self::connections`] and [`Self::waiting`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections now.
    pub connections: u64,
    /// Bytes that wait for slow receivers now.
    pub waiting: u64,
    pub envelopes: u64,
    pub bytes: u64,
    /// Envelopes for seats that were not there.
    pub dropped: u64,
    /// How often a sender was made to wait.
    pub held_back: u64,
    /// Connections that another one of the same seat took the place of.
    pub replaced: u64,
    /// Connections that were closed because nothing came.
    pub idle: u64,
    /// Connections that were closed because they took nothing in.
    pub stuck: u64,
    /// Connections that were closed for what they sent.
    pub unreadable: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counting {
    pub connections: AtomicU64,
    pub waiting: AtomicU64,
    pub envelopes: AtomicU64,
    pub bytes: AtomicU64,
    pub dropped: AtomicU64,
    pub held_back: AtomicU64,
    pub replaced: AtomicU64,
    pub idle: AtomicU64,
    pub stuck: AtomicU64,
    pub unreadable: AtomicU64,
}

impl Counting {
    pub fn read(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            connections: read(&self.connections),
            waiting: read(&self.waiting),
            envelopes: read(&self.envelopes),
            bytes: read(&self.bytes),
            dropped: read(&self.dropped),
            held_back: read(&self.held_back),
            replaced: read(&self.replaced),
            idle: read(&self.idle),
            stuck: read(&self.stuck),
            unreadable: read(&self.unreadable),
        }
    }
}

pub(crate) fn add(count: &AtomicU64, by: usize) {
    count.fetch_add(by as u64, Ordering::Relaxed);
}
