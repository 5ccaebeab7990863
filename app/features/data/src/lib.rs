//! Data sets that stay with their owners: organisations, publishing, the market, and grants to use them.

mod actions;
mod dataset;
mod grant;
mod market;
mod mine;
mod my_work;
mod names;
mod prices;
mod publish;
mod requests;
mod tabs;

use app_core::{
    feature::{Feature, Later, RailLink, later},
    route, routes,
    vault::tables,
};
use leptos::prelude::*;

use self::dataset::DatasetPage;
use grant::GrantPage;
use market::MarketPage;
use mine::MinePage;
use my_work::{Grants, MyGrants, MyWork};
use publish::PublishPage;
use requests::RequestsPage;

/// What data sets add to the first file.
pub fn feature() -> Feature {
    let work = MyWork::new(Grants, expect_context(), expect_context(), expect_context());
    provide_context(work);
    Feature {
        routes: vec![
            route!("/data", later("data")),
            route!("/data/mine", later("my data")),
            route!("/data/new", later("new data set")),
            route!("/data/requests", later("requests for data")),
            route!("/data/sets/:id", later("data set")),
            route!("/data/grants/:id", later("grant")),
        ],
        rail: vec![RailLink { href: routes::DATA, icon: "lock", name: "Data", below: &[], count: None }],
        vault_kinds: vec![(tables::TABLE, |entry| format!("Your data set {}", tables::name(entry)))],
        tasks: Some(work.source()),
        ..Feature::default()
    }
}

/// What data sets add to the second file.
pub const LATER: Later = Later {
    pages: &[
        ("data", || view! { <MarketPage /> }.into_any()),
        ("my data", || view! { <MinePage /> }.into_any()),
        ("new data set", || view! { <PublishPage /> }.into_any()),
        ("requests for data", || view! { <RequestsPage /> }.into_any()),
        ("data set", || view! { <DatasetPage /> }.into_any()),
        ("grant", || view! { <GrantPage /> }.into_any()),
    ],
    my_work: Some(|| view! { <MyGrants /> }.into_any()),
    begin: Some(|| expect_context::<MyWork>().follow(expect_context(), expect_context())),
};
