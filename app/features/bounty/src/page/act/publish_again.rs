//! What a trainer has revealed on chain and the server does not have: this browser may have closed before it was published.

use bounty::{Reveal, Submission};
use leptos::{prelude::*, task::spawn_local};
use protocol::cid::Cid;

use super::{super::PageState, recover::look_for_both};
use crate::actions::publish::publish_now;
use app_core::{
    action::{ActionError, Tools},
    content,
};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};

/// Offers to publish a revealed model that only this browser has.
#[component]
pub fn PublishAgain(context: PageState) -> impl IntoView {
    let tools = Tools::from_context();
    // Compared by value, so that nothing is looked for again with every block.
    let mine = Memo::new(move |_| {
        let account = tools.wallet.account.get()?;
        context.history.with(|h| {
            let submission = h.as_ref()?.bounty.submission(&account)?.clone();
            submission.reveal.is_some().then_some(submission)
        })
    });
    move || mine.get().map(|mine| view! { <Missing mine=mine /> })
}

#[component]
fn Missing(mine: Submission) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let kept = look_for_both(mine.clone());
    let missing = RwSignal::new(false);
    let model = mine.reveal.and_then(|Reveal { model_cid, .. }| model_cid.parse::<Cid>().ok());
    spawn_local(async move {
        let Some(model) = model else { return };
        missing.try_set(content::is_missing_here(&model.to_string()).await);
    });
    let publish = Callback::new(move |()| {
        let Some(Some(revealed)) = kept.get_untracked() else { return };
        run.start(async move {
            publish_now(tools, &revealed).await?;
            missing.try_set(false);
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <Show when=move || missing.get() && kept.with(|kept| matches!(kept, Some(Some(_))))>
            <Notice tone="warn">
                <div class="stack tight">
                    <p>
                        "You have revealed your model, but this server does not have it: nobody can download or try it until it is published. This browser has it."
                    </p>
                    <RunState run=run />
                    <div class="row">
                        <BusyButton label="Publish the model" id="publish-again" busy=run.busy on_press=publish />
                    </div>
                </div>
            </Notice>
        </Show>
    }
}
