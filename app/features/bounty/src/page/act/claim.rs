use bounty::calls;
use leptos::prelude::*;

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
    let (id, rows, least) = (bounty.id, bounty.terms.test_rows, bounty.terms.min_correct);
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
                        view! { <RecoverBoth context=context submission=submission.clone() kept=both not_kept=not_kept /> }.into_any()
                    }
                    Some(true) => {
                        match score.get() {
                            None => view! { <Ghost lines=2 /> }.into_any(),
                            Some(Count::Impossible(why)) => view! { <Notice tone="bad">{why}</Notice> }.into_any(),
                            Some(Count::NotYet { until }) => {
                                view! { <Notice tone="warn">{not_fetched(until)}</Notice> }.into_any()
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
