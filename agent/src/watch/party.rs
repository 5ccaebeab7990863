//! An account with data, or one that asks for tasks: what it does by its rules.

use std::{path::Path, rc::Rc, time::Duration};

use directory::{Grant, GrantState};
use mpc_run::{Spec, preflight, spec::Work};
use mpc_task::{Secrets, fits};
use protocol::Digest;
use tasks::{BEGIN_WINDOW, State as TaskState, Step, Task, calls};

use super::{
    admitting::admit,
    afterwards,
    seat::{Playing, Silent},
    seating,
    watcher::{Deciding, Given, Watcher},
};
use crate::{
    failure::Failure,
    files,
    play::{rules::Rules, seat::table},
};

pub struct Party {
    pub rules: Rules,
    /// Most seconds of one run.
    pub limit: u64,
}

impl Party {
    pub fn read(folder: &Path, limit: u64) -> Result<Self, Failure> {
        Ok(Self { rules: Rules::read(folder)?, limit })
    }

    /// Confirms a seat, or says why not.
    async fn confirm(&self, watcher: &mut Watcher, id: u64, task: &Task, seat: u8) -> Result<bool, Failure> {
        let (spec, hash) = watcher.spec(task.draft.spec).await?;
        let registry = &watcher.view.book.registry;
        let dataset_of = |grant: u64| {
            let (grant, _) = registry.grant(grant)?;
            (grant.state == GrantState::Approved).then_some(grant.dataset)
        };
        let fitting = fits(task, &spec, hash, dataset_of).map_err(|unfit| Failure::Refused(unfit.to_string()));
        let own = task.seats.get(usize::from(seat)).is_some_and(|seat| seat.grant == 0) && task.requester == watcher.me;
        let admitted = match fitting {
            Err(unfit) => Err(unfit),
            // Its own task, and no data: there is nothing to decide.
            Ok(()) if own => Ok((Vec::new(), 0)),
            Ok(()) => match covered(watcher, task, &spec, seat).await {
                Ok(()) => self.admitted(watcher, task, &spec, seat),
                Err(refused) => Err(refused),
            },
        };
        let (rows, accepted) = match admitted {
            Ok(admitted) => admitted,
            Err(Failure::Refused(sentence)) => {
                watcher.tell(id, "refused", &sentence);
                if self.rules.reject {
                    let reason: String = sentence.chars().take(directory::MAX_REASON_LENGTH / 4).collect();
                    return watcher.send(id, "rejected", calls::reject(id, seat, &reason)).await;
                }
                return Ok(false);
            }
            Err(other) => return Err(other),
        };
        let secrets = watcher.state.secrets(id, seat)?;
        let public = secrets.public()?;
        let said =
            calls::Confirmation { key: public.link, input: secrets.input(&rows), signer: public.signer, accepted };
        let permit = watcher.chain.permit(watcher.contract, task.draft.bond).await?;
        watcher.send(id, "confirmed", calls::confirm(id, seat, &said, permit.as_ref())).await
    }

    fn admitted(&self, watcher: &Watcher, task: &Task, spec: &Spec, seat: u8) -> Result<(Vec<u8>, u16), Failure> {
        let (data, accepted) = admit(&self.rules, task, spec, seat)?;
        let file = watcher.state.data(&data.file);
        let owner = Spec::owner_of(seat)
            .ok_or_else(|| Failure::Refused(format!("Seat {seat} has no data, and the task is another account's.")))?;
        let report = preflight(spec, owner, &table(&file)?);
        if !report.is_fit() {
            let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
            return Err(Failure::Refused(findings.join(" ")));
        }
        Ok((files::read(&file)?, accepted))
    }
}

/// Whether the task does what the grant is for and no more. A grant may be for anything; where it is not, a task waits until
/// the file that says what it is for can be read.
async fn covered(watcher: &Watcher, task: &Task, spec: &Spec, seat: u8) -> Result<(), Failure> {
    let grant = task.seats.get(usize::from(seat)).map_or(0, |seat| seat.grant);
    let purpose = watcher.view.book.registry.grant(grant).map(|(grant, _)| grant.purpose);
    let (Some(owner), Some(purpose)) = (Spec::owner_of(seat), purpose) else {
        return Err(Failure::Refused(format!("Seat {seat} of the task has no grant of a data set.")));
    };
    if purpose == Digest::ZERO {
        return Ok(());
    }
    let purpose = watcher.purpose(purpose).await?;
    let receiver = spec.receiver().and_then(|seat| task.seats.get(usize::from(seat)));
    let asked = mpc_task::purpose::asked(spec, owner, receiver.map(|seat| seat.holder));
    if purpose.covers(&asked) {
        return Ok(());
    }
    Err(Failure::Refused(
        "The task does more, or tells more, than the grant is for. Ask for another grant.".to_string(),
    ))
}

/// Why the rules do not try a task again.
const FAILS_AGAIN: &str = "It is not tried again by the rules: with the same data it would fail again, and grants count each try. \
                           Cancel it, and bonds and fees come back.";

/// Whether it is known that a task would fail again as it did.
fn would_fail_again(watcher: &Watcher, id: u64) -> bool {
    let failure = watcher.view.seen(id).and_then(|seen| seen.failure);
    failure.is_some_and(|failure| failure.comes_again())
}

impl Deciding for Party {
    async fn act(&self, watcher: &mut Watcher, id: u64, task: &Task, step: Step) -> Result<bool, Failure> {
        match step {
            Step::Confirm { seat, .. } => self.confirm(watcher, id, task, seat).await,
            Step::DrawHelper { .. } => {
                let candidates = task.helper.as_ref().map(|helper| helper.candidates.clone()).unwrap_or_default();
                watcher.send(id, "drawn", calls::draw(id, &candidates)).await
            }
            Step::Start { .. } => watcher.send(id, "started", calls::start(id)).await,
            Step::Retry { .. } if task.attempt > self.rules.retries => Ok(false),
            Step::Retry { .. } if would_fail_again(watcher, id) => {
                watcher.tell(id, "waits", FAILS_AGAIN);
                Ok(false)
            }
            Step::Retry { .. } => watcher.send(id, "retried", calls::retry(id)).await,
            Step::Respond { seat, .. } => {
                let kept = watcher.state.progress(id, task.attempt, seat);
                let heads = if kept.exists() { Digest::of(&files::read(&kept)?) } else { Digest([1; 32]) };
                watcher.send(id, "responded", calls::respond(id, seat, heads, &[])).await
            }
            Step::Expire => watcher.send(id, "expired", calls::expire(id)).await,
            Step::Deliver { seat, .. } => afterwards::deliver(watcher, id, task, seat).await,
            Step::Demand { seat, .. } => {
                let mine = task.receiving(watcher.me);
                let (state, attempt) = (&watcher.state, task.attempt);
                let has_it = |mine| state.has_come(id, attempt, mine) || state.has_result(id, attempt, mine);
                let waits = mine.is_some_and(|mine| !has_it(mine));
                let long = watcher.view.now() >= task.since + super::watcher::HANDOVER;
                if waits && long { afterwards::demand(watcher, id, task, seat).await } else { Ok(false) }
            }
            Step::Collect { part, .. } => watcher.send(id, "collected", calls::collect(id, part)).await,
            Step::Begin { .. } | Step::Serve { .. } | Step::AcceptHelpers { .. } | Step::Cancel => Ok(false),
        }
    }

    fn stalls_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(self.rules.stall_after))
    }

    fn beside(&self, watcher: &Watcher) -> Vec<Given> {
        let registry = &watcher.view.book.registry;
        let pending = registry.grants.iter().filter(|(id, grant)| {
            let owner = registry.grant(*id).map(|(_, dataset)| dataset.owner);
            grant.state == GrantState::Pending && owner == Some(watcher.me) && !watcher.given.contains(id)
        });
        let is_given = |id: u64, grant: &Grant| grant.state == GrantState::Approved || watcher.given.contains(&id);
        let gives = |(id, grant): (u64, &Grant)| {
            let before = registry.grants.iter().filter(|(id, other)| is_given(*id, other)).map(|(_, other)| other);
            let fee = self.rules.gives(grant, before, watcher.view.now())?;
            Some(Given { grant: id, user: grant.user, purpose: grant.purpose, fee })
        };
        pending.filter_map(gives).collect()
    }

    fn seats(&self, watcher: &Watcher, task: &Task) -> Vec<u8> {
        let mine = |(_, seat): &(u8, &tasks::Seat)| seat.holder == watcher.me && seat.signer.is_some();
        (0_u8..).zip(&task.seats).filter(mine).map(|(number, _)| number).collect()
    }

    async fn seat(&self, watcher: &mut Watcher, id: u64, task: &Task, seat: u8) -> Result<Playing, Failure> {
        let (spec, hash) = watcher.spec(task.draft.spec).await?;
        let secrets: Secrets = watcher.state.secrets(id, seat)?;
        let signer = task.seats.get(usize::from(seat)).and_then(|seat| seat.signer);
        if signer != Some(secrets.public()?.signer) {
            return Err(Failure::Failed(format!(
                "Seat {seat} of task {id} was confirmed with keys that this folder does not have. Play it where it was confirmed."
            )));
        }
        let (mut rows, mut kept, mut least_rows) = (None, None, 0);
        if let Some(owner) = Spec::owner_of(seat) {
            let number = spec.owner(owner).dataset;
            let data = self.rules.data.iter().find(|data| data.dataset == number);
            let data =
                data.ok_or_else(|| Failure::Refused(format!("The rules name no data set {number} any more.")))?;
            rows = Some(table(&watcher.state.data(&data.file))?);
            if let Work::Predict(_) = &spec.work {
                let model = watcher.results(task.model_of).join("model.json");
                kept = Some(files::read_json(&model, "model")?);
            }
            least_rows = self.rules.least_rows.max(task.draft.told.min_rows);
        }
        let relay = watcher.relay(&spec)?;
        let attempt = seating::attempt(&watcher.chain, &watcher.view, id, task, (spec, hash), seat).await?;
        let most = u64::from(task.draft.max_seconds) + if task.state == TaskState::Started { BEGIN_WINDOW } else { 0 };
        Ok(Playing {
            chain: watcher.chain.clone(),
            state: watcher.state.clone(),
            attempt,
            seat,
            secrets,
            directory: *watcher.keys.directory(),
            confirmation: seating::own_confirmation(&watcher.chain, &watcher.view, id, seat).await,
            relay,
            table: rows,
            kept,
            least_rows,
            limit: Duration::from_secs(most.min(self.limit)),
            printer: watcher.printer,
            silent: Silent::default(),
            gone: Rc::default(),
            candidates: task.helper.as_ref().map(|helper| helper.candidates.clone()).unwrap_or_default(),
        })
    }
}
