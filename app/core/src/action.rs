//! What every action of a person needs: the wallet, the chain, and one type for why it ended without effect. The steps of
//! an action are in the feature whose button starts it.

pub mod directory_key;
pub mod permit;
pub mod secret;
pub mod signed_key;

use leptos::prelude::*;
use protocol::{Address, api::Deployment};
use work::WorkError;

use crate::{
    chain::{ChainError, Clock, Reader},
    server::ServerError,
    settings::Settings,
    transactions::{SendError, Transactions},
    vault::VaultError,
    wallet::{Wallet, WalletError},
};

/// Why an action ended without effect.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ActionError {
    #[error(transparent)]
    Wallet(#[from] WalletError),
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Send(#[from] SendError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Work(#[from] WorkError),
    #[error(transparent)]
    Secret(#[from] protocol::commitment::SignatureError),
    #[error(transparent)]
    Model(#[from] crate::chain::InvalidModel),
    /// A reason that only the action's own feature knows, as a sentence.
    #[error("{0}")]
    Feature(String),
    #[error(transparent)]
    NoContract(#[from] protocol::api::NoContract),
    #[error("The file could not be read from your disk. Choose it again.")]
    File,
}

impl ActionError {
    /// A reason that only the action's own feature knows.
    pub fn feature(reason: impl std::fmt::Display) -> Self {
        Self::Feature(reason.to_string())
    }
}

/// Everything an action needs; taken from the context while a page is built.
#[derive(Clone, Copy)]
pub struct Tools {
    pub wallet: Wallet,
    pub reader: Reader,
    pub clock: Clock,
    pub transactions: Transactions,
    pub settings: Settings,
}

impl Tools {
    pub fn from_context() -> Self {
        Self {
            wallet: expect_context(),
            reader: expect_context(),
            clock: expect_context(),
            transactions: expect_context(),
            settings: expect_context(),
        }
    }

    /// The account that this action began with.
    ///
    /// # Errors
    /// [`WalletError::NotConnected`]; [`WalletError::AccountSwitched`] where another one became active since.
    pub fn account(self) -> Result<Address, WalletError> {
        self.wallet.actor()
    }

    pub fn deployment(self) -> Deployment {
        self.reader.deployment()
    }
}

/// Bytes of a chosen file.
///
/// # Errors
/// [`ActionError::File`] where the browser cannot read it any more.
pub async fn read_file(file: &web_sys::File) -> Result<Vec<u8>, ActionError> {
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.map_err(|_| ActionError::File)?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
