//! Starts everything that pages share, and says which page is where.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};
use protocol::api::Deployment;

use crate::{
    frame::Frame,
    later::{Later, LaterPage, SecondFile},
};
use app_core::{
    allow_list::AllowList,
    chain::{Clock, Reader},
    components::not_found::NotFoundPage,
    live::Live,
    server,
    settings::Settings,
    storage,
    transactions::Transactions,
    wallet::Wallet,
};
use app_ui::messages::empty::{Empty, Ghost};
use feature_bounty::{list::BountiesPage, my_work::MyWork};
use feature_home::page::HomePage;
use feature_shared_model::handover::Handovers;
use feature_simulate::simulations::Simulations;

/// The last deployment seen, so that the page starts even where the server does not answer.
const DEPLOYMENT: &str = "deployment";

#[component]
pub fn App() -> impl IntoView {
    let settings = Settings::load();
    provide_context(settings);
    let deployment = RwSignal::new(None::<Result<Deployment, String>>);
    spawn_local(async move {
        let found = match server::deployment().await {
            Ok(found) => {
                if let Ok(text) = serde_json::to_string(&found) {
                    storage::write(DEPLOYMENT, &text);
                }
                Ok(found)
            }
            Err(error) => storage::read(DEPLOYMENT)
                .and_then(|text| serde_json::from_str(&text).ok())
                .ok_or_else(|| error.to_string()),
        };
        deployment.set(Some(found));
    });
    move || match deployment.get() {
        None => view! { <main class="content"><Ghost lines=4 /></main> }.into_any(),
        Some(Ok(deployment)) => view! { <Started deployment=deployment /> }.into_any(),
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
fn Started(deployment: Deployment) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let reader = Reader::new(deployment.clone(), settings);
    let clock = Clock::start(reader);
    let wallet = Wallet::start(deployment);
    let transactions = Transactions::start(reader, wallet, clock);
    let work = MyWork::start(reader, wallet, clock, transactions);
    provide_context(reader);
    provide_context(clock);
    provide_context(Live::start(clock));
    provide_context(wallet);
    provide_context(transactions);
    provide_context(work);
    provide_context(AllowList::load());
    provide_context(Simulations::new());
    provide_context(Handovers::new());
    provide_context(SecondFile::start());
    view! {
        <Router>
            <Frame>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=HomePage />
                    <Route path=path!("/bounties") view=BountiesPage />
                    <Route path=path!("/bounties/:id") view=|| view! { <LaterPage page=Later::Bounty /> } />
                    <Route path=path!("/new") view=|| view! { <LaterPage page=Later::NewBounty /> } />
                    <Route path=path!("/models") view=|| view! { <LaterPage page=Later::Models /> } />
                    <Route path=path!("/models/new") view=|| view! { <LaterPage page=Later::NewModel /> } />
                    <Route path=path!("/models/trained") view=|| view! { <LaterPage page=Later::Trained /> } />
                    <Route path=path!("/models/:address") view=|| view! { <LaterPage page=Later::Model /> } />
                    <Route path=path!("/run") view=|| view! { <LaterPage page=Later::Run /> } />
                    <Route path=path!("/run/:cid") view=|| view! { <LaterPage page=Later::Run /> } />
                    <Route path=path!("/simulate") view=|| view! { <LaterPage page=Later::Simulate /> } />
                    <Route path=path!("/work") view=|| view! { <LaterPage page=Later::Work /> } />
                    <Route path=path!("/settings") view=|| view! { <LaterPage page=Later::Settings /> } />
                </Routes>
            </Frame>
        </Router>
    }
}
