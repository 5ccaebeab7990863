//! The models that an account published, and what it says of others' that it ran again, on the account's page.

use app_core::{
    account::{Section, Source, Told},
    components::account::Account,
    routes, server,
};
use app_ui::format;
use leptos::prelude::*;
use protocol::Address;
use trained::{
    Attestation, FAMILY,
    api::{TrainedFrom, TrainedQuery, TrainedRow},
};

/// Rows of each kind that are shown.
const SHOWN: usize = 10;

/// What an account has published and attested.
#[derive(Clone, PartialEq)]
struct Work {
    /// The newest that it published, and how many there are.
    published: Vec<TrainedRow>,
    total: u64,
    attested: Vec<Attestation>,
}

const WORK: Source<Work> = Source {
    family: FAMILY,
    by_time: false,
    server: |account| {
        Box::pin(async move {
            let list = server::trained_models(&published_by(account)).await?;
            let said = server::attestations_of(account).await?;
            let block = list.status.block.min(said.status.block);
            Ok((Work { published: list.rows, total: list.total, attested: said.attestations }, block))
        })
    },
    chain: |reader, account| {
        Box::pin(async move {
            let rows = reader.trained_rows().await.map_err(|error| error.to_string())?;
            let attested = reader.attested_by(account).await.map_err(|error| error.to_string())?;
            let mut published = published_by(account).select(rows);
            let total = published.len() as u64;
            published.truncate(MOST as usize);
            Ok(Work { published, total, attested })
        })
    },
    // Texts come from the chain whole, and from the server shortened.
    same: |server, chain| {
        server.attested == chain.attested && server.total == chain.total && sources(server) == sources(chain)
    },
};

/// Published models that are asked for.
const MOST: u64 = 100;

fn published_by(account: Address) -> TrainedQuery {
    TrainedQuery {
        person: Some(account),
        from: Some(TrainedFrom::Published),
        limit: Some(MOST),
        ..TrainedQuery::default()
    }
}

fn sources(work: &Work) -> Vec<(trained::api::TrainedSource, String)> {
    work.published.iter().map(|row| (row.source.clone(), row.cid.clone())).collect()
}

/// The part of an account's page that is about models as files.
pub fn part(account: Address, any: RwSignal<Option<bool>>) -> AnyView {
    let told = Told::follow(account, WORK);
    told.says_whether(any, |work| work.total > 0 || !work.attested.is_empty());
    let view = |work: Work, _| view! { <Shown work=work /> }.into_any();
    view! { <Section told=told any=any id="account-files" count_id="count-files" title="Published models and reproductions" view=view /> }
        .into_any()
}

#[component]
fn Shown(work: Work) -> impl IntoView {
    let Work { published, total, attested } = work;
    let reproduced = attested.iter().filter(|said| said.is_reproduced()).count() as u64;
    let figures = [
        ("published", "Models published", total),
        ("reproduced", "Winners it reproduced", reproduced),
        ("differing", "Winners that differed when it ran them", attested.len() as u64 - reproduced),
    ];
    let figure = |(id, name, count): (&'static str, &'static str, u64)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd id=id>{format::count(count)}</dd>
            </div>
        }
    };
    let attests = !attested.is_empty();
    view! {
        <dl class="figures">{figures.map(figure).into_iter().collect_view()}</dl>
        <ul class="bullets">{published.into_iter().take(SHOWN).map(|row| view! { <PublishedLine row=row /> }).collect_view()}</ul>
        {attests.then(|| view! { <Attested attested=attested /> })}
    }
}

#[component]
fn PublishedLine(row: TrainedRow) -> impl IntoView {
    // What a publisher wrote is behind the safety switch.
    let switch = expect_context::<app_core::allow_list::AllowList>().on;
    let (href, cid, name) = (routes::run(&row.cid, None), row.cid, row.name.unwrap_or_default());
    let shown = move || if switch.get() || name.is_empty() { format!("Model {cid}") } else { name.clone() };
    view! {
        <li>
            <a class="breakable" href=href>{shown}</a>
        </li>
    }
}

#[component]
fn Attested(attested: Vec<Attestation>) -> impl IntoView {
    let row = |said: Attestation| {
        view! {
            <tr>
                <td class="lead">
                    <a class="strong" href=routes::bounty(said.bounty)>{format!("Winner of bounty {}", said.bounty)}</a>
                </td>
                <td data-label="Trainer">
                    <Account address=said.trainer />
                </td>
                <td class="number nowrap" data-label="Rows as revealed">
                    {format!("{} of {}", format::count(said.equal.into()), format::count(said.rows.into()))}
                </td>
            </tr>
        }
    };
    view! {
        <div class="panel table-wrap">
            <table class="cards">
                <thead>
                    <tr>
                        <th>"Ran again"</th>
                        <th>"Trainer"</th>
                        <th class="number">"Rows as revealed"</th>
                    </tr>
                </thead>
                <tbody>{attested.into_iter().take(SHOWN).map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
