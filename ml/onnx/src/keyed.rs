//! Maps and sets of what comes in any order. `collect` sorts first, and the compiler makes a sort for every type of entry:
//! forty of them were 60 kB of the worker that runs models, packed.

use std::collections::{BTreeMap, BTreeSet};

/// A map of these entries; of entries with the same key the last one stays.
pub fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(entries);
    map
}

/// A set of these keys.
pub fn set<K: Ord>(keys: impl IntoIterator<Item = K>) -> BTreeSet<K> {
    let mut set = BTreeSet::new();
    set.extend(keys);
    set
}
