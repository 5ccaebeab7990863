//! Joining a run: the seat is played in a worker, and what the chain has to know is told to it.

use std::pin::pin;

use app_core::{
    action::{ActionError, Tools},
    chain::Learning,
    forms::leaving::Lasting,
    server,
    workers::party::{Came, Ended, Inputs},
};
use futures::{
    channel::mpsc,
    future::{Either, join, pending, select},
};
use leptos::prelude::Update;
use mpc_run::{Spec, spec::Work};
use mpc_task::{Play, Progress, Seating, failure_on_chain, model_of};
use protocol::{Address, relay::Room};
use tasks::{State, Task, calls, typed_data};

use super::{confirm, on_chain::OnChain, proof::proofs};
use crate::{
    kept::{self, KeptResult},
    playing::Playing,
};

/// Plays a seat to its end.
///
/// # Errors
/// [`ActionError`]; the others were told.
pub async fn join_run(
    tools: Tools,
    learning: &Learning,
    id: u64,
    seat: u8,
    playing: &Playing,
) -> Result<(), ActionError> {
    // Ten minutes away can cost the bond.
    let _lasts = Lasting::begins();
    playing.view.update(|view| {
        *view = crate::playing::View { is_active: true, ..Default::default() };
    });
    let ended = plays(tools, learning, id, seat, playing).await;
    playing.view.update(|view| {
        view.is_active = false;
        view.error = ended.as_ref().err().map(ToString::to_string);
    });
    ended
}

/// What a seat needs for every try with a helper.
struct Prepared {
    spec: Spec,
    inputs: Inputs,
    relay: String,
    token: String,
}

async fn plays(tools: Tools, learning: &Learning, id: u64, seat: u8, playing: &Playing) -> Result<(), ActionError> {
    let mut prepared = prepare(tools, learning, id, seat, playing).await?;
    let mut later;
    let mut learning = learning;
    loop {
        let task = learning.book.task(id).ok_or_else(|| ActionError::feature("There is no such task."))?;
        let chain = OnChain { tools, task, id, seat, playing };
        let Some(gone) = with_helper(&chain, learning, &mut prepared).await? else { return Ok(()) };
        playing.begins_anew("Waiting for the next helper to agree");
        chain.next_serves(gone).await?;
        prepared.inputs.progress = kept::progress(tools, tools.account()?, id, seat, task.attempt).await?;
        later = tools.reader.learning().await?;
        learning = &later;
    }
}

/// What lies in this browser, and the way to the others.
async fn prepare(
    tools: Tools,
    learning: &Learning,
    id: u64,
    seat: u8,
    playing: &Playing,
) -> Result<Prepared, ActionError> {
    let account = tools.account()?;
    let task = learning.book.task(id).ok_or_else(|| ActionError::feature("There is no such task."))?;
    playing.says("Reading what the task says");
    let (file, spec) = confirm::spec(tools, learning, id).await?;
    let kept = kept::seat(tools, account, id, seat).await?.ok_or_else(|| {
        ActionError::feature(
            "The keys of this seat are not in this browser. Open the page in the one that confirmed it, or import its vault \
             in Settings.",
        )
    })?;
    let directory = *confirm::in_directory(tools, learning, account).await?.secret();
    let model = match &spec.work {
        Work::Predict(_) => kept::model(tools, account, task.model_of).await?,
        _ => None,
    };
    let relay = server::relay_here(&spec.relays)?;
    playing.says("Signing in at the relay");
    let room = Room::Task { task: id, attempt: task.attempt };
    let token = server::relay_session(tools.wallet, account, room).await?;
    let inputs = Inputs {
        progress: kept::progress(tools, account, id, seat, task.attempt).await?,
        spec: file,
        keys: kept.keys.into_bytes(),
        directory,
        table: kept.table.map(String::into_bytes),
        model,
        confirmation: None,
    };
    Ok(Prepared { spec, inputs, relay, token })
}

/// Plays with the helper that serves now. The helper is answered where it was given up.
async fn with_helper(
    chain: &OnChain<'_>,
    learning: &Learning,
    prepared: &mut Prepared,
) -> Result<Option<Address>, ActionError> {
    let OnChain { tools, task, id, seat, playing } = *chain;
    let Prepared { spec, inputs, relay, token } = prepared;
    let seating = seating(tools, learning, id, spec)?;
    let helper = spec.helper().and_then(|helper| seating.seats.get(usize::from(helper))).map(|seat| seat.address);
    playing.says("Comparing who has confirmed which keys");
    let attempt = seating.attempt(spec.clone(), task.draft.spec).map_err(ActionError::feature)?;
    let proofs = proofs(tools, learning, id, &attempt, seat).await?;
    inputs.confirmation = proofs.own;
    let channel = format!("modelmarket seat {id} {seat} {}", js_sys::Math::random());
    let play = Play {
        seating,
        seat,
        relay: relay.clone(),
        token: token.clone(),
        least_rows: task.draft.told.min_rows,
        channel: channel.clone(),
        awaited: proofs.awaited,
    };
    playing.hears_on(&channel, spec.helper());
    playing.says("Waiting for the other seats");
    let (todo, doing) = mpsc::unbounded();
    let progress = move |progress: Progress| {
        playing.told(&progress);
        // Whoever does nothing more has ended the run.
        let _ = todo.unbounded_send(progress);
    };
    let does = async {
        let done = chain.does(doing, &channel).await;
        if done.is_err() {
            // The seat tells the others, and ends.
            playing.party.stop();
        }
        done
    };
    // Owners say themselves that the helper is gone; whoever only receives sees it on the chain.
    let replaced = async {
        match helper {
            Some(helper) if Spec::owner_of(seat).is_none() => chain.is_replaced(helper).await,
            _ => pending().await,
        }
    };
    let played = pin!(join(playing.party.play(play, inputs, progress), does));
    let (ended, done) = match select(played, pin!(replaced)).await {
        Either::Left((played, _)) => played,
        Either::Right(((), played)) => {
            playing.party.end();
            // Its worker goes with it.
            let _ = played.await;
            return Ok(helper);
        }
    };
    done?;
    match ended? {
        Ended::HelperGone => Ok(helper),
        Ended::Answered(sentence, failure, signatures) => {
            playing.view.update(|view| view.answer = Some(sentence));
            let data = calls::fail(id, &failure_on_chain(&failure), &signatures.concat());
            let before = [State::Running, State::Stalled];
            chain.tells("Say why there is no result of", data, State::Failed, &before).await.map(|()| None)
        }
        Ended::Finished(came) => keep(tools, task, id, seat, *came).await.map(|()| None),
    }
}

/// Keeps what a seat was told, and its half of a new model.
pub(super) async fn keep(tools: Tools, task: &Task, id: u64, seat: u8, came: Came) -> Result<(), ActionError> {
    let Came { finished, kept, csv } = came;
    let csv = csv.map(|csv| String::from_utf8_lossy(&csv).into_owned());
    kept::keep_result(tools, id, seat, &KeptResult { attempt: task.attempt, finished, csv }).await?;
    if let Some(model) = &kept {
        kept::keep_model(tools, id, model).await?;
    }
    Ok(())
}

/// The seats as they were confirmed, and the helper as it serves.
pub(super) fn seating(tools: Tools, learning: &Learning, id: u64, spec: &Spec) -> Result<Seating, ActionError> {
    let deployment = tools.deployment();
    let contract = deployment.demand(tasks::TASKS)?;
    let attempt = learning.book.task(id).map_or(0, |task| task.attempt);
    let run = typed_data::Run { chain: deployment.chain_id, contract, task: id, attempt };
    let events = learning.events.get(&id).map(Vec::as_slice).unwrap_or_default();
    let organisations = &learning.book.registry.organisations;
    let key = |who: &protocol::Address| organisations.get(who).map(|found| found.key);
    let model = learning.book.task(id).and_then(|task| model_of(task, |trained| learning.outcome(trained)));
    Seating::of(run, spec, model, events.iter().map(|logged| &logged.event), key).map_err(ActionError::feature)
}
