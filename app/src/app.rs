//! Starts everything that pages share, then the features.

use app_core::{
    allow_list::AllowList,
    chain::{Clock, Reader},
    components::not_found::NotFoundPage,
    feature::Features,
    later_file::LaterFiles,
    live::Live,
    settings::Settings,
    transactions::Transactions,
    wallet::Wallet,
};
use app_ui::messages::{
    empty::Empty,
    run::{Action, Around},
};
use leptos::{children::ToChildren, prelude::*, tachys::view::iterators::StaticVec, task::spawn_local};
use leptos_router::components::{RouteChildren, Router, Routes, RoutesProps};
use protocol::api::Deployment;

use crate::{
    deployment::{self, ChangedContracts, Found},
    features::first_file,
    frame::Frame,
    later,
};

#[component]
pub fn App() -> impl IntoView {
    let settings = Settings::load();
    provide_context(settings);
    let found = RwSignal::new(None::<Found>);
    spawn_local(async move {
        let what = deployment::find().await;
        remove_shell();
        found.set(Some(what));
    });
    let choose = Callback::new(move |deployment| found.set(Some(Found::Known(deployment, None))));
    move || match found.get() {
        // The shell stands there.
        None => ().into_any(),
        Some(Found::Known(deployment, at)) => view! { <Started deployment=deployment at=at /> }.into_any(),
        Some(Found::Changed { before, now }) => {
            view! { <ChangedContracts before=before now=now choose=choose /> }.into_any()
        }
        Some(Found::Nothing(error)) => view! {
            <main class="content">
                <Empty icon="warn" title="ModelMarket cannot start">
                    <p>{error.to_string()}</p>
                    <a class="button" href="/" rel="external">"Try again"</a>
                </Empty>
            </main>
        }
        .into_any(),
    }
}

/// What index.html shows until there is something to show.
fn remove_shell() {
    if let Some(shell) = document().get_element_by_id("shell") {
        shell.remove();
    }
}

#[component]
fn Started(deployment: Deployment, at: Option<u64>) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let reader = Reader::new(deployment.clone(), settings);
    let clock = Clock::start(at);
    let wallet = Wallet::start(deployment);
    provide_context(Around(Callback::new(move |action: Action| -> Action { Box::pin(wallet.holding(action)) })));
    let transactions = Transactions::start(reader, wallet, clock);
    provide_context(reader);
    provide_context(clock);
    provide_context(Live::start(clock));
    provide_context(wallet);
    provide_context(transactions);
    provide_context(AllowList::load());
    provide_context(LaterFiles::start([later::second, later::third, later::fourth]));
    let features = Features::new(first_file());
    let routes = features.routes();
    provide_context(features);
    let routes = RoutesProps::builder()
        .fallback(NotFoundPage)
        .children(RouteChildren::to_children(move || StaticVec::from(routes)));
    view! {
        <Router>
            <Frame>{Routes(routes.build())}</Frame>
        </Router>
    }
}
