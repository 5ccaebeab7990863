//! `/`: what this is, what is going on, what can be done without a wallet.

use leptos::prelude::*;
use protocol::site::PROMISE;

use app_core::{components::task_list::TaskList, feature::Features, routes};
use app_ui::icon::Icon;

#[component]
pub fn HomePage() -> impl IntoView {
    let features = expect_context::<Features>();
    let tasks = features.waiting();
    let home = features.home();
    let figures = home.iter().map(|home| (home.figures)()).collect_view();
    let sections = home.iter().map(|home| (home.sections)()).collect_view();
    view! {
        <div class="page">
            <TaskList tasks=tasks />
            <section class="hero">
                <div class="stack">
                    <h1>{PROMISE}</h1>
                    <p class="lead">
                        "Post a CSV and a reward. Trainers commit predictions and a model. The contract counts what is right and pays the best."
                    </p>
                    <div class="row">
                        <a class="button primary" href=routes::NEW_BOUNTY>
                            <Icon name="plus" />
                            "Post a bounty"
                        </a>
                        <a class="button" id="see-bounties" href=routes::BOUNTIES>
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
                    {figures}
                    <p class="small soft">
                        "Without a wallet you can read everything, download data, run models in this page, and count any score again yourself."
                    </p>
                </div>
            </section>
            {sections}
        </div>
    }
}
