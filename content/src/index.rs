//! Where the blocks of kept files are: inner nodes by their CIDs, and leaves as parts of files.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use protocol::cid::{Block, Cid, FileHasher};
use tokio::io::AsyncReadExt;

use crate::intake::{CheckedFile, Leaf};

const READ: usize = 1 << 20;

/// Why an index does not answer: the error of whatever keeps it.
pub type IndexFailure = Box<dyn std::error::Error + Send + Sync>;

/// A leaf block as a part of a kept file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// CID of the file.
    pub file: Cid,
    /// Where in the file it begins, in bytes.
    pub position: u64,
    /// Bytes of the block.
    pub bytes: u64,
}

/// Finds blocks of files that have more than one. A file of one block is its own.
#[async_trait]
pub trait BlockIndex: Send + Sync {
    /// Notes leaves and nodes of a file, durably where the index is. Doing it twice changes nothing.
    async fn add(&self, file: &CheckedFile) -> Result<(), IndexFailure>;

    /// The encoding of an inner node.
    async fn node(&self, cid: &Cid) -> Result<Option<Vec<u8>>, IndexFailure>;

    /// Every place that has this leaf.
    async fn leaf(&self, cid: &Cid) -> Result<Vec<Place>, IndexFailure>;
}

/// An index in memory, for programs without a database: read from the folder when it is opened.
#[derive(Debug, Default)]
pub struct InMemory(Mutex<Blocks>);

#[derive(Debug, Default)]
struct Blocks {
    nodes: HashMap<Cid, Vec<u8>>,
    leaves: HashMap<Cid, Vec<Place>>,
}

impl Blocks {
    fn add(&mut self, file: Cid, leaves: &[Leaf], nodes: &[(Cid, Vec<u8>)]) {
        self.nodes.extend(nodes.iter().cloned());
        for leaf in leaves {
            let place = Place { file, position: leaf.position, bytes: leaf.bytes.into() };
            let places = self.leaves.entry(leaf.cid).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
}

impl InMemory {
    /// Reads all files of a folder that [`crate::Embedded`] has filled. Files whose bytes do not match their names are
    /// left out: their blocks are not found.
    ///
    /// # Errors
    /// Whatever the disk says; a folder that is not there yet is an empty one.
    pub async fn of_folder(folder: &Path) -> std::io::Result<Self> {
        let mut blocks = Blocks::default();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let mut entries = match tokio::fs::read_dir(&folder).await {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                entries => entries?,
            };
            while let Some(entry) = entries.next_entry().await? {
                if entry.file_type().await?.is_dir() {
                    folders.push(entry.path());
                } else if let Some(cid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) {
                    let (found, leaves, nodes) = hash(&entry.path()).await?;
                    if found == cid {
                        blocks.add(cid, &leaves, &nodes);
                    }
                }
            }
        }
        Ok(Self(Mutex::new(blocks)))
    }
}

async fn hash(path: &PathBuf) -> std::io::Result<(Cid, Vec<Leaf>, Vec<(Cid, Vec<u8>)>)> {
    let mut file = tokio::fs::File::open(path).await?;
    let (mut leaves, mut nodes) = (Vec::new(), Vec::new());
    let mut made = |block: Block<'_>| match block {
        Block::Leaf { cid, offset, len } => leaves.push(Leaf { cid, position: offset, bytes: len }),
        Block::Node { cid, bytes } => nodes.push((cid, bytes.to_vec())),
    };
    let mut hasher = FileHasher::new();
    let mut buffer = vec![0; READ];
    loop {
        let read = file.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        hasher.update_with(&buffer[..read], &mut made);
    }
    let found = hasher.finish_with(&mut made).cid;
    Ok((found, leaves, nodes))
}

#[async_trait]
impl BlockIndex for InMemory {
    async fn add(&self, file: &CheckedFile) -> Result<(), IndexFailure> {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.add(file.file.cid, &file.leaves, &file.nodes);
        Ok(())
    }

    async fn node(&self, cid: &Cid) -> Result<Option<Vec<u8>>, IndexFailure> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).nodes.get(cid).cloned())
    }

    async fn leaf(&self, cid: &Cid) -> Result<Vec<Place>, IndexFailure> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).leaves.get(cid).cloned().unwrap_or_default())
    }
}
