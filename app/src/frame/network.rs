use leptos::prelude::*;
use rpc::{Finality, Status, Verdict};

use app_core::{chain::Clock, wallet::Wallet};
use app_ui::{format, icon::Icon};

/// Blocks that a node may be behind without a word: its next answer has usually caught up.
const A_FEW: u64 = 5;

/// The chain, or in words what is wrong with the nodes it is read from.
#[component]
pub fn Network() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let clock = expect_context::<Clock>();
    let chain = wallet.home.with_value(|d| d.chain_name.clone());
    let words = Memo::new(move |_| match clock.trouble.get() {
        Some(_) => Some(("bad", "No chain".to_owned())),
        None => clock.nodes.with(about).map(|words| ("warn", words)),
    });
    view! {
        <span class="network" title=move || format!("Block {}", clock.head.get())>
            {move || match words.get() {
                Some((tone, words)) => {
                    view! {
                        <span class=format!("chip {tone}") role="status">
                            <Icon name="warn" />
                            {words}
                        </span>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <span class="chip">
                            <Icon name="link" />
                            <span class="name">{chain.clone()}</span>
                        </span>
                        <Final clock=clock />
                    }
                        .into_any()
                }
            }}
        </span>
    }
}

/// How far what the page shows can no longer be taken back, where the chain says so.
#[component]
fn Final(clock: Clock) -> impl IntoView {
    let words = Memo::new(move |_| {
        let Finality { safe, finalized } = clock.finality.get();
        let ago = |at: u64| format::duration(clock.now.get().saturating_sub(at));
        let finalized = finalized?.at;
        let safe = safe.map(|safe| format!(" What is older than {} will hardly be.", ago(safe.at)));
        let title = format!("What is older than that can no longer be taken back.{}", safe.unwrap_or_default());
        Some((format!("Final up to {} ago", ago(finalized)), title))
    });
    move || words.get().map(|(words, title)| view! { <span class="final" title=title>{words}</span> })
}

/// What a person should know of the nodes; `None` where all is well.
fn about(nodes: &Status) -> Option<String> {
    match nodes.verdict {
        Verdict::Differing { block } => return Some(format!("Unverified: chain nodes differ at block {block}")),
        Verdict::OneAnswers => return Some("Unverified: only one chain node answers".into()),
        Verdict::Unknown | Verdict::Single | Verdict::Agreed { .. } => {}
    }
    let waiting = nodes.waiting.as_secs();
    if waiting > 1 {
        return Some(format!("The chain node asks to wait {waiting} s"));
    }
    (nodes.behind > A_FEW).then(|| format!("The chain node is {} blocks behind", nodes.behind))
}
