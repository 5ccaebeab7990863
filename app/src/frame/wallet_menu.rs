mod connect;
mod connected;
mod elsewhere;
mod switch_chain;

use leptos::prelude::*;

use app_core::{
    feature::{File, later},
    focus,
    later_file::LaterPart,
    wallet::Wallet,
};
use app_ui::{controls::dialog::Dialog, icon::Icon};
use connect::Connect;
use connected::Connected;
pub use elsewhere::ChosenElsewhere;
pub use switch_chain::{SwitchChain, SwitchProblem, Switching};

/// Whether the wallet's dialog is open; a context of what it shows.
#[derive(Clone, Copy)]
struct Opened(RwSignal<bool>);

/// The wallet in the header: connect, balances, airdrop, network.
#[component]
pub fn WalletMenu() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let open = RwSignal::new(false);
    provide_context(Opened(open));
    let title = Signal::derive(move || match wallet.account.get() {
        Some(account) => account.short(),
        None => "Connect wallet".into(),
    });
    view! {
        <Show when=move || wallet.account.get().is_some() && wallet.wrong_chain()>
            <LaterPart name=super::SWITCH.0 />
        </Show>
        <button class="button small" type="button" id="wallet" on:click=move |_| open.set(true)>
            <Icon name="purse" />
            <span class:mono=move || wallet.account.get().is_some()>{title}</span>
        </button>
        <Dialog id="wallet-menu" title="Wallet" open=open>
            {later(File::Second, super::WALLET.0)()}
        </Dialog>
    }
}

/// What the dialog shows.
#[component]
pub fn WalletDialog() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let Opened(open) = expect_context();
    let connected = Memo::new(move |_| wallet.account.get().is_some());
    // The button that changed it is gone, and the keyboard with it.
    focus::follows(move || connected.get(), "wallet-menu-close", move || open.get_untracked());
    view! {
        <Show when=move || wallet.account.get().is_some() fallback=move || view! { <Connect open=open /> }>
            <Connected open=open />
        </Show>
    }
}
