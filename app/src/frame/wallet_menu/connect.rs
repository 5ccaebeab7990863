use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use app_core::wallet::{Announced, DEVELOPMENT_ACCOUNTS, Wallet};
use app_ui::{
    icon::Icon,
    messages::notice::{Notice, Problem},
};

/// Choosing a wallet.
#[component]
pub fn Connect(open: RwSignal<bool>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let error = RwSignal::new(None);
    let asking = RwSignal::new(None::<String>);
    // Wallets may have come after the page.
    Effect::new(move || {
        if open.get() {
            wallet.look_again();
        }
    });
    let connect = move |announced: Announced| {
        error.set(None);
        asking.set(Some(announced.name.clone()));
        spawn_local(async move {
            let connected = wallet.connect(announced).await;
            asking.try_set(None);
            match connected {
                Ok(()) => open.set(false),
                Err(e) => {
                    error.try_set(Some(e.to_string()));
                }
            }
        });
    };
    view! {
        <div class="stack">
            <p>"A wallet holds your MDC and signs. Reading and checking need none."</p>
            <Problem error=error />
            {move || {
                asking
                    .get()
                    .map(|name| {
                        view! { <p role="status">{format!("{name} was asked for an account. Answer it there, or choose another wallet.")}</p> }
                    })
            }}
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
                                    <Icon name="purse" />
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
                    <Icon name="purse" />
                    <span>{name} " " <span class="mono soft">{address.short()}</span></span>
                </button>
            }
        })
        .collect_view()
}
