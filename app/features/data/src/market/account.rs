//! The data sets that an account offers, on the account's page.

use app_core::{
    account::{Section, Source, Told},
    routes, server,
};
use app_ui::format;
use directory::{FAMILY, api::DatasetQuery};
use leptos::prelude::*;
use protocol::Address;

/// How many there are, withdrawn ones included.
const DATASETS: Source<u64> = Source {
    family: FAMILY,
    by_time: false,
    server: |account| {
        Box::pin(async move {
            let list = server::datasets(&of(account)).await?;
            Ok((list.total, list.status.block))
        })
    },
    chain: |reader, account| {
        Box::pin(async move {
            let learning = reader.learning().await.map_err(|error| error.to_string())?;
            let all = learning.book.registry.datasets.iter();
            Ok(all.filter(|(_, dataset)| dataset.owner == account).count() as u64)
        })
    },
    same: |server, chain| server == chain,
};

fn of(account: Address) -> DatasetQuery {
    DatasetQuery { owner: Some(account), limit: Some(1), ..DatasetQuery::default() }
}

/// The part of an account's page that is about data sets.
pub fn part(account: Address, any: RwSignal<Option<bool>>) -> AnyView {
    let told = Told::follow(account, DATASETS);
    told.says_whether(any, |datasets| *datasets > 0);
    let view = |datasets: u64, account: Address| {
        let href = format!("{}?search={account}&state=all", routes::DATA);
        view! {
            <p>
                <a id="account-data-all" href=href>{format::plural(datasets, "data set")}</a>
                " published; the rows stay with the owner."
            </p>
        }
        .into_any()
    };
    view! { <Section told=told any=any id="account-data" count_id="count-data" title="Data sets" view=view /> }
        .into_any()
}
