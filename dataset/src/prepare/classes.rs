//! The classes of a label column.

use xxhash_rust::xxh64::xxh64;

use crate::{
    MAX_CLASSES, MAX_NAME,
    label::{class_order, label_key},
    read::mend::note::Spellings,
};

/// Class texts in the order of their first rows, found without allocating for each row.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    found: Vec<Class>,
    /// Slots of an open-addressed table: index into `found`, plus 1.
    slots: Vec<u16>,
}

/// A class as it was met.
#[derive(Debug, Clone)]
pub struct Class {
    /// Its label, as the file has it.
    pub text: Vec<u8>,
    /// Rows with this label.
    pub rows: u64,
    /// Physical line of the first row.
    pub line: u64,
}

/// A class as it is published: of one label, or of several that say the same.
#[derive(Debug, Clone)]
pub struct Joined {
    /// What it is called.
    pub text: String,
    /// Rows with one of its labels.
    pub rows: u64,
    /// Physical line of the first row.
    pub line: u64,
    /// Provisional indices of its labels.
    pub of: Vec<usize>,
}

/// Why a cell is not a label.
pub enum NoLabel {
    /// Nothing but blanks.
    Empty,
    /// Longer than a label may be: so many characters.
    TooLong(u64),
    /// A new label after [`MAX_CLASSES`] others.
    TooMany,
}

const SLOTS: usize = 1024;

/// Labels of a table that differ only by blanks, capitals or the form of a number, group by group; none where there are
/// more classes than a data set can have.
pub fn alike<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<Spellings> {
    let mut classes = Classes::default();
    for label in labels {
        if classes.count(label.as_bytes(), 0).is_err() {
            return Vec::new();
        }
    }
    classes.alike()
}

impl Classes {
    /// Counts a row; yields the provisional index of its class.
    ///
    /// # Errors
    /// [`NoLabel`] where the cell cannot be a label; it is not counted.
    pub fn count(&mut self, text: &[u8], line: u64) -> Result<usize, NoLabel> {
        if self.slots.is_empty() {
            self.slots = vec![0; SLOTS];
        }
        let slot = self.slot(text);
        if self.slots[slot] > 0 {
            let index = usize::from(self.slots[slot]) - 1;
            self.found[index].rows += 1;
            return Ok(index);
        }
        if text.trim_ascii().is_empty() {
            return Err(NoLabel::Empty);
        }
        let characters = String::from_utf8_lossy(text).chars().count();
        if characters >= MAX_NAME {
            return Err(NoLabel::TooLong(characters as u64));
        }
        if self.found.len() == MAX_CLASSES {
            return Err(NoLabel::TooMany);
        }
        self.found.push(Class { text: text.to_vec(), rows: 1, line });
        self.slots[slot] = self.found.len() as u16;
        Ok(self.found.len() - 1)
    }

    /// Provisional index of a class.
    pub fn find(&self, text: &[u8]) -> Option<usize> {
        let slot = *self.slots.get(self.slot(text))?;
        usize::from(slot).checked_sub(1)
    }

    /// All classes in the order in which they were met: the position is the provisional index.
    pub fn found(&self) -> &[Class] {
        &self.found
    }

    /// Takes back the first row that was counted.
    pub fn forget_first(&mut self) -> Option<&Class> {
        let first = self.found.first_mut()?;
        first.rows = first.rows.checked_sub(1)?;
        Some(first)
    }

    /// The classes in their final order: see [`class_order`]. With `merged`, labels that say the same are one class.
    pub fn in_order(&self, merged: bool) -> Vec<Joined> {
        let mut joined: Vec<(String, Joined)> = Vec::new();
        for (at, class) in self.found.iter().enumerate().filter(|(_, class)| class.rows > 0) {
            let text = String::from_utf8_lossy(&class.text).into_owned();
            let key = if merged { label_key(&text) } else { String::new() };
            match joined.iter_mut().find(|(other, _)| merged && *other == key) {
                Some((_, joined)) => {
                    joined.rows += class.rows;
                    joined.of.push(at);
                }
                None => joined.push((key, Joined { text, rows: class.rows, line: class.line, of: vec![at] })),
            }
        }
        let mut joined: Vec<Joined> = joined.into_iter().map(|(_, joined)| joined).collect();
        joined
            .iter_mut()
            .filter(|joined| joined.of.len() > 1)
            .for_each(|joined| joined.text = self.spelling(&joined.of));
        let texts: Vec<&str> = joined.iter().map(|joined| joined.text.as_str()).collect();
        let order = class_order(&texts);
        let mut joined: Vec<Option<Joined>> = joined.into_iter().map(Some).collect();
        order.into_iter().filter_map(|at| joined[at].take()).collect()
    }

    /// Labels that differ only by blanks, capitals or the form of a number, group by group, each with what it is called
    /// where the group is one class.
    pub fn alike(&self) -> Vec<Spellings> {
        let groups = self.in_order(true).into_iter().filter(|joined| joined.of.len() > 1);
        let text = |at: &usize| String::from_utf8_lossy(&self.found[*at].text).into_owned();
        groups
            .map(|group| {
                let others = group.of.iter().map(text).filter(|other| *other != group.text).collect();
                Spellings { class: group.text, others }
            })
            .collect()
    }

    /// What a class is called of which labels are written in several ways: as most are, without blanks around it; the
    /// shortest of those that are equally frequent.
    fn spelling(&self, of: &[usize]) -> String {
        let trimmed = |at: usize| String::from_utf8_lossy(&self.found[at].text).trim().to_owned();
        let mut rows: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
        of.iter().for_each(|&at| *rows.entry(trimmed(at)).or_default() += self.found[at].rows);
        let rank =
            |(text, rows): &(&String, &u64)| (**rows, std::cmp::Reverse((text.chars().count(), (*text).clone())));
        rows.iter().max_by_key(rank).map_or_else(String::new, |(text, _)| text.clone())
    }

    fn slot(&self, text: &[u8]) -> usize {
        let mut slot = xxh64(text, 0) as usize % SLOTS;
        // At most a quarter of the slots is taken, so that an empty one is near.
        while let Some(index) = self.slots.get(slot).and_then(|&taken| usize::from(taken).checked_sub(1)) {
            if self.found[index].text == text {
                break;
            }
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}
