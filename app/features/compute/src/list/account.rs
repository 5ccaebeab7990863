//! The compute jobs that an account has a part in, on the account's page.

use app_core::{
    account::{Section, Source, Told},
    routes, server,
};
use app_ui::format;
use jobs::{FAMILY, api::JobQuery};
use leptos::prelude::*;
use protocol::Address;

/// How many there are.
const JOBS: Source<u64> = Source {
    family: FAMILY,
    by_time: false,
    server: |account| {
        Box::pin(async move {
            let list = server::jobs(&of(account)).await?;
            Ok((list.total, list.status.block))
        })
    },
    chain: |reader, account| {
        Box::pin(async move {
            let all = reader.computing().await.map_err(|error| error.to_string())?;
            Ok(of(account).select(all.jobs()).len() as u64)
        })
    },
    same: |server, chain| server == chain,
};

fn of(account: Address) -> JobQuery {
    JobQuery { person: Some(account), limit: Some(1), ..JobQuery::default() }
}

/// The part of an account's page that is about compute jobs.
pub fn part(account: Address, any: RwSignal<Option<bool>>) -> AnyView {
    let told = Told::follow(account, JOBS);
    told.says_whether(any, |jobs| *jobs > 0);
    let view = |jobs: u64, account: Address| {
        let href = format!("{}?person={account}", routes::JOBS);
        view! {
            <p>
                <a id="account-jobs-all" href=href>{format::plural(jobs, "job")}</a>
                " as client, provider, challenger or juror."
            </p>
        }
        .into_any()
    };
    view! { <Section told=told any=any id="account-jobs" count_id="count-jobs" title="Compute jobs" view=view /> }
        .into_any()
}
