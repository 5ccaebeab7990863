use bounty::{Bounty, scoring::count_correct};
use leptos::prelude::*;
use protocol::commitment::{PREDICTION_HEADER, TRUTH_HEADER};

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
    let claimed = submission.claim;
    let not_kept = RwSignal::new(None);
    let reveal = Callback::new(move |()| {
        // As it is known now: where the truth was revealed may have become known since.
        let (Some(bounty), Some(Some(revealed))) = (context.bounty(), kept.get_untracked()) else { return };
        run.start(async move {
            let truth = recheck::truth_to_act_on(tools.reader, tools.settings, &bounty).await;
            let truth = truth.map_err(|e| ActionError::Feature(e.to_string()))?;
            if let Some(why) = false_claim(&bounty, claimed, &truth, &revealed.prediction) {
                return Err(ActionError::Feature(why));
            }
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

/// Why these predictions must not be revealed: the chain slashes a claim that differs from the count, and says nothing before.
fn false_claim(bounty: &Bounty, claimed: Option<u32>, truth: &[u8], prediction: &[u8]) -> Option<String> {
    let (truth, predicted) = (truth.get(TRUTH_HEADER..)?, prediction.get(PREDICTION_HEADER..)?);
    let counted = count_correct(truth, predicted, bounty.terms.test_rows, bounty.terms.classes).ok()?;
    let claimed = claimed.filter(|claimed| *claimed != counted)?;
    Some(format!(
        "{counted} of your predictions are correct, and you claimed {claimed}: revealing them would cost your stake at once. \
         Do not reveal; the stake comes back if somebody wins who ranks above your claim."
    ))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{super::sample::stored, *};

    #[wasm_bindgen_test]
    fn predictions_that_give_another_count_than_was_claimed_are_not_revealed() {
        let sample = stored();
        let bounty = Bounty { terms: bounty::Terms { test_rows: 4, ..sample.terms }, ..sample };
        // Labels of one bit each: all but the third are equal.
        let truth = [vec![0; TRUTH_HEADER], vec![0b1001_0000]].concat();
        let prediction = [vec![0; PREDICTION_HEADER], vec![0b1011_0000]].concat();
        assert_eq!(false_claim(&bounty, Some(3), &truth, &prediction), None);
        let why = false_claim(&bounty, Some(0), &truth, &prediction).expect("it is another count");
        assert!(why.starts_with("3 of your predictions are correct, and you claimed 0"), "{why}");
    }
}
