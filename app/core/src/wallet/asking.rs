//! What the wallet is asked to sign and to send. Before each the wallet itself is asked on which chain it is and which
//! accounts it gives: it may have changed either without a word.

use leptos::prelude::*;
use protocol::{Address, Digest};
use sending::{WalletError, chain_id};
use serde_json::{Value, json};

use super::{Provider, Wallet};

const SEND: &str = "eth_sendTransaction";

impl Wallet {
    /// Signs EIP-712 typed data; returns `0x` and 65 bytes.
    ///
    /// # Errors
    /// [`WalletError`]
    pub async fn sign_typed(self, account: Address, data: &Value) -> Result<String, WalletError> {
        let signature = self.asked(account, "eth_signTypedData_v4", json!([account, data.to_string()])).await?;
        signature.as_str().map(str::to_owned).ok_or(WalletError::NoReason)
    }

    /// Signs a text (EIP-191); returns `0x` and 65 bytes.
    ///
    /// # Errors
    /// [`WalletError`]
    pub async fn sign_text(self, account: Address, text: &str) -> Result<String, WalletError> {
        let bytes = format!("0x{}", hex::encode(text));
        let signature = self.asked(account, "personal_sign", json!([bytes, account])).await?;
        signature.as_str().map(str::to_owned).ok_or(WalletError::NoReason)
    }

    /// Sends a transaction; returns its hash.
    ///
    /// # Errors
    /// [`WalletError`]; [`WalletError::doubt`] says whether something may have been sent all the same.
    pub async fn send(self, account: Address, to: Address, data: &[u8]) -> Result<Digest, WalletError> {
        let chain = format!("0x{:x}", self.home.with_value(|d| d.chain_id));
        let data = format!("0x{}", hex::encode(data));
        let transaction = json!([{"from": account, "to": to, "data": data, "chainId": chain}]);
        let hash = self.asked(account, SEND, transaction).await?;
        hash.as_str().and_then(|h| h.parse().ok()).ok_or(WalletError::Unreadable("a transaction's hash"))
    }

    /// Asks for what only makes sense for this account on this chain.
    async fn asked(self, account: Address, method: &str, params: Value) -> Result<Value, WalletError> {
        let provider = self.provider()?;
        self.is_still(account)?;
        self.check(&provider, account).await?;
        self.is_still(account)?;
        let answer = provider.request(method, params).await?;
        // What was sent cannot be taken back, so that its hash is wanted whoever is active now.
        if method != SEND {
            self.is_still(account)?;
        }
        Ok(answer)
    }

    fn is_still(self, account: Address) -> Result<(), WalletError> {
        if self.actor()? == account { Ok(()) } else { Err(WalletError::AccountSwitched) }
    }

    /// Whether the wallet says itself that it is on this chain and gives this account.
    async fn check(self, provider: &Provider, account: Address) -> Result<(), WalletError> {
        let on = self.ask_chain(provider).await?;
        let home = self.home.with_value(|d| d.chain_id);
        if on != Some(home) {
            return Err(WalletError::WrongChain { found: network(on), wanted: self.home_name() });
        }
        // Not all wallets answer this to a page that they are connected to by other means.
        let given = provider.request_silently("eth_accounts").await.unwrap_or_default();
        let given: Vec<Address> =
            given.as_array().into_iter().flatten().filter_map(|a| a.as_str()?.parse().ok()).collect();
        if given.is_empty() || given.contains(&account) { Ok(()) } else { Err(WalletError::AccountSwitched) }
    }

    /// Asks the wallet on which chain it is, and keeps what it says.
    pub(super) async fn ask_chain(self, provider: &Provider) -> Result<Option<u64>, WalletError> {
        let on = chain_id(&provider.request_silently("eth_chainId").await?);
        if self.chain_id.get_untracked() != on {
            self.chain_id.set(on);
        }
        Ok(on)
    }
}

/// What to call the network with an id.
pub(super) fn network(id: Option<u64>) -> String {
    match id {
        None => "a network that it does not name".into(),
        Some(id) => match rpc::CHAINS.iter().find(|chain| chain.id == id) {
            Some(chain) => format!("network {id} ({})", chain.name),
            None => format!("network {id}"),
        },
    }
}
