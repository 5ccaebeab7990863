//! The connected wallet: who signs, on which chain, and how to change either.

mod acting;
mod asking;
mod balances;
mod discovery;
mod other_tabs;
mod provider;
mod switching;
mod thrown;

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, api::Deployment};
use sending::chain_id;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

pub use balances::balances;
pub use provider::{Announced, Provider};
pub use sending::WalletError;

pub use crate::chain::DEVELOPMENT_CHAIN;
use crate::{answers::Answers, chain::Rpc, storage};
use discovery::LookAgain;

/// Where the choice of wallet is kept between visits.
const REMEMBERED: &str = "wallet";

/// The first accounts of the well-known development mnemonic, and whom they play in the examples.
pub const DEVELOPMENT_ACCOUNTS: [(&str, &str); 5] = [
    ("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "Dev 1, requester"),
    ("0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "Dev 2, trainer"),
    ("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "Dev 3, trainer"),
    ("0x90F79bf6EB2c4f870365E785982E1f101E93b906", "Dev 4"),
    ("0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65", "Dev 5"),
];

/// The wallet of this page, shared through the context.
#[derive(Clone, Copy)]
pub struct Wallet {
    /// Wallets that announced themselves.
    pub found: RwSignal<Vec<Announced>, LocalStorage>,
    provider: RwSignal<Option<Provider>, LocalStorage>,
    /// The active account.
    pub account: RwSignal<Option<Address>>,
    /// The chain the wallet is on.
    pub chain_id: RwSignal<Option<u64>>,
    /// The chain of this deployment.
    pub home: StoredValue<Deployment>,
    /// Whether another tab chose the account, or none.
    pub chosen_elsewhere: RwSignal<bool>,
    /// Whether the wallet said that it cannot show tokens.
    lacks_tokens: RwSignal<bool>,
    look_again: StoredValue<Option<LookAgain>, LocalStorage>,
    /// Of choosing an account.
    answers: Answers,
}

impl Wallet {
    /// Nothing is connected until [`Wallet::begin`].
    pub fn start(deployment: Deployment) -> Self {
        Self {
            found: RwSignal::new_local(Vec::new()),
            provider: RwSignal::new_local(None),
            account: RwSignal::new(None),
            chain_id: RwSignal::new(None),
            home: StoredValue::new(deployment),
            chosen_elsewhere: RwSignal::new(false),
            lacks_tokens: RwSignal::new(false),
            look_again: StoredValue::new_local(None),
            answers: Answers::new(),
        }
    }

    /// Listens for announcements and reconnects the wallet of the last visit without asking.
    pub fn begin(self) {
        self.reconnect_development();
        self.follow_other_tabs();
        let look_again = discovery::listen(move |announced: Announced| {
            if self.found.with_untracked(|found| found.iter().any(|f| f.rdns == announced.rdns)) {
                return;
            }
            let known = storage::read(REMEMBERED).as_deref() == Some(announced.rdns.as_str());
            self.found.update(|found| found.push(announced.clone()));
            if known && self.provider.with_untracked(Option::is_none) {
                spawn_local(async move {
                    // A wallet that no longer grants access stays disconnected; connecting asks again.
                    let _ = self.attach(announced, "eth_accounts").await;
                });
            }
        });
        self.look_again.set_value(Some(look_again));
    }

    /// Looks for wallets that were not there when the page was loaded.
    pub fn look_again(self) {
        if let Some(look) = self.look_again.get_value() {
            look();
        }
    }

    /// Connects the development account of the last visit.
    fn reconnect_development(self) {
        if let Some(account) = storage::read(REMEMBERED).and_then(|remembered| self.development_account(&remembered)) {
            self.use_development(account);
        }
    }

    /// The development account that is remembered, where this is a development chain.
    fn development_account(self, remembered: &str) -> Option<Address> {
        let account = remembered.strip_prefix("development:").and_then(|account| account.parse().ok());
        account.filter(|_| self.on_development_chain())
    }

    /// Whether this deployment lives on a development chain.
    pub fn on_development_chain(self) -> bool {
        self.home.with_value(|d| d.chain_id == DEVELOPMENT_CHAIN)
    }

    /// Name of the connected wallet.
    pub fn name(self) -> Option<String> {
        self.provider.with(|p| p.as_ref().map(Provider::name))
    }

    /// Whether the wallet is on another chain than this deployment.
    pub fn wrong_chain(self) -> bool {
        let home = self.home.with_value(|d| d.chain_id);
        self.chain_id.get().is_some_and(|id| id != home)
    }

    /// Asks an announced wallet for an account.
    ///
    /// # Errors
    /// [`WalletError`] by the wallet's code.
    pub async fn connect(self, announced: Announced) -> Result<(), WalletError> {
        self.attach(announced, "eth_requestAccounts").await
    }

    async fn attach(self, announced: Announced, method: &str) -> Result<(), WalletError> {
        let question = self.answers.ask();
        let provider = Provider::Injected(announced.clone());
        let accounts = provider.request(method, json!([])).await?;
        let account = first_account(&accounts).ok_or(WalletError::Unauthorized)?;
        let chain = provider.request_silently("eth_chainId").await?;
        // Another account was chosen meanwhile, here or in another tab.
        if !self.answers.is_last(question) {
            return Ok(());
        }
        storage::write(REMEMBERED, &provider.key());
        self.chain_id.set(chain_id(&chain));
        self.lacks_tokens.set(false);
        self.chosen_elsewhere.set(false);
        self.provider.set(Some(provider));
        self.account.set(Some(account));
        self.watch(&announced);
        Ok(())
    }

    /// Uses one of the development accounts, in all tabs.
    pub fn use_development(self, account: Address) {
        self.take_development(account);
        if let Some(key) = self.provider.with_untracked(|provider| provider.as_ref().map(Provider::key)) {
            storage::write(REMEMBERED, &key);
        }
    }

    fn take_development(self, account: Address) {
        self.answers.ask();
        // One node: what it was given to send must not be given to another one too.
        let rpc = self.home.with_value(|d| Rpc::new(d.rpc_urls.get(..1).unwrap_or_default()));
        let provider = Provider::Development { account, node: Rc::new(rpc) };
        self.chain_id.set(Some(self.home.with_value(|d| d.chain_id)));
        self.chosen_elsewhere.set(false);
        self.provider.set(Some(provider));
        self.account.set(Some(account));
    }

    /// Forgets the wallet here; the wallet's own permission is untouched.
    pub fn disconnect(self) {
        storage::remove(REMEMBERED);
        self.leave();
    }

    fn leave(self) {
        self.answers.ask();
        self.chosen_elsewhere.set(false);
        self.provider.set(None);
        self.account.set(None);
        self.chain_id.set(None);
    }

    /// Account and chain changes take effect without a reload.
    fn watch(self, announced: &Announced) {
        let rdns = announced.rdns.clone();
        let current = move || self.provider.with_untracked(|p| p.as_ref().is_some_and(|p| p.key() == rdns));
        let still = current.clone();
        let accounts = Closure::<dyn Fn(JsValue)>::new(move |accounts: JsValue| {
            if still() {
                let first = js_sys::Array::from(&accounts).get(0).as_string().and_then(|a| a.parse().ok());
                self.chosen_elsewhere.set(false);
                self.account.set(first);
            }
        });
        let chain = Closure::<dyn Fn(JsValue)>::new(move |chain: JsValue| {
            if current() {
                self.chain_id.set(chain_id(&thrown::answer(&chain)));
            }
        });
        provider::listen(&announced.provider, "accountsChanged", accounts.as_ref().unchecked_ref());
        provider::listen(&announced.provider, "chainChanged", chain.as_ref().unchecked_ref());
        // The wallet keeps these for as long as the page lives.
        accounts.forget();
        chain.forget();
    }

    /// Whether MDC can be shown in the wallet's own list of tokens, as far as is known.
    pub fn has_tokens(self) -> bool {
        self.provider.with(|p| p.as_ref().is_some_and(Provider::has_tokens)) && !self.lacks_tokens.get()
    }

    /// Shows MDC in the wallet (EIP-747).
    ///
    /// # Errors
    /// [`WalletError`] by the wallet's code.
    pub async fn watch_coin(self) -> Result<(), WalletError> {
        let coin = self.home.with_value(|d| d.demand(coin::MODEL_COIN));
        let coin = coin.map_err(|e| WalletError::Other { message: e.to_string(), data: None })?;
        let params = json!({"type": "ERC20", "options": {"address": coin, "symbol": "MDC", "decimals": 18}});
        let shown = self.provider()?.request("wallet_watchAsset", params).await.map(drop);
        if shown.as_ref().is_err_and(WalletError::is_unsupported) {
            self.lacks_tokens.set(true);
        }
        shown
    }

    fn provider(self) -> Result<Provider, WalletError> {
        self.provider.get_untracked().ok_or(WalletError::NotConnected)
    }
}

fn first_account(accounts: &Value) -> Option<Address> {
    accounts[0].as_str().and_then(|a| a.parse().ok())
}
