//! What a grant is for: read from its file, since the chain has only its hash; and whether that is enough to approve it.

use app_core::content::{self, ContentError};
use app_ui::messages::{empty::Ghost, notice::Notice};
use directory::{MAX_FILE_BYTES, Purpose};
use leptos::prelude::*;
use protocol::{Digest, cid::Cid};

use crate::names;

/// What is known of the purpose of a grant.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// Its file is being asked for.
    Waiting,
    Purpose(Purpose),
    /// It names none: it serves every purpose.
    Any,
    Unreadable(String),
}

impl Told {
    /// Why the owner cannot approve yet; `None` where it can. `any_is_ticked` says that a grant for every purpose is meant.
    pub fn lacking(&self, any_is_ticked: bool) -> Option<&'static str> {
        match self {
            Self::Purpose(_) => None,
            Self::Any if any_is_ticked => None,
            Self::Any => Some("Tick that tasks of any kind may be published."),
            Self::Waiting => Some("What it is for is still being read."),
            Self::Unreadable(_) => Some("What it is for cannot be read, so it cannot be approved."),
        }
    }
}

/// Reads the purpose, again and again until it is there, and with a new gateway at once.
pub fn follow(digest: Digest) -> RwSignal<Told> {
    let any = digest == Digest::ZERO;
    let told = RwSignal::new(if any { Told::Any } else { Told::Waiting });
    let cid = Memo::new(move |_| (!any).then(|| Cid::raw(digest).to_string()));
    let read = move |file: Result<Vec<u8>, ContentError>| {
        let read = match file {
            Ok(bytes) => Purpose::read(&bytes).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        told.try_set(read.map_or_else(Told::Unreadable, Told::Purpose));
    };
    content::follow(cid, MAX_FILE_BYTES as u64, Callback::new(read));
    told
}

#[component]
pub fn PurposeWords(told: RwSignal<Told>) -> impl IntoView {
    move || {
        match told.get() {
        Told::Waiting => view! { <Ghost lines=2 /> }.into_any(),
        Told::Purpose(purpose) => view! {
            <ul id="purpose" class="story">
                {names::purpose(&purpose).into_iter().map(|line| view! { <li class="breakable">{line}</li> }).collect_view()}
            </ul>
        }
        .into_any(),
        Told::Any => view! {
            <Notice tone="warn">"It names no purpose: tasks of any kind may be published under it."</Notice>
        }
        .into_any(),
        Told::Unreadable(why) => view! {
            <Notice tone="warn">{format!("What it is for cannot be read: {why}")}</Notice>
        }
        .into_any(),
    }
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn only_what_was_read_can_be_approved() {
        let purpose = Purpose::new(Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for ticked in [false, true] {
            assert!(Told::Waiting.lacking(ticked).is_some());
            assert!(Told::Unreadable("No source has the file.".to_owned()).lacking(ticked).is_some());
            assert!(Told::Purpose(purpose.clone()).lacking(ticked).is_none());
            assert_eq!(Told::Any.lacking(ticked).is_none(), ticked, "a grant for everything is meant");
        }
    }
}
