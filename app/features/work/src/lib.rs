//! What waits for the connected account, and everything it takes part in.

mod page;

use app_core::{
    feature::{Feature, Features, Later, RailLink, later},
    route, routes,
};
use leptos::prelude::*;

use page::WorkPage;

/// What the page “My work” adds to the first file.
pub fn feature() -> Feature {
    Feature {
        routes: vec![route!("/work", later("work"))],
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

/// What it adds to the second file.
pub const LATER: Later = Later { pages: &[("work", || view! { <WorkPage /> }.into_any())], ..Later::NOTHING };
