//! Joining a run: the seat is played in a worker, and what the chain has to know is told to it.

use std::{cell::RefCell, time::Duration};

use app_core::{
    action::{ActionError, Tools},
    chain::Learning,
    server,
    workers::party::{Came, Ended, Inputs, Party},
};
use futures::{channel::oneshot, future::join};
use gloo_timers::future::sleep;
use leptos::prelude::{GetUntracked, Update, window};
use mpc_run::{Spec, spec::Work};
use mpc_task::{Play, Progress, Seating, on_chain};
use protocol::Digest;
use tasks::{Move, State, TASKS, Task, calls, typed_data};

use super::{about, confirm};
use crate::{
    kept::{self, KeptResult},
    playing::Playing,
};

/// How often the chain is asked whether it has what it was told.
const LOOK: Duration = Duration::from_secs(1);
/// How long a seat that does not tell the chain itself waits for who does.
const PATIENCE: u32 = 600;

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

async fn plays(tools: Tools, learning: &Learning, id: u64, seat: u8, playing: &Playing) -> Result<(), ActionError> {
    let account = tools.account()?;
    let task = learning.book.task(id).ok_or_else(|| ActionError::feature("There is no such task."))?;
    playing.says("Reading what the task says");
    let (file, spec) = confirm::spec(tools, learning, id).await?;
    let seating = seating(tools, learning, id, &spec)?;
    let kept = kept::seat(tools, account, id, seat).await?.ok_or_else(|| {
        ActionError::feature(
            "The keys of this seat are not in this browser. Open the page in the one that confirmed it, or import its vault \
             in Settings.",
        )
    })?;
    let directory = *confirm::in_directory(tools, learning, account).await?.secret();
    let model = match &spec.work {
        Work::Predict(predict) => kept::model(tools, account, predict.model_of).await?,
        _ => None,
    };
    let relay = relay(&spec)?;
    playing.says("Signing in at the relay");
    let token = server::relay_session(tools.wallet, account, id, task.attempt).await?;
    let inputs = Inputs {
        spec: file,
        keys: kept.keys.into_bytes(),
        directory,
        table: kept.table.map(String::into_bytes),
        model,
    };
    let channel = format!("modelmarket seat {id} {seat} {}", js_sys::Math::random());
    let least_rows = task.draft.told.min_rows;
    let play = Play { seating, seat, relay, token, least_rows, channel: channel.clone() };
    playing.says("Waiting for the other seats");
    let (sender, met) = oneshot::channel();
    let sender = RefCell::new(Some(sender));
    let progress = |progress: Progress| {
        playing.told(&progress);
        if let (Progress::Met { signatures }, Some(sender)) = (progress, sender.take()) {
            // Whoever waits no more needs none.
            let _ = sender.send(signatures);
        }
    };
    let begins = async {
        let Ok(signatures) = met.await else { return Ok(()) };
        let begun = begin(tools, task, id, seat, signatures, playing).await;
        match begun {
            Ok(()) => Party::begun(&channel),
            // The seat tells the others, and ends.
            Err(_) => playing.party.stop(),
        }
        begun
    };
    let plays = async {
        let ended = playing.party.play(play, &inputs, progress).await;
        // Where it ends before all have met, nobody waits for that any more.
        sender.take();
        ended
    };
    let (ended, begun) = join(plays, begins).await;
    begun?;
    match ended? {
        Ended::Answered(sentence) => {
            playing.view.update(|view| view.answer = Some(sentence));
            Ok(())
        }
        Ended::Finished(came) => finishes(tools, task, id, seat, *came, playing).await,
    }
}

/// Who tells the chain: the requester's seat if there is one, else the first.
fn teller(task: &Task) -> u8 {
    task.seats.iter().position(|seat| seat.grant == 0).unwrap_or_default() as u8
}

async fn begin(
    tools: Tools,
    task: &Task,
    id: u64,
    seat: u8,
    signatures: Vec<Vec<u8>>,
    playing: &Playing,
) -> Result<(), ActionError> {
    let is_started = async || Ok::<_, ActionError>(tools.reader.task_state(id).await?.map(|task| task.state));
    if teller(task) == seat && is_started().await? == Some(State::Started) {
        playing.says("All are there: your wallet asks for the transaction that says so");
        let contract = tools.deployment().demand(TASKS)?;
        let data = calls::begin(id, &signatures.concat());
        tools.transactions.send(format!("Begin the run of task {id}"), contract, data, Some(about(id))).await?;
    }
    playing.says("All are there; waiting for the chain to say so");
    wait(is_started, State::Running, &[State::Started]).await?;
    playing.says("Running");
    Ok(())
}

/// Waits until the chain has a task in a state; any but those of before are the end of it.
async fn wait(
    ask: impl AsyncFn() -> Result<Option<State>, ActionError>,
    wanted: State,
    before: &[State],
) -> Result<(), ActionError> {
    for _ in 0..PATIENCE {
        match ask().await? {
            Some(state) if state == wanted => return Ok(()),
            Some(state) if before.contains(&state) => sleep(LOOK).await,
            _ => return Err(ActionError::feature("The task has ended meanwhile. Look at what happened below.")),
        }
    }
    Err(ActionError::feature("Nobody has told the chain in time. Ask the other seats, and join once more."))
}

async fn finishes(
    tools: Tools,
    task: &Task,
    id: u64,
    seat: u8,
    came: Came,
    playing: &Playing,
) -> Result<(), ActionError> {
    let Came { finished, kept, csv } = came;
    let csv = csv.map(|csv| String::from_utf8_lossy(&csv).into_owned());
    let result = KeptResult { attempt: task.attempt, finished, csv };
    kept::keep_result(tools, id, seat, &result).await?;
    if let Some(model) = &kept {
        kept::keep_model(tools, id, model).await?;
    }
    let ask = async || Ok::<_, ActionError>(tools.reader.task_state(id).await?.map(|task| task.state));
    if teller(task) == seat && ask().await? == Some(State::Running) {
        playing.says("All have signed: your wallet asks for the transaction that says so");
        tell_finished(tools, id, &result).await?;
    }
    playing.says("All have signed; waiting for the chain to say so");
    wait(ask, State::Finished, &[State::Running, State::Stalled]).await
}

/// Tells the chain what came out, as all have signed.
///
/// # Errors
/// [`ActionError`]
pub async fn tell_finished(tools: Tools, id: u64, result: &KeptResult) -> Result<(), ActionError> {
    let contract = tools.deployment().demand(TASKS)?;
    let data = calls::finish(id, &on_chain(&result.finished.outcome), &result.finished.signatures.concat());
    tools.transactions.send(format!("Finish task {id}"), contract, data, Some(about(id))).await?;
    Ok(())
}

/// Whether the rules would let the account tell the chain now.
pub fn may_finish(learning: &Learning, tools: Tools, id: u64, result: &KeptResult) -> bool {
    let Some(task) = learning.book.task(id) else { return false };
    let signers = task.seats.iter().filter_map(|seat| seat.signer).collect();
    let outcome = on_chain(&result.finished.outcome);
    let asked = Move::Finish { task: id, outcome, result: Digest::ZERO, signers };
    let account = tools.wallet.account.get_untracked().unwrap_or_default();
    learning.decide(account, tools.clock.now.get_untracked(), &asked).is_ok()
}

/// The relay of the task that is this page's server: only there the account is signed in.
fn relay(spec: &Spec) -> Result<String, ActionError> {
    let here = window().location().origin().unwrap_or_default();
    let same = |relay: &&String| relay.trim_end_matches('/') == here;
    spec.relays.iter().find(same).cloned().ok_or_else(|| {
        let there = spec.relays.first().map_or("no relay", String::as_str);
        ActionError::feature(format!("The seats of this task meet at {there}. Open the task there."))
    })
}

/// The seats as they were confirmed, and the helper as it serves.
fn seating(tools: Tools, learning: &Learning, id: u64, spec: &Spec) -> Result<Seating, ActionError> {
    let deployment = tools.deployment();
    let contract = deployment.demand(TASKS)?;
    let attempt = learning.book.task(id).map_or(0, |task| task.attempt);
    let run = typed_data::Run { chain: deployment.chain_id, contract, task: id, attempt };
    let events = learning.events.get(&id).map(Vec::as_slice).unwrap_or_default();
    let organisations = &learning.book.registry.organisations;
    let key = |who: &protocol::Address| organisations.get(who).map(|found| found.key);
    Seating::of(run, spec, events.iter().map(|logged| &logged.event), key).map_err(ActionError::feature)
}
