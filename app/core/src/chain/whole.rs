//! Holding what was folded from events against what the contracts store: a node may leave events out, or have them
//! late. What lacks is said, and read again in narrower pieces until it is there.

use std::collections::BTreeMap;

use leptos::prelude::*;
use protocol::{Address, subject::Subject};
use rpc::{Filter, Mending};

use super::{ChainError, Reader};
use crate::storage;

/// What contracts have and nodes did not tell.
#[derive(Clone, Copy)]
pub(super) struct Holes {
    /// By subject, a part of a sentence.
    lacking: RwSignal<BTreeMap<Subject, String>>,
    mending: StoredValue<BTreeMap<Subject, Mending>>,
    /// Whether somebody uses the page: an idle one asks little.
    is_attended: StoredValue<bool>,
}

impl Holes {
    pub fn none() -> Self {
        Self {
            lacking: RwSignal::new(BTreeMap::new()),
            mending: StoredValue::new(BTreeMap::new()),
            is_attended: StoredValue::new(true),
        }
    }
}

impl Reader {
    /// What the contract has of a subject and the node left out, as in "the node left out …"; `None` where nothing
    /// is known to lack.
    pub fn lacking(self, subject: &Subject) -> Option<String> {
        self.holes.lacking.with(|all| all.get(subject).cloned())
    }

    /// What is missing from lists that are read from the chain: `always`, and what the node left out.
    pub fn missing(self, lists: &[Subject], always: &str) -> String {
        let lacking = self.holes.lacking.with_untracked(|all| {
            lists.iter().filter_map(|list| all.get(list).cloned()).collect::<Vec<_>>().join(" and ")
        });
        if lacking.is_empty() {
            return always.to_owned();
        }
        format!("{always}, and {lacking} that the chain node left out,")
    }

    /// Says whether somebody uses the page.
    pub(super) fn attend(self, is_attended: bool) {
        self.holes.is_attended.set_value(is_attended);
    }

    /// Takes down what lacks.
    pub(super) fn found(self, subject: Subject, lacking: Option<String>) {
        let holes = self.holes;
        if holes.lacking.with_untracked(|all| all.get(&subject) == lacking.as_ref()) {
            return;
        }
        if lacking.is_none() {
            holes.mending.update_value(|all| {
                all.remove(&subject);
            });
        }
        holes.lacking.update(|all| {
            match lacking {
                Some(lacking) => all.insert(subject, lacking),
                None => all.remove(&subject),
            };
        });
    }

    /// Reads a question of a subject again where it is time to; returns whether more came than before.
    pub(super) async fn mend(self, subject: &Subject, filter: &Filter, from: u64) -> bool {
        if !self.holes.is_attended.get_value() {
            return false;
        }
        let now = self.client().now();
        let pieces =
            self.holes.mending.try_update_value(|all| all.entry(subject.clone()).or_default().pieces(now)).flatten();
        match pieces {
            // A node that fails now is asked again when it is time.
            Some(pieces) => self.again(filter, from, pieces).await.unwrap_or(false),
            None => false,
        }
    }

    /// How high the chain is known to be: what is read from here on reaches this block.
    pub(super) async fn height(self) -> Result<u64, ChainError> {
        match self.client().tallest() {
            0 => Ok(self.client().head().await?.number),
            tallest => Ok(tallest),
        }
    }

    /// What a view answered after a block; `None` where the node does not say, so that nothing can be held against it.
    pub(super) async fn view_at(self, block: u64, contract: Address, data: &[u8]) -> Option<Vec<u8>> {
        self.client().call_at(block, contract, data).await.ok()
    }

    /// The block in which a subject was made, where that was read before, in this visit or another. It has to be
    /// checked: a development chain may have been made anew.
    pub fn made_in(self, subject: &Subject) -> Option<u64> {
        storage::read(&self.made_key(subject))?.parse().ok()
    }

    /// Keeps the block in which a subject was made.
    pub(super) fn was_made_in(self, subject: &Subject, block: u64) {
        if self.made_in(subject) != Some(block) {
            storage::write(&self.made_key(subject), &block.to_string());
        }
    }

    fn made_key(self, subject: &Subject) -> String {
        let Subject { family, subject } = subject;
        format!("made.{}.{family}.{subject}", self.deployment().chain_id)
    }
}
