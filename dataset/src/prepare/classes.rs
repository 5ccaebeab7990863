//! The classes of a label column.

use xxhash_rust::xxh64::xxh64;

use crate::{MAX_CLASSES, MAX_NAME, label::class_order};

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

    /// Provisional indices in the order of the final ones: see [`class_order`].
    pub fn in_order(&self) -> Vec<usize> {
        let texts: Vec<&[u8]> = self.found.iter().map(|class| class.text.as_slice()).collect();
        class_order(&texts)
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
