//! When what the account takes part in is read: all of it seldom, else what changed.

use std::collections::{BTreeMap, BTreeSet};

use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, subject::Subject};

use super::{MyParts, Parts, next};
use crate::{
    chain::Reader,
    live::{Live, Watched},
};

/// Without any word of a change all is read again after so long, seconds: a server may be silent about one.
pub(super) const SILENCE: u64 = 300;
/// What could not be read is tried again so long after it failed, seconds: a deadline may be in it.
pub(super) const AFTER_FAILURE: u64 = 30;
/// What the server says to have changed is read again with so many blocks more: this page's node may be behind the
/// server's.
const LATER_BLOCKS: u8 = 2;

impl<P: Parts> MyParts<P> {
    /// All of it: of another account, after a transaction of this page, when a node told of what it had left out, and from
    /// time to time.
    pub(super) fn read_all(self, reader: Reader) {
        let begins = Memo::new(move |last: Option<&u64>| {
            let last = last.copied();
            next(last, &(last.unwrap_or_default()..self.again_at.get_value()), self.clock.now.get())
        });
        Effect::new(move |before: Option<Option<Address>>| {
            let account = self.wallet.account.get();
            self.transactions.mined.track();
            reader.mended().track();
            // A memo that is only tracked is never computed, and hears of nothing.
            begins.get();
            self.again_at.set_value(self.clock.now.get_untracked() + SILENCE);
            if before.flatten() != account {
                self.parts.set(None);
                self.error.set(None);
            }
            if let Some(account) = account {
                spawn_local(async move {
                    let begun = self.begin();
                    let read = match self.kind.found(reader, account, true).await {
                        Ok(ids) => self.read(reader, account, ids, true).await,
                        Err(error) => Err(error),
                    };
                    if read.is_err() {
                        self.again_at.set_value(self.clock.now.get_untracked() + AFTER_FAILURE);
                    }
                    if self.take(account, begun, read, None) {
                        self.name_all(account).await;
                    }
                });
            }
            account
        });
    }

    /// Something of the family changed: the account may take part in something new.
    pub(super) fn look_for_new(self, reader: Reader, live: Live) {
        let later = StoredValue::new(0_u8);
        let look = move || {
            let Some(account) = self.wallet.account.get_untracked() else { return };
            spawn_local(async move {
                let begun = self.begin();
                let Ok(mut ids) = self.kind.found(reader, account, false).await else { return };
                let known = self.known();
                ids.retain(|id| !known.contains_key(id));
                if !ids.is_empty() {
                    let read = self.read(reader, account, ids.clone(), false).await;
                    self.take(account, begun, read, Some(ids));
                    self.name_all(account).await;
                }
            });
        };
        Effect::new(move |before: Option<()>| {
            live.track([Watched::Family(P::FAMILY)]);
            if before.is_some() {
                later.set_value(if live.hears() { LATER_BLOCKS } else { 0 });
                look();
            }
        });
        Effect::new(move |before: Option<()>| {
            self.clock.head.track();
            if before.is_some() && later.get_value() > 0 {
                later.update_value(|left| *left -= 1);
                look();
            }
        });
    }

    /// Reads those that change, and no others; those that change at once are read together.
    pub(super) fn read_changed(self, reader: Reader, live: Live) {
        let ids =
            Memo::new(move |_| self.parts.with(|parts| parts.iter().flatten().map(|(id, _)| *id).collect::<Vec<_>>()));
        let changed = StoredValue::new(BTreeSet::<P::Id>::new());
        let later = StoredValue::new(BTreeMap::<P::Id, u8>::new());
        let read = move || {
            let Some(account) = self.wallet.account.get_untracked() else { return };
            spawn_local(async move {
                let ids = changed.try_update_value(std::mem::take).unwrap_or_default();
                if !ids.is_empty() {
                    let begun = self.begin();
                    let read = self.read(reader, account, ids.clone(), false).await;
                    self.take(account, begun, read, Some(ids));
                }
            });
        };
        Effect::new(move || {
            for id in ids.get() {
                Effect::new(move |before: Option<()>| {
                    live.track([Watched::Subject(Subject::new(P::FAMILY, id))]);
                    if before.is_some() {
                        if live.hears() {
                            later.update_value(|all| _ = all.insert(id, LATER_BLOCKS));
                        }
                        changed.update_value(|all| _ = all.insert(id));
                        read();
                    }
                });
            }
        });
        Effect::new(move |before: Option<()>| {
            self.clock.head.track();
            if before.is_some() {
                let due = later.try_update_value(count_down).unwrap_or_default();
                changed.update_value(|all| all.extend(due));
                read();
            }
        });
    }

    /// What could not be read although the rest could, once more after a while: a deadline may be in it.
    pub(super) fn read_unread(self, reader: Reader) {
        let begins = Memo::new(move |last: Option<&u64>| {
            let last = last.copied();
            next(last, &(last.unwrap_or_default()..self.unread_at.get_value()), self.clock.now.get())
        });
        Effect::new(move |before: Option<()>| {
            begins.get();
            self.unread_at.set_value(u64::MAX);
            let Some(account) = self.wallet.account.get_untracked().filter(|_| before.is_some()) else { return };
            let Some((ids, _)) = self.kind.unread() else { return };
            spawn_local(async move {
                let begun = self.begin();
                let read = self.read(reader, account, ids.clone(), false).await;
                self.take(account, begun, read, Some(ids));
            });
        });
    }

    fn known(self) -> BTreeMap<P::Id, P::Part> {
        self.parts.get_untracked().unwrap_or_default()
    }

    async fn read(
        self,
        reader: Reader,
        account: Address,
        ids: BTreeSet<P::Id>,
        thorough: bool,
    ) -> Result<Vec<P::Part>, String> {
        let mut known = self.known();
        known.retain(|id, _| ids.contains(id));
        self.kind.read(reader, account, ids, known, thorough).await
    }

    /// The number of a reading that begins.
    fn begin(self) -> u64 {
        self.taken
            .try_update_value(|(begun, _)| {
                *begun += 1;
                *begun
            })
            .unwrap_or_default()
    }

    /// Takes over what a reading gave: all there is, or some in the place of what was known of them. What was taken from
    /// one that began later stays. Returns whether something was read.
    fn take(
        self,
        account: Address,
        begun: u64,
        read: Result<Vec<P::Part>, String>,
        some: Option<BTreeSet<P::Id>>,
    ) -> bool {
        // Another account may have been chosen meanwhile.
        if self.wallet.account.get_untracked() != Some(account) {
            return false;
        }
        let (unread, why) = self.kind.unread().unzip();
        if unread.is_some() && self.unread_at.get_value() == u64::MAX {
            self.unread_at.set_value(self.clock.now.get_untracked() + AFTER_FAILURE);
        }
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                self.error.set(Some(error));
                return false;
            }
        };
        let is_unread = |id: &P::Id| unread.as_ref().is_some_and(|all| all.contains(id));
        let mut parts = self.known();
        let asked = some.unwrap_or_else(|| parts.keys().copied().collect());
        self.taken.update_value(|(_, last)| {
            let is_newer = |id: &P::Id| last.get(id).is_some_and(|taken| *taken > begun);
            parts.retain(|id, _| !asked.contains(id) || is_newer(id) || is_unread(id));
            let read: Vec<_> =
                read.into_iter().map(|part| (P::id(&part), part)).filter(|(id, _)| !is_newer(id)).collect();
            last.extend(read.iter().map(|(id, _)| (*id, begun)));
            parts.extend(read);
        });
        if self.error.with_untracked(|known| *known != why) {
            self.error.set(why);
        }
        if self.parts.with_untracked(|known| known.as_ref() != Some(&parts)) {
            self.parts.set(Some(parts));
        }
        true
    }

    /// Asks for the titles where some are not known; without them numbers and addresses are shown.
    async fn name_all(self, account: Address) {
        let is_named = |id: &P::Id| self.titles.with_untracked(|titles| titles.contains_key(id));
        if self.known().keys().all(is_named) {
            return;
        }
        let titles = self.kind.titles(account).await;
        if titles.iter().any(|(id, _)| !is_named(id)) {
            self.titles.update(|known| known.extend(titles));
        }
    }
}

/// What is still to be read with this block, counted down.
fn count_down<Id: Copy + Ord>(later: &mut BTreeMap<Id, u8>) -> Vec<Id> {
    let due = later.keys().copied().collect();
    later.retain(|_, left| {
        *left -= 1;
        *left > 0
    });
    due
}
