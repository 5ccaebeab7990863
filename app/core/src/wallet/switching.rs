//! Bringing the wallet to the chain of this deployment.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::prelude::*;
use sending::WalletError;
use serde_json::json;

use super::{Provider, Wallet, asking::network};

/// Some wallets answer before they have switched: they are asked so often whether they have, with this pause.
const TRIES: usize = 6;
const PAUSE: Duration = Duration::from_millis(300);
const SWITCH: &str = "wallet_switchEthereumChain";

impl Wallet {
    /// Asks the wallet to switch to this deployment's chain (EIP-3326), and to add it where it does not know it
    /// (EIP-3085).
    ///
    /// # Errors
    /// [`WalletError`]; [`WalletError::Stayed`] where the wallet says nothing and does nothing.
    pub async fn switch_chain(self) -> Result<(), WalletError> {
        let provider = self.provider()?;
        let home = self.home.get_value();
        let id = format!("0x{:x}", home.chain_id);
        let switch = || provider.request(SWITCH, json!([{"chainId": id}]));
        match switch().await {
            Ok(_) => {}
            Err(error @ (WalletError::Refused | WalletError::Busy)) => return Err(error),
            // It is told below to switch by hand.
            Err(WalletError::Unsupported(_)) => {}
            // Not all wallets say that they do not know the chain in words that mean it.
            Err(_) => {
                let currency = rpc::KnownChain::of(home.chain_id).currency;
                let chain = json!([{
                    "chainId": id,
                    "chainName": home.chain_name,
                    "rpcUrls": home.rpc_urls,
                    "nativeCurrency": {"name": currency, "symbol": currency, "decimals": 18},
                }]);
                provider.request("wallet_addEthereumChain", chain).await?;
                // Adding does not have to switch.
                if !self.arrives(&provider).await? {
                    switch().await?;
                }
            }
        }
        if self.arrives(&provider).await? {
            return Ok(());
        }
        let found = self.ask_chain(&provider).await?;
        Err(WalletError::Stayed { found: network(found), wanted: self.home_name() })
    }

    async fn arrives(self, provider: &Provider) -> Result<bool, WalletError> {
        let home = self.home.with_value(|d| d.chain_id);
        for left in (0..TRIES).rev() {
            if self.ask_chain(provider).await? == Some(home) {
                return Ok(true);
            }
            if left > 0 {
                sleep(PAUSE).await;
            }
        }
        Ok(false)
    }

    /// What to call the chain of this deployment, so that it is found in a wallet's list.
    pub(super) fn home_name(self) -> String {
        self.home.with_value(|d| format!("{} (network {})", d.chain_name, d.chain_id))
    }
}
