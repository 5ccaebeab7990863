use leptos::{prelude::*, task::spawn_local};

use app_core::wallet::Wallet;
use app_ui::{icon::Icon, messages::notice::Problem};

/// What went wrong when the wallet was asked to switch; a context of the whole frame.
#[derive(Clone, Copy)]
pub struct Switching {
    error: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Switching {
    pub fn new() -> Self {
        Self { error: RwSignal::new(None), busy: RwSignal::new(false) }
    }
}

/// Offers to bring the wallet to this deployment's chain.
#[component]
pub fn SwitchChain(#[prop(optional)] id: Option<&'static str>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let Switching { error, busy } = expect_context();
    let name = wallet.home.with_value(|d| d.chain_name.clone());
    let switch = move |_| {
        error.set(None);
        busy.set(true);
        spawn_local(async move {
            let failed = wallet.switch_chain().await.err();
            busy.set(false);
            error.set(failed.map(|e| e.to_string()));
        });
    };
    view! {
        <button id=id class="button small danger" type="button" title=format!("Switch to {name}") on:click=switch>
            <Icon name="warn" />
            "Wrong network"
        </button>
    }
}

/// What the wallet was asked, or why it did not switch, above every page as long as it is on another network.
#[component]
pub fn SwitchProblem() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let Switching { error, busy } = expect_context();
    let home = wallet.home.with_value(|d| d.chain_name.clone());
    view! {
        <Show when=move || wallet.account.get().is_some() && wallet.wrong_chain()>
            <div class="stack">
                <Problem error=error />
                {
                    let home = home.clone();
                    move || {
                        busy.get()
                            .then(|| view! { <p role="status">{format!("The wallet was asked to switch to {home}. Answer it there.")}</p> })
                    }
                }
            </div>
        </Show>
    }
}
