//! The life of every transaction, in one place. What the answers of nodes mean is in the crate `sending`; here they are
//! asked, and the list is kept, for all tabs together.

mod asking;
pub mod first_coins;
mod following;
mod list;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use protocol::{Address, Digest};
pub use sending::{About, Stage, Transaction};

use crate::{
    chain::{ChainError, Clock, Reader, Receipt},
    wallet::{Wallet, WalletError},
};

/// Why a transaction had no effect, or none that is known yet.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SendError {
    #[error(transparent)]
    Wallet(#[from] WalletError),
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error("{0} The transaction was mined without effect; only its network fee is gone.")]
    Reverted(String),
    #[error(
        "Another transaction of your account took its place in a block, so it is not mined. Look at what took its place, then try again if needed."
    )]
    Replaced,
    #[error(
        "“{0}” was asked for before and may still be mined: sending it once more could pay twice. Look at it in the corner of this page and in your wallet. To send it once more nevertheless, dismiss it there first."
    )]
    Repeats(String),
    /// Nobody should wait in front of the page any longer; it is looked at again in the background.
    #[error(
        "{0} It may still be mined. The same is not sent a second time until that is known: look at it in the corner of this page and in your wallet. If you dismiss it there, pressing again sends another one, and both may be mined."
    )]
    Open(String),
    #[error("The chain was started anew, and the transaction with it is gone. Nothing of it will be mined.")]
    ChainRestarted,
    #[error("The chain node does not answer in time. Nothing was sent; try again.")]
    NodeSilent,
}

impl SendError {
    /// Whether it is about this one call, so that another one of the same account can go well all the same.
    pub fn is_of_one_call(&self) -> bool {
        match self {
            Self::Reverted(_) | Self::Replaced | Self::Repeats(_) | Self::Open(_) => true,
            Self::Chain(error) => matches!(error, ChainError::Reverted(_)),
            Self::Wallet(_) | Self::ChainRestarted | Self::NodeSilent => false,
        }
    }
}

/// The tray, shared through the context.
#[derive(Clone, Copy)]
pub struct Transactions {
    pub list: RwSignal<Vec<Transaction>>,
    /// Grows whenever a transaction is mined, so that pages read again.
    pub mined: RwSignal<u32>,
    /// Hash of the chain's first block, once it was asked for.
    genesis: RwSignal<Option<Digest>>,
    /// Transactions that this tab looks at.
    followed: StoredValue<Vec<u64>>,
    reader: Reader,
    wallet: Wallet,
    clock: Clock,
}

impl Transactions {
    /// Empty until the second file of the page's program is here (`resume`): nothing can be sent before.
    pub fn start(reader: Reader, wallet: Wallet, clock: Clock) -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            mined: RwSignal::new(0),
            genesis: RwSignal::new(None),
            followed: StoredValue::new(Vec::new()),
            reader,
            wallet,
            clock,
        }
    }

    /// Tries the call without sending, then asks the wallet, and waits until it is mined or nobody can say when it will
    /// be. `title` with what it is about names what is acted on, be it one contribution of many: while one is open, another
    /// of the same title, contract and page is refused as a repetition of it.
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

    /// Takes a transaction out of the corner; the wallet menu still lists it. The same may be sent again then: the person
    /// was told that it may still be mined.
    pub fn dismiss(self, key: u64) {
        self.change(key, |t| t.dismissed = true);
    }
}
