//! Code that is a second file, so that the first page does not wait for it: most pages, and all that asks nodes. It is
//! fetched as soon as the first page is shown, and from then on every page works with the server away. See
//! app/src/later.rs and xtask/bundle/src/program.rs.

use std::{future::Future, pin::Pin, time::Duration};

use app_ui::messages::empty::{Empty, Ghost};
use futures::channel::oneshot;
use leptos::{prelude::*, task::spawn_local};

/// What the second file has.
#[derive(Clone, Copy)]
pub struct Code {
    /// Shows the page of a name.
    pub open: fn(&str) -> AnyView,
    /// Begins what goes on as long as the page lives, such as following the chain. Called once; contexts of the page
    /// are there.
    pub begin: fn(),
}

/// Fetches the second file; `None` where that fails.
pub type Fetch = fn() -> Pin<Box<dyn Future<Output = Option<Code>>>>;

/// Where the second file is.
#[derive(Clone, Copy)]
enum State {
    Away,
    Coming,
    Here(Code),
    Failed,
}

/// The second file; a context.
#[derive(Clone, Copy)]
pub struct SecondFile {
    state: RwSignal<State>,
    fetch: Fetch,
    /// Who waits for the answer to the request under way.
    waiting: StoredValue<Vec<oneshot::Sender<()>>>,
    /// What `begin` is called in: it lives as long as the page.
    owner: StoredValue<Option<Owner>>,
}

impl SecondFile {
    /// Fetches it when the first page is on screen: a frame's callbacks run before it is painted, timeouts after.
    pub fn start(fetch: Fetch) -> Self {
        let state = RwSignal::new(State::Away);
        let (waiting, owner) = (StoredValue::new(Vec::new()), StoredValue::new(Owner::current()));
        let file = Self { state, fetch, waiting, owner };
        Effect::new(move || request_animation_frame(move || set_timeout(move || file.fetch(), Duration::ZERO)));
        file
    }

    fn fetch(self) {
        if matches!(self.state.get_untracked(), State::Coming | State::Here(_)) {
            return;
        }
        self.state.set(State::Coming);
        spawn_local(async move {
            let code = (self.fetch)().await;
            if let (Some(code), Some(owner)) = (code, self.owner.get_value()) {
                owner.with(code.begin);
            }
            self.state.set(code.map_or(State::Failed, State::Here));
            self.waiting.update_value(Vec::clear);
        });
    }

    /// Fetches it where it is not here yet; whether it is here then.
    pub async fn wait(self) -> bool {
        self.fetch();
        if matches!(self.state.get_untracked(), State::Coming) {
            let (sender, answered) = oneshot::channel();
            self.waiting.update_value(|waiting| waiting.push(sender));
            // Senders are dropped, not used, when there is an answer.
            let _ = answered.await;
        }
        matches!(self.state.get_untracked(), State::Here(_))
    }
}

/// Shows a page as soon as its code is here.
#[component]
pub fn LaterPage(name: &'static str) -> impl IntoView {
    let file = expect_context::<SecondFile>();
    file.fetch();
    move || match file.state.get() {
        State::Here(code) => (code.open)(name),
        State::Away | State::Coming => view! { <Ghost lines=6 /> }.into_any(),
        State::Failed => view! {
            <Empty icon="warn" title="A part of the page is missing">
                <p>"Its code could not be fetched. Check your connection and try again."</p>
                <button id=again_id(name) class="button" type="button" on:click=move |_| file.fetch()>
                    "Try again"
                </button>
            </Empty>
        }
        .into_any(),
    }
}

/// Shows a part of a page that has nothing to show before its code is here.
#[component]
pub fn LaterPart(name: &'static str) -> impl IntoView {
    let file = expect_context::<SecondFile>();
    move || match file.state.get() {
        State::Here(code) => Some((code.open)(name)),
        State::Away | State::Coming | State::Failed => None,
    }
}

/// The wallet's dialog can stand beside a page that is missing too.
fn again_id(name: &str) -> Option<&'static str> {
    (name != "wallet").then_some("fetch-again")
}
