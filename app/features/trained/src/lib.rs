//! Trained models, which are files: the list of winners and published ones, and running one in the page.

mod account;
mod actions;
mod list;
mod run;

use app_core::{
    feature::{Feature, Later, later},
    live::Watched,
    own_models::OwnModels,
    route,
};
use leptos::prelude::*;

use list::TrainedPage;
use run::RunPage;

/// What the lists of trained models are made of.
const WINNERS_AND_PUBLISHED: [Watched; 2] = [Watched::Family(bounty::FAMILY), Watched::Family(trained::FAMILY)];

/// What trained models add to the first file.
pub fn feature() -> Feature {
    provide_context(OwnModels::new());
    Feature {
        routes: vec![
            route!("/models/trained", later("trained models")),
            route!("/run", later("run")),
            route!("/run/:cid", later("run")),
        ],
        ..Feature::default()
    }
}

/// What trained models add to the second file.
pub const LATER: Later = Later {
    pages: &[("trained models", || view! { <TrainedPage /> }.into_any()), ("run", || view! { <RunPage /> }.into_any())],
    account: Some(account::part),
    ..Later::NOTHING
};
