//! Looks at the chain again and again, does what is to be done, and keeps seats playing beside it.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};

use directory::{GRANTS, calls::grants};
use mpc_run::{RunError, Spec};
use protocol::{Address, Amount, Digest};
use tasks::{Move, State as TaskState, Step, TASKS, Task, calls};
use tokio::{sync::mpsc, task::spawn_local};
use tokio_util::sync::CancellationToken;

use super::{
    kept::Afterwards,
    seat::{Playing, Silent},
    seating,
    state::State,
};
use crate::{
    chain::{Chain, Server, View, is_played, refusals},
    cli::chain::On,
    failure::Failure,
    files,
    keys::Keys,
    told::Printer,
};

/// Between two looks at the chain.
const LOOK: Duration = Duration::from_secs(1);
/// Before the same is tried again.
const AGAIN: Duration = Duration::from_secs(60);
/// How long a seat may hand over after its task is finished on chain.
pub const HANDOVER: u64 = mpc_run::HANDOVER.as_secs();

/// A seat of an attempt: task, attempt, seat.
type Name = (u64, u16, u8);

/// A seat that is at play.
struct Played {
    stop: CancellationToken,
    /// What all have signed, where that is why it is stopped.
    why: Rc<Cell<Option<&'static str>>>,
    silent: Silent,
    /// Whether its helper is given up.
    gone: Rc<Cell<bool>>,
}

/// A program that acts for one account.
pub struct Watcher {
    pub chain: Rc<Chain>,
    pub view: View,
    pub me: Address,
    pub contract: Address,
    pub state: Rc<State>,
    pub keys: Keys,
    /// Where files of tasks are looked for, and the relay of tasks that name none.
    pub servers: Vec<String>,
    pub printer: Printer,
    playing: BTreeMap<Name, Played>,
    /// Grants that this program has approved.
    pub given: BTreeSet<u64>,
    tried: BTreeMap<String, Instant>,
    said: BTreeSet<String>,
    ended: (mpsc::UnboundedSender<Name>, mpsc::UnboundedReceiver<Name>),
}

/// A grant that somebody has applied for, and that is given.
pub struct Given {
    pub grant: u64,
    pub user: Address,
    pub purpose: Digest,
    /// For each task that finishes.
    pub fee: Amount,
}

/// What an account does by itself.
pub trait Deciding {
    /// Does what is to be done about a task, or says why not.
    fn act(
        &self,
        watcher: &mut Watcher,
        id: u64,
        task: &Task,
        step: Step,
    ) -> impl Future<Output = Result<bool, Failure>>;

    /// How long a seat may be silent before the chain is told; nothing where this account has no seat that can tell.
    fn stalls_after(&self) -> Option<Duration> {
        None
    }

    /// Grants that are given by themselves, each as if it were the only one.
    fn beside(&self, _watcher: &Watcher) -> Vec<Given> {
        Vec::new()
    }

    /// The seats that it plays in an attempt that was started, or has played in one that is finished.
    fn seats(&self, watcher: &Watcher, task: &Task) -> Vec<u8>;

    /// What a seat needs to be played, beside what the chain says.
    fn seat(
        &self,
        watcher: &mut Watcher,
        id: u64,
        task: &Task,
        seat: u8,
    ) -> impl Future<Output = Result<Playing, Failure>>;
}

impl Watcher {
    pub async fn open(on: &On, folder: &Path, servers: &[String], printer: Printer) -> Result<Self, Failure> {
        let state = Rc::new(State::open(folder)?);
        let keys = Keys::read(&folder.join("keys.json"))?;
        let chain = Rc::new(Chain::open(on).await?);
        let me = chain.account()?.address();
        let contract = chain.contract(TASKS)?;
        let view = View::new(chain.clone())?;
        Ok(Self {
            chain,
            view,
            me,
            contract,
            state,
            keys,
            servers: servers.to_vec(),
            printer,
            playing: BTreeMap::new(),
            given: BTreeSet::new(),
            tried: BTreeMap::new(),
            said: BTreeSet::new(),
            ended: mpsc::unbounded_channel(),
        })
    }

    /// Watches until the program is ended; with `once` until nothing is left that can be done or waited for.
    pub async fn watch(mut self, deciding: impl Deciding, once: bool) -> Result<(), Failure> {
        self.printer.say(&serde_json::json!({"event": "watches", "account": self.me, "contract": self.contract}));
        loop {
            // A node that is away for a moment is asked again.
            match self.view.refresh().await {
                Err(failure) => self.tell(0, "waits", &failure.to_string()),
                Ok(()) => {
                    self.look(&deciding).await;
                    if once && self.is_idle() {
                        return Ok(());
                    }
                }
            }
            tokio::select! {
                Some(ended) = self.ended.1.recv() => drop(self.playing.remove(&ended)),
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.playing.is_empty() && self.view.mine(self.me).all(|(_, task)| task.state.is_final())
    }

    async fn look(&mut self, deciding: &impl Deciding) {
        let mine: Vec<(u64, Task)> = self.view.mine(self.me).map(|(id, task)| (id, task.clone())).collect();
        for (id, task) in mine {
            let me = self.me;
            for step in self.view.as_caller(me, |book, call| book.steps(call, id)) {
                let name = format!("{id} {} {} {step:?}", task.attempt, task.since);
                if self.tried.get(&name).is_some_and(|tried| tried.elapsed() < AGAIN) {
                    continue;
                }
                self.tried.insert(name.clone(), Instant::now());
                match deciding.act(self, id, &task, step).await {
                    Ok(true) => {
                        // What was done shows in the next look.
                        self.said.remove(&name);
                    }
                    Ok(false) => {}
                    Err(failure) => self.tell(id, "waits", &failure.to_string()),
                }
            }
            self.tell_why_it_waits(id, &task);
            for seat in deciding.seats(self, &task) {
                self.keep_playing(deciding, id, &task, seat).await;
            }
        }
        self.stop_what_is_over();
        if let Some(after) = deciding.stalls_after() {
            self.tell_of_silence(after).await;
        }
        self.give(deciding.beside(self)).await;
        let owed = self.view.book.owed.get(&self.me).is_some_and(|owed| owed.0 > 0);
        if owed && self.tried.get("owed").is_none_or(|tried| tried.elapsed() >= AGAIN) {
            self.tried.insert("owed".to_string(), Instant::now());
            let call = calls::collect_owed(self.me);
            match self.chain.send(self.contract, call).await {
                Ok(_) => self.printer.event(0, "collected", "what this account was owed is collected"),
                Err(failure) => self.tell(0, "waits", &failure.to_string()),
            }
        }
    }

    /// Gives the first of these grants of which it can be read what it is for. One at a time: whether the next one may be given
    /// hangs on this one.
    async fn give(&mut self, all: Vec<Given>) {
        let Ok(contract) = self.chain.contract(GRANTS) else { return };
        for Given { grant, user, purpose, fee } in all {
            let name = format!("grant {grant}");
            if self.tried.get(&name).is_some_and(|tried| tried.elapsed() < AGAIN) {
                continue;
            }
            self.tried.insert(name, Instant::now());
            if purpose != Digest::ZERO
                && let Err(failure) = self.purpose(purpose).await
            {
                self.tell(0, "waits", &format!("Grant {grant} of {user} is not approved by the rules. {failure}"));
                continue;
            }
            match self.chain.send(contract, grants::approve(grant, fee)).await {
                Ok(_) => {
                    self.given.insert(grant);
                    let what = format!("grant {grant} of {user} is approved by the rules");
                    return self.printer.event(0, "approved", &what);
                }
                Err(failure) => self.tell(0, "waits", &failure.to_string()),
            }
        }
    }

    /// Who asks for a task hears why it cannot start: what a grant has left is known to nobody's program but the contract's.
    fn tell_why_it_waits(&mut self, id: u64, task: &Task) {
        if task.state != TaskState::Ready || task.requester != self.me {
            return;
        }
        let refused = self.view.as_caller(self.me, |book, call| book.decide(call, &Move::Start { task: id }).err());
        if let Some(refused) = refused {
            let why = refused.revert(&refusals()).sentence;
            self.tell(id, "waits", &format!("It cannot start now. {why}"));
        }
    }

    /// Says something once.
    pub fn tell(&mut self, id: u64, event: &str, sentence: &str) {
        if self.said.insert(format!("{id} {sentence}")) {
            self.printer.event(id, event, sentence);
        }
    }

    /// Sends a call to the contract of tasks.
    pub async fn send(&self, id: u64, event: &str, call: Vec<u8>) -> Result<bool, Failure> {
        self.chain.send(self.contract, call).await?;
        self.printer.event(id, event, &format!("{event}: in a block"));
        Ok(true)
    }

    async fn keep_playing(&mut self, deciding: &impl Deciding, id: u64, task: &Task, seat: u8) {
        let name = (id, task.attempt, seat);
        if self.playing.contains_key(&name) {
            return;
        }
        if task.state == TaskState::Finished {
            // Also where its program failed after all had signed: what was kept then and is posted on chain is enough.
            if !self.state.has_come(id, task.attempt, seat) {
                self.take_late(task, name).await;
            }
            return;
        }
        if !is_played(task.state) || self.state.has_ended(id, task.attempt, seat) {
            return;
        }
        let playing = match deciding.seat(self, id, task, seat).await {
            Ok(playing) => playing,
            Err(failure) => return self.tell(id, "waits", &failure.to_string()),
        };
        let (stop, why) = (CancellationToken::new(), Rc::new(Cell::new(None)));
        let (silent, gone) = (playing.silent.clone(), playing.gone.clone());
        self.playing.insert(name, Played { stop: stop.clone(), why: why.clone(), silent, gone });
        let (state, printer, ended) = (self.state.clone(), self.printer, self.ended.0.clone());
        printer.event(id, "plays", &format!("seat {seat} is played (attempt {})", task.attempt));
        spawn_local(async move {
            let played = tokio::select! {
                played = playing.play() => Some(played),
                () = stop.cancelled() => None,
            };
            let sentence = match &played {
                Some(Ok(None)) => {
                    printer.event(id, "advances", "the helper was given up; waits for the next one");
                    let _ = ended.send(name);
                    return;
                }
                Some(Ok(Some(_))) => "Finished.".to_string(),
                Some(Err(failure)) => failure.to_string(),
                None => why.get().map_or("The task went on without this run on chain.".to_string(), |why| {
                    format!("The task has failed: {why}.")
                }),
            };
            if let Some(Err(failure)) = &played {
                printer.failure(failure);
            }
            let came = matches!(played, Some(Ok(_)));
            let event = if came { "finished" } else { "ended" };
            // A finished task of which keys are missing is looked at again: they can be demanded on chain.
            if played.is_some()
                && let Err(failure) = state.end(name.0, name.1, name.2, &sentence, came)
            {
                printer.failure(&failure);
            }
            printer.event(id, event, &sentence);
            // Whoever does not listen any more has ended.
            let _ = ended.send(name);
        });
    }

    /// A seat of a task that is finished on chain.
    pub async fn afterwards(&self, id: u64, task: &Task, seat: u8) -> Result<Afterwards, Failure> {
        let spec = self.spec(task.draft.spec).await?;
        let attempt = seating::confirmed(&self.chain, &self.view, id, task, spec)?;
        Ok(Afterwards { state: self.state.clone(), attempt, seat, directory: *self.keys.directory() })
    }

    async fn take_late(&mut self, task: &Task, (id, attempt, seat): Name) {
        let Some((result, _)) = self.view.seen(id).and_then(|seen| seen.outcome) else { return };
        let late = self.afterwards(id, task, seat).await;
        let posted = self.view.seen(id).map(|seen| seen.delivered.clone()).unwrap_or_default();
        match late.and_then(|late| late.late(result, &posted)) {
            Ok(Some(_)) => {
                let sentence = "Finished, from what was kept here and posted on chain.";
                self.tell(id, "finished", sentence);
                if let Err(failure) = self.state.end(id, attempt, seat, sentence, true) {
                    self.tell(id, "waits", &failure.to_string());
                }
            }
            Ok(None) => {}
            Err(failure) => self.tell(id, "waits", &failure.to_string()),
        }
    }

    /// Tells the chain of seats that have not been heard for so long.
    async fn tell_of_silence(&mut self, after: Duration) {
        let mut stalls = Vec::new();
        for ((id, attempt, seat), Played { silent, gone, .. }) in &self.playing {
            let Some(task) = self.view.book.task(*id) else { continue };
            // A helper has no bond to lose: the owners go on with the next one, where both say so.
            let helper = task.seats.len() as u8;
            gone.set(silent.borrow().get(&helper).is_some_and(|since| since.elapsed() >= after));
            let is_bound = |other: &u8| usize::from(*other) < task.seats.len();
            let long = silent.borrow().iter().any(|(other, since)| is_bound(other) && since.elapsed() >= after);
            if long && task.state == TaskState::Running && task.attempt == *attempt {
                stalls.push((*id, *attempt, *seat));
            }
        }
        for (id, attempt, seat) in stalls {
            let name = format!("{id} {attempt} stall");
            if self.tried.get(&name).is_some_and(|tried| tried.elapsed() < AGAIN) {
                continue;
            }
            self.tried.insert(name, Instant::now());
            let kept = self.state.progress(id, attempt, seat);
            let heads = files::read(&kept).map_or(Digest([1; 32]), |kept| Digest::of(&kept));
            if let Err(failure) = self.send(id, "stalled", calls::stall(id, seat, heads)).await {
                self.tell(id, "waits", &failure.to_string());
            }
        }
    }

    fn stop_what_is_over(&mut self) {
        let now = self.view.now();
        for ((id, attempt, _), Played { stop, why, .. }) in &self.playing {
            let Some(task) = self.view.book.task(*id) else { continue };
            let goes_on = task.attempt == *attempt
                && (is_played(task.state) || task.state == TaskState::Finished && now < task.since + HANDOVER);
            if !goes_on {
                why.set(self.view.seen(*id).and_then(|seen| seen.failure).map(|failure| failure.why()));
                stop.cancel();
            }
        }
    }

    /// The file of a task: kept here, handed over in tasks/, or from one of the servers.
    pub async fn spec(&self, spec: Digest) -> Result<(Spec, Digest), Failure> {
        let file = self.state.spec(spec);
        if !file.exists() {
            for handed in files::json_files(&self.state.data("tasks")).unwrap_or_default() {
                // As the seats write it, so that all have the same bytes whatever blanks the file has.
                let read = files::read(&handed).ok().and_then(|bytes| Spec::parse(&bytes).ok());
                let bytes = read.map(|read| read.to_bytes()).filter(|bytes| Digest::of(bytes) == spec);
                if let Some(bytes) = bytes {
                    files::write(&file, &bytes, false)?;
                }
            }
        }
        if !file.exists() {
            let mut last = Failure::Given(
                "No server is named from which files of tasks come. Use --server, or put the file into tasks/."
                    .to_string(),
            );
            for server in &self.servers {
                match Server::at(server)?.file(spec).await {
                    Ok(bytes) => {
                        files::write(&file, &bytes, false)?;
                        break;
                    }
                    Err(failure) => last = failure,
                }
            }
            if !file.exists() {
                return Err(last);
            }
        }
        Ok(Spec::read(&files::read(&file)?).map_err(RunError::from)?)
    }

    /// Where the seats of a task meet.
    pub fn relay(&self, spec: &Spec) -> Result<String, Failure> {
        let named = spec.relays.first().or(self.servers.first()).cloned();
        named.ok_or_else(|| Failure::Given("The task names no relay. Name a server with --server.".to_string()))
    }

    pub fn results(&self, task: u64) -> PathBuf {
        self.state.results(task)
    }
}
