//! The life of a transaction: what the answers of nodes mean, in whatever order and however late they come.
//!
//! Nodes are behind, have receipts late, forget and remember again, and one address may be many nodes. So only three things
//! end a transaction: a receipt, another transaction with its number in a block, and a refusal before it was sent.
//! Everything else is said to be open, and is looked at again.

use protocol::{Address, Digest};

use crate::transaction::{Stage, Transaction};

/// Seconds after which a transaction that nodes had and forgot is said to be dropped.
const DROPPED_AFTER: f64 = 90.0;
/// Seconds after which a hash that no node has ever heard of is said to be unknown.
const UNTRACED_AFTER: f64 = 120.0;
/// Seconds that a transaction waits behind a gap before that is said: those before it may arrive in another order.
const QUEUED_AFTER: f64 = 15.0;
/// Seconds that nodes must have no receipt of a mined transaction before its block counts as taken back, and that the
/// number of a replaced one must be free before the block of the other one does.
const TAKEN_BACK_AFTER: f64 = 30.0;

/// A receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mined {
    pub block: u64,
    /// Whether it had its effect.
    pub success: bool,
}

/// A transaction as a node has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub from: Address,
    pub nonce: u64,
    /// Its block; `None` while it waits for one.
    pub block: Option<u64>,
}

/// The transaction that has a number of the account in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taker {
    pub hash: Digest,
    pub block: u64,
    /// Whether it calls the same contract with the same data.
    pub is_same: bool,
}

/// What nodes answered at one look. The outer `None` is no answer, or one that says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    pub receipt: Option<Option<Mined>>,
    pub known: Option<Option<Known>>,
    /// Transactions that the account has in blocks.
    pub count: Option<u64>,
    /// Which transaction has the number of this one.
    pub taker: Option<Option<Taker>>,
    /// A transaction of somebody else that carried out this one, as those of wallets with several signers are.
    pub effect: Option<Option<Digest>>,
}

impl Look {
    fn is_unknown(&self) -> bool {
        self.known == Some(None) && !matches!(self.receipt, Some(Some(_)))
    }

    /// The block that decided what became of a transaction, its own or that of the one in its place: once it is final
    /// nobody has to look again.
    pub fn decided_in(&self, of: &Transaction) -> Option<u64> {
        match self.receipt {
            Some(Some(mined)) => Some(mined.block),
            _ if of.stage == Stage::Replaced && self.number_is_used(of) == Some(true) => of.block,
            _ => None,
        }
    }

    /// Whether the account has a transaction with the number of this one in a block; `None` where that is not known.
    fn number_is_used(&self, of: &Transaction) -> Option<bool> {
        of.nonce.zip(self.count).map(|(nonce, count)| count > nonce)
    }
}

/// What was noticed while a transaction was watched. Times are seconds of a clock that only goes forward.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Watch {
    unknown_since: Option<f64>,
    gap_since: Option<f64>,
    no_receipt_since: Option<f64>,
    free_since: Option<f64>,
}

impl Watch {
    /// Whether to find out which transaction has this one's number.
    pub fn wants_taker(&self, of: &Transaction, look: &Look) -> bool {
        look.number_is_used(of) == Some(true) && (of.hash.is_none() || look.is_unknown())
    }

    /// Whether to look for a transaction that carried this one out.
    pub fn wants_effect(&self, of: &Transaction, look: &Look) -> bool {
        match of.stage {
            Stage::Unanswered { .. } | Stage::Refused { .. } => true,
            Stage::Untraced | Stage::Dropped => look.is_unknown(),
            _ => false,
        }
    }

    /// Takes over what a look says. Returns whether the transaction changed.
    pub fn read(&mut self, of: &mut Transaction, look: &Look, now: f64) -> bool {
        let before = of.clone();
        match (look.receipt, look.known) {
            (Some(Some(mined)), _) => {
                *self = Self::default();
                in_block(of, mined);
            }
            // A node that still shows it as waiting may only be behind.
            (_, known) if of.stage == Stage::Replaced && known.flatten().is_none_or(|known| known.block.is_none()) => {
                self.is_replaced(of, look, now);
            }
            (_, Some(Some(known))) => self.is_known(of, known, look, now),
            _ => self.is_missing(of, look, now),
        }
        *of != before
    }

    fn is_known(&mut self, of: &mut Transaction, known: Known, look: &Look, now: f64) {
        self.unknown_since = None;
        if known.from == of.account {
            (of.nonce, of.is_numbered) = (Some(known.nonce), true);
        } else {
            // Somebody else sent it for the account; the account's count says nothing about it.
            (of.nonce, of.is_numbered) = (None, false);
        }
        if is_in_block(&of.stage) {
            let was_taken_back = known.block.is_none() && look.receipt == Some(None);
            if !was_taken_back {
                self.no_receipt_since = None;
            } else if now - *self.no_receipt_since.get_or_insert(now) >= TAKEN_BACK_AFTER {
                taken_back(of);
            }
            return;
        }
        let missing = of.nonce.zip(look.count).map_or(0, |(nonce, count)| nonce.saturating_sub(count));
        if known.block.is_some() || missing == 0 {
            self.gap_since = None;
            // Not to be counted is no news.
            if look.count.is_some() || known.block.is_some() || !matches!(of.stage, Stage::Queued { .. }) {
                of.stage = Stage::Sent;
            }
        } else if now - *self.gap_since.get_or_insert(now) >= QUEUED_AFTER {
            of.stage = Stage::Queued { missing };
        } else if !matches!(of.stage, Stage::Queued { .. }) {
            of.stage = Stage::Sent;
        }
    }

    /// The block of what took its place may be taken back, as one of its own may; then it may be mined after all.
    fn is_replaced(&mut self, of: &mut Transaction, look: &Look, now: f64) {
        match look.number_is_used(of) {
            Some(true) => {
                self.free_since = None;
                self.is_missing(of, look, now);
            }
            Some(false) if now - *self.free_since.get_or_insert(now) >= TAKEN_BACK_AFTER => {
                *self = Self::default();
                taken_back(of);
            }
            Some(false) | None => {}
        }
    }

    fn is_missing(&mut self, of: &mut Transaction, look: &Look, now: f64) {
        if let Some(Some(taker)) = look.taker {
            if taker.is_same || Some(taker.hash) == of.hash {
                // Sped up: the same under another hash.
                return self.found(of, taker.hash);
            }
            // With a number that was only guessed, another transaction says nothing.
            if of.is_numbered && !is_in_block(&of.stage) {
                of.stage = Stage::Replaced;
                of.block = Some(taker.block);
                return;
            }
        }
        if let Some(Some(hash)) = look.effect {
            return self.found(of, hash);
        }
        if !look.is_unknown() {
            return;
        }
        let since = now - *self.unknown_since.get_or_insert(now);
        if is_in_block(&of.stage) {
            if since >= TAKEN_BACK_AFTER {
                taken_back(of);
            }
        } else if matches!(of.stage, Stage::Sent | Stage::Queued { .. } | Stage::Untraced) {
            if of.is_numbered && since >= DROPPED_AFTER {
                of.stage = Stage::Dropped;
            } else if !of.is_numbered && since >= UNTRACED_AFTER {
                of.stage = Stage::Untraced;
            }
        }
    }

    fn found(&mut self, of: &mut Transaction, hash: Digest) {
        *self = Self::default();
        if of.hash != Some(hash) || !is_in_block(&of.stage) {
            of.hash = Some(hash);
            of.stage = Stage::Sent;
        }
    }
}

/// Whether a node said that it is in a block.
fn is_in_block(stage: &Stage) -> bool {
    matches!(stage, Stage::Mined { .. } | Stage::Indexed | Stage::Reverted { .. })
}

fn in_block(of: &mut Transaction, mined: Mined) {
    let is_news = of.block != Some(mined.block) || of.stage.is_mined() != mined.success || !is_in_block(&of.stage);
    of.block = Some(mined.block);
    if !is_news {
        return;
    }
    of.stage = if mined.success {
        Stage::Mined { block: mined.block }
    } else {
        Stage::Reverted { why: "The contract refused it; the node does not tell why.".into() }
    };
}

fn taken_back(of: &mut Transaction) {
    of.stage = Stage::Sent;
    of.block = None;
    of.is_settled = false;
}
