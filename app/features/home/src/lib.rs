//! The start page.

mod page;

use app_core::{
    feature::{Feature, Later, RailLink},
    route, routes,
};

use page::HomePage;

/// What the start page adds to the first file.
pub fn feature() -> Feature {
    Feature {
        routes: vec![route!("/", HomePage)],
        rail: vec![RailLink { href: routes::HOME, icon: "home", name: "Start", below: &[], count: None }],
        ..Feature::default()
    }
}

/// Nothing of it waits for the third file.
pub const LATER: Later = Later::NOTHING;
