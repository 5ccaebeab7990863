//! Simulations of shared models.

mod page;
mod simulations;

use app_core::{
    feature::{Feature, File, Later, later},
    route,
};
use leptos::prelude::*;

use page::SimulatePage;
use simulations::Simulations;

/// What simulations add to the first file. Runs go on while other pages are looked at.
pub fn feature() -> Feature {
    provide_context(Simulations::new());
    Feature { routes: vec![route!("/simulate", later(File::Third, "simulate"))], ..Feature::default() }
}

/// What simulations add to the third file.
pub const LATER: Later = Later { pages: &[("simulate", || view! { <SimulatePage /> }.into_any())], ..Later::NOTHING };
