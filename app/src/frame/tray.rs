use leptos::prelude::*;

use app_core::{
    chain::Clock,
    transactions::{Stage, Transaction, Transactions},
    wallet::Wallet,
};
use app_ui::icon::Icon;

use super::loading::Loading;

/// Seconds for which a transaction that went well stays in the corner.
const STAYS: u64 = 6;
/// Seconds for which one that was not sent stays there: who refused it knows.
const REFUSED_STAYS: u64 = 30;

/// Transactions that are under way or have just ended, in the corner of every page. The wallet menu lists them all.
#[component]
pub fn Tray() -> impl IntoView {
    let tray = expect_context::<Transactions>();
    let clock = expect_context::<Clock>();
    let shown = Memo::new(move |_| {
        let now = clock.now.get();
        let fresh = |t: &Transaction| match t.stage {
            Stage::Refused { .. } => t.changed_at + REFUSED_STAYS > now,
            _ => t.stage.is_open() || t.stage.is_failure() || t.changed_at + STAYS > now,
        };
        let mut shown: Vec<_> =
            tray.list.with(|list| list.iter().filter(|t| !t.dismissed && fresh(t)).cloned().collect());
        // What may still be mined is never hidden behind what has ended.
        shown.sort_by_key(|t| !t.stage.is_open());
        shown.truncate(3);
        shown
    });
    view! {
        <div class="tray">
            <Loading />
            <div role="log" aria-live="polite" aria-label="Transactions">
                <For each=move || shown.get() key=|t| (t.key, words(t), t.hash) let:transaction>
                    <Card transaction=transaction />
                </For>
            </div>
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
                                        <span>
                                            {t.title.clone()} " "
                                            {t.about.clone().map(|about| view! { <a href=about.href>{about.name}</a> })} " "
                                            <span class="small soft">{words(&t)}</span>
                                        </span>
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
    let dismiss = if transaction.stage.is_open() { "Dismiss; it may still be mined" } else { "Dismiss" };
    view! {
        <div class="card" data-stage=stage_name(&transaction.stage)>
            {stage_icon(&transaction.stage)}
            <div>
                <p class="strong">{transaction.title.clone()}</p>
                <p class="small soft">{words(&transaction)}</p>
                <p class="small row tight">
                    {about.map(|about| view! { <a href=about.href>{about.name}</a> })}
                    {link.map(|href| view! { <a href=href target="_blank" rel="noreferrer">"Block explorer"</a> })}
                </p>
            </div>
            <button class="icon-button" type="button" aria-label=dismiss on:click=move |_| tray.dismiss(key)>
                <Icon name="cross" />
            </button>
        </div>
    }
}

fn stage_icon(stage: &Stage) -> impl IntoView + use<> {
    let (name, spin) = match stage {
        Stage::Asked | Stage::Sent => ("spinner", true),
        Stage::Mined { .. } | Stage::Indexed => ("check", false),
        _ => ("warn", false),
    };
    view! { <Icon name=name spin=spin /> }
}

fn stage_name(stage: &Stage) -> &'static str {
    match stage {
        Stage::Asked => "asked",
        Stage::Unanswered { .. } => "unanswered",
        Stage::Sent => "sent",
        Stage::Queued { .. } => "queued",
        Stage::Untraced => "untraced",
        Stage::Dropped => "dropped",
        Stage::Mined { .. } => "mined",
        Stage::Indexed => "indexed",
        Stage::Refused { .. } => "refused",
        Stage::Reverted { .. } => "reverted",
        Stage::Replaced => "replaced",
    }
}

/// Where a transaction stands, and what to do. What may still be mined never reads as if it had ended.
fn words(of: &Transaction) -> String {
    match &of.stage {
        Stage::Asked => match &of.fee {
            Some(fee) => format!("Confirm it in your wallet. Network fee {fee}."),
            None => "Confirm it in your wallet.".into(),
        },
        Stage::Unanswered { why } => format!(
            "{why} It may have been sent all the same. Look in your wallet; if you confirmed it, it will show here when it is mined."
        ),
        Stage::Sent => "Sent. Waiting for a block; you can leave this page.".into(),
        Stage::Queued { missing } => format!(
            "Sent, but it waits for {} of your account before it. If your wallet shows none, it counts transactions of an earlier chain or lost one: cancel this one there, or reset the account.",
            if *missing == 1 { "a transaction".to_owned() } else { format!("{missing} transactions") }
        ),
        Stage::Untraced => "This hash is unknown to the chain. Wallets with several signers give hashes of their own: it is mined when enough of them have signed, and will show here then. Otherwise look in your wallet. It may still be mined.".into(),
        Stage::Dropped => "The chain nodes forgot it, probably for its low fee. It may still be mined if the wallet sends it again: speed it up or cancel it there.".into(),
        Stage::Mined { block } => format!("Confirmed in block {block}."),
        Stage::Indexed => "Confirmed.".into(),
        Stage::Refused { why } => format!("Not sent. {why}"),
        Stage::Reverted { why } => format!("Without effect. {why}"),
        Stage::Replaced => {
            "Replaced: another transaction of your account took its place, as when it is cancelled in the wallet.".into()
        }
    }
}
