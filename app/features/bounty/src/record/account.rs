//! What an account has done with bounties, on the account's page.

use app_core::{
    account::{Section, Source, Told},
    chain::{Clock, Reader, bounties_listed},
    later_file::LaterFiles,
    list::Rows,
    live::{Live, Watched},
    routes, server,
};
use app_ui::{format, messages::notice::Problem};
use bounty::{
    FAMILY, Record, Reliability, TrainerRecord, VerifiedScore,
    api::{BountyQuery, BountyRow},
};
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use crate::{
    list::{BountyTable, from_chain::FromChain},
    names,
};

/// Bounties and scores that are shown; the list has all.
const SHOWN: u64 = 10;

/// Where a record comes from.
pub const RECORD: Source<Record> = Source {
    family: FAMILY,
    by_time: true,
    server: |account| {
        Box::pin(async move {
            let told = server::bounties_of(account).await?;
            Ok((told.record, told.status.block))
        })
    },
    chain: |reader, account| Box::pin(async move { reader.record(account).await.map_err(|error| error.to_string()) }),
    same: |server, chain| server == chain,
};

/// The part of an account's page that is about bounties.
pub fn part(account: Address, any: RwSignal<Option<bool>>) -> AnyView {
    let told = Told::follow(account, RECORD);
    told.says_whether(any, |record| !record.is_empty());
    let view = |record: Record, account| view! { <Shown record=record account=account /> }.into_any();
    view! { <Section told=told any=any id="account-bounties" count_id="count-bounties" title="Bounties" view=view /> }
        .into_any()
}

#[component]
fn Shown(record: Record, account: Address) -> impl IntoView {
    let (posts, trains) = (record.requester.posted > 0, record.trainer.submissions > 0);
    let list = rows_of(account);
    let titles = Memo::new(move |_| list.rows.get().unwrap_or_default());
    view! {
        {posts.then(|| view! { <AsRequester reliability=record.requester /> })}
        {trains.then(|| view! { <AsTrainer trainer=record.trainer titles=titles /> })}
        <div class="row spread">
            <h3>"Latest"</h3>
            <a href=format!("{}?person={account}", routes::BOUNTIES)>"All of its bounties"</a>
        </div>
        <Problem error=list.error />
        <BountyTable rows=list.rows error=list.error />
    }
}

/// The newest bounties that the account posted or submitted to.
fn rows_of(account: Address) -> Rows<BountyRow> {
    let (live, clock) = (expect_context::<Live>(), expect_context::<Clock>());
    let (reader, files) = (expect_context::<Reader>(), expect_context::<LaterFiles>());
    let from_chain = expect_context::<FromChain>();
    let list = Rows::<BountyRow>::new();
    Effect::new(move || {
        live.track([Watched::Family(FAMILY)]);
        live.track_time();
        let query = BountyQuery { person: Some(account), limit: Some(SHOWN), ..BountyQuery::default() };
        let asked = list.ask();
        spawn_local(async move {
            let answer = server::bounties(&query).await.map(|list| (list.rows, list.total, list.status));
            let chain = from_chain.read(files, reader, query, clock.now.get_untracked());
            let missing = || reader.missing(&[bounties_listed()], "titles");
            list.show(asked, answer, chain, 0, "", missing).await;
        });
    });
    list
}

#[component]
fn AsRequester(reliability: Reliability) -> impl IntoView {
    let Reliability { posted, revealed, missed, dropped, cancelled, idle } = reliability;
    let figure = |id: &'static str, name: &'static str, value: u32| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd id=id>{format::count(value.into())}</dd>
            </div>
        }
    };
    view! {
        <h3>"As requester"</h3>
        <p id="reliability" class=names::reliability(&reliability)>{format!("{}.", reliability.words())}</p>
        <p class="small soft">
            "Addresses are not people: whoever has several can submit to a bounty of their own, and revealing its ground truth counts here as well."
        </p>
        <dl class="figures">
            {figure("posted", "Bounties posted", posted)}
            {figure("revealed", "Ground truth revealed in time", revealed)}
            {figure("missed", "Ground truth not revealed", missed)}
            {figure("dropped", "Cancelled after submissions", dropped)}
            {figure("cancelled", "Cancelled without submissions", cancelled)}
            {figure("idle", "Ended without submissions", idle)}
        </dl>
    }
}

#[component]
fn AsTrainer(trainer: TrainerRecord, titles: Memo<Vec<BountyRow>>) -> impl IntoView {
    let TrainerRecord { submissions, wins, slashed, abandoned, received, scores } = trainer;
    let figure = |id: &'static str, name: &'static str, value: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd id=id>{value}</dd>
            </div>
        }
    };
    let count = |number: u32| format::count(number.into());
    let all = scores.len();
    view! {
        <h3>"As trainer"</h3>
        <dl class="figures">
            {figure("submissions", "Bounties submitted to", count(submissions))}
            {figure("wins", "Won", count(wins))}
            {figure("verified", "Scores verified on chain", format::count(all as u64))}
            {figure("slashed", "Stakes lost to a false or silent claim", count(slashed))}
            {figure("abandoned", "Withdrawn after the deadline", count(abandoned))}
            {figure("received", "Paid out, stakes included", format::mdc(received))}
        </dl>
        {(all > 0).then(|| view! { <Scores scores=scores titles=titles /> })}
    }
}

/// The verified scores of the newest bounties.
#[component]
fn Scores(scores: Vec<VerifiedScore>, titles: Memo<Vec<BountyRow>>) -> impl IntoView {
    let row = move |score: VerifiedScore| {
        let title = move || {
            let title = titles.with(|rows| rows.iter().find(|row| row.id == score.bounty)?.title.clone());
            title.unwrap_or_else(|| format!("Bounty {}", score.bounty))
        };
        view! {
            <tr>
                <td class="lead">
                    <a class="strong breakable" href=routes::bounty(score.bounty)>{title}</a>
                </td>
                <td class="number nowrap" data-label="Verified score">{format::score(score.correct, score.test_rows)}</td>
                <td data-label="Outcome">{if score.won { "Won" } else { "–" }}</td>
            </tr>
        }
    };
    view! {
        <div class="panel table-wrap">
            <table class="cards" id="scores">
                <thead>
                    <tr>
                        <th>"Bounty"</th>
                        <th class="number">"Verified score"</th>
                        <th>"Outcome"</th>
                    </tr>
                </thead>
                <tbody>{scores.into_iter().take(SHOWN as usize).map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
