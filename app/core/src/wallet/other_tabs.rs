//! One account for all tabs of a browser. Extensions tell every tab themselves; the development wallet is known to its
//! tab alone, so that the others follow what is remembered.

use leptos::{prelude::*, task::spawn_local};

use super::{Provider, REMEMBERED, Wallet};
use crate::storage;

impl Wallet {
    /// Follows other tabs as long as the page lives.
    pub(super) fn follow_other_tabs(self) {
        storage::follow(REMEMBERED, move |remembered| self.follow(remembered));
    }

    fn follow(self, remembered: Option<String>) {
        let now = self.provider.with_untracked(|provider| provider.as_ref().map(Provider::key));
        if now == remembered {
            return;
        }
        let Some(remembered) = remembered else {
            self.leave();
            self.chosen_elsewhere.set(true);
            return;
        };
        if let Some(account) = self.development_account(&remembered) {
            self.take_development(account);
            self.chosen_elsewhere.set(true);
            return;
        }
        let found = self.found.with_untracked(|found| found.iter().find(|wallet| wallet.rdns == remembered).cloned());
        if let Some(announced) = found {
            spawn_local(async move {
                // One that does not give this tab an account leaves it with the one it has.
                let attached = self.attach(announced, "eth_accounts").await.is_ok();
                if attached
                    && self.provider.with_untracked(|p| p.as_ref().map(Provider::key)) == storage::read(REMEMBERED)
                {
                    self.chosen_elsewhere.set(true);
                }
            });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use protocol::{Address, api::Deployment};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::wallet::DEVELOPMENT_ACCOUNTS;

    /// What a browser tells a tab when another one has changed a value.
    fn other_tab_writes(value: Option<&str>) {
        match value {
            Some(value) => storage::write(REMEMBERED, value),
            None => storage::remove(REMEMBERED),
        }
        let value = value.map_or_else(|| "null".to_owned(), |value| format!("'{value}'"));
        let key = storage::name(REMEMBERED);
        let event = format!("window.dispatchEvent(new StorageEvent('storage', {{ key: '{key}', newValue: {value} }}))");
        js_sys::eval(&event).unwrap();
    }

    #[wasm_bindgen_test]
    fn a_development_account_is_the_same_in_all_tabs() {
        let owner = Owner::new();
        owner.set();
        let [first, second] = [0, 1].map(|at| DEVELOPMENT_ACCOUNTS[at].0.parse::<Address>().unwrap());
        let deployment = serde_json::json!({
            "chain_id": crate::chain::DEVELOPMENT_CHAIN, "chain_name": "Development", "rpc_urls": ["http://127.0.0.1:1"],
            "start_block": 0, "contracts": {},
        });
        let wallet = Wallet::start(serde_json::from_value::<Deployment>(deployment).unwrap());
        wallet.follow_other_tabs();
        let state = || (wallet.account.get_untracked(), wallet.chosen_elsewhere.get_untracked());
        wallet.use_development(first);
        assert_eq!(state(), (Some(first), false));
        other_tab_writes(Some(&format!("development:{second}")));
        assert_eq!(state(), (Some(second), true));
        assert_eq!(storage::read(REMEMBERED), Some(format!("development:{second}")));
        // What is chosen here is no news.
        wallet.use_development(first);
        assert_eq!(state(), (Some(first), false));
        other_tab_writes(Some(&format!("development:{first}")));
        assert_eq!(state(), (Some(first), false));
        other_tab_writes(None);
        assert_eq!(state(), (None, true));
        storage::remove(REMEMBERED);
    }
}
