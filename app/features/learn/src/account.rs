//! The learning tasks that an account published or holds seats of, on the account's page.

use app_core::{
    account::{Section, Source, Told},
    routes, server,
};
use app_ui::format;
use leptos::prelude::*;
use protocol::Address;
use tasks::{FAMILY, Task, api::TaskQuery};

/// How many tasks an account published, and of how many it holds a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    published: u64,
    seated: u64,
}

const TASKS: Source<Part> = Source {
    family: FAMILY,
    by_time: false,
    server: |account| {
        Box::pin(async move {
            let published = TaskQuery { requester: Some(account), limit: Some(1), ..TaskQuery::default() };
            let seated = TaskQuery { seat: Some(account), limit: Some(1), ..TaskQuery::default() };
            let (published, seated) = (server::tasks(&published).await?, server::tasks(&seated).await?);
            let block = published.status.block.min(seated.status.block);
            Ok((Part { published: published.total, seated: seated.total }, block))
        })
    },
    chain: |reader, account| {
        Box::pin(async move {
            let learning = reader.learning().await.map_err(|error| error.to_string())?;
            let count = |has: fn(&Task, &Address) -> bool| {
                learning.book.tasks.iter().filter(|(_, task)| has(task, &account)).count() as u64
            };
            Ok(Part {
                published: count(|task, account| task.requester == *account),
                seated: count(|task, account| task.seats.iter().any(|seat| seat.holder == *account)),
            })
        })
    },
    same: |server, chain| server == chain,
};

/// The part of an account's page that is about learning tasks.
pub fn part(account: Address, any: RwSignal<Option<bool>>) -> AnyView {
    let told = Told::follow(account, TASKS);
    told.says_whether(any, |part| part.published > 0 || part.seated > 0);
    let view = |part: Part, account: Address| {
        let href = format!("{}?shown=everybody&search={account}", routes::LEARN);
        view! {
            <p>
                <a id="account-tasks-all" href=href>{format!("{} published", format::plural(part.published, "task"))}</a>
                {format!(", a seat in {}.", format::plural(part.seated, "task"))}
            </p>
        }
        .into_any()
    };
    view! { <Section told=told any=any id="account-tasks" count_id="count-tasks" title="Learning tasks" view=view /> }
        .into_any()
}
