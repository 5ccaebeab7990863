//! What of an account could not be read although the rest could, and what is said of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

use leptos::prelude::*;

/// Which things of an account could not be read when they were asked for last, and why.
#[derive(Clone, Copy)]
pub struct Unread<Id: Ord + Copy + Send + Sync + 'static> {
    why: StoredValue<BTreeMap<Id, String>>,
    /// What kind of thing one is, and what it is called among those.
    name: fn(&Id) -> (&'static str, String),
}

impl<Id: Ord + Copy + Send + Sync + 'static> Unread<Id> {
    pub fn none(name: fn(&Id) -> (&'static str, String)) -> Self {
        Self { why: StoredValue::new(BTreeMap::new()), name }
    }

    /// Forgets all but these: those of the account before are nothing to this one.
    pub fn keep_only(self, ids: &BTreeSet<Id>) {
        self.why.update_value(|all| all.retain(|id, _| ids.contains(id)));
    }

    /// Takes down whether one could be read, and gives what was.
    pub fn take_down<T>(self, id: Id, read: Result<T, impl Display>) -> Option<T> {
        match read {
            Ok(read) => {
                self.why.update_value(|all| drop(all.remove(&id)));
                Some(read)
            }
            Err(why) => {
                self.why.update_value(|all| drop(all.insert(id, why.to_string())));
                None
            }
        }
    }

    pub fn has(self, id: &Id) -> bool {
        self.why.with_value(|all| all.contains_key(id))
    }

    /// What was read of those that were `asked` for.
    ///
    /// # Errors
    /// What [`Self::said`] says, where nothing was read since some of them could not be.
    pub fn rest<P>(self, asked: &BTreeSet<Id>, read: Vec<P>) -> Result<Vec<P>, String> {
        match self.said() {
            Some((unread, why)) if read.is_empty() && !unread.is_disjoint(asked) => Err(why),
            _ => Ok(read),
        }
    }

    /// Which they are, and a sentence that names them and says why. `None` where all could be read.
    pub fn said(self) -> Option<(BTreeSet<Id>, String)> {
        self.why.with_value(|all| {
            let named = all.iter().map(|(id, why)| {
                let (kind, name) = (self.name)(id);
                (kind, name, why.as_str())
            });
            Some((all.keys().copied().collect(), not_read(named)?))
        })
    }
}

/// Which things could not be read, by their kinds and names, and why: those with one reason together, since it may be the
/// node's. `None` where all were.
fn not_read<'a>(unread: impl Iterator<Item = (&'static str, String, &'a str)>) -> Option<String> {
    let mut reasons = BTreeMap::<&str, BTreeMap<&str, Vec<String>>>::new();
    for (kind, name, why) in unread {
        reasons.entry(why).or_default().entry(kind).or_default().push(name);
    }
    let said = reasons.iter().map(|(why, kinds)| {
        let kinds = kinds.iter().map(|(kind, names)| {
            let plural = if names.len() == 1 { "" } else { "s" };
            format!("{kind}{plural} {}", names.join(", "))
        });
        format!("What waits for you in {} could not be read. {why}", kinds.collect::<Vec<_>>().join(" and in "))
    });
    (!reasons.is_empty()).then(|| said.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn what_could_not_be_read_is_named_with_its_reason() {
        assert_eq!(not_read(std::iter::empty()), None);
        let unread = [
            ("model", "0x01", "The node is away."),
            ("model", "0x02", "It is torn."),
            ("grant", "7", "The node is away."),
            ("model", "0x03", "The node is away."),
        ];
        let said = not_read(unread.into_iter().map(|(kind, name, why)| (kind, name.to_owned(), why)));
        assert_eq!(
            said.as_deref(),
            Some(
                "What waits for you in model 0x02 could not be read. It is torn. \
                 What waits for you in grant 7 and in models 0x01, 0x03 could not be read. The node is away."
            )
        );
    }

    #[wasm_bindgen_test]
    fn one_that_cannot_be_read_hides_no_other_and_is_not_named_once_it_was_read() {
        Owner::new().with(|| {
            let unread = Unread::none(|id: &u64| ("task", id.to_string()));
            let asked = BTreeSet::from([1, 2]);
            assert_eq!(unread.take_down(1, Ok::<_, String>("one")), Some("one"));
            assert_eq!(unread.take_down::<&str>(2, Err("It is torn.")), None);
            assert_eq!((unread.has(&1), unread.has(&2)), (false, true));
            let sentence = "What waits for you in task 2 could not be read. It is torn.".to_owned();
            assert_eq!(unread.said(), Some((BTreeSet::from([2]), sentence.clone())));
            assert_eq!(unread.rest(&asked, vec!["one"]), Ok(vec!["one"]), "the other is shown");
            assert_eq!(unread.rest::<&str>(&asked, Vec::new()), Err(sentence), "there is no other");
            assert_eq!(unread.rest::<&str>(&BTreeSet::from([1]), Vec::new()), Ok(Vec::new()), "it was not asked for");

            unread.take_down(2, Ok::<_, String>("two"));
            assert_eq!(unread.said(), None);
            unread.take_down::<&str>(2, Err("It is torn."));
            unread.keep_only(&BTreeSet::from([1]));
            assert_eq!(unread.said(), None, "of another account");
        });
    }
}
