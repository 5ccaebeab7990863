use leptos::prelude::*;

use app_core::{
    chain::Clock,
    transactions::{Stage, Transaction, Transactions},
    wallet::Wallet,
};
use app_ui::icon::Icon;

/// Seconds for which a transaction that went well stays in the corner.
const STAYS: u64 = 6;

/// Transactions that are under way or have just ended, in the corner of every page. The wallet menu lists them all.
#[component]
pub fn Tray() -> impl IntoView {
    let tray = expect_context::<Transactions>();
    let clock = expect_context::<Clock>();
    let shown = Memo::new(move |_| {
        let now = clock.now.get();
        let fresh = |t: &Transaction| t.stage.is_pending() || t.is_failure() || t.changed_at + STAYS > now;
        tray.list.with(|list| list.iter().filter(|t| !t.dismissed && fresh(t)).take(3).cloned().collect::<Vec<_>>())
    });
    view! {
        <div class="tray" role="log" aria-live="polite" aria-label="Transactions">
            <For each=move || shown.get() key=|t| (t.key, stage_name(&t.stage)) let:transaction>
                <Card transaction=transaction />
            </For>
        </div>
    }
}

/// All transactions of this browser, for the wallet menu.
#[component]
pub fn TransactionList() -> impl IntoView {
    let tray = expect_context::<Transactions>();
    view! {
        <Show when=move || !tray.list.with(Vec::is_empty)>
            <details>
                <summary>"Transactions"</summary>
                <ul class="stack tight">
                    {move || {
                        tray.list
                            .get()
                            .into_iter()
                            .map(|t| {
                                view! {
                                    <li class="row tight">
                                        {stage_icon(&t.stage)}
                                        <span>{t.title.clone()} " " <span class="small soft">{stage_words(&t.stage)}</span></span>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </details>
        </Show>
    }
}

#[component]
fn Card(transaction: Transaction) -> impl IntoView {
    let tray = expect_context::<Transactions>();
    let wallet = expect_context::<Wallet>();
    let key = transaction.key;
    let explorer = wallet.home.with_value(|d| d.explorer_tx.clone());
    let link = transaction.hash.zip(explorer).map(|(hash, prefix)| format!("{prefix}{hash}"));
    let about = transaction.about.clone();
    view! {
        <div class="card" data-stage=stage_name(&transaction.stage)>
            {stage_icon(&transaction.stage)}
            <div>
                <p class="strong">{transaction.title.clone()}</p>
                <p class="small soft">{stage_words(&transaction.stage)}</p>
                <p class="small row tight">
                    {about.map(|about| view! { <a href=about.href>{about.name}</a> })}
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
