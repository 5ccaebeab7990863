//! What the connected account takes part in, of one family of contracts: read again where it changed, with what there is
//! to do about it, now and later. None of it runs in the first file.

mod denied;
mod reading;
mod unread;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    future::Future,
    ops::Range,
};

use leptos::prelude::*;
use protocol::Address;

pub use denied::Denied;
pub use unread::Unread;

use crate::{
    chain::{Clock, Reader},
    live::Live,
    tasks::{Coming, Source, Task},
    transactions::Transactions,
    wallet::Wallet,
};

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

    /// Which ones could not be read lately although the others could, and a sentence that names them and says why. What was
    /// known of them stays.
    fn unread(self) -> Option<(BTreeSet<Self::Id>, String)> {
        None
    }

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

/// What stands in the place of rows that could not be read, on a page that says why above them.
pub const NOT_READ: &str = "Not everything could be read; it is said above why.";

/// What the connected account takes part in; a context.
pub struct MyParts<P: Parts> {
    kind: P,
    /// `None` until read.
    pub parts: RwSignal<Option<BTreeMap<P::Id, P::Part>>>,
    titles: RwSignal<BTreeMap<P::Id, String>>,
    tasks: RwSignal<Option<Vec<Task>>>,
    coming: RwSignal<Vec<Coming>>,
    error: RwSignal<Option<String>>,
    /// Which reading each of them was taken from last; readings are numbered as they begin.
    taken: StoredValue<(u64, BTreeMap<P::Id, u64>)>,
    /// When all is read again without any word of a change, by the chain's time.
    again_at: StoredValue<u64>,
    /// When what could not be read although the rest could is read again, by the chain's time; the greatest number for never.
    unread_at: StoredValue<u64>,
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
            taken: StoredValue::new((0, BTreeMap::new())),
            again_at: StoredValue::new(0),
            unread_at: StoredValue::new(u64::MAX),
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

    /// Whether one of them could not be read, and nothing is known of it from before.
    pub fn is_missing(self, id: P::Id) -> bool {
        let is_known = self.parts.with_untracked(|parts| parts.as_ref().is_some_and(|parts| parts.contains_key(&id)));
        !is_known && self.kind.unread().is_some_and(|(unread, _)| unread.contains(&id))
    }

    /// Whether something of it could not be read: where nothing is shown then, there may be something all the same.
    pub fn has_failed(self) -> bool {
        self.error.with(Option::is_some)
    }

    /// Reads now, and again what changes, as long as the page lives.
    pub fn follow(self, reader: Reader, live: Live) {
        self.read_all(reader);
        self.look_for_new(reader, live);
        self.read_changed(reader, live);
        self.read_unread(reader);
        self.keep_tasks();
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
}

/// When tasks were to be worked out last: then as long as they are valid, else now.
fn next(last: Option<u64>, valid: &Range<u64>, now: u64) -> u64 {
    last.filter(|_| valid.contains(&now)).unwrap_or(now)
}

#[cfg(test)]
mod tests;
