//! A transaction as the page keeps it.

use protocol::{Address, Digest};
use serde::{Deserialize, Deserializer, Serialize};

/// Where a transaction stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The wallet shows it to the person.
    Asked,
    /// The wallet did not say whether it sent it: it lost its connection, or the page was closed meanwhile.
    Unanswered { why: String },
    /// Not sent: refused in the wallet, or the contract would not accept it.
    Refused { why: String },
    /// A node has it, or will have it soon.
    Sent,
    /// A node has it, but lacks so many transactions of the account before it.
    Queued { missing: u64 },
    /// No node has ever heard of its hash, and nothing took its place. Wallets with several signers give hashes of
    /// their own.
    Untraced,
    /// Nodes had it and forgot it; nothing took its place.
    Dropped,
    /// Another transaction took its place in a block: it is not mined unless that block is taken back.
    Replaced,
    /// In a block, without effect.
    Reverted { why: String },
    /// In a block; the chain's word is final unless it reorganises.
    Mined { block: u64 },
    /// The server's lists show it too.
    Indexed,
}

impl Stage {
    /// Whether it is not known yet how it ends.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Self::Asked | Self::Unanswered { .. } | Self::Sent | Self::Queued { .. } | Self::Untraced | Self::Dropped
        )
    }

    /// Whether it ended without effect.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Reverted { .. } | Self::Replaced)
    }

    /// Whether it is in a block with its effect.
    pub fn is_mined(&self) -> bool {
        matches!(self, Self::Mined { .. } | Self::Indexed)
    }

    /// Of two words on one transaction that are equally new, the one that says more is kept.
    pub(crate) fn weight(&self) -> u8 {
        match self {
            Self::Asked => 0,
            Self::Unanswered { .. } => 1,
            Self::Refused { .. } => 2,
            Self::Sent => 3,
            Self::Queued { .. } => 4,
            Self::Untraced => 5,
            Self::Dropped => 6,
            Self::Replaced => 7,
            Self::Reverted { .. } => 8,
            Self::Mined { .. } => 9,
            Self::Indexed => 10,
        }
    }
}

/// What a transaction is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The page of it, as in `/bounties/7`.
    pub href: String,
    /// As in `Bounty 7`.
    pub name: String,
}

/// By which call data is recognised: it can be too large to be kept for each transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPrint {
    /// Its first four bytes, as a number: which function is called.
    pub selector: u32,
    /// Bytes of all of it.
    pub bytes: u32,
    /// SHA-256 of all of it.
    pub digest: Digest,
}

impl CallPrint {
    /// The print of call data.
    pub fn of(data: &[u8]) -> Self {
        let selector = data.first_chunk().map_or(0, |first| u32::from_be_bytes(*first));
        Self { selector, bytes: data.len() as u32, digest: Digest::of(data) }
    }

    /// Whether this is the call data.
    pub fn is_of(&self, data: &[u8]) -> bool {
        data.len() as u64 == u64::from(self.bytes) && Self::of(data) == *self
    }

    /// Whether the call data stands somewhere in `input`, as a wallet that is itself a contract passes it on.
    pub fn is_within(&self, input: &[u8]) -> bool {
        let size = self.bytes as usize;
        size >= 4 && input.windows(size).filter(|part| Self::starts(part) == self.selector).any(|part| self.is_of(part))
    }

    fn starts(part: &[u8]) -> u32 {
        part.first_chunk().map_or(0, |first| u32::from_be_bytes(*first))
    }
}

/// A transaction of this browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Grows with time and is made unique; the key in lists.
    pub key: u64,
    pub chain_id: u64,
    /// Hash of the chain's first block: a development chain that was started anew is another chain.
    #[serde(default)]
    pub genesis: Option<Digest>,
    pub title: String,
    pub account: Address,
    /// The contract that is called.
    #[serde(default)]
    pub to: Option<Address>,
    /// By which its call data is recognised.
    #[serde(default)]
    pub call: Option<CallPrint>,
    pub hash: Option<Digest>,
    /// The transaction's number among those of the account; a guess until `is_numbered`.
    pub nonce: Option<u64>,
    /// Whether the number was read from the transaction itself.
    #[serde(default)]
    pub is_numbered: bool,
    /// Newest block when it was asked for: what takes its place is in a later one.
    #[serde(default)]
    pub after: u64,
    #[serde(default, deserialize_with = "about")]
    pub about: Option<About>,
    /// What it will cost, as a fragment of a sentence, where that could be told.
    #[serde(default)]
    pub fee: Option<String>,
    pub stage: Stage,
    /// The block that it is in, or that what took its place is in.
    #[serde(default)]
    pub block: Option<u64>,
    /// Whether its block is as good as final, so that nobody looks any more.
    #[serde(default)]
    pub is_settled: bool,
    /// When the stage changed, seconds since the epoch by the chain's time.
    pub changed_at: u64,
    /// Taken out of the corner by the person.
    pub dismissed: bool,
    /// Grows with each change, so that the newer of two tabs' words is kept.
    #[serde(default)]
    pub version: u32,
}

/// An earlier version kept something else there; a transaction without a link is better than none.
fn about<'de, D: Deserializer<'de>>(from: D) -> Result<Option<About>, D::Error> {
    let kept = Option::<serde_json::Value>::deserialize(from)?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()))
}

impl Transaction {
    /// Whether it may still be mined and do what it says: then the same is not to be sent once more without a word.
    /// Once the person has dismissed it, they have been told.
    pub fn may_still_happen(&self) -> bool {
        self.stage.is_open() && !self.dismissed
    }

    /// Whether both would do the same to the same. Permits differ in their time, so that call data alone does not say it;
    /// names come and go, so that what it is about is told by its page.
    pub fn is_same_action(&self, account: &Address, to: &Address, title: &str, about: Option<&About>) -> bool {
        let page = |about: Option<&About>| about.map(|about| about.href.clone());
        self.account == *account
            && self.to.as_ref().is_none_or(|known| known == to)
            && self.title == title
            && page(self.about.as_ref()) == page(about)
    }

    /// Whether the chain has to be asked about it now and then.
    pub fn is_watched(&self) -> bool {
        match self.stage {
            Stage::Refused { .. } => false,
            Stage::Mined { .. } | Stage::Indexed | Stage::Reverted { .. } => !self.is_settled && self.hash.is_some(),
            // Where an earlier version kept no block, nodes may have forgotten how it was: it would be looked at for ever.
            Stage::Replaced => !self.is_settled && self.hash.is_some() && self.block.is_some(),
            _ => true,
        }
    }
}
