//! Code that is not in the first file, so that the first page does not wait for it. The second file has most pages, and all
//! that asks nodes: it is fetched as soon as the first page is shown, and from then on its pages work with the server away.
//! The third has the pages of data sets and of learning together, which most visitors never open: it is fetched when one of
//! them is opened, and then with the second file at every later visit. See app/src/later.rs and xtask/bundle/src/program.rs.

use std::{future::Future, pin::Pin, time::Duration};

use app_ui::messages::empty::Empty;
use futures::channel::oneshot;
use leptos::{prelude::*, task::spawn_local};

use crate::storage;

/// Kept once a page of the third file was opened.
const OPENED: &str = "third-file";

/// What a file has.
#[derive(Clone, Copy)]
pub struct Code {
    /// Shows the page of a name.
    pub open: fn(&str) -> AnyView,
    /// Begins what goes on as long as the page lives, such as following the chain. Called once; contexts of the page
    /// are there.
    pub begin: fn(),
}

/// Fetches a file; `None` where that fails.
pub type Fetch = fn() -> Pin<Box<dyn Future<Output = Option<Code>>>>;

/// Which file a page is in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum File {
    Second,
    Third,
}

/// Where a file is.
#[derive(Clone, Copy)]
enum State {
    Away,
    Coming,
    Here(Code),
    Failed,
}

/// The files; a context.
#[derive(Clone, Copy)]
pub struct LaterFiles {
    pub second: LaterFile,
    pub third: LaterFile,
}

/// One of them.
#[derive(Clone, Copy)]
pub struct LaterFile {
    state: RwSignal<State>,
    fetch: Fetch,
    /// Who waits for the answer to the request under way.
    waiting: StoredValue<Vec<oneshot::Sender<()>>>,
    /// What `begin` is called in: it lives as long as the page.
    owner: StoredValue<Option<Owner>>,
}

impl LaterFiles {
    /// Fetches the second when the first page is on screen: a frame's callbacks run before it is painted, timeouts after.
    pub fn start(second: Fetch, third: Fetch) -> Self {
        let files = Self { second: LaterFile::new(second), third: LaterFile::new(third) };
        let fetch = move || {
            files.second.fetch();
            if storage::read(OPENED).is_some() {
                files.third.fetch();
            }
        };
        Effect::new(move || request_animation_frame(move || set_timeout(fetch, Duration::ZERO)));
        files
    }

    fn of(self, file: File) -> LaterFile {
        match file {
            File::Second => self.second,
            File::Third => self.third,
        }
    }
}

impl LaterFile {
    fn new(fetch: Fetch) -> Self {
        let (waiting, owner) = (StoredValue::new(Vec::new()), StoredValue::new(Owner::current()));
        Self { state: RwSignal::new(State::Away), fetch, waiting, owner }
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

/// Shows a page as soon as its code is here; until then, what stands for it.
#[component]
pub fn LaterPage(name: &'static str, file: File, before: fn() -> AnyView) -> impl IntoView {
    let files = expect_context::<LaterFiles>();
    // What pages of the third file need was begun by the second.
    let needed = [files.second, files.of(file)];
    let fetch = move || needed.iter().for_each(|file| file.fetch());
    fetch();
    if file == File::Third {
        storage::write(OPENED, "opened");
    }
    move || match needed.map(|file| file.state.get()) {
        [State::Here(_), State::Here(code)] => (code.open)(name),
        [State::Failed, _] | [_, State::Failed] => view! {
            <Empty icon="warn" title="A part of the page is missing" whole_page=true>
                <p>"Its code could not be fetched. Check your connection and try again."</p>
                <button id=again_id(name) class="button" type="button" on:click=move |_| fetch()>
                    "Try again"
                </button>
            </Empty>
        }
        .into_any(),
        _ => before(),
    }
}

/// Shows a part of a page that has nothing to show before the second file is here.
#[component]
pub fn LaterPart(name: &'static str) -> impl IntoView {
    let file = expect_context::<LaterFiles>().second;
    move || match file.state.get() {
        State::Here(code) => Some((code.open)(name)),
        State::Away | State::Coming | State::Failed => None,
    }
}

/// The wallet's dialog can stand beside a page that is missing too.
fn again_id(name: &str) -> Option<&'static str> {
    (name != "wallet").then_some("fetch-again")
}
