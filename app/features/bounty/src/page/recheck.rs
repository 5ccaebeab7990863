use leptos::{prelude::*, task::spawn_local};

use super::PageState;
use crate::recheck::{Checked, Origin, recheck};
use app_core::{chain::Reader, components::account::Account, settings::Settings};
use app_ui::{
    controls::busy_button::BusyButton,
    evaluation::words,
    format,
    messages::notice::{Notice, Problem},
};

/// Counting every revealed score again, in this page, from content alone.
#[component]
pub fn Recheck(context: PageState) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let settings = expect_context::<Settings>();
    let results = RwSignal::new(None::<Vec<Checked>>);
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let can = Memo::new(move |_| {
        context.history.with(|h| h.as_ref().is_some_and(|h| h.bounty.submissions.iter().any(|s| s.reveal.is_some())))
    });
    let rows = move || context.history.with(|h| h.as_ref().map_or(0, |h| h.bounty.terms.test_rows));
    let check = Callback::new(move |()| {
        let Some(history) = context.history.get_untracked() else { return };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            match recheck(reader, settings, &history.bounty).await {
                Ok(list) => {
                    results.try_set(Some(list));
                }
                Err(e) => {
                    error.try_set(Some(e.to_string()));
                }
            }
            busy.try_set(false);
        });
    });
    view! {
        <Show when=move || can.get()>
            <section class="panel" aria-labelledby="recheck">
                <header>
                    <h2 id="recheck">"Re-check the scores"</h2>
                    <BusyButton label="Re-check" id="recheck-scores" class="small" busy=busy on_press=check />
                </header>
                <div class="body stack">
                    <p class="soft">
                        "This page fetches the revealed files, checks them against the commitments, and counts every score again. It believes neither server nor trainer, and needs no wallet."
                    </p>
                    <Problem error=error />
                    {move || {
                        results.get().map(|list| list.into_iter().map(|c| view! { <Line checked=c rows=rows() /> }).collect_view())
                    }}
                </div>
            </section>
        </Show>
    }
}

#[component]
fn Line(checked: Checked, rows: u32) -> impl IntoView {
    let (tone, text) = match &checked.counted {
        Ok((counted, origin)) if *counted == checked.on_chain => (
            "good",
            format!(
                "Counted here: {} ({}). The chain says the same. File from {}.",
                format::score(*counted, rows),
                words::likely((*counted).into(), rows.into()),
                match origin {
                    Origin::Content => "content storage",
                    Origin::CallData => "the transaction itself",
                }
            ),
        ),
        Ok((counted, _)) => (
            "bad",
            format!(
                "Counted here: {}. The chain says {}. Do not trust this result.",
                format::score(*counted, rows),
                checked.on_chain
            ),
        ),
        Err(e) => ("warn", format!("Not checked: {e}")),
    };
    view! {
        <Notice tone=tone>
            <Account address=checked.trainer />
            " "
            {text}
        </Notice>
    }
}
