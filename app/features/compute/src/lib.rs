//! Compute jobs: who has work pays who has an idle machine, by metered units, under escrow. The list of jobs, the page of one,
//! what the account lends, and the network of all providers.

mod actions;
mod client;
mod context;
mod job;
mod lend;
mod lending;
mod list;
mod my_work;
mod names;
mod network;
mod new;
mod tabs;

use app_core::{
    action::Tools,
    feature::{Feature, File, Later, Page, RailLink, Title, later},
    route, routes,
    vault::Kind,
};
use leptos::prelude::*;

use client::Sessions;
use job::JobPage;
use lend::LendPage;
use lending::Lending;
use list::JobsPage;
use my_work::{Jobs, MyJobs};
use network::NetworkPage;
use new::NewJobPage;

/// What compute jobs add to the first file.
pub fn feature() -> Feature {
    let jobs = MyJobs::new(Jobs, expect_context(), expect_context(), expect_context());
    provide_context(jobs);
    provide_context(Sessions::new());
    Feature {
        routes: vec![
            route!("/jobs", later(File::Fourth, "jobs")),
            route!("/jobs/new", later(File::Fourth, "new job")),
            route!("/jobs/:id", later(File::Fourth, "job")),
            route!("/lend", later(File::Fourth, "lend")),
            route!("/network", later(File::Fourth, "network")),
        ],
        rail: vec![RailLink {
            href: routes::JOBS,
            icon: "machine",
            name: "Compute",
            below: &[routes::LEND, routes::NETWORK],
            count: None,
        }],
        tasks: Some(jobs.source()),
        vault_kinds: vault_kinds(),
        ..Feature::default()
    }
}

/// The kinds of files that jobs keep in the vault.
fn vault_kinds() -> Vec<(Kind, Title)> {
    let mut kinds = lending::kinds();
    kinds.push((client::key::CLIENT_KEY, |entry| format!("Key of your compute jobs, {}", entry.name)));
    kinds
}

/// What compute jobs add to the third file.
pub const LATER: Later = Later {
    account: Some(list::account::part),
    begin: Some(|| expect_context::<MyJobs>().follow(expect_context(), expect_context())),
    ..Later::NOTHING
};

/// What goes on as long as the page lives, once the fourth file is here: lending this machine.
pub fn begin_fourth_file() {
    let lending = Lending::new();
    provide_context(lending);
    lending.begin(Tools::from_context());
}

/// Its pages, which the fourth file has.
pub const FOURTH_FILE: &[Page] = &[
    ("jobs", || view! { <JobsPage /> }.into_any()),
    ("new job", || view! { <NewJobPage /> }.into_any()),
    ("job", || view! { <JobPage /> }.into_any()),
    ("lend", || view! { <LendPage /> }.into_any()),
    ("network", || view! { <NetworkPage /> }.into_any()),
];
