//! The list of transactions, in common for all tabs of this browser.

use leptos::prelude::*;
use sending::{Stage, Transaction, merged};

use super::Transactions;
use crate::storage;

const STORED: &str = "transactions";

impl Transactions {
    /// Reads what is stored, stores what changes, and hears of what other tabs store.
    pub(super) fn share(self) {
        self.list.set(self.of_this_chain(stored()));
        Effect::new(move || {
            let list = self.list.get();
            let genesis = self.genesis.get();
            let home = self.home_id();
            let mut all = merged(&list, &stored());
            // Those of a chain that was started anew are gone for all tabs.
            all.retain(|t| t.chain_id != home || genesis.is_none() || t.genesis.is_none() || t.genesis == genesis);
            if let Ok(text) = serde_json::to_string(&all) {
                storage::write(STORED, &text);
            }
        });
        storage::follow(STORED, move |_| self.take_over());
    }

    /// Takes over what other tabs know of this chain's transactions.
    fn take_over(self) {
        let theirs = self.of_this_chain(stored());
        let both = self.list.with_untracked(|ours| merged(ours, &theirs));
        if self.list.with_untracked(|ours| *ours != both) {
            let mined = |list: &[Transaction]| list.iter().filter(|t| t.stage.is_mined()).count();
            let is_news = self.list.with_untracked(|ours| mined(ours) < mined(&both));
            self.list.set(both);
            if is_news {
                self.mined.update(|n| *n += 1);
            }
        }
    }

    fn of_this_chain(self, mut list: Vec<Transaction>) -> Vec<Transaction> {
        let (home, genesis) = (self.home_id(), self.genesis.get_untracked());
        list.retain(|t| t.chain_id == home && (genesis.is_none() || t.genesis.is_none() || t.genesis == genesis));
        list
    }

    pub(super) fn home_id(self) -> u64 {
        self.wallet.home.with_value(|d| d.chain_id)
    }

    /// Asks which chain this is. Transactions of a chain that was started anew leave the list: nothing of them will ever
    /// be mined.
    pub(super) async fn check_genesis(self) {
        let Ok(Some(found)) = self.reader.genesis().await else { return };
        if self.genesis.get_untracked() != Some(found) {
            self.genesis.set(Some(found));
            let list = self.of_this_chain(self.list.get_untracked());
            if self.list.with_untracked(Vec::len) != list.len() {
                self.list.set(list);
            }
        }
    }

    pub(super) fn find(self, key: u64) -> Option<Transaction> {
        self.list.with_untracked(|list| list.iter().find(|t| t.key == key).cloned())
    }

    /// Grows with time. Two tabs that ask in the same millisecond make different ones.
    pub(super) fn new_key(self) -> u64 {
        let newest = self.list.with_untracked(|l| l.iter().map(|t| t.key).max().unwrap_or(0));
        let drawn = js_sys::Date::now() * 1_000.0 + js_sys::Math::random() * 1_000.0;
        (drawn as u64).max(newest + 1)
    }

    pub(super) fn set(self, key: u64, stage: Stage) {
        let now = self.clock.now.get_untracked();
        self.change(key, |t| {
            t.stage = stage;
            t.changed_at = now;
        });
    }

    /// Changes one, and says so to other tabs.
    pub(super) fn change(self, key: u64, change: impl FnOnce(&mut Transaction)) {
        self.list.update(|list| {
            if let Some(transaction) = list.iter_mut().find(|t| t.key == key) {
                change(transaction);
                transaction.version += 1;
            }
        });
    }
}

fn stored() -> Vec<Transaction> {
    storage::read(STORED).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}
