//! Holding what was folded from events against what the contracts store: a node may leave events out, or have them
//! late. What lacks is said, and read again in narrower pieces until it is there.

use std::collections::BTreeMap;

use leptos::prelude::*;
use protocol::{Address, subject::Subject};
use rpc::{Filter, Mending};

use super::{ChainError, Reader};
use crate::storage;

/// What became of holding events against what the contract stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Comparison {
    /// Nothing lacks.
    Whole,
    /// What lacks, a part of a sentence.
    Lacking(String),
    /// The node did not say what the contract stores, so nothing is known that was not known before.
    Unknown,
}

impl Comparison {
    /// Of what lacks, where both sides are known.
    pub fn of(lacking: Option<impl std::fmt::Display>) -> Self {
        lacking.map_or(Self::Whole, |lacking| Self::Lacking(lacking.to_string()))
    }
}

/// What contracts have and nodes did not tell.
#[derive(Clone, Copy)]
pub(super) struct Holes {
    /// By subject, a part of a sentence; `None` where the last comparison found nothing.
    lacking: RwSignal<BTreeMap<Subject, Option<String>>>,
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
        self.holes.lacking.with(|all| all.get(subject).cloned().flatten())
    }

    /// Whether the last comparison of a subject found nothing that lacks. While this is not so, what the contract
    /// stores decides what a person can do.
    pub fn is_whole(self, subject: &Subject) -> bool {
        self.holes.lacking.with(|all| all.get(subject) == Some(&None))
    }

    /// What is missing from lists that are read from the chain: `always`, and what the node left out.
    pub fn missing(self, lists: &[Subject], always: &str) -> String {
        let lacking = self.holes.lacking.with_untracked(|all| {
            lists.iter().filter_map(|list| all.get(list).cloned().flatten()).collect::<Vec<_>>().join(" and ")
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

    /// Takes down what a comparison found. One that could not be made leaves a known hole as it is.
    pub(super) fn found(self, subject: Subject, comparison: Comparison) {
        let holes = self.holes;
        let known = holes.lacking.with_untracked(|all| all.get(&subject).cloned());
        let now = match comparison {
            Comparison::Whole => Some(None),
            Comparison::Lacking(lacking) => Some(Some(lacking)),
            Comparison::Unknown => known.clone().filter(Option::is_some),
        };
        if now == known {
            return;
        }
        if now == Some(None) {
            holes.mending.update_value(|all| {
                all.remove(&subject);
            });
        }
        holes.lacking.update(|all| {
            match now {
                Some(now) => all.insert(subject, now),
                None => all.remove(&subject),
            };
        });
    }

    /// Takes down how many entries of a list were told, of those that the contract counts; `None` where it does not
    /// say.
    pub(super) fn found_list(self, list: Subject, told: u64, count: Option<u64>, what: &str) {
        let comparison = match count {
            Some(count) if count > told => Comparison::Lacking(format!("{} of {count} {what}", count - told)),
            Some(_) => Comparison::Whole,
            None => Comparison::Unknown,
        };
        self.found(list, comparison);
    }

    /// Other nodes may have what the former ones left out: nothing has to wait.
    pub(super) fn begin_mending_anew(self) {
        self.holes.mending.set_value(BTreeMap::new());
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
