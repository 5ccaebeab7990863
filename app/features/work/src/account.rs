//! `/account/{address}`: what an account has done, as each feature tells it.

use app_core::{components::not_found::NotFoundPage, feature::AccountParts, wallet::Wallet};
use app_ui::{controls::copy::Copyable, messages::empty::Empty};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::Address;

#[component]
pub fn AccountPage() -> impl IntoView {
    let parameters = use_params_map();
    let address =
        Memo::new(move |_| parameters.with(|p| p.get("address")).and_then(|text| text.parse::<Address>().ok()));
    move || match address.get() {
        Some(address) => view! { <Account address=address /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn Account(address: Address) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let parts = expect_context::<AccountParts>().0;
    let parts: Vec<_> = parts.into_iter().map(|part| (part, RwSignal::new(None::<bool>))).collect();
    let found: Vec<_> = parts.iter().map(|(_, any)| *any).collect();
    // Nowhere; `false` until all have been read.
    let is_idle = Memo::new(move |_| found.iter().all(|any| any.get() == Some(false)));
    view! {
        <div class="page" id="account">
            <div class="stack tight">
                <div class="row">
                    <h1>{format!("Account {}", address.short())}</h1>
                    <Show when=move || wallet.account.get() == Some(address)>
                        <span class="chip">"you"</span>
                    </Show>
                </div>
                <div class="breakable small">
                    <Copyable shown=address.to_string() whole=address.to_string() what="address" />
                </div>
                <p class="soft">"What this address has done here. All of it is on the chain, so that you can count it again."</p>
            </div>
            <Show when=move || is_idle.get()>
                <div class="panel">
                    <Empty icon="search" title="Nothing yet">
                        <p>"This address has done nothing here: no bounty, no submission, no contribution, no model. Check it if you typed it."</p>
                    </Empty>
                </div>
            </Show>
            {parts.into_iter().map(|(part, any)| part(address, any)).collect_view()}
        </div>
    }
}
