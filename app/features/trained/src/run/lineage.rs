//! Where a model comes from: the bounty that it won, its data and trainer, or who published it. Read from the chain.

use bounty::Ending;
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;
use trained::api::{TrainedQuery, TrainedRow, TrainedSource};

use super::opened::FromBounty;
use crate::{WINNERS_AND_PUBLISHED, actions};
use app_core::{
    action::{ActionError, Tools},
    chain::Reader,
    components::{account::Account, download::Download, time::Moment},
    live::Live,
    routes, server,
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        empty::Ghost,
        notice::Notice,
        run::{Run, RunState},
    },
};

/// `listed` is where the file stands in the list of trained models, looked up here; `note` is the bounty that the file
/// names, as `chain/market/number`.
#[component]
pub fn LineagePanel(
    cid: String,
    from: Option<FromBounty>,
    listed: RwSignal<Option<Vec<TrainedRow>>>,
    note: Option<String>,
) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let live = expect_context::<Live>();
    let trouble = RwSignal::new(None::<String>);
    let of = cid.clone();
    // Looked up again after every change: it may have been published a moment ago.
    Effect::new(move || {
        live.track(WINNERS_AND_PUBLISHED);
        look_up(reader, of.clone(), listed, trouble);
    });
    // Here and not in their rows, which are gone when the list is read again.
    let withdrawn = RwSignal::new(Vec::<u64>::new());
    let won = from.as_ref().map(|from| from.bounty.id);
    let deployment = reader.deployment();
    let mentioned = deployment.contract(bounty::BOUNTY_MARKET).and_then(|market| {
        let here = format!("{}/{market}/", deployment.chain_id);
        note?.strip_prefix(&here)?.parse::<u64>().ok()
    });
    // By their numbers, so that what is under way in a row goes on when the list is read again.
    let others = move || {
        let elsewhere =
            |row: &TrainedRow| !matches!(row.source, TrainedSource::Bounty { bounty, .. } if Some(bounty) == won);
        listed.get().unwrap_or_default().into_iter().filter(elsewhere).collect::<Vec<_>>()
    };
    view! {
        <section class="panel" aria-labelledby="lineage">
            <header>
                <h2 id="lineage">"Where it comes from"</h2>
            </header>
            <div class="body stack">
                {from.map(|from| view! { <Won from=from cid=cid /> })}
                {move || match (listed.with(Option::is_some), trouble.get()) {
                    (false, None) => Some(view! { <Ghost lines=2 /> }.into_any()),
                    (false, Some(why)) => {
                        Some(
                            view! { <Notice tone="warn">{format!("Winners and published models could not be looked up: {why}")}</Notice> }
                                .into_any(),
                        )
                    }
                    (true, _) => None,
                }}
                <Show when=move || won.is_none() && listed.with(|rows| rows.as_ref().is_some_and(Vec::is_empty))>
                    <p class="soft">
                        "No bounty was won with this file, and nobody has published it."
                        {mentioned.map(|id| {
                            view! {
                                " The file says that it was trained for "
                                <a href=routes::bounty(id)>{format!("bounty {id}")}</a>
                                "; nobody has checked that."
                            }
                        })}
                    </p>
                </Show>
                <For each=others key=number children=move |row| view! { <Listed row=row withdrawn=withdrawn /> } />
                {move || {
                    (!withdrawn.read().is_empty())
                        .then(|| view! { <p class="small soft">"It is off the list. Whoever has the CID can still fetch the file."</p> })
                }}
            </div>
        </section>
    }
}

/// What tells rows apart: which list, and the number in it.
fn number(row: &TrainedRow) -> (bool, u64) {
    match row.source {
        TrainedSource::Bounty { bounty, .. } => (false, bounty),
        TrainedSource::Published { id, .. } => (true, id),
    }
}

/// Looks for a file among winners and published models.
fn look_up(reader: Reader, cid: String, rows: RwSignal<Option<Vec<TrainedRow>>>, trouble: RwSignal<Option<String>>) {
    spawn_local(async move {
        let query = TrainedQuery { search: Some(cid.clone()), ..Default::default() };
        let found = match server::trained_models(&query).await {
            Ok(list) => list.rows,
            Err(_) => match reader.trained_rows().await {
                Ok(rows) => rows,
                // What was found before still holds.
                Err(e) => {
                    trouble.try_set(Some(e.to_string()));
                    return;
                }
            },
        };
        trouble.try_set(None);
        let found: Vec<_> = found.into_iter().filter(|row| row.cid == cid).collect();
        if rows.try_with_untracked(|known| known.as_ref() != Some(&found)) == Some(true) {
            rows.try_set(Some(found));
        }
    });
}

/// The bounty that the model was revealed in.
#[component]
fn Won(from: FromBounty, cid: String) -> impl IntoView {
    let title = from.title();
    let bounty = from.bounty;
    let reveal = bounty
        .submissions
        .iter()
        .filter_map(|s| Some((s.trainer, s.reveal.as_ref().filter(|r| r.model_cid == cid)?.correct)))
        .max_by_key(|(_, correct)| *correct);
    let winner = match &bounty.ending {
        Some(Ending::Settled { winner, .. }) => Some(*winner),
        _ => None,
    };
    view! {
        <dl class="pairs">
            <dt>"Bounty"</dt>
            <dd>
                <a href=routes::bounty(bounty.id)>{title}</a>
            </dd>
            {reveal
                .map(|(trainer, correct)| {
                    view! {
                        <dt>"Trainer"</dt>
                        <dd class="row tight">
                            <Account address=trainer />
                            {(winner == Some(trainer)).then(|| view! { <span class="chip good">"won"</span> })}
                        </dd>
                        <dt>"Score"</dt>
                        <dd>{format!("{}, counted on chain", format::score(correct, bounty.terms.test_rows))}</dd>
                    }
                })}
            <dt>"Data"</dt>
            <dd class="row tight">
                <Download cid=bounty.train_cid.clone() name="train.csv" />
                <Download cid=bounty.test_cid.clone() name="test.csv" />
            </dd>
        </dl>
    }
}

/// A row of the list of trained models; `withdrawn` are those that were just taken off it.
#[component]
fn Listed(row: TrainedRow, withdrawn: RwSignal<Vec<u64>>) -> impl IntoView {
    let (name, at) = (row.name.unwrap_or_default(), row.at);
    match row.source {
        TrainedSource::Published { id, publisher } => view! {
            <dl class="pairs">
                <dt>"Published as"</dt>
                <dd>{name}</dd>
                <dt>"By"</dt>
                <dd>
                    <Account address=publisher />
                    " "
                    <Moment at=at />
                </dd>
            </dl>
            {row.description.filter(|text| !text.is_empty()).map(|text| view! { <p class="breakable">{text}</p> })}
            <Withdraw id=id publisher=publisher withdrawn=withdrawn />
        }
        .into_any(),
        TrainedSource::Bounty { bounty, trainer, correct, test_rows, .. } => view! {
            <dl class="pairs">
                <dt>"Won"</dt>
                <dd>
                    <a href=routes::bounty(bounty)>{if name.is_empty() { format!("Bounty {bounty}") } else { name }}</a>
                    {format!(", {}", format::score(correct, test_rows))}
                </dd>
                <dt>"Trainer"</dt>
                <dd>
                    <Account address=trainer />
                </dd>
            </dl>
        }
        .into_any(),
    }
}

/// For its publisher: off the list.
#[component]
fn Withdraw(id: u64, publisher: Address, withdrawn: RwSignal<Vec<u64>>) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let press = Callback::new(move |()| {
        run.start(async move {
            actions::withdraw(tools, id).await?;
            withdrawn.try_update(|ids| ids.push(id));
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <Show when=move || tools.wallet.account.get() == Some(publisher) && !withdrawn.read().contains(&id)>
            <div class="row">
                <BusyButton label="Take it off the list" class="small" id="withdraw-model" busy=run.busy on_press=press />
                <span class="small soft">"The file stays; so does the record on chain."</span>
            </div>
            <RunState run=run />
        </Show>
    }
}
