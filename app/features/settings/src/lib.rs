//! What a person can choose, and the files that only this browser keeps.

mod page;

use app_core::{
    feature::{Feature, File, Later, RailLink, later},
    route, routes,
};
use leptos::prelude::*;

use page::SettingsPage;

/// What the settings add to the first file.
pub fn feature() -> Feature {
    Feature {
        routes: vec![route!("/settings", later(File::Third, "settings"))],
        rail: vec![RailLink { href: routes::SETTINGS, icon: "settings", name: "Settings", below: &[], count: None }],
        ..Feature::default()
    }
}

/// What they add to the third file.
pub const LATER: Later = Later { pages: &[("settings", || view! { <SettingsPage /> }.into_any())], ..Later::NOTHING };
