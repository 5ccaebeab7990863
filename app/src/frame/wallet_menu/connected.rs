use leptos::{prelude::*, task::spawn_local};

use super::{
    super::tray::TransactionList,
    switch_chain::{SwitchChain, SwitchProblem},
};
use app_core::{
    chain::Clock,
    components::account::Account,
    transactions::first_coins::Airdrop,
    wallet::{Wallet, balances},
};
use app_ui::messages::notice::Problem;

/// The connected account, with what it holds.
#[component]
pub fn Connected(open: RwSignal<bool>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let clock = expect_context::<Clock>();
    let error = RwSignal::new(None::<String>);
    let balances = balances(move || clock.head.track(), error);
    let watch = move |_| {
        spawn_local(async move {
            if let Err(e) = wallet.watch_coin().await {
                error.try_set(Some(e.to_string()));
            }
        });
    };
    view! {
        <div class="stack">
            <Problem error=error />
            <dl class="pairs">
                <dt>"Account"</dt>
                // Whoever goes to the account's page has done with the dialog.
                <dd on:click=move |_| open.set(false)>
                    {move || wallet.account.get().map(|address| view! { <Account address=address /> })}
                </dd>
                <dt>"Wallet"</dt>
                <dd>{move || wallet.name()}</dd>
                <dt>"MDC"</dt>
                <dd class="strong" id="mdc-balance">
                    {move || balances.get().map_or("…".into(), |b| b.coin.to_string())}
                </dd>
                <dt>"ETH for fees"</dt>
                <dd>{move || balances.get().map_or("…".into(), |b| b.ether_text())}</dd>
            </dl>
            <Show when=move || wallet.wrong_chain()>
                <SwitchChain />
                <SwitchProblem />
            </Show>
            <Airdrop id="airdrop" balances=balances error=error />
            <TransactionList />
            <div class="row">
                <Show when=move || wallet.has_tokens()>
                    <button class="button small" type="button" id="show-mdc" on:click=watch>
                        "Show MDC in the wallet"
                    </button>
                </Show>
                <Leave open=open />
            </div>
        </div>
    }
}

/// For another account, or none.
#[component]
fn Leave(open: RwSignal<bool>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    view! {
        <button
            id="change-account"
            class="button small"
            type="button"
            on:click=move |_| {
                wallet.disconnect();
                open.set(true);
            }
        >
            "Change account"
        </button>
        <button
            id="disconnect"
            class="button small"
            type="button"
            on:click=move |_| {
                wallet.disconnect();
                open.set(false);
            }
        >
            "Disconnect"
        </button>
    }
}
