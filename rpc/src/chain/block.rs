//! Headers of blocks.

use protocol::{Address, Digest, keccak};
use serde_json::Value;

use crate::value;

/// A block's bloom filter: 2,048 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bloom(pub [u8; 256]);

impl Bloom {
    /// Whether logs of a contract may be in the block: three bits, each named by two bytes of the address's Keccak-256
    /// (Yellow Paper, 4.4.3). `false` is certain as far as the node can be trusted, `true` is not.
    pub fn may_contain(&self, address: &Address) -> bool {
        bits(address).into_iter().all(|bit| self.0[255 - bit / 8] >> (bit % 8) & 1 == 1)
    }

    /// Sets the bits of a contract.
    pub fn insert(&mut self, address: &Address) {
        for bit in bits(address) {
            self.0[255 - bit / 8] |= 1 << (bit % 8);
        }
    }
}

fn bits(address: &Address) -> [usize; 3] {
    let Digest(hash) = keccak(&[&address.0]);
    [0, 2, 4].map(|at| (usize::from(hash[at]) << 8 | usize::from(hash[at + 1])) & 2_047)
}

/// A block as far as readers of events need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Height, from 0.
    pub number: u64,
    /// Its own hash.
    pub hash: Digest,
    /// Hash of the block before it.
    pub parent: Digest,
    /// Seconds since the epoch.
    pub at: u64,
    /// `None` where the node does not tell.
    pub bloom: Option<Bloom>,
}

impl Header {
    /// Whether the block's bloom filter allows logs of one of these contracts: `false` is certain as far as the node
    /// can be trusted, `true` is not.
    pub fn may_have_logs_of(&self, addresses: &[Address]) -> bool {
        self.bloom.is_none_or(|bloom| addresses.iter().any(|address| bloom.may_contain(address)))
    }

    /// Reads what `eth_getBlockByNumber` and its like answer; `None` where the node does not have the block, or has it
    /// only pending.
    ///
    /// # Errors
    /// What is wrong with it, a fragment of a sentence.
    pub fn read(block: &Value) -> Result<Option<Self>, String> {
        if block.is_null() || block["hash"].is_null() || block["number"].is_null() {
            return Ok(None);
        }
        let bloom = match &block["logsBloom"] {
            Value::Null => None,
            bloom => Some(Bloom(value::bytes(bloom)?.try_into().map_err(|_| "a bloom filter of another length")?)),
        };
        Ok(Some(Self {
            number: value::quantity(&block["number"])?,
            hash: value::digest(&block["hash"])?,
            parent: value::digest(&block["parentHash"])?,
            at: value::quantity(&block["timestamp"])?,
            bloom,
        }))
    }
}
