mod network;
mod tray;
mod wallet_menu;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use app_core::{
    feature::{Features, Page, RailLink},
    routes,
};
use app_ui::icon::Icon;
use network::Network;
use tray::Tray;
use wallet_menu::{SwitchProblem, Switching, WalletDialog, WalletMenu};

/// What the wallet's dialog shows: it signs and asks nodes, so it is in the second file (`later.rs`).
pub const WALLET: Page = ("wallet", || view! { <WalletDialog /> }.into_any());

/// Rail, header and the room for a page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let rail = expect_context::<Features>().rail();
    provide_context(Switching::new());
    view! {
        <div class="frame">
            <aside class="rail">
                <a class="brand" href=routes::HOME>
                    <Icon name="brand" />
                    "ModelMarket"
                </a>
                <nav aria-label="Main">
                    {rail.into_iter().map(|place| view! { <RailEntry place=place /> }).collect_view()}
                </nav>
            </aside>
            <header class="header">
                <a class="brand" href=routes::HOME aria-label="ModelMarket, start">
                    <Icon name="brand" />
                </a>
                <Network />
                <WalletMenu />
            </header>
            <main class="content">
                <SwitchProblem />
                {children()}
            </main>
            <Tray />
        </div>
    }
}

/// A link of the rail; marked on its own page, on those under its address, and on those that are `below` it.
#[component]
fn RailEntry(place: RailLink) -> impl IntoView {
    let RailLink { href, icon, name, below, count } = place;
    let at = use_location().pathname;
    let under =
        |at: &str, page: &str| at.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let here = move || at.with(|at| under(at, href) || below.iter().any(|page| under(at, page)));
    let number = count.map(|count| {
        let waiting = count();
        move || {
            let waiting = waiting.get();
            (waiting > 0).then(|| {
                view! { <span class="count" aria-label=format!("{waiting} waiting for you")>{waiting}</span> }
            })
        }
    });
    view! {
        <a href=href aria-current=move || here().then_some("page")>
            <Icon name=icon />
            {name}
            {number}
        </a>
    }
}
