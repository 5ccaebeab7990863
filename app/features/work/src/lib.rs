//! What waits for the connected account, and everything it takes part in; and what any account has done.

mod account;
mod page;

use app_core::{
    feature::{Feature, Features, File, Later, RailLink, later},
    route, routes,
};
use leptos::prelude::*;

use account::AccountPage;
use page::WorkPage;

/// What both pages add to the first file.
pub fn feature() -> Feature {
    Feature {
        routes: vec![
            route!("/work", later(File::Third, "work")),
            route!("/account/:address", later(File::Third, "account")),
        ],
        rail: vec![RailLink {
            href: routes::WORK,
            icon: "work",
            name: "My work",
            below: &[],
            count: Some(|| {
                let waiting = expect_context::<Features>().waiting();
                Signal::derive(move || waiting.with(Vec::len))
            }),
        }],
        ..Feature::default()
    }
}

/// What they add to the third file.
pub const LATER: Later = Later {
    pages: &[("work", || view! { <WorkPage /> }.into_any()), ("account", || view! { <AccountPage /> }.into_any())],
    ..Later::NOTHING
};
