//! What bounties and models are called, as far as pages of this visit have read it: what is told of a transaction names them
//! so, and not by number.

use std::{cell::RefCell, collections::BTreeMap};

use protocol::subject::Subject;

thread_local! {
    static TITLES: RefCell<BTreeMap<Subject, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// Characters of a title that are told.
const MOST: usize = 60;

/// Remembers what something is called.
pub fn tell(subject: Subject, title: &str) {
    let title = dataset::shortened(title, MOST);
    if !title.is_empty() {
        TITLES.with_borrow_mut(|titles| titles.insert(subject, title));
    }
}

/// What something is called; `None` where no page has read it.
pub fn of(subject: &Subject) -> Option<String> {
    TITLES.with_borrow(|titles| titles.get(subject).cloned())
}
