//! `/`: what this is, what is going on, what can be done without a wallet.

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    api::{BountyQuery, BountyRow, Figures},
    bounty::Phase,
};

use app_core::{live::Live, routes, server};
use app_ui::{format, icon::Icon, messages::notice::Notice};
use feature_bounty::{list::BountyTable, my_work::MyWork, task_list::TaskList};

#[component]
pub fn HomePage() -> impl IntoView {
    let live = expect_context::<Live>();
    let work = expect_context::<MyWork>();
    let figures = RwSignal::new(None::<Figures>);
    let rows = RwSignal::new(None::<Vec<BountyRow>>);
    let trouble = RwSignal::new(None::<String>);
    Effect::new(move || {
        live.track();
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
            let query = BountyQuery { limit: Some(5), ..Default::default() };
            if let Ok(list) = server::bounties(&query).await {
                rows.try_set(Some(list.rows));
            }
        });
    });
    view! {
        <div class="page">
            <TaskList tasks=Signal::derive(move || work.tasks()) />
            <section class="hero">
                <div class="stack">
                    <h1>"Get a model for your data. Pay only for what the chain has checked."</h1>
                    <p class="lead">
                        "Post a CSV and a reward. Trainers commit predictions and a model. The contract counts what is right and pays the best."
                    </p>
                    <div class="row">
                        <a class="button primary" href=routes::NEW_BOUNTY>
                            <Icon name="plus" />
                            "Post a bounty"
                        </a>
                        <a class="button" href=routes::BOUNTIES>
                            <Icon name="list" />
                            "See bounties"
                        </a>
                        <a class="button" href=routes::MODELS>
                            <Icon name="model" />
                            "Try models"
                        </a>
                    </div>
                </div>
                <div class="stack">
                    {move || trouble.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
                    <FiguresBox figures=figures />
                    <p class="small soft">
                        "Without a wallet you can read everything, download data, run models in this page, and count any score again yourself."
                    </p>
                </div>
            </section>
            <section class="stack" aria-labelledby="latest">
                <div class="row spread">
                    <h2 id="latest">"Latest bounties"</h2>
                    <a href=routes::BOUNTIES>"All bounties"</a>
                </div>
                <BountyTable rows=rows />
            </section>
            <HowItWorks />
        </div>
    }
}

#[component]
fn FiguresBox(figures: RwSignal<Option<Figures>>) -> impl IntoView {
    let show =
        move |read: fn(&Figures) -> String| move || figures.with(|f| f.as_ref().map_or_else(|| "–".to_owned(), read));
    let link = |phase: Phase| format!("{}?phase={}", routes::BOUNTIES, feature_bounty::list::phase_key(phase));
    view! {
        <dl class="figures" id="figures">
            <div>
                <dt>"Open for submissions"</dt>
                <dd>
                    <a href=link(Phase::Open)>{show(|f| format::count(f.open))}</a>
                </dd>
            </div>
            <div>
                <dt>"Being decided"</dt>
                <dd>{show(|f| format::count(f.running))}</dd>
            </div>
            <div>
                <dt>"Settled"</dt>
                <dd>
                    <a href=link(Phase::Settled)>{show(|f| format::count(f.settled))}</a>
                </dd>
            </div>
            <div>
                <dt>"Locked in rewards"</dt>
                <dd>{show(|f| format!("{} MDC", f.escrowed))}</dd>
            </div>
            <div>
                <dt>"Paid to winners"</dt>
                <dd>{show(|f| format!("{} MDC", f.paid))}</dd>
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
                        "You reveal the labels, trainers claim a score and reveal. The contract counts; the best is paid, a false claim loses its stake. If you never reveal, trainers get the reward."
                    </span>
                </li>
            </ol>
        </section>
    }
}
