//! Learning together: several data owners fit one model, and nobody's rows leave their machine. The wizard that makes a task,
//! the page of one, and the list of all that the account takes part in.

mod account;
mod actions;
mod again;
mod context;
mod kept;
mod my_work;
mod names;
mod new;
mod playing;
mod runs;
mod task;
mod words;

use app_core::{
    feature::{Feature, File, Later, Page, RailLink, later},
    route, routes,
};
use leptos::prelude::*;

use my_work::{MyTasks, Tasks};
use new::NewTaskPage;
use playing::Seats;
use runs::RunsPage;
use task::TaskPage;

/// What learning together adds to the first file.
pub fn feature() -> Feature {
    let clock = expect_context();
    let tasks = MyTasks::new(Tasks::new(clock), expect_context(), clock, expect_context());
    provide_context(tasks);
    Feature {
        routes: vec![
            route!("/learn", later(File::Fourth, "learn")),
            route!("/learn/new", later(File::Fourth, "new task")),
            route!("/task/:id", later(File::Fourth, "task")),
        ],
        rail: vec![RailLink { href: routes::LEARN, icon: "learn", name: "Learn", below: &["/task"], count: None }],
        vault_kinds: kept::kinds(),
        tasks: Some(tasks.source()),
        ..Feature::default()
    }
}

/// What learning together adds to the third file.
pub const LATER: Later = Later {
    account: Some(account::part),
    begin: Some(|| {
        provide_context(Seats::new());
        expect_context::<MyTasks>().follow(expect_context(), expect_context());
    }),
    ..Later::NOTHING
};

/// Its pages, which the fourth file has.
pub const FOURTH_FILE: &[Page] = &[
    ("learn", || view! { <RunsPage /> }.into_any()),
    ("new task", || view! { <NewTaskPage /> }.into_any()),
    ("task", || view! { <TaskPage /> }.into_any()),
];
