mod loading;
mod network;
mod tray;
mod wallet_menu;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use app_core::{
    feature::{Features, Page, RailLink},
    focus,
    later_file::LaterPart,
    routes,
};
use app_ui::icon::Icon;
use network::Network;
use tray::Tray;
use wallet_menu::{ChosenElsewhere, SwitchChain, SwitchProblem, Switching, WalletDialog, WalletMenu};

/// What signs and asks wallets and nodes is in the second file (`later.rs`): what the wallet's dialog shows, the button
/// that switches its network, what is to be said of it above every page, and transactions.
const WALLET: Page = ("wallet", || view! { <WalletDialog /> }.into_any());
const SWITCH: Page = ("switch network", || view! { <SwitchChain id="switch-chain" /> }.into_any());
const ABOVE: Page = ("above every page", || view! { <ChosenElsewhere /> <SwitchProblem /> }.into_any());
const TRAY: Page = ("transactions", || view! { <Tray /> }.into_any());
pub const SECOND_FILE: &[Page] = &[WALLET, SWITCH, ABOVE, TRAY];

/// Rail, header and the room for a page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let rail = expect_context::<Features>().rail();
    let under_more = under_more(rail.iter().map(|link| link.count.is_some()));
    let more: Vec<RailLink> = under_more.iter().map(|place| rail[*place].clone()).collect();
    let entries = rail.into_iter().enumerate().map(move |(place, link)| (under_more.contains(&place), link));
    provide_context(Switching::new());
    let at = use_location().pathname;
    focus::content_follows(move || at.get());
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        focus::content();
    };
    view! {
        <a class="skip" href=format!("#{}", focus::CONTENT) on:click=skip>
            "Skip to the content"
        </a>
        <div class="frame">
            <aside class="rail">
                <a class="brand" href=routes::HOME>
                    <Icon name="brand" />
                    "ModelMarket"
                </a>
                <nav aria-label="Main">
                    {entries.map(|(is_aside, place)| view! { <RailEntry place=place is_aside=is_aside /> }).collect_view()}
                    <More places=more />
                </nav>
            </aside>
            <header class="header">
                <a class="brand" href=routes::HOME aria-label="ModelMarket, start">
                    <Icon name="brand" />
                </a>
                <Network />
                <WalletMenu />
            </header>
            <main class="content" id=focus::CONTENT tabindex="-1">
                <LaterPart name=ABOVE.0 />
                {children()}
            </main>
            <LaterPart name=TRAY.0 />
        </div>
    }
}

/// Entries for which the bottom bar of narrow windows has room, beside “More”.
const ROOM: usize = 5;

/// Places of the entries that stand under “More”: those with a number stay in the bar, then the first.
fn under_more(has_number: impl Iterator<Item = bool> + Clone) -> Vec<usize> {
    let numbered = has_number.clone().filter(|has_number| *has_number).count();
    let plain = has_number.enumerate().filter(|(_, has_number)| !has_number).map(|(place, _)| place);
    plain.skip(ROOM.saturating_sub(numbered)).collect()
}

/// The other entries, in narrow windows alone.
#[component]
fn More(places: Vec<RailLink>) -> impl IntoView {
    let open = RwSignal::new(false);
    let at = use_location().pathname;
    // Wherever it led to, it has done its work.
    Effect::new(move || {
        at.track();
        open.set(false);
    });
    let has_some = !places.is_empty();
    view! {
        <details class="more" hidden=!has_some prop:open=move || open.get()>
            <summary
                on:click=move |event| {
                    event.prevent_default();
                    open.update(|open| *open = !*open);
                }
            >
                <Icon name="more" />
                "More"
            </summary>
            <div>{places.into_iter().map(|place| view! { <RailEntry place=place is_aside=false /> }).collect_view()}</div>
        </details>
    }
}

/// A link of the rail; marked on its own page, on those under its address, and on those that are `below` it.
#[component]
fn RailEntry(place: RailLink, is_aside: bool) -> impl IntoView {
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
        <a href=href class:aside=is_aside aria-current=move || here().then_some("page")>
            <Icon name=icon />
            {name}
            {number}
        </a>
    }
}
