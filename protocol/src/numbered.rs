//! Things that a contract numbers from 1, by their numbers. Who follows a contract as a whole knows each of them; who reads
//! only what concerns one account knows some.

use std::{
    collections::{BTreeMap, btree_map},
    ops::Index,
};

/// Things by their numbers, the first of which is 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered<T>(BTreeMap<u64, T>);

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Numbered<T> {
    /// The highest number that is known; 0 where nothing is. It is how many there are where each is known.
    pub fn last(&self) -> u64 {
        self.0.last_key_value().map_or(0, |(number, _)| *number)
    }

    pub fn get(&self, number: u64) -> Option<&T> {
        self.0.get(&number)
    }

    pub fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        self.0.get_mut(&number)
    }

    /// Puts one in the place of its number.
    pub fn put(&mut self, number: u64, one: T) {
        self.0.insert(number, one);
    }

    /// With their numbers, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        self.0.iter().map(|(number, one)| (*number, one))
    }

    /// Without their numbers, in order.
    pub fn values(&self) -> btree_map::Values<'_, u64, T> {
        self.0.values()
    }
}

/// Numbered from 1 as they come.
impl<T> FromIterator<T> for Numbered<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        Self((1..).zip(all).collect())
    }
}

/// Of a number that is known. As with a slice, any other one is an error of the program.
impl<T> Index<u64> for Numbered<T> {
    type Output = T;

    fn index(&self, number: u64) -> &T {
        &self.0[&number]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_may_be_unknown_and_the_last_number_is_told() {
        let mut few = Numbered::default();
        assert_eq!((few.last(), few.get(1)), (0, None));
        few.put(7, 'g');
        few.put(3, 'c');
        few.put(3, 'C');
        assert_eq!(few.iter().collect::<Vec<_>>(), [(3, &'C'), (7, &'g')]);
        assert_eq!((few.last(), few.get(4), few[7]), (7, None, 'g'));
        let all: Numbered<_> = ['a', 'b'].into_iter().collect();
        assert_eq!((all.last(), all.get(0), all[1], all[2]), (2, None, 'a', 'b'));
        assert_eq!(all.values().rev().collect::<String>(), "ba");
    }
}
