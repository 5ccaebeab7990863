use leptos::prelude::*;
use leptos_router::components::A;

use super::{icon::Icon, tray::Tray, wallet_menu::WalletMenu};
use crate::{chain::Clock, my_work::MyWork, routes, wallet::Wallet};

/// Rail, header and the room for a page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let clock = expect_context::<Clock>();
    let work = expect_context::<MyWork>();
    let chain = wallet.home.with_value(|d| d.chain_name.clone());
    view! {
        <div class="frame">
            <aside class="rail">
                <a class="brand" href=routes::HOME>
                    <Icon name="brand" />
                    "ModelMarket"
                </a>
                <nav aria-label="Main">
                    <A href=routes::HOME exact=true>
                        <Icon name="home" />
                        "Start"
                    </A>
                    <A href=routes::BOUNTIES>
                        <Icon name="list" />
                        "Bounties"
                    </A>
                    <A href=routes::MODELS>
                        <Icon name="model" />
                        "Models"
                    </A>
                    <A href=routes::WORK>
                        <Icon name="work" />
                        "My work"
                        {move || {
                            let waiting = work.waiting();
                            (waiting > 0)
                                .then(|| {
                                    view! {
                                        <span class="count" aria-label=format!("{waiting} waiting for you")>{waiting}</span>
                                    }
                                })
                        }}
                    </A>
                    <A href=routes::SETTINGS>
                        <Icon name="settings" />
                        "Settings"
                    </A>
                </nav>
            </aside>
            <header class="header">
                <a class="brand" href=routes::HOME aria-label="ModelMarket, start">
                    <Icon name="brand" />
                </a>
                <span class="network" title=move || format!("Block {}", clock.head.get())>
                    {move || {
                        if clock.trouble.get().is_some() {
                            view! {
                                <span class="chip bad">
                                    <Icon name="warn" />
                                    "No chain"
                                </span>
                            }
                                .into_any()
                        } else {
                            view! {
                                <span class="chip">
                                    <Icon name="link" />
                                    <span class="name">{chain.clone()}</span>
                                </span>
                            }
                                .into_any()
                        }
                    }}
                </span>
                <WalletMenu />
            </header>
            <main class="content">{children()}</main>
            <Tray />
        </div>
    }
}
