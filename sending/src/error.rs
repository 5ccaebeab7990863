//! Why a wallet did not do what it was asked, each with its own sentence.

use rpc::RpcError;
use serde_json::Value;

use crate::refusal::{Said, said};

/// Why a wallet did not do what it was asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WalletError {
    #[error("No wallet is connected. Connect one from the header first.")]
    NotConnected,
    /// The person said no.
    #[error("You refused in the wallet. Nothing was sent; you can try again.")]
    Refused,
    #[error(
        "The wallet does not let this page use that account. Allow it in the wallet's settings for this site, then try again."
    )]
    Unauthorized,
    #[error("This wallet cannot do that. Use a wallet that supports {0}.")]
    Unsupported(String),
    #[error("The wallet is disconnected from all chains. Check its connection, then try again.")]
    Disconnected,
    #[error("The wallet is not connected to this chain. Switch its network, then try again.")]
    ChainDisconnected,
    #[error("The wallet does not know this chain yet. Add it, then switch to it.")]
    UnknownChain,
    #[error("The wallet already has a question open. Open the wallet, answer it, then try again.")]
    Busy,
    #[error("The wallet is on {found}. Nothing was signed or sent. Switch it to {wanted}, then try again.")]
    WrongChain { found: String, wanted: String },
    #[error(
        "The wallet stayed on {found}, though it was asked to switch. Open it and switch to {wanted} by hand; if that network is not in its list, add it there."
    )]
    Stayed { found: String, wanted: String },
    #[error(
        "The account was switched while this was under way. Nothing more was signed or sent. Check which account is active, then start again."
    )]
    AccountSwitched,
    #[error("The wallet does not answer. Open it, unlock it, or reload this page, then try again.")]
    Silent,
    #[error(
        "Your wallet counts transactions of an earlier chain, so its next number is too high for this one. Reset the account in the wallet (MetaMask: Settings, Advanced, “Clear activity tab data”), then try again. Nothing was sent."
    )]
    NumberTooHigh,
    #[error(
        "The wallet gave the transaction a number that is already used. Nothing was sent by this. Look in the wallet whether another transaction was sent meanwhile; if not, reset the account there and try again."
    )]
    NumberUsed,
    #[error(
        "A transaction with the same number waits already, and this one pays too little to take its place. Speed up or cancel the waiting one in the wallet first."
    )]
    Underpriced,
    #[error(
        "The account does not hold enough of the chain's own currency for the network fee. Nothing was sent. Get some, then try again."
    )]
    NoFunds,
    #[error(
        "The fee that the wallet offers is less than the chain asks for now. Raise it in the wallet, or try again."
    )]
    FeeTooLow,
    #[error("The transaction needs more gas than it was given or a block holds. Raise the gas limit in the wallet.")]
    GasLimit,
    #[error("The transaction is larger than the node takes. Nothing was sent.")]
    TooLarge,
    #[error(
        "A node has this transaction already. It may still be mined: look in the wallet before you send another one."
    )]
    AlreadyKnown,
    #[error(
        "The wallet lost its connection to the chain while it sent ({0}). It may have been sent all the same: look in the wallet before you try again."
    )]
    ConnectionLost(String),
    #[error("The wallet did not do it, no reason given. Look at what it shows, then try again.")]
    NoReason,
    #[error(
        "The account holds {holds} MDC, but {needs} MDC are to be locked. Get MDC from the wallet menu, or choose less."
    )]
    NotEnough { holds: String, needs: String },
    #[error("The wallet answered with something else than {0}. Look in the wallet whether something was sent.")]
    Unreadable(&'static str),
    /// Something else, in the wallet's or its node's own words; `data` is why a call reverts, where that is told.
    #[error("The wallet reports: {message}")]
    Other { message: String, data: Option<String> },
    #[error(transparent)]
    Node(RpcError),
}

/// Whether something may have been sent although the wallet answered with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Certainly not.
    None,
    /// The wallet does not say; it is watched for in silence.
    Slight,
    /// A node may have it: the same action must not be repeated without a word.
    Real,
}

impl WalletError {
    /// From whatever a wallet threw: an object of EIP-1193, one that wraps another, a text, nothing at all.
    pub fn from_thrown(method: &str, thrown: &Value) -> Self {
        let said = said(thrown);
        refused(&said)
            .or_else(|| reverted(&said))
            .or_else(|| by_code(&said, method))
            .or_else(|| by_words(&said))
            .unwrap_or_else(|| match said.message() {
                Some(message) => Self::Other { message, data: None },
                None => Self::NoReason,
            })
    }

    /// Whether something may have been sent all the same.
    pub fn doubt(&self) -> Doubt {
        match self {
            Self::AlreadyKnown | Self::ConnectionLost(_) | Self::Unreadable(_) => Doubt::Real,
            Self::NoReason | Self::NumberUsed | Self::Underpriced | Self::Disconnected | Self::Silent => Doubt::Slight,
            Self::Other { data: None, .. } => Doubt::Slight,
            Self::Node(error) if error.is_passing() => Doubt::Real,
            _ => Doubt::None,
        }
    }

    /// Whether the wallet lacks a method that it was asked for.
    pub fn is_unsupported(&self) -> bool {
        matches!(self, Self::Unsupported(_))
    }
}

/// Ways in which wallets say that the person said no. A contract's reason may have such words too, so that revert data
/// wins over them, but not over the codes.
const NO: [&str; 26] = [
    "user rejected",
    "user denied",
    "user canceled",
    "user cancelled",
    "user declined",
    "user disapproved",
    "user refused",
    "user closed",
    "user abort",
    "user did not",
    "rejected by user",
    "rejected by the user",
    "denied by user",
    "denied by the user",
    "canceled by user",
    "cancelled by user",
    "canceled by the user",
    "cancelled by the user",
    "declined by user",
    "rejected the request",
    "rejected the transaction",
    "request rejected",
    "signing cancelled",
    "signing canceled",
    "popup closed",
    "modal closed",
];

fn refused(said: &Said) -> Option<WalletError> {
    // 5000 to 5003: WalletConnect; 6001: its sessions.
    let by_code = [4001, 5000, 5001, 5002].into_iter().any(|code| said.has_code(code));
    let by_name = said.names.iter().any(|name| {
        ["ACTION_REJECTED", "USER_REJECTED", "USERREJECTED", "REJECTED_BY_USER", "USER_DENIED", "USER_CANCELLED"]
            .iter()
            .any(|known| name.contains(known))
    });
    let by_words = said.revert.is_none() && said.has_words(&NO);
    (by_code || by_name || by_words).then_some(WalletError::Refused)
}

fn reverted(said: &Said) -> Option<WalletError> {
    let data = said.revert.clone()?;
    let message = said.message().unwrap_or_else(|| "the contract refused it".into());
    Some(WalletError::Other { message, data: Some(data) })
}

fn by_code(said: &Said, method: &str) -> Option<WalletError> {
    let is_about_chains = method.ends_with("EthereumChain");
    let unknown = ["unrecognized chain", "unrecognised chain", "unknown chain", "chain not added", "not been added"];
    if said.has_code(4902) || is_about_chains && said.has_words(&unknown) {
        return Some(WalletError::UnknownChain);
    }
    let busy = ["already pending", "already processing", "request of type", "already open"];
    if said.has_words(&busy) || said.has_code(-32_002) && !said.has_code(-32_603) && said.revert.is_none() {
        return Some(WalletError::Busy);
    }
    if said.has_code(4100) {
        return Some(WalletError::Unauthorized);
    }
    let lacks = ["method not found", "method not supported", "unsupported method", "does not exist/is not available"];
    if [4200, -32_601, -32_004].into_iter().any(|code| said.has_code(code)) || said.has_words(&lacks) {
        return Some(WalletError::Unsupported(method.to_owned()));
    }
    if said.has_code(4901) {
        return Some(WalletError::ChainDisconnected);
    }
    said.has_code(4900).then_some(WalletError::Disconnected)
}

/// How nodes word why they do not take a transaction (geth, Erigon, Nethermind, Besu, Reth, Anvil, Hardhat, and
/// providers before them).
fn by_words(said: &Said) -> Option<WalletError> {
    let has = |parts: &[&str]| said.has_words(parts);
    let lost = [
        "failed to fetch",
        "fetch failed",
        "network error",
        "networkerror",
        "timeout",
        "timed out",
        "econn",
        "socket hang up",
        "bad gateway",
        "gateway time",
        "service unavailable",
        "load failed",
    ];
    if has(&["already known", "alreadyknown", "already imported", "known transaction", "already in mempool"]) {
        Some(WalletError::AlreadyKnown)
    } else if has(&["nonce too high", "nonce is too high", "nonce too far", "nonce gap", "noncegap", "nonce_too_high"])
    {
        Some(WalletError::NumberTooHigh)
    } else if has(&[
        "replacement transaction underpriced",
        "replacement fee too low",
        "replacementnotallowed",
        "could not replace",
    ]) {
        Some(WalletError::Underpriced)
    } else if has(&[
        "nonce too low",
        "nonce is too low",
        "oldnonce",
        "old nonce",
        "nonce has already been used",
        "invalid nonce",
    ]) {
        Some(WalletError::NumberUsed)
    } else if has(&[
        "insufficient funds",
        "insufficientfunds",
        "upfront cost exceeds",
        "doesn't have enough funds",
        "gas required exceeds allowance",
        "insufficient balance",
    ]) {
        Some(WalletError::NoFunds)
    } else if has(&[
        "max fee per gas less than block base fee",
        "less than block base fee",
        "feetoolow",
        "underpriced",
        "fee too low",
        "gas price below",
    ]) {
        Some(WalletError::FeeTooLow)
    } else if has(&[
        "intrinsic gas too low",
        "exceeds block gas limit",
        "gas limit reached",
        "out of gas",
        "gaslimitexceeded",
        "exceeds transaction gas limit",
        "gas limit too high",
    ]) {
        Some(WalletError::GasLimit)
    } else if has(&["oversized data", "transaction size", "too large", "request entity"]) {
        Some(WalletError::TooLarge)
    } else if has(&lost) {
        Some(WalletError::ConnectionLost(said.message().unwrap_or_else(|| "no reason given".into())))
    } else {
        None
    }
}
