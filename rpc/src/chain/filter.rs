//! Which logs are asked for.

use protocol::{Address, Digest};
use serde_json::{Value, json};

/// Contracts whose logs are asked for at once; nodes accept long lists, but not any.
const ADDRESSES: usize = 500;

/// Contracts and topics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The contracts, at least one.
    pub addresses: Vec<Address>,
    /// For each topic position the values that are wanted; `None` for any.
    pub topics: Vec<Option<Vec<Digest>>>,
}

impl Filter {
    /// All logs of these contracts.
    pub fn of(addresses: impl Into<Vec<Address>>) -> Self {
        Self { addresses: addresses.into(), topics: Vec::new() }
    }

    /// Only those with one of `values` at the next topic position.
    #[must_use]
    pub fn topic(mut self, values: impl Into<Vec<Digest>>) -> Self {
        self.topics.push(Some(values.into()));
        self
    }

    /// Whatever is at the next topic position.
    #[must_use]
    pub fn any_topic(mut self) -> Self {
        self.topics.push(None);
        self
    }

    /// The same in parts that nodes take.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Self> + '_ {
        self.addresses.chunks(ADDRESSES).map(|part| Self { addresses: part.to_vec(), topics: self.topics.clone() })
    }

    /// Two halves by contract; `None` where there is one contract only.
    pub(crate) fn halves(&self) -> Option<[Self; 2]> {
        let (first, second) = self.addresses.split_at(self.addresses.len() / 2);
        let half = |part: &[Address]| Self { addresses: part.to_vec(), topics: self.topics.clone() };
        (!first.is_empty()).then(|| [half(first), half(second)])
    }

    pub(crate) fn between(&self, from: u64, to: u64) -> Value {
        let mut filter = self.json();
        filter["fromBlock"] = json!(format!("{from:#x}"));
        filter["toBlock"] = json!(format!("{to:#x}"));
        filter
    }

    pub(crate) fn in_block(&self, hash: &Digest) -> Value {
        let mut filter = self.json();
        filter["blockHash"] = json!(hash);
        filter
    }

    fn json(&self) -> Value {
        let mut filter = json!({"address": self.addresses});
        if !self.topics.is_empty() {
            filter["topics"] = json!(self.topics);
        }
        filter
    }

    pub(crate) fn asks_for_contract(&self, address: &Address) -> bool {
        self.addresses.contains(address)
    }

    /// Whether a log with these topics is asked for.
    pub(crate) fn matches(&self, topics: &[Digest]) -> bool {
        self.topics.iter().enumerate().all(|(position, wanted)| match wanted {
            None => true,
            Some(wanted) => topics.get(position).is_some_and(|topic| wanted.contains(topic)),
        })
    }
}
