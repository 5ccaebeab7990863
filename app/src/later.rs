//! Pages whose code is a second file, so that the first page does not wait for it. It is fetched as soon as the first
//! page is shown, and from then on every page works with the server away. See xtask/src/split.rs.

use std::time::Duration;

use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_split::{SplitLoaderError, wasm_split},
};

use app_ui::messages::empty::{Empty, Ghost};
use feature_bounty::{page::BountyPage, post::NewBountyPage};
use feature_settings::page::SettingsPage;
use feature_shared_model::{list::ModelsPage, page::ModelPage, publish::NewModelPage};
use feature_simulate::page::SimulatePage;
use feature_trained::{list::TrainedPage, run::RunPage};
use feature_work::page::WorkPage;

/// A page of the second file.
#[derive(Clone, Copy)]
pub enum Later {
    Bounty,
    Models,
    Model,
    NewModel,
    NewBounty,
    Trained,
    Run,
    Simulate,
    Work,
    Settings,
}

type Open = fn(Later) -> AnyView;

/// Where the second file is.
#[derive(Clone, Copy)]
enum Code {
    Away,
    Coming,
    Here(Open),
    Failed,
}

/// The second file; a context.
#[derive(Clone, Copy)]
pub struct SecondFile(RwSignal<Code>);

impl SecondFile {
    /// Fetches it when the first page is on screen: a frame's callbacks run before it is painted, timeouts after.
    pub fn start() -> Self {
        let file = Self(RwSignal::new(Code::Away));
        Effect::new(move || request_animation_frame(move || set_timeout(move || file.fetch(), Duration::ZERO)));
        file
    }

    fn fetch(self) {
        if matches!(self.0.get_untracked(), Code::Coming | Code::Here(_)) {
            return;
        }
        self.0.set(Code::Coming);
        spawn_local(async move {
            let code = second_file().await.map_or(Code::Failed, Code::Here);
            self.0.set(code);
        });
    }
}

/// Everything that only `open` reaches is cut out of the first file.
#[wasm_split(pages, wasm_split_path = leptos::wasm_split, fallible, preload(fetch_second_file))]
fn second_file() -> Result<Open, SplitLoaderError> {
    Ok(open)
}

fn open(page: Later) -> AnyView {
    match page {
        Later::Bounty => view! { <BountyPage /> }.into_any(),
        Later::Models => view! { <ModelsPage /> }.into_any(),
        Later::Model => view! { <ModelPage /> }.into_any(),
        Later::NewModel => view! { <NewModelPage /> }.into_any(),
        Later::NewBounty => view! { <NewBountyPage /> }.into_any(),
        Later::Trained => view! { <TrainedPage /> }.into_any(),
        Later::Run => view! { <RunPage /> }.into_any(),
        Later::Simulate => view! { <SimulatePage /> }.into_any(),
        Later::Work => view! { <WorkPage /> }.into_any(),
        Later::Settings => view! { <SettingsPage /> }.into_any(),
    }
}

/// Shows the page as soon as its code is here.
#[component]
pub fn LaterPage(page: Later) -> impl IntoView {
    let file = expect_context::<SecondFile>();
    file.fetch();
    move || match file.0.get() {
        Code::Here(open) => open(page),
        Code::Away | Code::Coming => view! { <Ghost lines=6 /> }.into_any(),
        Code::Failed => view! {
            <Empty icon="warn" title="This page cannot be loaded">
                <p>"Its code could not be fetched. Check your connection and try again."</p>
                <button class="button" type="button" on:click=move |_| file.fetch()>
                    "Try again"
                </button>
            </Empty>
        }
        .into_any(),
    }
}
