//! The life of every transaction, in one place: asked, sent, mined, indexed; or refused, reverted, replaced.

use std::time::Duration;

use futures::future::LocalBoxFuture;
use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, Digest};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    chain::{ChainError, Clock, Reader, Receipt},
    server, storage,
    wallet::{Wallet, WalletError},
};

/// How often a pending transaction is looked up.
const POLL: Duration = Duration::from_millis(700);
/// Seconds that an account is past a transaction's number before it counts as replaced: nodes have receipts late, and
/// a node that still knows the transaction will have one.
const REPLACED_AFTER: f64 = 60.0;
/// Transactions kept in the tray.
const KEPT: usize = 20;
const STORED: &str = "transactions";

/// Where a transaction stands.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The wallet shows it to the person.
    Asked,
    /// A node has it.
    Sent,
    /// In a block; the chain's word is final unless it reorganises.
    Mined { block: u64 },
    /// The server's lists show it too.
    Indexed,
    /// Not sent: refused in the wallet, or the contract would not accept it.
    Refused { why: String },
    /// In a block, without effect.
    Reverted { why: String },
    /// Another transaction took its place (sped up or cancelled in the wallet).
    Replaced,
}

impl Stage {
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Asked | Self::Sent)
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

/// A transaction of this browser.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// Milliseconds since the epoch, made unique; the key in lists.
    pub key: u64,
    pub chain_id: u64,
    pub title: String,
    pub account: Address,
    pub hash: Option<Digest>,
    /// The account's transaction count before this one; tells whether it was replaced.
    pub nonce: Option<u64>,
    #[serde(default, deserialize_with = "about")]
    pub about: Option<About>,
    pub stage: Stage,
    /// When the stage changed, seconds since the epoch by the chain's time.
    pub changed_at: u64,
    /// Taken out of the corner by the person.
    pub dismissed: bool,
}

/// An earlier version kept something else there; a transaction without a link is better than none.
fn about<'de, D: Deserializer<'de>>(from: D) -> Result<Option<About>, D::Error> {
    let kept = Option::<serde_json::Value>::deserialize(from)?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()))
}

impl Transaction {
    /// Whether it ended without effect.
    pub fn is_failure(&self) -> bool {
        matches!(self.stage, Stage::Refused { .. } | Stage::Reverted { .. } | Stage::Replaced)
    }
}

/// Why a transaction had no effect.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SendError {
    #[error(transparent)]
    Wallet(#[from] WalletError),
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error("{0} The transaction was mined without effect; only its network fee is gone.")]
    Reverted(String),
    #[error("The transaction was replaced in the wallet. Look at what took its place, then try again if needed.")]
    Replaced,
}

/// The tray, shared through the context.
#[derive(Clone, Copy)]
pub struct Transactions {
    pub list: RwSignal<Vec<Transaction>>,
    /// Grows whenever a transaction is mined, so that pages read again.
    pub mined: RwSignal<u32>,
    reader: Reader,
    wallet: Wallet,
    clock: Clock,
}

impl Transactions {
    /// Loads the tray of the last visit.
    pub fn start(reader: Reader, wallet: Wallet, clock: Clock) -> Self {
        let chain_id = wallet.home.with_value(|d| d.chain_id);
        let stored: Vec<Transaction> =
            storage::read(STORED).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        // A question that was open in the wallet when the page closed is not answered to this page any more.
        let list: Vec<_> = stored.into_iter().filter(|t| t.chain_id == chain_id && t.stage != Stage::Asked).collect();
        let tray = Self { list: RwSignal::new(list), mined: RwSignal::new(0), reader, wallet, clock };
        Effect::new(move || {
            if let Ok(text) = tray.list.with(serde_json::to_string) {
                storage::write(STORED, &text);
            }
        });
        tray
    }

    /// Goes on watching what was pending at the last visit.
    pub fn resume(self) {
        for transaction in self.list.get_untracked() {
            match transaction.stage {
                Stage::Sent => spawn_local(async move {
                    // The tray itself shows how it ended.
                    let _ = self.watch(transaction.key).await;
                }),
                Stage::Mined { block } => self.await_index(transaction.key, block),
                _ => {}
            }
        }
    }

    /// Tries the call without sending, then asks the wallet, and waits until it is mined.
    ///
    /// # Errors
    /// [`SendError`]; nothing was locked or moved unless it says so.
    pub fn send(
        self,
        title: impl Into<String>,
        to: Address,
        data: Vec<u8>,
        about: Option<About>,
    ) -> LocalBoxFuture<'static, Result<Receipt, SendError>> {
        self.sending(title.into(), to, data, about)
    }

    // Boxed in this crate: an async function is compiled once more in every crate that awaits it.
    fn sending(
        self,
        title: String,
        to: Address,
        data: Vec<u8>,
        about: Option<About>,
    ) -> LocalBoxFuture<'static, Result<Receipt, SendError>> {
        Box::pin(self.send_and_watch(title, to, data, about))
    }

    async fn send_and_watch(
        self,
        title: String,
        to: Address,
        data: Vec<u8>,
        about: Option<About>,
    ) -> Result<Receipt, SendError> {
        let account = self.wallet.account.get_untracked().ok_or(WalletError::NotConnected)?;
        let chain_id = self.wallet.home.with_value(|d| d.chain_id);
        let key = self.new_key();
        let transaction = Transaction {
            key,
            chain_id,
            title,
            account,
            hash: None,
            nonce: None,
            about,
            stage: Stage::Asked,
            changed_at: self.clock.now.get_untracked(),
            dismissed: false,
        };
        self.list.update(|list| {
            list.insert(0, transaction);
            list.truncate(KEPT);
        });
        match self.ask(account, to, &data).await {
            Ok((nonce, hash)) => {
                self.change(key, |t| {
                    t.hash = Some(hash);
                    t.nonce = Some(nonce);
                    t.stage = Stage::Sent;
                });
                self.watch(key).await
            }
            Err(error) => {
                self.set(key, Stage::Refused { why: error.to_string() });
                Err(error)
            }
        }
    }

    async fn ask(self, account: Address, to: Address, data: &[u8]) -> Result<(u64, Digest), SendError> {
        self.reader.preflight(account, to, data).await?;
        let nonce = self.reader.transaction_count(account).await?;
        match self.wallet.send(account, to, data).await {
            Ok(hash) => Ok((nonce, hash)),
            Err(WalletError::Other { code, message, data }) => {
                // Some nodes run the call before accepting it; their refusal carries the contract's reason.
                match data.as_deref().and_then(Reader::revert_sentence) {
                    Some(why) => Err(ChainError::Reverted(why).into()),
                    None => Err(WalletError::Other { code, message, data }.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Follows a sent transaction until it is mined or replaced. A node that cannot be reached is asked again.
    async fn watch(self, key: u64) -> Result<Receipt, SendError> {
        let Some(transaction) = self.list.with_untracked(|l| l.iter().find(|t| t.key == key).cloned()) else {
            return Err(SendError::Replaced);
        };
        let Some(hash) = transaction.hash else { return Err(SendError::Replaced) };
        // Seconds by the device since when the account is past this transaction's number.
        let mut passed = None::<f64>;
        loop {
            if let Ok(Some(receipt)) = self.reader.receipt(hash).await {
                self.clock.refresh(self.reader).await;
                self.mined.update(|n| *n += 1);
                if receipt.success {
                    self.set(key, Stage::Mined { block: receipt.block });
                    self.await_index(key, receipt.block);
                    return Ok(receipt);
                }
                let why = self.reader.why_reverted(hash, receipt.block).await;
                self.set(key, Stage::Reverted { why: why.clone() });
                return Err(SendError::Reverted(why));
            }
            if let Ok(count) = self.reader.transaction_count(transaction.account).await {
                let now = js_sys::Date::now() / 1_000.0;
                let is_past = transaction.nonce.is_some_and(|nonce| count > nonce);
                let since = *passed.get_or_insert(now);
                if !is_past {
                    passed = None;
                } else if now - since > REPLACED_AFTER && matches!(self.reader.knows(hash).await, Ok(false)) {
                    self.set(key, Stage::Replaced);
                    return Err(SendError::Replaced);
                }
            }
            sleep(POLL).await;
        }
    }

    fn await_index(self, key: u64, block: u64) {
        spawn_local(async move {
            // The lists are a convenience; after a minute the tray stops waiting for them.
            for _ in 0..85 {
                if server::status().await.is_ok_and(|status| status.block >= block) {
                    self.set(key, Stage::Indexed);
                    return;
                }
                sleep(POLL).await;
            }
        });
    }

    /// Takes a transaction out of the corner; the wallet menu still lists it.
    pub fn dismiss(self, key: u64) {
        self.change(key, |t| t.dismissed = true);
    }

    fn new_key(self) -> u64 {
        let newest = self.list.with_untracked(|l| l.iter().map(|t| t.key).max().unwrap_or(0));
        (js_sys::Date::now() as u64).max(newest + 1)
    }

    fn set(self, key: u64, stage: Stage) {
        let now = self.clock.now.get_untracked();
        self.change(key, |t| {
            t.stage = stage;
            t.changed_at = now;
        });
    }

    fn change(self, key: u64, change: impl FnOnce(&mut Transaction)) {
        self.list.update(|list| {
            if let Some(transaction) = list.iter_mut().find(|t| t.key == key) {
                change(transaction);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{Stage, Transaction};

    #[wasm_bindgen_test]
    fn a_transaction_of_an_earlier_version_is_kept_without_its_link() {
        let text = r#"{"key":1,"chain_id":31337,"title":"Claim","account":"0x3333333333333333333333333333333333333333","hash":null,"nonce":null,"about":{"bounty":7},"stage":"indexed","changed_at":2,"dismissed":false}"#;
        let transaction: Transaction = serde_json::from_str(text).unwrap();
        assert!(transaction.stage == Stage::Indexed && transaction.about.is_none());
    }
}
