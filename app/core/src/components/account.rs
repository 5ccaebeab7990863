use leptos::prelude::*;
use protocol::Address;

use crate::{routes, wallet::Wallet};
use app_ui::controls::copy::Copyable;

/// An account, shortened, which leads to what it has done here; "you" where it is the connected one.
#[component]
pub fn Account(address: Address) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    view! {
        <span class="nowrap">
            <Copyable shown=address.short() whole=address.to_string() what="address" href=routes::account(address) />
            <Show when=move || wallet.account.get() == Some(address)>
                <span class="chip">"you"</span>
            </Show>
        </span>
    }
}
