//! CIDs. The leaves are hashed by the browser, with the processor's own instructions and, where the file is large, on
//! the second thread; in a page that is not served securely the browser does not offer this, and wasm does it.

use std::{collections::VecDeque, rc::Rc};

use dataset::task::Failure;
use protocol::{
    Digest,
    cid::{CHUNK_SIZE, HashedFile, LeafTree},
};

use crate::{
    browser::{Coming, Sha256},
    helper::Helper,
};

/// Bytes that are being hashed at most. Each has a copy, outside of wasm's memory.
const IN_FLIGHT: usize = 16 << 20;

/// Where leaves are hashed.
pub enum Digests {
    Helper(Rc<Helper>),
    Browser(Sha256),
    Here,
}

impl Digests {
    fn new(helper: Option<Rc<Helper>>) -> Self {
        match (helper, Sha256::find()) {
            (Some(helper), Some(_)) => Self::Helper(helper),
            (None, Some(browser)) => Self::Browser(browser),
            (_, None) => Self::Here,
        }
    }
}

/// Hashes a file that is given in pieces.
pub struct Hasher {
    digests: Digests,
    tree: LeafTree,
    /// Digests to come, and the bytes that they are of.
    coming: VecDeque<(Coming, usize)>,
    in_flight: usize,
    /// The beginning of a leaf that pieces of any size have left.
    begun: Vec<u8>,
}

impl Hasher {
    pub fn new(helper: Option<Rc<Helper>>) -> Self {
        Self {
            digests: Digests::new(helper),
            tree: LeafTree::new(),
            coming: VecDeque::new(),
            in_flight: 0,
            begun: Vec::new(),
        }
    }

    /// The next bytes, any number.
    pub fn update(&mut self, mut piece: &[u8]) -> Result<(), Failure> {
        if !self.begun.is_empty() {
            let (now, later) = piece.split_at(piece.len().min(CHUNK_SIZE - self.begun.len()));
            self.begun.extend_from_slice(now);
            piece = later;
            if self.begun.len() < CHUNK_SIZE {
                return Ok(());
            }
            let leaf = std::mem::take(&mut self.begun);
            self.leaves(&leaf)?;
            self.begun = leaf;
            self.begun.clear();
        }
        let (whole, rest) = piece.split_at(piece.len() / CHUNK_SIZE * CHUNK_SIZE);
        self.leaves(whole)?;
        self.begun.extend_from_slice(rest);
        Ok(())
    }

    /// The next leaves: whole ones, unless it is the end of the file. Their bytes may change once this returns.
    pub fn leaves(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match &self.digests {
            Digests::Here => {
                bytes.chunks(CHUNK_SIZE).for_each(|leaf| self.tree.push(Digest::of(leaf), leaf.len() as u32));
            }
            Digests::Helper(_) if bytes.is_empty() => {}
            Digests::Helper(helper) => self.coming.push_back((helper.digest(bytes), bytes.len())),
            Digests::Browser(browser) => {
                for leaf in bytes.chunks(CHUNK_SIZE) {
                    self.coming.push_back((browser.of_bytes(leaf).map_err(failed)?, leaf.len()));
                }
            }
        }
        if !matches!(self.digests, Digests::Here) {
            self.in_flight += bytes.len();
        }
        Ok(())
    }

    /// Waits until few enough leaves are being hashed.
    pub async fn settle(&mut self) -> Result<(), Failure> {
        self.settle_to(IN_FLIGHT).await
    }

    pub async fn finish(mut self) -> Result<HashedFile, Failure> {
        let begun = std::mem::take(&mut self.begun);
        self.leaves(&begun)?;
        self.settle_to(0).await?;
        Ok(self.tree.finish())
    }

    async fn settle_to(&mut self, most: usize) -> Result<(), Failure> {
        while self.in_flight > most
            && let Some((digests, bytes)) = self.coming.pop_front()
        {
            let digests = digests.await.map_err(failed)?.ok_or_else(|| failed("none came".into()))?;
            self.in_flight -= bytes;
            let mut left = bytes;
            for digest in digests.to_vec().as_chunks().0 {
                let len = left.min(CHUNK_SIZE);
                self.tree.push(Digest(*digest), len as u32);
                left -= len;
            }
        }
        Ok(())
    }
}

fn failed(cause: String) -> Failure {
    Failure::Hash { cause }
}
