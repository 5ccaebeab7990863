use leptos::prelude::*;

use super::{
    PageState,
    recover::{RecoverTruth, look_for_truth},
};
use crate::actions::reveal_truth;
use app_core::action::Tools;
use app_ui::{
    controls::busy_button::BusyButton,
    messages::{
        empty::Ghost,
        run::{Run, RunState},
    },
};

/// The requester's turn after the deadline.
#[component]
pub fn RevealTruthPanel(context: PageState) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let kept = look_for_truth(context);
    // Whoever submitted and withdrew again is gone too.
    let is_needed = Memo::new(move |_| context.active() > 0);
    let reveal = Callback::new(move |()| {
        let (Some(bounty), Some(Some(truth))) = (context.bounty(), kept.get_untracked()) else { return };
        run.start(async move { reveal_truth::reveal(tools, &bounty, &truth).await });
    });
    view! {
        <section class="panel" aria-labelledby="reveal-truth">
            <header>
                <h2 id="reveal-truth">
                    {move || if is_needed.get() { "Your turn: reveal the ground truth" } else { "Reveal the ground truth (not needed)" }}
                </h2>
            </header>
            <div class="body stack">
                <p>
                    {move || if is_needed.get() {
                        "The test labels become public and trainers can claim their scores. If you do not reveal before this window ends, you lose your reward: half is burned, half goes to the trainers."
                    } else {
                        "Nobody has submitted, so your reward comes back also where the test labels stay secret. Reveal them only if you want them to be public."
                    }}
                </p>
                {move || match kept.with(|k| k.as_ref().map(Option::is_some)) {
                    None => view! { <Ghost lines=2 /> }.into_any(),
                    Some(false) => view! { <RecoverTruth context=context kept=kept /> }.into_any(),
                    Some(true) => {
                        view! {
                            <RunState run=run />
                            <div class="row">
                                <BusyButton label="Reveal the ground truth" id="reveal-ground-truth" class="primary" busy=run.busy on_press=reveal />
                            </div>
                        }
                            .into_any()
                    }
                }}
            </div>
        </section>
    }
}
