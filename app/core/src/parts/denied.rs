//! What somebody names and is not so: a server can only cost a question, and not the same one again at once.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use protocol::Address;

/// What was denied is not asked about again for so long, milliseconds: the account may take part later.
const DENIED_FOR: f64 = 240_000.0;

/// In what an account turned out to have no part, although somebody named it, and when, by the device, milliseconds.
#[derive(Clone, Copy)]
pub struct Denied<Id: Ord + Copy + Send + Sync + 'static>(StoredValue<BTreeMap<(Address, Id), f64>>);

impl<Id: Ord + Copy + Send + Sync + 'static> Denied<Id> {
    pub fn none() -> Self {
        Self(StoredValue::new(BTreeMap::new()))
    }

    /// Leaves only what was not denied lately.
    pub fn sift(self, account: Address, named: &mut BTreeSet<Id>) {
        let now = js_sys::Date::now();
        let is_lately = |all: &BTreeMap<_, f64>, id| all.get(&(account, id)).is_some_and(|at| now - at <= DENIED_FOR);
        self.0.with_value(|all| named.retain(|id| !is_lately(all, *id)));
    }

    /// All that was ever denied of an account.
    pub fn of(self, account: Address) -> BTreeSet<Id> {
        self.0.with_value(|all| all.keys().filter(|(of, _)| *of == account).map(|(_, id)| *id).collect())
    }

    /// Takes down what was asked about and is not there.
    pub fn asked(self, account: Address, asked: &BTreeSet<Id>, is_there: impl Fn(&Id) -> bool) {
        let now = js_sys::Date::now();
        self.0.update_value(|all| all.extend(asked.iter().filter(|id| !is_there(id)).map(|id| ((account, *id), now))));
    }
}
