use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    routes,
    transactions::{Stage, Transaction, Transactions},
    wallet::Wallet,
};

/// Transactions that are under way or have just ended, in the corner of every page.
#[component]
pub fn Tray() -> impl IntoView {
    let tray = expect_context::<Transactions>();
    view! {
        <div class="tray" role="log" aria-live="polite" aria-label="Transactions">
            <For each=move || tray.list.get().into_iter().take(3) key=|t| (t.key, t.stage.clone().is_pending(), format!("{:?}", t.stage)) let:transaction>
                <Card transaction=transaction />
            </For>
        </div>
    }
}

#[component]
fn Card(transaction: Transaction) -> impl IntoView {
    let tray = expect_context::<Transactions>();
    let wallet = expect_context::<Wallet>();
    let key = transaction.key;
    let explorer = wallet.home.with_value(|d| d.explorer_tx.clone());
    let link = transaction.hash.zip(explorer).map(|(hash, prefix)| format!("{prefix}{hash}"));
    let bounty = transaction.bounty;
    view! {
        <div class="card" data-stage=stage_name(&transaction.stage)>
            {stage_icon(&transaction.stage)}
            <div>
                <p class="strong">{transaction.title.clone()}</p>
                <p class="small soft">{stage_words(&transaction.stage)}</p>
                <p class="small row tight">
                    {bounty.map(|id| view! { <a href=routes::bounty(id)>{format!("Bounty {id}")}</a> })}
                    {link.map(|href| view! { <a href=href target="_blank" rel="noreferrer">"Block explorer"</a> })}
                </p>
            </div>
            <button class="icon-button" type="button" aria-label="Dismiss" on:click=move |_| tray.dismiss(key)>
                <Icon name="cross" />
            </button>
        </div>
    }
}

fn stage_icon(stage: &Stage) -> impl IntoView + use<> {
    let (name, spin) = match stage {
        Stage::Asked | Stage::Sent => ("spinner", true),
        Stage::Mined { .. } | Stage::Indexed => ("check", false),
        Stage::Refused { .. } | Stage::Reverted { .. } | Stage::Replaced => ("warn", false),
    };
    view! { <Icon name=name spin=spin /> }
}

fn stage_name(stage: &Stage) -> &'static str {
    match stage {
        Stage::Asked => "asked",
        Stage::Sent => "sent",
        Stage::Mined { .. } => "mined",
        Stage::Indexed => "indexed",
        Stage::Refused { .. } => "refused",
        Stage::Reverted { .. } => "reverted",
        Stage::Replaced => "replaced",
    }
}

fn stage_words(stage: &Stage) -> String {
    match stage {
        Stage::Asked => "Confirm it in your wallet.".into(),
        Stage::Sent => "Sent. Waiting for a block; you can leave this page.".into(),
        Stage::Mined { block } => format!("Done, in block {block}."),
        Stage::Indexed => "Done, and in the lists.".into(),
        Stage::Refused { why } => format!("Not sent. {why}"),
        Stage::Reverted { why } => format!("Without effect. {why}"),
        Stage::Replaced => "Replaced by another transaction in your wallet.".into(),
    }
}
