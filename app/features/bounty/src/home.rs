//! What the start page shows of bounties.

use bounty::{
    Phase,
    api::{BountyQuery, BountyRow, Figures},
};
use leptos::{prelude::*, task::spawn_local};

use crate::list::BountyTable;
use app_core::{
    list::key,
    live::{Live, Watched},
    routes, server,
};
use app_ui::{format, icon::Icon, messages::notice::Notice};

/// How many there are and what they pay.
#[component]
pub fn BountyFigures() -> impl IntoView {
    let live = expect_context::<Live>();
    let figures = RwSignal::new(None::<Figures>);
    let trouble = RwSignal::new(None::<String>);
    Effect::new(move || {
        live.track([Watched::Family(bounty::FAMILY)]);
        live.track_time();
        spawn_local(async move {
            match server::figures().await {
                Ok(read) => {
                    figures.try_set(Some(read));
                    trouble.try_set(None);
                }
                Err(e) => {
                    trouble.try_set(Some(e.to_string()));
                }
            }
        });
    });
    view! {
        {move || trouble.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
        <FiguresBox figures=figures />
    }
}

/// The newest ones, and how a bounty works.
#[component]
pub fn LatestBounties() -> impl IntoView {
    let live = expect_context::<Live>();
    // The figures above say what is wrong; the table only has to know that nothing comes.
    let (rows, error) = (RwSignal::new(None::<Vec<BountyRow>>), RwSignal::new(None::<String>));
    Effect::new(move || {
        live.track([Watched::Family(bounty::FAMILY)]);
        live.track_time();
        spawn_local(async move {
            let query = BountyQuery { limit: Some(5), ..Default::default() };
            match server::bounties(&query).await {
                Ok(list) => {
                    rows.try_set(Some(list.rows));
                    error.try_set(None);
                }
                // What was read before stays.
                Err(_) if rows.try_with_untracked(Option::is_some) != Some(false) => {}
                Err(away) => {
                    error.try_set(Some(away.to_string()));
                }
            }
        });
    });
    view! {
        <section class="stack" aria-labelledby="latest">
            <div class="row spread">
                <h2 id="latest">"Latest bounties"</h2>
                <a href=routes::BOUNTIES>"All bounties"</a>
            </div>
            <BountyTable rows=rows error=error />
        </section>
        <HowItWorks />
    }
}

#[component]
fn FiguresBox(figures: RwSignal<Option<Figures>>) -> impl IntoView {
    let show =
        move |read: fn(&Figures) -> String| move || figures.with(|f| f.as_ref().map_or_else(|| "–".to_owned(), read));
    let link = |phase: Phase| format!("{}?phase={}", routes::BOUNTIES, key(phase));
    view! {
        <dl class="figures" id="figures">
            <div>
                <dt>"Open for submissions"</dt>
                <dd>
                    <a href=link(Phase::Open)>
                        {show(|f| format::count(f.open))} <span class="visually-hidden">" open bounties"</span>
                    </a>
                </dd>
            </div>
            <div>
                <dt>"Being decided"</dt>
                <dd>{show(|f| format::count(f.running))}</dd>
            </div>
            <div>
                <dt>"Settled"</dt>
                <dd>
                    <a href=link(Phase::Settled)>
                        {show(|f| format::count(f.settled))} <span class="visually-hidden">" settled bounties"</span>
                    </a>
                </dd>
            </div>
            <div>
                <dt>"Locked in rewards"</dt>
                <dd>{show(|f| format::mdc(f.escrowed))}</dd>
            </div>
            <div>
                <dt>"Rewards paid to winners"</dt>
                <dd>{show(|f| format::mdc(f.paid))}</dd>
            </div>
            <div>
                <dt>"Trainers so far"</dt>
                <dd>{show(|f| format::count(f.trainers))}</dd>
            </div>
        </dl>
    }
}

#[component]
fn HowItWorks() -> impl IntoView {
    view! {
        <section class="stack" aria-labelledby="how">
            <h2 id="how">"How a bounty works"</h2>
            <ol class="how">
                <li>
                    <Icon name="file" />
                    <span class="strong">"Post"</span>
                    <span class="soft">
                        "Your CSV is split in this page. Training data and unlabelled test data are published; the test labels stay with you, sealed by a hash on chain. The reward is locked in the contract."
                    </span>
                </li>
                <li>
                    <Icon name="lock" />
                    <span class="strong">"Commit"</span>
                    <span class="soft">
                        "Trainers lock a stake and the hashes of their predictions and model. Nobody can copy what nobody can see."
                    </span>
                </li>
                <li>
                    <Icon name="scale" />
                    <span class="strong">"Reveal and pay"</span>
                    <span class="soft">
                        "You reveal the labels, trainers claim a score and reveal. The contract counts; the best is paid, a false claim loses its stake. If you never reveal, trainers share half of the reward, and the other half is burned."
                    </span>
                </li>
            </ol>
        </section>
    }
}
