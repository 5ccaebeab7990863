use serde::{Deserialize, Serialize};

use super::Link;
use crate::{MpcError, Party};

/// Frames and bytes of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    pub frames: u64,
    pub bytes: u64,
}

/// What a seat has sent and received, and how often it has waited for the other seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    pub to_seat: Flow,
    pub from_seat: Flow,
    pub to_helper: Flow,
    pub from_helper: Flow,
    pub rounds: u32,
}

impl Traffic {
    pub(crate) fn sent(&mut self, to: Party, bytes: usize) {
        let flow = if to == Party::Helper { &mut self.to_helper } else { &mut self.to_seat };
        *flow = Flow { frames: flow.frames + 1, bytes: flow.bytes + bytes as u64 };
    }

    pub(crate) fn received(&mut self, from: Party, bytes: usize) {
        let flow = if from == Party::Helper { &mut self.from_helper } else { &mut self.from_seat };
        *flow = Flow { frames: flow.frames + 1, bytes: flow.bytes + bytes as u64 };
    }
}

/// A link that counts.
pub struct Counted<L> {
    inner: L,
    pub(crate) traffic: Traffic,
}

impl<L: Link> Counted<L> {
    pub fn new(inner: L) -> Self {
        Self { inner, traffic: Traffic::default() }
    }
}

impl<L: Link> Link for Counted<L> {
    async fn send(&mut self, to: Party, frame: Vec<u8>) -> Result<(), MpcError> {
        self.traffic.sent(to, frame.len());
        self.inner.send(to, frame).await
    }

    async fn receive(&mut self, from: Party) -> Result<Vec<u8>, MpcError> {
        let frame = self.inner.receive(from).await?;
        self.traffic.received(from, frame.len());
        Ok(frame)
    }
}
