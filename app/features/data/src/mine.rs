//! `/data/mine`: my organisation, and the data sets that I published.

mod organisation;

use std::sync::Arc;

use app_core::{
    chain::Learning,
    components::time::Moment,
    routes, server,
    vault::{Owner, Vault, tables},
    wallet::Wallet,
};
use app_ui::{
    format,
    messages::{
        empty::{Empty, Ghost},
        notice::Problem,
    },
};
use directory::{DATASETS, Dataset, api::DatasetQuery};
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use crate::{
    own::{self, Beside},
    tabs::Head,
};
use organisation::OrganisationPanel;

#[component]
pub fn MinePage() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let known = own::follow(Signal::stored(Beside::Nothing));
    view! {
        <div class="page">
            <Head here=routes::MY_DATA />
            <Problem error=known.error />
            {move || match (wallet.account.get(), known.learning.get()) {
                (None, _) => view! {
                    <Empty icon="purse" title="Connect a wallet">
                        <p>"Then this page shows your organisation and the data sets that you published."</p>
                    </Empty>
                }
                .into_any(),
                (_, None) => view! { <Ghost lines=4 /> }.into_any(),
                (Some(account), Some(learning)) => {
                    let organisation = learning.book.registry.organisations.get(&account).cloned();
                    view! {
                        <OrganisationPanel account=account organisation=organisation known=known />
                        <Mine account=account learning=learning />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Mine(account: Address, learning: Arc<Learning>) -> impl IntoView {
    let all = learning.book.registry.datasets.iter().rev();
    let mine: Vec<(u64, Dataset)> =
        all.filter(|(_, dataset)| dataset.owner == account).map(|(id, dataset)| (id, dataset.clone())).collect();
    // Names from the server, as far as it has the descriptions.
    let named = RwSignal::new(Vec::<(u64, String)>::new());
    spawn_local(async move {
        let query = DatasetQuery { owner: Some(account), limit: Some(100), ..DatasetQuery::default() };
        let rows = server::datasets(&query).await.map(|list| list.rows).unwrap_or_default();
        named.try_set(rows.into_iter().filter_map(|row| Some((row.id, row.name?))).collect());
    });
    let empty = mine.is_empty();
    let rows = mine.into_iter().map(|(id, dataset)| view! { <Row id=id dataset=dataset named=named /> }).collect_view();
    view! {
        <section class="stack" aria-labelledby="my-data">
            <h2 id="my-data">"Your data sets"</h2>
            {match empty {
                true => view! { <p class="soft">"None yet. " <a href=routes::NEW_DATA>"Publish one"</a> ": its rows stay in this browser."</p> }.into_any(),
                false => view! {
                    <div class="panel table-wrap">
                        <table class="cards">
                            <thead>
                                <tr>
                                    <th>"Data set"</th>
                                    <th class="number">"Rows"</th>
                                    <th class="number">"A use"</th>
                                    <th class="number">"A day"</th>
                                    <th>"State"</th>
                                    <th>"Since"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
                .into_any(),
            }}
        </section>
    }
}

#[component]
fn Row(id: u64, dataset: Dataset, named: RwSignal<Vec<(u64, String)>>) -> impl IntoView {
    let here = RwSignal::new(None::<bool>);
    let deployment = expect_context::<app_core::chain::Reader>().deployment();
    let (root, account) = (dataset.terms.data_root, dataset.owner);
    spawn_local(async move {
        let Some(contract) = deployment.contract(DATASETS) else { return };
        let owner = Owner { chain_id: deployment.chain_id, contract, account };
        if let Ok(vault) = Vault::open().await {
            here.try_set(tables::with_root(&vault, owner, root).await.ok().map(|table| table.is_some()));
        }
    });
    let terms = dataset.terms;
    let name = move || {
        let known = named.with(|all| all.iter().find(|(of, _)| *of == id).map(|(_, name)| name.clone()));
        known.unwrap_or_else(|| format!("Data set {id}"))
    };
    view! {
        <tr>
            <td class="lead">
                <a class="strong breakable" href=routes::dataset(id)>{name}</a>
                <div class="small soft">{format!("Data set {id}")}</div>
            </td>
            <td class="number" data-label="Rows">{format::count(terms.rows.into())}</td>
            <td class="number nowrap" data-label="A use">{format::cost(terms.price_per_use)}</td>
            <td class="number nowrap" data-label="A day">{format::cost(terms.price_per_day)}</td>
            <td data-label="State">
                {match dataset.revoked {
                    true => view! { <span class="chip">"Revoked"</span> },
                    false => view! { <span class="chip good">"Published"</span> },
                }}
                {move || match here.get() {
                    Some(true) => view! { <div class="small soft">"The table is in this browser"</div> }.into_any(),
                    Some(false) => view! { <div class="small soft">"The table is not in this browser: choose the file again to learn with it"</div> }.into_any(),
                    None => ().into_any(),
                }}
            </td>
            <td class="nowrap" data-label="Since">
                <Moment at=dataset.published_at />
            </td>
        </tr>
    }
}
