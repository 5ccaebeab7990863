use leptos::prelude::*;

use super::{
    PageState,
    recover::{RecoverBoth, look_for_both},
};
use crate::{actions::reveal_prediction, recheck};
use app_core::action::{ActionError, Tools};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::{
        empty::Ghost,
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
    let bounty = StoredValue::new(bounty);
    let reveal = Callback::new(move |()| {
        let Some(Some(revealed)) = kept.get_untracked() else { return };
        run.start(async move {
            let bounty = bounty.get_value();
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
                {move || match kept.with(|k| k.as_ref().map(Option::is_some)) {
                    None => view! { <Ghost lines=2 /> }.into_any(),
                    Some(false) => {
                        view! { <RecoverBoth context=context submission=submission.clone() kept=kept /> }.into_any()
                    }
                    Some(true) => {
                        view! {
                            <RunState run=run />
                            <div class="row">
                                <BusyButton label="Reveal and be counted" id="reveal-prediction" class="primary" busy=run.busy on_press=reveal />
                            </div>
                        }
                            .into_any()
                    }
                }}
            </div>
        </section>
    }
    .into_any()
}
