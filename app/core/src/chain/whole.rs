//! Holding what was folded from events against what the contracts store: a node may leave events out, or have them
//! late. What lacks is said, and read again in narrower pieces until it is there.

use std::collections::{BTreeMap, BTreeSet};

use contracts::returns;
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
    /// Subjects of whose events a part came from the server.
    offered: StoredValue<BTreeSet<Subject>>,
    /// Whether somebody uses the page: an idle one asks little.
    is_attended: StoredValue<bool>,
}

impl Holes {
    pub fn none() -> Self {
        Self {
            lacking: RwSignal::new(BTreeMap::new()),
            mending: StoredValue::new(BTreeMap::new()),
            offered: StoredValue::new(BTreeSet::new()),
            is_attended: StoredValue::new(true),
        }
    }
}

/// A list of things whose number a contract counts.
pub(super) struct List {
    /// The list as something that events may be left out of.
    pub subject: Subject,
    /// The events that it is read from.
    pub filter: Filter,
    pub contract: Address,
    /// Call data of the view that counts.
    pub count: Vec<u8>,
    /// What it lists, in the plural.
    pub what: &'static str,
}

impl Reader {
    /// What the contract has of a subject and the node left out, as in "the node left out …"; `None` where nothing
    /// is known to lack.
    pub fn lacking(self, subject: &Subject) -> Option<String> {
        self.holes.lacking.with(|all| all.get(subject).cloned().flatten())
    }

    /// Whether the last comparison of a subject found nothing that lacks, and all of it came from a node. While this is
    /// not so, what the contract stores decides what a person can do.
    pub fn is_whole(self, subject: &Subject) -> bool {
        let is_offered = self.holes.offered.with_value(|offered| offered.contains(subject));
        self.holes.lacking.with(|all| all.get(subject) == Some(&None)) && !is_offered
    }

    /// Takes down whether a part of a subject's events came from the server.
    pub(super) fn came_from_server(self, subject: &Subject, filter: &Filter, from: u64) {
        let is_offered = self.has_offered(filter, from);
        self.holes.offered.update_value(|offered| {
            match is_offered {
                true => offered.insert(subject.clone()),
                false => offered.remove(subject),
            };
        });
    }

    /// What is missing from lists that are read from the chain: `always`, which may be empty, and what the node left out.
    pub fn missing(self, lists: &[Subject], always: &str) -> String {
        let lacking = self.holes.lacking.with_untracked(|all| {
            lists.iter().filter_map(|list| all.get(list).cloned().flatten()).collect::<Vec<_>>().join(" and ")
        });
        if lacking.is_empty() {
            return always.to_owned();
        }
        match always {
            "" => format!("{lacking} that the chain node left out"),
            always => format!("{always}, and {lacking} that the chain node left out,"),
        }
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
    fn found_list(self, list: Subject, told: u64, count: Option<u64>, what: &str) {
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

    /// Reads a part of a question of a subject again where it is time to, beside whatever else is read: a long reading
    /// must not hold up the page. Where it finds something, [`Self::mended`] says so.
    pub(super) fn mend(self, subject: &Subject, filter: &Filter, from: u64) {
        if !self.holes.is_attended.get_value() {
            return;
        }
        let client = self.client();
        let (now, newest) = (client.now(), client.tallest());
        let next =
            |all: &mut BTreeMap<Subject, Mending>| all.entry(subject.clone()).or_default().stretch(now, from, newest);
        let Some(stretch) = self.holes.mending.try_update_value(next).flatten() else { return };
        let filter = filter.clone();
        leptos::task::spawn_local(async move {
            // A node that fails now is asked again when it is time.
            if self.again(&filter, from, stretch).await.unwrap_or(false) {
                self.mended().update(|n| *n += 1);
            }
        });
    }

    /// Reads a list of things, held against the number that a contract counts: `read` says how many it was told of.
    pub(super) async fn list<T>(
        self,
        list: &List,
        read: impl AsyncFnOnce() -> Result<(T, u64), ChainError>,
    ) -> Result<T, ChainError> {
        let block = self.height().await?;
        let (found, told) = read().await?;
        let answer = self.view_at(block, list.contract, &list.count).await;
        let count = answer.and_then(|answer| returns::count(&answer).ok());
        if count > Some(told) {
            self.mend(&list.subject, &list.filter, self.deployment().start_block);
        }
        self.found_list(list.subject.clone(), told, count, list.what);
        Ok(found)
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
