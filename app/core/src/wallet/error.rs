//! What a wallet can refuse, each with its own sentence.

use serde_json::Value;

use crate::chain::RpcError;

/// Why a wallet did not do what it was asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WalletError {
    #[error("No wallet is connected. Connect one from the header first.")]
    NotConnected,
    /// 4001
    #[error("You refused in the wallet. Nothing was sent; you can try again.")]
    Refused,
    /// 4100
    #[error(
        "The wallet does not let this page use that account. Allow it in the wallet's settings for this site, then try again."
    )]
    Unauthorized,
    /// 4200
    #[error("This wallet cannot do that. Use a wallet that supports {0}.")]
    Unsupported(String),
    /// 4900
    #[error("The wallet is disconnected from all chains. Check its connection, then try again.")]
    Disconnected,
    /// 4901
    #[error("The wallet is not connected to this chain. Switch its network, then try again.")]
    ChainDisconnected,
    /// 4902
    #[error("The wallet does not know this chain yet. Add it, then switch to it.")]
    UnknownChain,
    /// -32002
    #[error("The wallet already has a question open. Open the wallet, answer it, then try again.")]
    Busy,
    #[error("The wallet is on another network. Switch to {0} first.")]
    WrongChain(String),
    #[error("The account was switched while this was under way. Check which account is active, then start again.")]
    AccountSwitched,
    /// The node behind the wallet refused; `data` may carry a revert reason.
    #[error("The wallet reports: {message}")]
    Other { code: i64, message: String, data: Option<String> },
    #[error(transparent)]
    Node(RpcError),
}

impl WalletError {
    /// From the error object of EIP-1193.
    pub fn from_eip1193(method: &str, error: &Value) -> Self {
        let rpc::Refusal { code, message, data } = rpc::refusal_of(error);
        match code {
            4001 => Self::Refused,
            4100 => Self::Unauthorized,
            4200 => Self::Unsupported(method.to_owned()),
            4900 => Self::Disconnected,
            4901 => Self::ChainDisconnected,
            4902 => Self::UnknownChain,
            -32002 => Self::Busy,
            _ => Self::Other { code, message, data },
        }
    }
}
