//! Starts everything that pages share, then the features.

use app_core::{
    allow_list::AllowList,
    chain::{Clock, Reader},
    components::not_found::NotFoundPage,
    feature::Features,
    live::Live,
    second_file::SecondFile,
    server,
    settings::Settings,
    storage,
    transactions::Transactions,
    wallet::Wallet,
};
use app_ui::messages::{
    empty::{Empty, Ghost},
    run::{Action, Around},
};
use leptos::{children::ToChildren, prelude::*, tachys::view::iterators::StaticVec, task::spawn_local};
use leptos_router::components::{RouteChildren, Router, Routes, RoutesProps};
use protocol::api::Deployment;

use crate::{features::first_file, frame::Frame, later};

/// The last deployment seen, so that the page starts even where the server does not answer.
const DEPLOYMENT: &str = "deployment";

#[component]
pub fn App() -> impl IntoView {
    let settings = Settings::load();
    provide_context(settings);
    let deployment = RwSignal::new(None::<Result<(Deployment, Option<u64>), String>>);
    spawn_local(async move {
        let found = match server::deployment().await {
            Ok(found) => {
                if let Ok(text) = serde_json::to_string(&found.0) {
                    storage::write(DEPLOYMENT, &text);
                }
                Ok(found)
            }
            Err(error) => storage::read(DEPLOYMENT)
                .and_then(|text| Some((serde_json::from_str(&text).ok()?, None)))
                .ok_or_else(|| error.to_string()),
        };
        deployment.set(Some(found));
    });
    move || match deployment.get() {
        None => view! { <main class="content"><Ghost lines=4 /></main> }.into_any(),
        Some(Ok((deployment, at))) => view! { <Started deployment=deployment at=at /> }.into_any(),
        Some(Err(error)) => view! {
            <main class="content">
                <Empty icon="warn" title="ModelMarket cannot start">
                    <p>{error}</p>
                    <a class="button" href="/" rel="external">"Try again"</a>
                </Empty>
            </main>
        }
        .into_any(),
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
    provide_context(SecondFile::start(later::fetch));
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
