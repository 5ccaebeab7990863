//! What a feature adds to the page. The shell lists the features once (`app/src/features.rs`); nothing else names them
//! all.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{
    NestedRoute, PossibleRouteMatch,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute},
};

use app_ui::messages::empty::GhostPage;
use protocol::Address;

pub use crate::later_file::File;
use crate::{
    later_file::LaterPage,
    tasks::{Coming, Reading, Source, Task},
    vault::{Entry, Kind},
};

/// What a feature adds to the first file: it is there before anything is shown.
#[derive(Clone, Default)]
pub struct Feature {
    /// Its addresses.
    pub routes: Vec<Route>,
    /// Its links in the rail.
    pub rail: Vec<RailLink>,
    /// The kinds of files that it keeps in the vault, and what to call one of them in a list.
    pub vault_kinds: Vec<(Kind, Title)>,
    /// Those of them whose files come back without the vault too, and what brings them back, as a sentence.
    pub come_back: Vec<(Kind, &'static str)>,
    /// What waits for the connected account.
    pub tasks: Option<Source>,
    /// What the start page shows of it.
    pub home: Option<Home>,
}

/// What a feature adds to the third file (`later_file.rs`).
#[derive(Clone, Copy)]
pub struct Later {
    /// Pages, by the names that [`later`] is given. Those of the other files are constants of their own, or whatever the
    /// third file names would be in it.
    pub pages: &'static [Page],
    /// What the connected account takes part in, for the page “My work”.
    pub my_work: Option<fn() -> AnyView>,
    /// What it shows of any account, on the account's page.
    pub account: Option<AccountPart>,
    /// What goes on as long as the page lives and asks nodes, such as reading the account's part. Called once, when the
    /// third file is here; contexts of the page are there.
    pub begin: Option<fn()>,
    /// How it knows what is in the vault under a key that follows neither from the file's hash nor from a contract.
    pub vault_key: Option<VaultKey>,
}

impl Later {
    /// For a feature that adds little: `Later { pages: …, ..Later::NOTHING }`.
    pub const NOTHING: Self = Self { pages: &[], my_work: None, account: None, begin: None, vault_key: None };
}

/// What the features show on the page “My work”; a context of that page.
#[derive(Clone)]
pub struct MyWork(pub Vec<fn() -> AnyView>);

/// What a feature shows of an account. It says whether the account has done anything there, once that is known.
pub type AccountPart = fn(Address, RwSignal<Option<bool>>) -> AnyView;

/// What the features show on the page of an account; a context of that page.
#[derive(Clone)]
pub struct AccountParts(pub Vec<AccountPart>);

/// Whether a file is what the key of its entry stands for.
pub type VaultKey = fn(&Entry, &[u8]) -> bool;

/// How the features know files by keys of their own; a context of the page “Settings”.
#[derive(Clone)]
pub struct VaultKeys(pub Vec<VaultKey>);

/// What to call a kept file in a list.
pub type Title = fn(&Entry) -> String;

/// A page of a later file, with its name.
pub type Page = (&'static str, fn() -> AnyView);

/// A link in the rail.
#[derive(Clone)]
pub struct RailLink {
    pub href: &'static str,
    pub icon: &'static str,
    pub name: &'static str,
    /// Addresses of other pages on which it is marked too.
    pub below: &'static [&'static str],
    /// Gives a number to stand beside it; nothing stands there while it is 0.
    pub count: Option<fn() -> Signal<usize>>,
}

/// What the start page shows.
#[derive(Clone, Copy)]
pub struct Home {
    /// What is going on now, beside the title.
    pub figures: fn() -> AnyView,
    /// Sections below.
    pub sections: fn() -> AnyView,
}

/// An address with its page.
#[derive(Clone, Copy)]
pub struct Route {
    pub path: &'static str,
    pub segments: fn() -> Segments,
    pub view: fn() -> AnyView,
}

/// The parts of an address. One type for all of them: the router's code exists once for each type.
pub type Segments = Arc<dyn PossibleRouteMatch + Send + Sync>;

/// `route!("/work", later(File::Third, "work"))`: an address with its page.
#[macro_export]
macro_rules! route {
    ($path:tt, $view:expr) => {
        $crate::feature::Route {
            path: $path,
            segments: || ::std::sync::Arc::new(::leptos_router::path!($path)),
            view: || ::leptos::prelude::IntoAny::into_any($view()),
        }
    };
}

impl Route {
    fn made(&self) -> AnyNestedRoute {
        NestedRoute::new((self.segments)(), self.view).into_any_nested_route()
    }
}

/// The view of a page in a later file.
pub fn later(file: File, name: &'static str) -> impl Fn() -> AnyView {
    later_after(file, name, || view! { <GhostPage /> }.into_any())
}

/// The same, with what is shown until the file is here.
pub fn later_after(file: File, name: &'static str, before: fn() -> AnyView) -> impl Fn() -> AnyView {
    move || view! { <LaterPage name=name file=file before=before /> }.into_any()
}

/// Everything that the features add to the first file; a context.
#[derive(Clone)]
pub struct Features(Arc<Vec<Feature>>);

impl Features {
    pub fn new(features: Vec<Feature>) -> Self {
        Self(Arc::new(features))
    }

    /// All addresses. Those without parameters come first, so that `/models/new` is not the model named “new”.
    pub fn routes(&self) -> Vec<AnyNestedRoute> {
        let routes = || self.0.iter().flat_map(|f| &f.routes);
        let (fixed, open) = (routes().filter(|r| !r.path.contains(':')), routes().filter(|r| r.path.contains(':')));
        fixed.chain(open).map(Route::made).collect()
    }

    pub fn rail(&self) -> Vec<RailLink> {
        self.0.iter().flat_map(|f| f.rail.clone()).collect()
    }

    /// What each feature knows of the connected account.
    pub fn sources(&self) -> Vec<Source> {
        self.0.iter().filter_map(|f| f.tasks).collect()
    }

    /// What waits for the account now, the most urgent first.
    pub fn waiting(&self) -> Signal<Vec<Task>> {
        let sources = self.sources();
        Signal::derive(move || {
            let mut all: Vec<Task> = sources.iter().filter_map(|s| s.tasks.get()).flatten().collect();
            all.sort_by_key(|task| task.until.unwrap_or(u64::MAX));
            all
        })
    }

    /// How much is known of what waits.
    pub fn reading(&self) -> Memo<Reading> {
        let sources = self.sources();
        Memo::new(move |_| {
            Reading::of(sources.iter().map(|s| (s.tasks.with(Option::is_some), s.error.with(Option::is_some))))
        })
    }

    /// What will wait for it later, the earliest first.
    pub fn coming(&self) -> Signal<Vec<Coming>> {
        let sources = self.sources();
        Signal::derive(move || {
            let mut all: Vec<Coming> = sources.iter().flat_map(|s| s.coming.get()).collect();
            all.sort_by_key(|coming| coming.from);
            all
        })
    }

    pub fn home(&self) -> Vec<Home> {
        self.0.iter().filter_map(|f| f.home).collect()
    }

    /// What to call a kept file. What no feature knows was kept by another version of this page, and stays.
    pub fn title(&self, entry: &Entry) -> String {
        let mut kinds = self.0.iter().flat_map(|f| &f.vault_kinds);
        match kinds.find(|(kind, _)| *kind == entry.kind) {
            Some((_, title)) => title(entry),
            None => format!("{} ({}, of another version of this page)", entry.name, entry.kind),
        }
    }

    /// What brings a kept file back once the vault has lost it.
    pub fn brings_back(&self, entry: &Entry) -> &'static str {
        let mut known = self.0.iter().flat_map(|f| &f.come_back);
        known.find(|(kind, _)| *kind == entry.kind).map_or(
            "Nothing but an export is sure to bring it back; without it you may lose a bond or a bounty.",
            |(_, what)| what,
        )
    }
}

#[cfg(test)]
mod tests {
    use protocol::Digest;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn only_files_of_kinds_that_a_feature_says_so_of_come_back_without_an_export() {
        const PREDICTION: Kind = Kind::new("prediction");
        let entry = |kind| Entry {
            kind,
            chain_id: 1,
            market: Address::ZERO,
            superhash: Digest::ZERO,
            owner: Address::ZERO,
            name: String::new(),
            cid: String::new(),
            bytes: 0,
            saved_at: 0,
        };
        let come_back = vec![(PREDICTION, "Your wallet brings it back.")];
        let features = Features::new(vec![Feature::default(), Feature { come_back, ..Feature::default() }]);
        assert_eq!(features.brings_back(&entry(PREDICTION)), "Your wallet brings it back.");
        for other in ["seat", "pieces", "of another version"] {
            let said = features.brings_back(&entry(Kind::new(other)));
            assert!(said.starts_with("Nothing but an export"), "{other}: {said}");
        }
    }
}
