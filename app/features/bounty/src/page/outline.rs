//! What the server says of a bounty, shown until the code of its page is here: over a slow line that takes seconds. Nothing
//! can be done here; the page itself reads the chain.

use bounty::api::{BountyQuery, BountyRow};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use crate::{chips::PhaseChip, names};
use app_core::{
    components::{account::Account, time::Moment},
    list::PAGE,
    server,
};
use app_ui::{
    format,
    messages::empty::{Ghost, GhostPage},
};

/// Of the bounty that the address names.
#[component]
pub fn Outline() -> impl IntoView {
    let parameters = use_params_map();
    let id = parameters.with_untracked(|p| p.get("id")).and_then(|id| id.parse::<u64>().ok());
    let row = RwSignal::new(None::<BountyRow>);
    if let Some(id) = id {
        spawn_local(async move {
            // Numbers are searched for too.
            let query = BountyQuery { search: Some(format!("#{id}")), limit: Some(PAGE), ..BountyQuery::default() };
            // Where the server is away, there is nothing to show before the chain is asked.
            let Ok(list) = server::bounties(&query).await else { return };
            row.try_set(list.rows.into_iter().find(|row| row.id == id));
        });
    }
    view! {
        <div class="page" aria-busy="true">
            {move || row.get().map(|row| view! { <Told row=row /> <Ghost lines=6 /> }.into_any()).unwrap_or_else(|| view! { <GhostPage /> }.into_any())}
        </div>
    }
}

#[component]
fn Told(row: BountyRow) -> impl IntoView {
    view! {
        <div class="stack tight">
            <div class="row">
                <h1 class="breakable">{row.title.unwrap_or_else(|| format!("Bounty {}", row.id))}</h1>
                <PhaseChip phase=row.phase />
            </div>
            <p class="row tight small soft">"Posted by " <Account address=row.requester /></p>
        </div>
        <p>{names::phase_story(row.phase, row.submissions as usize)}</p>
        <dl class="terms">
            <div>
                <dt>"Reward"</dt>
                <dd>{format!("{} MDC", row.reward)}</dd>
            </div>
            <div>
                <dt>"Submission deadline"</dt>
                <dd>
                    <Moment at=row.deadline />
                </dd>
            </div>
            <div>
                <dt>"Test rows"</dt>
                <dd>{format::count(row.test_rows.into())}</dd>
            </div>
            <div>
                <dt>"Classes"</dt>
                <dd>{row.classes}</dd>
            </div>
            <div>
                <dt>"Submissions"</dt>
                <dd>{row.submissions}</dd>
            </div>
        </dl>
    }
}
