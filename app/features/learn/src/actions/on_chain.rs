//! The chain, this browser and the server, as a seat at work needs them.

use std::time::Duration;

use app_core::{
    action::{ActionError, Tools},
    server::{self, ServerError},
    transactions::SendError,
    wallet::WalletError,
    workers::party::Party,
};
use futures::{StreamExt as _, channel::mpsc};
use gloo_timers::future::sleep;
use mpc_task::{
    Progress, on_chain,
    request::{self, ADVANCED, AGREED, BEGUN},
};
use protocol::{Address, relay::Room};
use tasks::{Outcome, Roles, State, TASKS, Task, calls, typed_data};

use super::about;
use crate::{kept, playing::Playing};

/// How often the chain is asked whether it has what it was told.
pub const LOOK: Duration = Duration::from_secs(1);
/// Looks after which a seat does not wait for the chain any more: a window to begin is as long.
pub const PATIENCE: u32 = 900;
/// Looks for which a seat leaves it to the one before it to tell the chain.
const TURN: u32 = 30;

/// Looks in a row at which a node may be away, or not know yet what others know.
const AWAY: u32 = 15;

fn has_ended() -> ActionError {
    ActionError::feature("The task has ended meanwhile. Look at what happened below.")
}

/// A seat at work.
pub struct OnChain<'a> {
    pub tools: Tools,
    pub task: &'a Task,
    pub id: u64,
    pub seat: u8,
    pub playing: &'a Playing,
}

impl OnChain<'_> {
    /// Does what the seat asks for, until it asks no more.
    pub async fn does(&self, mut asked: mpsc::UnboundedReceiver<Progress>, channel: &str) -> Result<(), ActionError> {
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
                    self.finishes(&on_chain(&outcome), &signatures.concat()).await?;
                    playing.says("The keys of the results are exchanged");
                    Party::say(channel, AGREED);
                }
                Progress::Advanced { signatures } => {
                    playing.says("Both owners give the helper up; the chain is told");
                    self.advances(&signatures.concat()).await?;
                    Party::say(channel, ADVANCED);
                }
                Progress::Keep { number, progress } => {
                    let attempt = self.task.attempt;
                    let text = match kept::keep_progress(tools, id, seat, attempt, progress.as_bytes()).await {
                        Ok(()) => request::kept(number),
                        Err(error) => format!("{}{error}", request::not_kept(number)),
                    };
                    Party::say(channel, &text);
                }
                Progress::SignIn { number } => {
                    let text = match self.session().await {
                        Ok(token) => format!("{}{token}", request::signed_in(number)),
                        // Whoever does not sign in any more has ended the run.
                        Err(error @ ServerError::Wallet(WalletError::Refused)) => return Err(error.into()),
                        Err(error) => format!("{}{error}", request::not_signed_in(number)),
                    };
                    Party::say(channel, &text);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A session at the relay that is not over.
    async fn session(&self) -> Result<String, ServerError> {
        let room = Room::Task { task: self.id, attempt: self.task.attempt };
        let Some(seat) = self.task.seats.get(usize::from(self.seat)) else {
            return Err(WalletError::NotConnected.into());
        };
        server::relay_session(self.tools.wallet, seat.holder, room).await
    }

    /// Waits until the chain has a task in a state, and sends what brings it there when it is this seat's turn: the
    /// requester's first, the others where it is silent. Any state but those of before is the end of it.
    pub async fn tells(&self, title: &str, data: Vec<u8>, wanted: State, before: &[State]) -> Result<(), ActionError> {
        let Self { tools, id, .. } = *self;
        let is_there = async || match tools.reader.task_state(id).await?.map(|task| task.state) {
            Some(state) if state == wanted || (wanted == State::Running && state == State::Stalled) => Ok(true),
            Some(state) if before.contains(&state) => Ok(false),
            _ => Err(has_ended()),
        };
        self.sends(title, data, self.requesters(), is_there).await
    }

    /// Waits until the chain has this very result: keys of another one, which all have signed too, must not leave.
    async fn finishes(&self, outcome: &Outcome, signatures: &[u8]) -> Result<(), ActionError> {
        let Self { tools, task, id, .. } = *self;
        let deployment = tools.deployment();
        let contract = deployment.demand(TASKS)?;
        let run = typed_data::Run { chain: deployment.chain_id, contract, task: id, attempt: task.attempt };
        let result = run.result(task.draft.spec, outcome);
        let is_there = async || {
            let Some(found) = tools.reader.task_state(id).await? else { return Err(has_ended()) };
            match found.state {
                State::Running | State::Stalled => Ok(false),
                State::Finished if found.result == Some(result) => Ok(true),
                State::Finished => Err(ActionError::feature(
                    "The chain has another result of this task than the one that was signed here last, so that no key of this one \
                     was sent. Look at the task: what your seat owes or is owed of the other result is posted and demanded there.",
                )),
                _ => Err(has_ended()),
            }
        };
        self.sends("Finish", calls::finish(id, outcome, signatures), self.requesters(), is_there).await
    }

    /// The seat of whoever asked for the task, which tells the chain first.
    fn requesters(&self) -> usize {
        self.task.seats.iter().position(|seat| seat.grant == 0).unwrap_or_default()
    }

    /// Waits until the chain has drawn the next helper, and sends what both owners have signed when it is this seat's turn.
    async fn advances(&self, signatures: &[u8]) -> Result<(), ActionError> {
        let Self { tools, id, .. } = *self;
        let Some(helper) = &self.task.helper else { return Ok(()) };
        let data = calls::advance(id, &helper.candidates, 0, signatures);
        let first = self.task.seats.iter().position(|seat| seat.roles.has(Roles::FIRST)).unwrap_or_default();
        let is_there = async || Ok(tools.reader.task_helper(id).await?.helper != helper.helper);
        self.sends("Draw the next helper of", data, first, is_there).await
    }

    async fn sends(
        &self,
        title: &str,
        data: Vec<u8>,
        first: usize,
        is_there: impl AsyncFn() -> Result<bool, ActionError>,
    ) -> Result<(), ActionError> {
        let Self { tools, id, .. } = *self;
        let turn = if usize::from(self.seat) == first { 0 } else { TURN * (1 + u32::from(self.seat)) };
        let (mut sent, mut unclear) = (false, 0);
        for look in 0..PATIENCE {
            match is_there().await {
                Ok(true) => return Ok(()),
                Ok(false) => unclear = 0,
                Err(error) if unclear >= AWAY => return Err(error),
                // A node that is away or behind for a moment ends no run.
                Err(_) => {
                    unclear += 1;
                    sleep(LOOK).await;
                    continue;
                }
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

    /// Waits until another helper than this one agrees to deal.
    pub async fn next_serves(&self, before: Address) -> Result<(), ActionError> {
        let Self { tools, id, .. } = *self;
        for _ in 0..PATIENCE {
            // A node that is away for a moment says nothing.
            let Ok(found) = tools.reader.task_helper(id).await else {
                sleep(LOOK).await;
                continue;
            };
            match found.helper {
                None => {
                    return Err(ActionError::feature(
                        "No helper is left that all owners accept. The run ends when its time is over.",
                    ));
                }
                Some(helper) if helper != before && found.serving => return Ok(()),
                Some(_) => sleep(LOOK).await,
            }
        }
        Err(ActionError::feature("The next helper does not answer. Both owners can go on with the one after it."))
    }

    /// Ends once the chain has drawn another helper than this one.
    pub async fn is_replaced(&self, before: Address) {
        loop {
            sleep(5 * LOOK).await;
            // A node that is away for a moment says nothing.
            if let Ok(found) = self.tools.reader.task_helper(self.id).await
                && found.helper != Some(before)
            {
                return;
            }
        }
    }
}
