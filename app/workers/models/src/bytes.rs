//! Bytes outside of the program's memory.

use js_sys::Uint8Array;
use ml_run::Source;
use work::{Ended, Part, Parts};

/// Bytes that lie in the browser's memory until they are read.
pub struct Bytes(Uint8Array);

impl Bytes {
    /// What stands beside a request.
    ///
    /// # Errors
    /// [`Ended::Failed`] where it does not.
    pub fn beside(parts: &Parts<Part>, name: &str) -> Result<Self, Ended> {
        parts.array(name).map(Self).map_err(Ended::Failed)
    }

    /// A copy of bytes of this program.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Uint8Array::from(bytes))
    }

    /// All of them, here.
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl Source for Bytes {
    fn bytes(&self) -> u64 {
        u64::from(self.0.length())
    }

    fn read(&self, at: u64, bytes: usize, into: &mut Vec<u8>) {
        let end = at.saturating_add(bytes as u64).min(self.bytes());
        let part = self.0.subarray(at.min(end) as u32, end as u32);
        let start = into.len();
        into.resize(start + part.length() as usize, 0);
        part.copy_to(&mut into[start..]);
    }
}

/// Numbers as they travel: two bytes each, the lower first.
pub fn words(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}
