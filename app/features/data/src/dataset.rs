//! `/data/sets/7`: what is told of a data set, and applying for it; for its owner prices and revoking.

mod apply;
mod owner;

use app_core::{
    components::{account::Account, time::Moment},
    learning::Known,
    live::{Live, Watched},
    routes, server,
    wallet::Wallet,
};
use app_ui::{
    format,
    messages::{
        empty::GhostPage,
        notice::{Notice, Problem},
    },
    tables::name::Name,
};
use directory::{Column, api::DatasetRow, subject};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use protocol::subject::Subject;

use crate::{
    market::{called, from_chain},
    names,
    own::{self, Beside},
    requests::NotThere,
};
use apply::ApplyPanel;
use owner::OwnerPanel;

#[component]
pub fn DatasetPage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0));
    let known = own::follow(Signal::derive(move || Beside::Dataset(id.get())));
    let live = expect_context::<Live>();
    let told = RwSignal::new(None::<DatasetRow>);
    Effect::new(move || {
        let id = id.get();
        live.track([Watched::Subject(Subject::new(directory::FAMILY, subject::dataset(id)))]);
        spawn_local(async move {
            if let Ok(found) = server::dataset(id).await {
                told.try_set(found.row);
            }
        });
    });
    // The chain's word on everything that it knows; names and columns from the server.
    let row = Memo::new(move |_| {
        let learning = known.learning.get()?;
        let chain = from_chain(&learning).into_iter().find(|row| row.id == id.get());
        let told = told.get().filter(|told| told.id == id.get());
        Some(chain.map(|chain| match told {
            Some(told) if told.dataset.terms.metadata == chain.dataset.terms.metadata => {
                DatasetRow { dataset: chain.dataset, ..told }
            }
            _ => chain,
        }))
    });
    view! {
        <div class="page">
            <Problem error=known.error />
            {move || match row.get() {
                None => view! { <GhostPage /> }.into_any(),
                Some(None) => view! { <NotThere what=format!("data set {}", id.get()) /> }.into_any(),
                Some(Some(row)) => view! { <Shown row=row known=known /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Shown(row: DatasetRow, known: Known) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let (owner, id, revoked) = (row.dataset.owner, row.id, row.dataset.revoked);
    let is_mine = Memo::new(move |_| wallet.account.get() == Some(owner));
    let for_panel = row.clone();
    view! {
        <div class="page-head">
            <div>
                <h1 class="breakable">{called(&row)}</h1>
                <p class="soft breakable">{row.text.clone().unwrap_or_else(|| "Its owner has not described it here.".to_owned())}</p>
            </div>
            <a class="button" href=routes::DATA>"All data sets"</a>
        </div>
        {revoked.then(|| view! {
            <Notice tone="warn">"Its owner has revoked it, for good: no task starts on it any more."</Notice>
        })}
        <Facts row=row.clone() />
        <Columns columns=row.columns all=row.dataset.terms.columns />
        {move || match is_mine.get() {
            true => view! { <OwnerPanel id=id dataset=for_panel.dataset.clone() known=known /> }.into_any(),
            false if revoked => ().into_any(),
            false => view! { <ApplyPanel row=for_panel.clone() known=known /> }.into_any(),
        }}
    }
}

#[component]
fn Facts(row: DatasetRow) -> impl IntoView {
    let terms = row.dataset.terms.clone();
    view! {
        <section class="panel">
            <header>
                <h2>{format!("Data set {}", row.id)}</h2>
                <span class="small soft">"Published " <Moment at=row.dataset.published_at /></span>
            </header>
            <div class="body">
                <dl class="terms">
                    <div>
                        <dt>"Owner"</dt>
                        <dd>{row.owner_name.map(|name| view! { <span>{name} " "</span> })} <Account address=row.dataset.owner /></dd>
                    </div>
                    <div>
                        <dt>"Industry"</dt>
                        <dd>{names::industry(terms.industry)}</dd>
                    </div>
                    <div>
                        <dt>"Size"</dt>
                        <dd>{format!("{}, {}", format::plural(terms.rows.into(), "row"), format::plural(terms.columns.into(), "column"))}</dd>
                    </div>
                    <div>
                        <dt>"The owner asks"</dt>
                        <dd>{format!("{} a use, {} a day", format::cost(terms.price_per_use), format::cost(terms.price_per_day))}</dd>
                    </div>
                    <div>
                        <dt>"Label"</dt>
                        <dd>{if terms.labelled { "It has one, so a grant names its purpose." } else { "None." }}</dd>
                    </div>
                </dl>
            </div>
        </section>
    }
}

#[component]
fn Columns(columns: Vec<Column>, all: u16) -> impl IntoView {
    let hidden = usize::from(all).saturating_sub(columns.len());
    let hidden = (hidden > 0).then(|| format!("{} not named here.", format::plural(hidden as u64, "column")));
    let rows = columns
        .into_iter()
        .map(|column| {
            view! {
                <tr>
                    <td><Name text=column.name /></td>
                    <td>{names::kind(column.kind)}</td>
                    <td>{names::role(column.role)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel table-wrap">
            <table class="snug">
                <thead>
                    <tr>
                        <th>"Column"</th>
                        <th>"Holds"</th>
                        <th>"Is"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {hidden.map(|text| view! { <div class="body"><p class="small soft">{text}</p></div> })}
        </section>
    }
}
