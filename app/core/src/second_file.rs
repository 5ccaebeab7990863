//! Pages whose code is a second file, so that the first page does not wait for it. It is fetched as soon as the first
//! page is shown, and from then on every page works with the server away. See app/src/later.rs and
//! xtask/bundle/src/program.rs.

use std::{future::Future, pin::Pin, time::Duration};

use app_ui::messages::empty::{Empty, Ghost};
use leptos::{prelude::*, task::spawn_local};

/// Shows the page of a name.
pub type Open = fn(&str) -> AnyView;

/// Fetches the second file; `None` where that fails.
pub type Fetch = fn() -> Pin<Box<dyn Future<Output = Option<Open>>>>;

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
pub struct SecondFile {
    code: RwSignal<Code>,
    fetch: Fetch,
}

impl SecondFile {
    /// Fetches it when the first page is on screen: a frame's callbacks run before it is painted, timeouts after.
    pub fn start(fetch: Fetch) -> Self {
        let file = Self { code: RwSignal::new(Code::Away), fetch };
        Effect::new(move || request_animation_frame(move || set_timeout(move || file.fetch(), Duration::ZERO)));
        file
    }

    fn fetch(self) {
        if matches!(self.code.get_untracked(), Code::Coming | Code::Here(_)) {
            return;
        }
        self.code.set(Code::Coming);
        spawn_local(async move {
            let code = (self.fetch)().await.map_or(Code::Failed, Code::Here);
            self.code.set(code);
        });
    }
}

/// Shows a page as soon as its code is here.
#[component]
pub fn LaterPage(name: &'static str) -> impl IntoView {
    let file = expect_context::<SecondFile>();
    file.fetch();
    move || match file.code.get() {
        Code::Here(open) => open(name),
        Code::Away | Code::Coming => view! { <Ghost lines=6 /> }.into_any(),
        Code::Failed => view! {
            <Empty icon="warn" title="This page cannot be loaded">
                <p>"Its code could not be fetched. Check your connection and try again."</p>
                <button class="button" type="button" id="fetch-again" on:click=move |_| file.fetch()>
                    "Try again"
                </button>
            </Empty>
        }
        .into_any(),
    }
}
