//! What the connected account takes part in, of one family of contracts: read again where it changed, with what there is
//! to do about it, now and later. All of it runs in the second file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    future::Future,
    ops::Range,
};

use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, subject::Subject};

use crate::{
    chain::{Clock, Reader},
    live::{Live, Watched},
    tasks::{Coming, Source, Task},
    transactions::Transactions,
    wallet::Wallet,
};

/// Without any word of a change all is read again after so long, seconds: a server may be silent about one.
const SILENCE: u64 = 300;

/// A kind of thing that accounts take part in: bounties, models.
pub trait Parts: Copy + Send + Sync + 'static {
    const FAMILY: &'static str;
    /// As the family names its subjects.
    type Id: Copy + Ord + Display + Send + Sync + 'static;
    type Part: Clone + PartialEq + Send + Sync + 'static;

    fn id(part: &Self::Part) -> Self::Id;

    /// In which of them the account may take part. Where it is `thorough`, not only by what the node's events tell. An error
    /// is a sentence.
    fn found(
        self,
        reader: Reader,
        account: Address,
        thorough: bool,
    ) -> impl Future<Output = Result<BTreeSet<Self::Id>, String>>;

    /// Reads some of them; those that the account has no part in are left out. `known` is what was read before. Where it is
    /// `thorough`, also what did not change is held against the chain. An error is a sentence.
    fn read(
        self,
        reader: Reader,
        account: Address,
        ids: BTreeSet<Self::Id>,
        known: BTreeMap<Self::Id, Self::Part>,
        thorough: bool,
    ) -> impl Future<Output = Result<Vec<Self::Part>, String>>;

    /// What they are called, as far as the server knows: texts from strangers.
    fn titles(self, account: Address) -> impl Future<Output = Vec<(Self::Id, String)>>;

    /// Whether this person wants to see what a stranger called this one.
    fn shows_title(self, _id: Self::Id) -> bool {
        true
    }

    /// What waits for the account now.
    fn tasks(part: &Self::Part, account: &Address, now: u64, title: Option<&str>) -> Vec<Task>;

    /// What will wait for it later.
    fn coming(part: &Self::Part, account: &Address, now: u64, title: Option<&str>) -> Vec<Coming>;

    /// When one of the two next becomes another by time alone.
    fn changes_at(part: &Self::Part, account: &Address, now: u64) -> Option<u64>;
}

/// What the connected account takes part in; a context.
pub struct MyParts<P: Parts> {
    kind: P,
    /// `None` until read.
    pub parts: RwSignal<Option<BTreeMap<P::Id, P::Part>>>,
    titles: RwSignal<BTreeMap<P::Id, String>>,
    tasks: RwSignal<Option<Vec<Task>>>,
    coming: RwSignal<Vec<Coming>>,
    error: RwSignal<Option<String>>,
    wallet: Wallet,
    clock: Clock,
    transactions: Transactions,
}

// Derived, these would ask for parts that can be copied too.
impl<P: Parts> Clone for MyParts<P> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<P: Parts> Copy for MyParts<P> {}

impl<P: Parts> MyParts<P> {
    pub fn new(kind: P, wallet: Wallet, clock: Clock, transactions: Transactions) -> Self {
        Self {
            kind,
            parts: RwSignal::new(None),
            titles: RwSignal::new(BTreeMap::new()),
            tasks: RwSignal::new(None),
            coming: RwSignal::new(Vec::new()),
            error: RwSignal::new(None),
            wallet,
            clock,
            transactions,
        }
    }

    /// What this page says of the account; nothing before [`Self::follow`].
    pub fn source(self) -> Source {
        Source { tasks: self.tasks.into(), coming: self.coming.into(), error: self.error.into() }
    }

    /// What one of them is called, where that is known and the person wants to see it.
    pub fn title(self, id: P::Id) -> Option<String> {
        let title = self.titles.with(|titles| titles.get(&id).cloned());
        title.filter(|_| self.kind.shows_title(id))
    }

    /// Reads now, and again what changes, as long as the page lives.
    pub fn follow(self, reader: Reader, live: Live) {
        self.read_all(reader);
        self.look_for_new(reader, live);
        self.read_changed(reader, live);
        self.keep_tasks();
    }

    /// All of it: of another account, after a transaction of this page, when a node told of what it had left out, and from
    /// time to time.
    fn read_all(self, reader: Reader) {
        let period = Memo::new(move |_| self.clock.now.get() / SILENCE);
        Effect::new(move |before: Option<Option<Address>>| {
            let account = self.wallet.account.get();
            self.transactions.mined.track();
            reader.mended().track();
            // A memo that is only tracked is never computed, and hears of nothing.
            period.get();
            if before.flatten() != account {
                self.parts.set(None);
                self.error.set(None);
            }
            if let Some(account) = account {
                spawn_local(async move {
                    let read = match self.kind.found(reader, account, true).await {
                        Ok(ids) => self.read(reader, account, ids, true).await,
                        Err(error) => Err(error),
                    };
                    if self.take(account, read, None) {
                        self.name_all(account).await;
                    }
                });
            }
            account
        });
    }

    /// Something of the family changed: the account may take part in something new.
    fn look_for_new(self, reader: Reader, live: Live) {
        Effect::new(move |before: Option<()>| {
            live.track([Watched::Family(P::FAMILY)]);
            let account = self.wallet.account.get_untracked().filter(|_| before.is_some());
            let Some(account) = account else { return };
            spawn_local(async move {
                let Ok(mut ids) = self.kind.found(reader, account, false).await else { return };
                let known = self.known();
                ids.retain(|id| !known.contains_key(id));
                if !ids.is_empty() {
                    let read = self.read(reader, account, ids.clone(), false).await;
                    self.take(account, read, Some(ids));
                    self.name_all(account).await;
                }
            });
        });
    }

    /// Reads those that change, and no others; those that change at once are read together.
    fn read_changed(self, reader: Reader, live: Live) {
        let ids =
            Memo::new(move |_| self.parts.with(|parts| parts.iter().flatten().map(|(id, _)| *id).collect::<Vec<_>>()));
        let changed = StoredValue::new(BTreeSet::<P::Id>::new());
        let read = move || {
            let Some(account) = self.wallet.account.get_untracked() else { return };
            spawn_local(async move {
                let ids = changed.try_update_value(std::mem::take).unwrap_or_default();
                if !ids.is_empty() {
                    let read = self.read(reader, account, ids.clone(), false).await;
                    self.take(account, read, Some(ids));
                }
            });
        };
        Effect::new(move || {
            for id in ids.get() {
                Effect::new(move |before: Option<()>| {
                    live.track([Watched::Subject(Subject::new(P::FAMILY, id))]);
                    if before.is_some() {
                        changed.update_value(|all| {
                            all.insert(id);
                        });
                        read();
                    }
                });
            }
        });
    }

    /// Says what there is to do. It is worked out when something was read and when a deadline passes, not with every
    /// second.
    fn keep_tasks(self) {
        let valid = StoredValue::new(0..0_u64);
        let worked_out =
            Memo::new(move |last: Option<&u64>| next(last.copied(), &valid.get_value(), self.clock.now.get()));
        Effect::new(move || {
            worked_out.get();
            let Some(account) = self.wallet.account.get() else {
                valid.set_value(0..u64::MAX);
                self.say(Some(Vec::new()), Vec::new());
                return;
            };
            let now = self.clock.now.get_untracked();
            let (mut tasks, mut coming, mut until) = (Vec::new(), Vec::new(), u64::MAX);
            let is_read = self.parts.with(|parts| {
                for (id, part) in parts.iter().flatten() {
                    let title = self.title(*id);
                    tasks.extend(P::tasks(part, &account, now, title.as_deref()));
                    coming.extend(P::coming(part, &account, now, title.as_deref()));
                    until = until.min(P::changes_at(part, &account, now).unwrap_or(u64::MAX));
                }
                parts.is_some()
            });
            valid.set_value(now..until);
            self.say(is_read.then_some(tasks), coming);
        });
    }

    fn say(self, tasks: Option<Vec<Task>>, coming: Vec<Coming>) {
        if self.tasks.with_untracked(|known| *known != tasks) {
            self.tasks.set(tasks);
        }
        if self.coming.with_untracked(|known| *known != coming) {
            self.coming.set(coming);
        }
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

    /// Takes over what was read: all there is, or some in the place of what was known of them. Returns whether that could
    /// be done.
    fn take(self, account: Address, read: Result<Vec<P::Part>, String>, some: Option<BTreeSet<P::Id>>) -> bool {
        // Another account may have been chosen meanwhile.
        if self.wallet.account.get_untracked() != Some(account) {
            return false;
        }
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                self.error.set(Some(error));
                return false;
            }
        };
        let mut parts = some.as_ref().map(|_| self.known()).unwrap_or_default();
        parts.retain(|id, _| some.as_ref().is_some_and(|some| !some.contains(id)));
        parts.extend(read.into_iter().map(|part| (P::id(&part), part)));
        if self.error.with_untracked(Option::is_some) {
            self.error.set(None);
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

/// When tasks were to be worked out last: then as long as they are valid, else now.
fn next(last: Option<u64>, valid: &Range<u64>, now: u64) -> u64 {
    last.filter(|_| valid.contains(&now)).unwrap_or(now)
}

#[cfg(test)]
mod tests;
