//! Trained models, which are files: the list of winners and published ones, and running one in the page.

mod account;
mod actions;
mod list;
mod run;

use app_core::{
    feature::{Feature, File, Later, later},
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
            route!("/models/trained", later(File::Third, "trained models")),
            route!("/run", later(File::Third, "run")),
            route!("/run/:cid", later(File::Third, "run")),
        ],
        ..Feature::default()
    }
}

/// What trained models add to the third file.
pub const LATER: Later = Later {
    pages: &[("trained models", || view! { <TrainedPage /> }.into_any()), ("run", || view! { <RunPage /> }.into_any())],
    account: Some(account::part),
    ..Later::NOTHING
};
