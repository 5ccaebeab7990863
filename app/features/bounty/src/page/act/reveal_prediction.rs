use leptos::prelude::*;

use super::{
    PageState,
    recover::{NotKept, RecoverBoth, look_for_both},
};
use crate::{actions::reveal_prediction, recheck};
use app_core::action::{ActionError, Tools};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::{
        empty::Ghost,
        notice::Notice,
        run::{Run, RunState},
    },
};

/// A claimant's turn: show predictions and model, and be counted.
#[component]
pub fn RevealPredictionPanel(context: PageState) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let (Some(bounty), Some(account)) = (context.bounty(), tools.wallet.account.get_untracked()) else {
        return ().into_any();
    };
    let Some(submission) = bounty.submission(&account).cloned() else { return ().into_any() };
    let kept = look_for_both(submission.clone());
    let not_kept = RwSignal::new(None);
    let reveal = Callback::new(move |()| {
        // As it is known now: where the truth was revealed may have become known since.
        let (Some(bounty), Some(Some(revealed))) = (context.bounty(), kept.get_untracked()) else { return };
        run.start(async move {
            let truth = recheck::truth_to_act_on(tools.reader, tools.settings, &bounty).await;
            let truth = truth.map_err(|e| ActionError::Feature(e.to_string()))?;
            reveal_prediction::reveal(tools, &bounty, &truth, &revealed).await
        });
    });
    view! {
        <section class="panel" aria-labelledby="reveal">
            <header>
                <h2 id="reveal">"Your turn: reveal predictions and model"</h2>
            </header>
            <div class="body stack">
                <p>
                    "The chain counts your predictions. If yours is the best verified reveal, you are paid, and your model is public from then on."
                </p>
                {move || {
                    let found = kept.with(|kept| kept.as_ref().map(|found| found.as_ref().map(|it| it.model.is_some())));
                    let label = match found {
                        None => return view! { <Ghost lines=2 /> }.into_any(),
                        Some(None) => {
                            return view! { <RecoverBoth context=context submission=submission.clone() kept=kept not_kept=not_kept /> }.into_any();
                        }
                        Some(Some(true)) => "Reveal and be counted",
                        Some(Some(false)) => "Reveal now, publish the model later",
                    };
                    let rest = (found == Some(Some(false)))
                        .then(|| {
                            view! {
                                <Notice>
                                    "The chain needs your predictions, which are here, and the name of your model, which this browser knows. To publish the model at once, choose it first."
                                </Notice>
                                <RecoverBoth context=context submission=submission.clone() kept=kept not_kept=not_kept />
                            }
                        });
                    view! {
                        {rest}
                        <NotKept why=not_kept />
                        <RunState run=run />
                        <div class="row">
                            <BusyButton label=label id="reveal-prediction" class="primary" busy=run.busy on_press=reveal />
                        </div>
                    }
                        .into_any()
                }}
            </div>
        </section>
    }
    .into_any()
}
