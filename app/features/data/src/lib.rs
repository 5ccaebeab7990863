//! Data sets that stay with their owners: organisations, publishing, the market, and grants to use them.

mod actions;
mod dataset;
mod grant;
mod market;
mod mine;
mod my_work;
mod names;
mod own;
mod prices;
mod publish;
mod requests;
mod tabs;

use app_core::{
    feature::{Feature, File, Later, Page, RailLink, later},
    route, routes,
    vault::tables,
};
use leptos::prelude::*;

use self::dataset::DatasetPage;
use grant::GrantPage;
use market::MarketPage;
use mine::MinePage;
use my_work::{MyGrants, MyWork, Own};
use publish::PublishPage;
use requests::RequestsPage;

/// What data sets add to the first file.
pub fn feature() -> Feature {
    let work = MyWork::new(Own::new(), expect_context(), expect_context(), expect_context());
    provide_context(work);
    Feature {
        routes: vec![
            route!("/data", later(File::Fourth, "data")),
            route!("/data/mine", later(File::Fourth, "my data")),
            route!("/data/new", later(File::Fourth, "new data set")),
            route!("/data/requests", later(File::Fourth, "requests for data")),
            route!("/data/sets/:id", later(File::Fourth, "data set")),
            route!("/data/grants/:id", later(File::Fourth, "grant")),
        ],
        rail: vec![RailLink { href: routes::DATA, icon: "lock", name: "Data", below: &[], count: None }],
        vault_kinds: vec![(tables::TABLE, |entry| format!("Your data set {}", tables::name(entry)))],
        tasks: Some(work.source()),
        ..Feature::default()
    }
}

/// What data sets add to the third file.
pub const LATER: Later = Later {
    account: Some(market::account::part),
    my_work: Some(|| view! { <MyGrants /> }.into_any()),
    begin: Some(|| expect_context::<MyWork>().follow(expect_context(), expect_context())),
    ..Later::NOTHING
};

/// Their pages, which the fourth file has.
pub const FOURTH_FILE: &[Page] = &[
    ("data", || view! { <MarketPage /> }.into_any()),
    ("my data", || view! { <MinePage /> }.into_any()),
    ("new data set", || view! { <PublishPage /> }.into_any()),
    ("requests for data", || view! { <RequestsPage /> }.into_any()),
    ("data set", || view! { <DatasetPage /> }.into_any()),
    ("grant", || view! { <GrantPage /> }.into_any()),
];
