//! Shared models: the list, the page of one, publishing, and what people do to them.

mod about;
mod actions;
mod context;
pub mod handover;
mod list;
mod my_work;
pub mod names;
mod page;
mod publish;
mod reading;
mod replay;
mod vault_kinds;

use app_core::{
    feature::{Feature, File, Later, RailLink, later},
    route, routes,
};
use leptos::prelude::*;

use handover::Handovers;
use list::ModelsPage;
use my_work::{Models, MyModels, MyWork};
use page::ModelPage;
use publish::NewModelPage;
pub use publish::incentive::IncentiveChoice;

/// What shared models add to the first file.
pub fn feature() -> Feature {
    provide_context(Handovers::new());
    let models = Models::new(expect_context());
    let work = MyWork::new(models, expect_context(), expect_context(), expect_context());
    provide_context(work);
    Feature {
        routes: vec![
            route!("/models", later(File::Third, "models")),
            route!("/models/new", later(File::Third, "new model")),
            route!("/models/:address", later(File::Third, "model")),
        ],
        rail: vec![RailLink {
            href: routes::MODELS,
            icon: "model",
            name: "Models",
            below: &[routes::RUN, routes::SIMULATE],
            count: None,
        }],
        vault_kinds: vault_kinds::kinds(),
        come_back: vault_kinds::come_back(),
        tasks: Some(work.source()),
        ..Feature::default()
    }
}

/// What shared models add to the third file.
pub const LATER: Later = Later {
    pages: &[
        ("models", || view! { <ModelsPage /> }.into_any()),
        ("new model", || view! { <NewModelPage /> }.into_any()),
        ("model", || view! { <ModelPage /> }.into_any()),
    ],
    my_work: Some(|| view! { <MyModels /> }.into_any()),
    account: Some(list::account::part),
    begin: Some(|| expect_context::<MyWork>().follow(expect_context(), expect_context())),
    vault_key: Some(actions::contribution::is_kept_under),
};
