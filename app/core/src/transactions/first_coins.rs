//! The coins that every account can have once, offered in the wallet's dialog and where somebody without any needs some.

use leptos::{prelude::*, task::spawn_local};
use protocol::Amount;

use super::Transactions;
use crate::{
    chain::Balances,
    wallet::{Wallet, balances},
};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::notice::{Notice, Problem},
};

/// Offers them to an account that has not had them.
#[component]
pub fn Airdrop(
    id: &'static str,
    balances: RwSignal<Option<Balances>>,
    error: RwSignal<Option<String>>,
) -> impl IntoView {
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
                    <p>
                        {move || if has_none(balances) { "This account has no MDC yet. " } else { "" }}
                        "You can have 1,000 MDC once, to try everything."
                    </p>
                    <div>
                        <BusyButton label="Get 1,000 MDC" id=id class="primary" busy=busy on_press=airdrop />
                    </div>
                </div>
            </Notice>
        </Show>
    }
}

/// The same, shown to accounts without any MDC alone: where they are about to be spent.
#[component]
pub fn FirstCoins() -> impl IntoView {
    let (tray, error) = (expect_context::<Transactions>(), RwSignal::new(None::<String>));
    // What cannot be read is told where it is spent.
    let balances = balances(move || tray.mined.track(), RwSignal::new(None));
    view! {
        <Problem error=error />
        <Show when=move || has_none(balances)>
            <Airdrop id="first-coins" balances=balances error=error />
        </Show>
    }
}

fn has_none(balances: RwSignal<Option<Balances>>) -> bool {
    balances.with(|balances| balances.as_ref().is_some_and(|balances| balances.coin == Amount::ZERO))
}
