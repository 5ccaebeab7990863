//! How much of an untrusted file is read.

/// Limits on a model; a file beyond them is refused before memory is taken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    pub nodes: usize,
    pub initialisers: usize,
    /// Dimensions of a tensor.
    pub rank: usize,
    /// Elements of one tensor, and of all constants together.
    pub elements: u64,
    /// Bytes that all of the file's messages may take in memory: a few bytes of a file can ask for many.
    pub memory: u64,
    /// Bytes of a name or of a text attribute that is not a class label.
    pub name: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            nodes: 20_000,
            initialisers: 20_000,
            rank: 8,
            elements: 1 << 27,
            memory: 512 << 20,
            name: 4_096,
        }
    }
}
