use bounty::calls;
use leptos::prelude::*;
use protocol::Amount;

use super::{
    PageState,
    counting::{Count, count, not_fetched},
    recover::{NotKept, RecoverBoth, look_for_prediction},
};
use crate::{about::about, actions::publish::Revealed};
use app_core::action::{ActionError, Tools};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        empty::Ghost,
        notice::Notice,
        run::{Run, RunState},
    },
};

/// A trainer's turn once the truth is out: the page counts, the trainer claims.
#[component]
pub fn ClaimPanel(context: PageState) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let (Some(bounty), Some(account)) = (context.bounty(), tools.wallet.account.get_untracked()) else {
        return ().into_any();
    };
    let Some(submission) = bounty.submission(&account).cloned() else { return ().into_any() };
    let kept = look_for_prediction(submission.clone());
    // Where predictions are brought back, the model is too: the commitment is to both.
    let both = RwSignal::new_local(None::<Option<Revealed>>);
    let not_kept = RwSignal::new(None);
    Effect::new(move || {
        let Some(Some(found)) = both.get() else { return };
        kept.set(Some(Some(found.prediction)));
    });
    let (id, rows, least, stake) = (bounty.id, bounty.terms.test_rows, bounty.terms.min_correct, bounty.terms.stake);
    let nothing = move || view! { <ClaimNothing id=id least=least stake=stake /> };
    let score = count(context, tools, kept);
    let claim = Callback::new(move |()| {
        let Some(Count::Correct(correct)) = score.get_untracked() else { return };
        run.start(async move {
            let title = format!("Claim a score of {}", format::score(correct, rows));
            tools
                .transactions
                .send(
                    title,
                    tools.deployment().demand(bounty::BOUNTY_MARKET)?,
                    calls::claim(id, correct),
                    Some(about(id)),
                )
                .await?;
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <section class="panel" aria-labelledby="claim">
            <header>
                <h2 id="claim">"Your turn: claim your score"</h2>
            </header>
            <div class="body stack">
                <NotKept why=not_kept />
                {move || match kept.with(|k| k.as_ref().map(Option::is_some)) {
                    None => view! { <Ghost lines=2 /> }.into_any(),
                    Some(false) => {
                        view! {
                            <RecoverBoth context=context submission=submission.clone() kept=both not_kept=not_kept />
                            {nothing()}
                        }
                            .into_any()
                    }
                    Some(true) => {
                        match score.get() {
                            None => view! { <Ghost lines=2 /> }.into_any(),
                            Some(Count::Impossible(why)) => {
                                view! { <Notice tone="bad">{why}</Notice> {nothing()} }.into_any()
                            }
                            Some(Count::NotYet { until }) => {
                                view! { <Notice tone="warn">{not_fetched(until)}</Notice> {nothing()} }.into_any()
                            }
                            Some(Count::Correct(correct)) => {
                                view! { <Counted correct=correct rows=rows least=least run=run on_claim=claim /> }.into_any()
                            }
                        }
                    }
                }}
            </div>
        </section>
    }
    .into_any()
}

/// The score that this page counted, and the button that claims it.
#[component]
fn Counted(correct: u32, rows: u32, least: u32, run: Run, on_claim: Callback<()>) -> impl IntoView {
    view! {
        <p id="my-score">
            "This page counted your predictions against the revealed ground truth: "
            <span class="strong">{format::score(correct, rows)}</span> "."
        </p>
        {(correct < least)
            .then(|| {
                view! {
                    <Notice tone="warn">
                        {format!(
                            "That is below the minimum score to win ({least}). Claiming it saves your stake, and you need not reveal.",
                        )}
                    </Notice>
                }
            })}
        <p class="soft">
            "If you do not claim before this window ends, your stake is lost."
        </p>
        <RunState run=run />
        <div class="row">
            <BusyButton
                label=format!("Claim {correct} correct")
                id="claim-score"
                class="primary"
                busy=run.busy
                on_press=on_claim
            />
        </div>
    }
}

/// What is left to whoever cannot count, because the labels or the own predictions are not to be had: without any claim the
/// stake is lost for certain.
#[component]
fn ClaimNothing(id: u64, least: u32, stake: Amount) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let asked = RwSignal::new(false);
    let press = Callback::new(move |()| {
        if !asked.get_untracked() {
            asked.set(true);
            return;
        }
        run.start(async move {
            let market = tools.deployment().demand(bounty::BOUNTY_MARKET)?;
            tools.transactions.send("Claim 0 correct", market, calls::claim(id, 0), Some(about(id))).await?;
            Ok::<(), ActionError>(())
        });
    });
    (stake > Amount::ZERO).then(|| {
        view! {
            <p class="small soft">{without_a_score(least, stake)}</p>
            <RunState run=run />
            <div class="row">
                {move || {
                    let label = if asked.get() { "Yes, claim 0 correct" } else { "Claim 0 correct" };
                    view! { <BusyButton label=label id="claim-nothing" class="danger" busy=run.busy on_press=press /> }
                }}
            </div>
        }
    })
}

/// What claiming nothing means.
fn without_a_score(least: u32, stake: Amount) -> String {
    let comes_back = match least {
        0 => format!("your stake of {stake} MDC comes back only if somebody wins who ranks above such a claim"),
        _ => format!("your stake of {stake} MDC comes back when the bounty ends, since that is below the minimum"),
    };
    format!(
        "If it cannot be counted before this window ends, claim 0 correct rather than nothing: you do not win with it, but \
         {comes_back}. It cannot be changed, and you must not reveal then."
    )
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn who_cannot_count_hears_what_a_claim_of_nothing_saves() {
        let stake = Amount::mdc(5);
        assert!(without_a_score(1, stake).contains("5 MDC comes back when the bounty ends"));
        assert!(without_a_score(0, stake).contains("only if somebody wins who ranks above"));
    }
}
