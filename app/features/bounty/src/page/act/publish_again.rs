//! What a trainer has revealed on chain and the server does not have: this browser may have closed before it was published.

use bounty::{Reveal, Submission};
use leptos::{prelude::*, task::spawn_local};
use protocol::cid::Cid;
use web_sys::File;

use super::{super::PageState, recover::look_for_both};
use crate::actions::{
    publish::{Revealed, publish_now},
    recover,
};
use app_core::{
    action::{ActionError, Tools},
    content,
};
use app_ui::{
    controls::{busy_button::BusyButton, file_drop::FileDrop},
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};

/// Offers to publish a revealed model that the server does not have.
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
    // Right after a reveal it may be on its way.
    Effect::new(move |before: Option<()>| {
        tools.clock.head.track();
        let Some(model) = model.filter(|_| before.is_none() || missing.get_untracked()) else { return };
        spawn_local(async move {
            missing.try_set(content::is_missing_here(&model.to_string()).await);
        });
    });
    let chosen = RwSignal::new_local(None::<File>);
    // Of a model that is too large the vault has the name alone, and another browser nothing.
    let has_model = move || kept.with(|kept| matches!(kept, Some(Some(Revealed { model: Some(_), .. }))));
    let publish = Callback::new(move |()| {
        let Some(cid) = model else { return };
        let (kept, chosen) = (kept.get_untracked().flatten(), chosen.get_untracked());
        run.start(async move {
            let mut files = kept.as_ref().map(Revealed::files).unwrap_or_default();
            if let Some(file) = chosen {
                files.push(recover::chosen_model(&file, &cid).await?);
            }
            publish_now(tools, files).await?;
            missing.try_set(false);
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <Show when=move || missing.get() && kept.with(Option::is_some)>
            <Notice tone="warn">
                <div class="stack tight">
                    <p>
                        "You have revealed your model, but this server does not have it: nobody can download or try it until it is published. "
                        {move || if has_model() { "This browser has it." } else { "This browser does not have it: choose the file that you submitted." }}
                    </p>
                    <Show when=move || !has_model()>
                        <FileDrop id="revealed-model-file" label="The model you submitted" hint="Checked against what you revealed" file=chosen />
                    </Show>
                    <RunState run=run />
                    <div class="row">
                        <BusyButton
                            label="Publish the model"
                            id="publish-again"
                            busy=run.busy
                            disabled=Signal::derive(move || !has_model() && chosen.with(Option::is_none))
                            on_press=publish
                        />
                    </div>
                </div>
            </Notice>
        </Show>
    }
}
