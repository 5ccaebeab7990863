//! Code that is not in the first file, so that the first page does not wait for it. The second file has the page of a
//! bounty, the wallet, and all that asks nodes; the third has most other pages, and what goes on beside all of them. They
//! are fetched as soon as the first page is shown, and from then on their pages work with the server away. The fourth has
//! the pages of data sets, of learning together and of compute jobs, which most visitors never open: it is fetched when one
//! of them is opened, and then with the others at every later visit. See app/src/later.rs and xtask/bundle/src/program.rs.

use std::{future::Future, pin::Pin, time::Duration};

use app_ui::messages::empty::Empty;
use futures::channel::oneshot;
use leptos::{prelude::*, task::spawn_local};

use crate::storage;

/// Kept once a page of the fourth file was opened.
const OPENED: &str = "fourth-file";

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

/// Which file a page is in. What a file has may need whatever those before it began.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum File {
    Second,
    Third,
    Fourth,
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
pub struct LaterFiles([LaterFile; 3]);

/// One of them.
#[derive(Clone, Copy)]
struct LaterFile {
    state: RwSignal<State>,
    fetch: Fetch,
    /// Who waits for the answer to the request under way.
    waiting: StoredValue<Vec<oneshot::Sender<()>>>,
    /// What `begin` is called in: it lives as long as the page.
    owner: StoredValue<Option<Owner>>,
}

impl LaterFiles {
    /// Fetches the second and the third when the first page is on screen: a frame's callbacks run before it is painted,
    /// timeouts after. One after the other, so that what the page on screen needs has a slow line for itself.
    pub fn start(fetches: [Fetch; 3]) -> Self {
        let files = Self(fetches.map(LaterFile::new));
        let fetch = move || {
            spawn_local(async move {
                let is_here = files.wait(File::Second).await && files.wait(File::Third).await;
                if is_here && storage::read(OPENED).is_some() {
                    files.fetch(File::Fourth);
                }
            });
        };
        Effect::new(move || request_animation_frame(move || set_timeout(fetch, Duration::ZERO)));
        files
    }

    /// Fetches a file and those before it, where they are not here yet.
    fn fetch(self, file: File) {
        let mut before = None;
        for one in self.0.into_iter().take(file as usize + 1) {
            one.fetch(before);
            before = Some(one);
        }
    }

    /// The same, and waits for them; whether they are here then.
    pub async fn wait(self, file: File) -> bool {
        self.fetch(file);
        self.of(file).answer().await
    }

    fn state(self, file: File) -> State {
        self.of(file).state.get()
    }

    fn of(self, file: File) -> LaterFile {
        let [second, third, fourth] = self.0;
        match file {
            File::Second => second,
            File::Third => third,
            File::Fourth => fourth,
        }
    }
}

impl LaterFile {
    fn new(fetch: Fetch) -> Self {
        let (waiting, owner) = (StoredValue::new(Vec::new()), StoredValue::new(Owner::current()));
        Self { state: RwSignal::new(State::Away), fetch, waiting, owner }
    }

    /// What it begins, it begins after the one before it.
    fn fetch(self, before: Option<Self>) {
        if matches!(self.state.get_untracked(), State::Coming | State::Here(_)) {
            return;
        }
        self.state.set(State::Coming);
        spawn_local(async move {
            let mut code = (self.fetch)().await;
            if let Some(before) = before
                && !before.answer().await
            {
                code = None;
            }
            if let (Some(code), Some(owner)) = (code, self.owner.get_value()) {
                owner.with(code.begin);
            }
            self.state.set(code.map_or(State::Failed, State::Here));
            self.waiting.update_value(Vec::clear);
        });
    }

    /// Waits where it is coming; whether it is here then.
    async fn answer(self) -> bool {
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
    files.fetch(file);
    let again = move || {
        spawn_local(async move {
            // What was to come after it did not.
            if files.wait(file).await && file == File::Second {
                files.fetch(File::Third);
            }
        });
    };
    if file == File::Fourth {
        storage::write(OPENED, "opened");
    }
    move || match files.state(file) {
        State::Here(code) => (code.open)(name),
        State::Failed => view! {
            <Empty icon="warn" title="A part of the page is missing" whole_page=true>
                <p>"Its code could not be fetched. Check your connection and try again."</p>
                <button id=again_id(name) class="button" type="button" on:click=move |_| again()>
                    "Try again"
                </button>
            </Empty>
        }
        .into_any(),
        State::Away | State::Coming => before(),
    }
}

/// Shows a part of a page that has nothing to show before the second file is here.
#[component]
pub fn LaterPart(name: &'static str) -> impl IntoView {
    let files = expect_context::<LaterFiles>();
    move || match files.state(File::Second) {
        State::Here(code) => Some((code.open)(name)),
        State::Away | State::Coming | State::Failed => None,
    }
}

/// The wallet's dialog can stand beside a page that is missing too.
fn again_id(name: &str) -> Option<&'static str> {
    (name != "wallet").then_some("fetch-again")
}
