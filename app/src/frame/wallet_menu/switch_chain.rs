use leptos::{prelude::*, task::spawn_local};

use app_core::wallet::{Wallet, WalletError};
use app_ui::icon::Icon;

/// Offers to bring the wallet to this deployment's chain.
#[component]
pub fn SwitchChain(#[prop(optional)] id: Option<&'static str>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let error = RwSignal::new(None::<WalletError>);
    let name = wallet.home.with_value(|d| d.chain_name.clone());
    let switch = move |_| {
        spawn_local(async move {
            error.try_set(wallet.switch_chain().await.err());
        });
    };
    view! {
        <span title=move || error.get().map_or_else(|| format!("Switch to {name}"), |e| e.to_string())>
            <button id=id class="button small danger" type="button" on:click=switch>
                <Icon name="warn" />
                "Wrong network"
            </button>
        </span>
    }
}
