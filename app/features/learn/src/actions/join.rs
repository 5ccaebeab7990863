//! Joining a run: the seat is played in a worker, and what the chain has to know is told to it.

use std::time::Duration;

use app_core::{
    action::{ActionError, Tools},
    chain::Learning,
    server,
    transactions::SendError,
    workers::party::{Came, Ended, Inputs, Party},
};
use futures::{StreamExt as _, channel::mpsc, future::join};
use gloo_timers::future::sleep;
use leptos::prelude::{Update, window};
use mpc_run::{Spec, spec::Work};
use mpc_task::{
    Play, Progress, Seating, failure_on_chain, model_of, on_chain,
    request::{self, AGREED, BEGUN},
};
use tasks::{State, TASKS, Task, calls, typed_data};

use super::{about, confirm};
use crate::{
    kept::{self, KeptResult},
    playing::Playing,
};

/// How often the chain is asked whether it has what it was told.
const LOOK: Duration = Duration::from_secs(1);
/// Looks after which a seat does not wait for the chain any more: a window to begin is as long.
const PATIENCE: u32 = 900;
/// Looks for which a seat leaves it to the one before it to tell the chain.
const TURN: u32 = 30;

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
        Work::Predict(_) => kept::model(tools, account, task.model_of).await?,
        _ => None,
    };
    let relay = relay(&spec)?;
    playing.says("Signing in at the relay");
    let token = server::relay_session(tools.wallet, account, id, task.attempt).await?;
    let progress = kept::progress(tools, account, id, seat, task.attempt).await?;
    let inputs = Inputs {
        progress,
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
    let (todo, doing) = mpsc::unbounded();
    let progress = move |progress: Progress| {
        playing.told(&progress);
        // Whoever does nothing more has ended the run.
        let _ = todo.unbounded_send(progress);
    };
    let chain = OnChain { tools, task, id, seat, playing };
    let does = async {
        let done = chain.does(doing, &channel).await;
        if done.is_err() {
            // The seat tells the others, and ends.
            playing.party.stop();
        }
        done
    };
    let (ended, done) = join(playing.party.play(play, &inputs, progress), does).await;
    done?;
    match ended? {
        Ended::Answered(sentence, failure, signatures) => {
            playing.view.update(|view| view.answer = Some(sentence));
            let data = calls::fail(id, &failure_on_chain(&failure), &signatures.concat());
            chain.tells("Say why there is no model in", data, State::Failed, &[State::Running, State::Stalled]).await
        }
        Ended::Finished(came) => keep(tools, task, id, seat, *came).await,
    }
}

/// Keeps what a seat was told, and its share of a new model.
async fn keep(tools: Tools, task: &Task, id: u64, seat: u8, came: Came) -> Result<(), ActionError> {
    let Came { finished, kept, csv } = came;
    let csv = csv.map(|csv| String::from_utf8_lossy(&csv).into_owned());
    kept::keep_result(tools, id, seat, &KeptResult { attempt: task.attempt, finished, csv }).await?;
    if let Some(model) = &kept {
        kept::keep_model(tools, id, model).await?;
    }
    Ok(())
}

/// The chain, and this browser, as a seat at work needs them.
struct OnChain<'a> {
    tools: Tools,
    task: &'a Task,
    id: u64,
    seat: u8,
    playing: &'a Playing,
}

impl OnChain<'_> {
    /// Does what the seat asks for, until it asks no more.
    async fn does(&self, mut asked: mpsc::UnboundedReceiver<Progress>, channel: &str) -> Result<(), ActionError> {
        let Self { tools, id, seat, playing, .. } = *self;
        while let Some(progress) = asked.next().await {
            match progress {
                Progress::Met { signatures } => {
                    playing.says("All are there; the chain is told");
                    let data = calls::begin(id, &signatures.concat());
                    self.tells("Begin the run of", data, State::Running, &[State::Started]).await?;
                    playing.says("Running");
                    Party::say(channel, BEGUN);
                }
                Progress::Signed { outcome, signatures } => {
                    playing.says("All have signed; the chain is told");
                    let data = calls::finish(id, &on_chain(&outcome), &signatures.concat());
                    self.tells("Finish", data, State::Finished, &[State::Running, State::Stalled]).await?;
                    playing.says("The keys of the results are exchanged");
                    Party::say(channel, AGREED);
                }
                Progress::Keep { number, progress } => {
                    let attempt = self.task.attempt;
                    let text = match kept::keep_progress(tools, id, seat, attempt, progress.as_bytes()).await {
                        Ok(()) => request::kept(number),
                        Err(error) => format!("{}{error}", request::not_kept(number)),
                    };
                    Party::say(channel, &text);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Waits until the chain has a task in a state, and sends what brings it there when it is this seat's turn: the
    /// requester's first, the others where it is silent. Any state but those of before is the end of it.
    async fn tells(&self, title: &str, data: Vec<u8>, wanted: State, before: &[State]) -> Result<(), ActionError> {
        let Self { tools, id, .. } = *self;
        let turn = self.turn();
        let mut sent = false;
        for look in 0..PATIENCE {
            match tools.reader.task_state(id).await?.map(|task| task.state) {
                Some(state) if state == wanted || (wanted == State::Running && state == State::Stalled) => {
                    return Ok(());
                }
                Some(state) if before.contains(&state) => {}
                _ => return Err(ActionError::feature("The task has ended meanwhile. Look at what happened below.")),
            }
            if look >= turn && !sent {
                sent = true;
                let contract = tools.deployment().demand(TASKS)?;
                let told =
                    tools.transactions.send(format!("{title} task {id}"), contract, data.clone(), Some(about(id)));
                match told.await {
                    Ok(_) => continue,
                    // Another seat was first; the next look says so.
                    Err(SendError::Chain(_) | SendError::Reverted(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            sleep(LOOK).await;
        }
        Err(ActionError::feature("Nobody has told the chain in time. Ask the other seats, and join once more."))
    }

    /// Looks after which it is this seat's turn.
    fn turn(&self) -> u32 {
        let first = self.task.seats.iter().position(|seat| seat.grant == 0).unwrap_or_default();
        if usize::from(self.seat) == first { 0 } else { TURN * (1 + u32::from(self.seat)) }
    }
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
    let model = learning.book.task(id).and_then(|task| model_of(task, |trained| learning.outcome(trained)));
    Seating::of(run, spec, model, events.iter().map(|logged| &logged.event), key).map_err(ActionError::feature)
}
