use bounty::returns::{ChainBounty, ChainSubmission};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    chips::{PhaseChip, SubmissionChip},
    names,
};
use app_core::{
    chain::{Clock, Reader},
    components::time::Moment,
    wallet::Wallet,
};
use app_ui::messages::empty::Ghost;

/// What the contract stores of a bounty, while its events are still being read: two questions, however long its
/// history is. Whoever must act sees here that they must, and until when.
#[component]
pub fn Stored(id: u64) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let clock = expect_context::<Clock>();
    let wallet = expect_context::<Wallet>();
    let bounty = RwSignal::new(None::<ChainBounty>);
    let mine = RwSignal::new(None::<ChainSubmission>);
    Effect::new(move || {
        clock.head.track();
        let account = wallet.account.get();
        spawn_local(async move {
            if let Ok(Some(read)) = reader.stored_bounty(id).await {
                bounty.try_set(Some(read));
            }
            if let Some(account) = account
                && let Ok(read) = reader.stored_submission(id, account).await
            {
                mine.try_set(read);
            }
        });
    });
    view! {
        {move || match bounty.get() {
            Some(bounty) => view! { <Terms id=id bounty=bounty mine=mine.get() /> }.into_any(),
            None => view! { <Ghost lines=6 /> }.into_any(),
        }}
        <Reading />
    }
}

#[component]
fn Terms(id: u64, bounty: ChainBounty, mine: Option<ChainSubmission>) -> impl IntoView {
    view! {
        <section class="panel" id="stored">
            <header>
                <h1>{format!("Bounty No. {id}")}</h1>
                <PhaseChip phase=bounty.phase />
            </header>
            <div class="body stack">
                <p>{names::phase_story(bounty.phase)}</p>
                {mine
                    .map(|mine| {
                        view! { <p class="row tight">"Your submission: " <SubmissionChip state=mine.state /></p> }
                    })}
                <dl class="terms">
                    <div>
                        <dt>"Reward"</dt>
                        <dd>{format!("{} MDC", bounty.terms.reward)}</dd>
                    </div>
                    <div>
                        <dt>"Submission deadline"</dt>
                        <dd>
                            <Moment at=bounty.terms.deadline />
                        </dd>
                    </div>
                    <div>
                        <dt>"Submissions"</dt>
                        <dd>{bounty.submissions}</dd>
                    </div>
                </dl>
            </div>
        </section>
    }
}

/// How far the reading of events is, where it takes a while.
#[component]
fn Reading() -> impl IntoView {
    let progress = expect_context::<Reader>().progress();
    view! {
        <p class="small soft" role="status">
            {move || match progress.get() {
                Some(progress) => {
                    format!("Its events are being read: block {} of {}.", progress.block, progress.head)
                }
                None => "Its events are being read.".to_owned(),
            }}
        </p>
    }
}
