use leptos::{prelude::*, task::spawn_local};

use super::{
    super::tray::TransactionList,
    switch_chain::{SwitchChain, SwitchProblem},
};
use app_core::{
    chain::{Balances, Clock, Reader},
    components::account::Account,
    transactions::Transactions,
    wallet::Wallet,
};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::notice::{Notice, Problem},
};

/// The connected account, with what it holds.
#[component]
pub fn Connected(open: RwSignal<bool>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let reader = expect_context::<Reader>();
    let clock = expect_context::<Clock>();
    let balances = RwSignal::new(None::<Balances>);
    let error = RwSignal::new(None::<String>);
    Effect::new(move || {
        clock.head.track();
        let Some(account) = wallet.account.get() else { return };
        spawn_local(async move {
            match reader.balances(account).await {
                Ok(read) => {
                    balances.try_set(Some(read));
                }
                Err(e) => {
                    error.try_set(Some(e.to_string()));
                }
            }
        });
    });
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
            <Airdrop balances=balances error=error />
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

/// The coins that every account can have once.
#[component]
fn Airdrop(balances: RwSignal<Option<Balances>>, error: RwSignal<Option<String>>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let tray = expect_context::<Transactions>();
    let busy = RwSignal::new(false);
    let airdrop = Callback::new(move |()| {
        let coin = match wallet.home.with_value(|d| d.demand(coin::MODEL_COIN)) {
            Ok(coin) => coin,
            Err(missing) => return error.set(Some(missing.to_string())),
        };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let sent = tray.send("Airdrop of 1,000 MDC", coin, coin::calls::airdrop(), None).await;
            busy.try_set(false);
            if let Err(e) = sent {
                error.try_set(Some(e.to_string()));
            }
        });
    });
    view! {
        <Show when=move || balances.with(|b| b.as_ref().is_some_and(|b| !b.airdropped))>
            <Notice tone="turn">
                <div class="stack tight">
                    <p>"You can have 1,000 MDC once, to try everything."</p>
                    <div>
                        <BusyButton label="Get 1,000 MDC" id="airdrop" class="primary" busy=busy on_press=airdrop />
                    </div>
                </div>
            </Notice>
        </Show>
    }
}
