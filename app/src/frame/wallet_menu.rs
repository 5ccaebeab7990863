use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use super::tray::TransactionList;
use app_core::{
    chain::{Balances, Clock, Reader},
    components::account::Account,
    transactions::Transactions,
    wallet::{Announced, DEVELOPMENT_ACCOUNTS, Wallet, WalletError},
};
use app_ui::{
    controls::{busy_button::BusyButton, dialog::Dialog},
    icon::Icon,
    messages::notice::{Notice, Problem},
};

/// The wallet in the header: connect, balances, airdrop, network.
#[component]
pub fn WalletMenu() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let open = RwSignal::new(false);
    let title = Signal::derive(move || match wallet.account.get() {
        Some(account) => account.short(),
        None => "Connect wallet".into(),
    });
    view! {
        <Show when=move || wallet.account.get().is_some() && wallet.wrong_chain()>
            <SwitchChain />
        </Show>
        <button class="button small" type="button" id="wallet" on:click=move |_| open.set(true)>
            <Icon name="wallet" />
            <span class:mono=move || wallet.account.get().is_some()>{title}</span>
        </button>
        <Dialog title="Wallet" open=open>
            <Show when=move || wallet.account.get().is_some() fallback=move || view! { <Connect open=open /> }>
                <Connected open=open />
            </Show>
        </Dialog>
    }
}

#[component]
fn Connect(open: RwSignal<bool>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let error = RwSignal::new(None);
    let connect = move |announced: Announced| {
        spawn_local(async move {
            match wallet.connect(announced).await {
                Ok(()) => open.set(false),
                Err(e) => error.set(Some(e.to_string())),
            }
        });
    };
    view! {
        <div class="stack">
            <p>"A wallet holds your MDC and signs. Reading and checking need none."</p>
            <Problem error=error />
            <div class="menu-list">
                {move || {
                    wallet
                        .found
                        .get()
                        .into_iter()
                        .map(|announced| {
                            let name = announced.name.clone();
                            view! {
                                <button class="item" type="button" on:click=move |_| connect(announced.clone())>
                                    <Icon name="wallet" />
                                    {name}
                                </button>
                            }
                        })
                        .collect_view()
                }}
                {wallet.on_development_chain().then(|| view! { <DevelopmentAccounts open=open /> })}
            </div>
            <Show when=move || wallet.found.with(Vec::is_empty) && !wallet.on_development_chain()>
                <Notice>
                    "No wallet was found in this browser. Install one that supports EIP-6963 or EIP-1193, reload, and come back."
                </Notice>
            </Show>
            <Show when=move || wallet.found.with(Vec::is_empty) && wallet.on_development_chain()>
                <p class="small soft">
                    "No wallet extension was found in this browser. The development accounts need none: they exist only on this chain, and their keys are public."
                </p>
            </Show>
        </div>
    }
}

#[component]
fn DevelopmentAccounts(open: RwSignal<bool>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    DEVELOPMENT_ACCOUNTS
        .iter()
        .filter_map(|(text, name)| Some((text.parse::<Address>().ok()?, *name)))
        .map(|(address, name)| {
            let choose = move |_| {
                wallet.use_development(address);
                open.set(false);
            };
            view! {
                <button class="item" type="button" on:click=choose>
                    <Icon name="wallet" />
                    <span>{name} " " <span class="mono soft">{address.short()}</span></span>
                </button>
            }
        })
        .collect_view()
}

#[component]
fn Connected(open: RwSignal<bool>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let reader = expect_context::<Reader>();
    let clock = expect_context::<Clock>();
    let tray = expect_context::<Transactions>();
    let balances = RwSignal::new(None::<Balances>);
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
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
    let coin = wallet.home.with_value(|d| d.coin);
    let airdrop = Callback::new(move |()| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let sent = tray.send("Airdrop of 1,000 MDC", coin, contracts::calls::coin::airdrop(), None).await;
            busy.try_set(false);
            if let Err(e) = sent {
                error.try_set(Some(e.to_string()));
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
                <dd>{move || wallet.account.get().map(|address| view! { <Account address=address /> })}</dd>
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
            </Show>
            <Show when=move || balances.with(|b| b.as_ref().is_some_and(|b| !b.airdropped))>
                <Notice tone="turn">
                    <div class="stack tight">
                        <p>"You can have 1,000 MDC once, to try everything."</p>
                        <div>
                            <BusyButton label="Get 1,000 MDC" class="primary" busy=busy on_press=airdrop />
                        </div>
                    </div>
                </Notice>
            </Show>
            <TransactionList />
            <div class="row">
                <button class="button small" type="button" on:click=watch>
                    "Show MDC in the wallet"
                </button>
                <button
                    class="button small"
                    type="button"
                    on:click=move |_| {
                        wallet.disconnect();
                        open.set(true);
                    }
                >
                    "Change account"
                </button>
            </div>
        </div>
    }
}

/// Offers to bring the wallet to this deployment's chain.
#[component]
fn SwitchChain() -> impl IntoView {
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
            <button class="button small danger" type="button" on:click=switch>
                <Icon name="warn" />
                "Wrong network"
            </button>
        </span>
    }
}
