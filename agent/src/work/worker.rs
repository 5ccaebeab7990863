//! Takes, runs and ends jobs, several at once within the share that is lent.
//!
//! | module | what it does |
//! |---|---|
//! | [`live`] | a job at work: prepared, talked about, run, kept |
//! | [`acts`] | what is sent to the contract |
//! | [`sweep`] | what is on disk of jobs that are over goes |

mod acts;
mod live;
mod sweep;

use std::{cell::Cell, collections::BTreeMap, rc::Rc, time::Duration};

use compute_engine::Wasmtime;
use compute_provider::{
    choosing::{self, NO_ROOM, NO_ROOM_TO_JUDGE, Taken, judges, runs},
    offering::{self, DAY},
};
use jobs::{Job, State, Step};
use protocol::{Address, Digest};
use tokio::sync::Notify;

use self::{live::Live, sweep::forget};
use super::{
    benchmark,
    offers::{self, leave, seen},
    settings::{Folder, Settings},
    share::cores,
    shelf::Shelf,
    view::View,
};
use crate::{chain::Chain, cli::worker::WorkerOptions, failure::Failure, told::Printer};

/// Between two looks at the chain.
const LOOK: Duration = Duration::from_millis(500);

/// What all jobs of a worker share.
pub struct Context {
    pub chain: Rc<Chain>,
    pub contract: Address,
    pub me: Address,
    pub shelf: Shelf,
    /// Others look into the shelf's folder.
    is_shared: bool,
    pub engine: Wasmtime,
    pub folder: Folder,
    /// Secret and key of links.
    pub link: ([u8; 32], Digest),
    /// Only relays of these servers are used, whatever a job names.
    pub servers: Vec<String>,
    pub printer: Printer,
    /// A posted job is checked now: one after the other, since whoever posts one has not paid for anything.
    pub checks: Cell<bool>,
    /// Something has changed that a look should see.
    pub changed: Notify,
}

struct Worker {
    context: Rc<Context>,
    view: View,
    settings: Settings,
    live: BTreeMap<u64, Rc<Live>>,
    /// Seconds for which a quote can be locked.
    quoted: u64,
}

/// `agent worker … run`
pub async fn run(options: &WorkerOptions, once: bool, quoted: u64, printer: Printer) -> Result<(), Failure> {
    let folder = Folder::open(&options.folder)?;
    let _lock = folder.lock()?;
    let settings = folder.settings()?;
    let (view, me) = seen(options).await?;
    let shelf = offers::shelf(options, &folder, view.chain.clone())?;
    let link = folder.link()?;
    let compiled = folder.compiled();
    let engine = tokio::task::spawn_blocking(move || benchmark::engine(&compiled)).await;
    let engine = engine.map_err(|_| Failure::Failed("The engine did not start. Start the program again.".into()))??;
    let context = Context {
        chain: view.chain.clone(),
        contract: view.contract,
        me,
        shelf,
        is_shared: options.files.is_some(),
        engine,
        folder,
        link,
        servers: options.servers.iter().map(|server| server.trim_end_matches('/').to_owned()).collect(),
        printer,
        checks: Cell::new(false),
        changed: Notify::new(),
    };
    printer.say(&serde_json::json!({"event": "lends", "account": me, "contract": view.contract}));
    // It goes on all the same: jobs that it has run may still have to be claimed, or shown.
    match view.book.provider(me) {
        None => printer.event(
            0,
            "waits",
            "This account is no provider, and takes no new jobs. `onboard` offers this machine.",
        ),
        Some(provider) if provider.weight == 0 => {
            printer.event(0, "waits", "This machine pauses, and takes no new jobs. `resume` goes on.");
        }
        Some(_) => {}
    }
    let worker = Worker { context: Rc::new(context), view, settings, live: BTreeMap::new(), quoted };
    worker.work(once).await
}

impl Worker {
    async fn work(mut self, once: bool) -> Result<(), Failure> {
        let (mut said, mut is_swept) = (String::new(), false);
        loop {
            // A node that is away for a moment is asked again.
            match self.view.refresh().await {
                Err(failure) if said == failure.to_string() => {}
                Err(failure) => {
                    said = failure.to_string();
                    self.context.printer.event(0, "waits", &said);
                }
                Ok(()) => {
                    if !is_swept {
                        sweep::sweep(&self.context, &self.view);
                        is_swept = true;
                    }
                    self.look();
                    if self.may_leave() {
                        leave(&self.view, &self.context.folder, self.context.me).await?;
                        self.context.printer.say(&serde_json::json!({"event": "left", "account": self.context.me}));
                        return Ok(());
                    }
                    if once && choosing::is_idle(&self.view.book, self.context.me) {
                        return Ok(());
                    }
                    self.measure_again().await;
                }
            }
            tokio::select! {
                () = self.context.changed.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    fn may_leave(&self) -> bool {
        self.context.folder.is_leaving().is_some() && choosing::may_leave(&self.view.book, self.context.me)
    }

    /// Once a day, where nothing runs.
    async fn measure_again(&mut self) {
        let now = self.view.now();
        if now < self.settings.measured_at + DAY || !self.live.is_empty() {
            return;
        }
        let context = &self.context;
        // Whatever comes of it, it is tried again tomorrow.
        self.settings.measured_at = now;
        let (share, price) = (self.settings.share, self.settings.offer.price);
        let measured = offers::measured(share, price, now, &context.folder, &context.shelf, context.printer).await;
        let offered = async {
            let settings = measured?;
            let call = jobs::calls::offer(protocol::Amount::ZERO, &settings.offer, None);
            context.chain.send(context.contract, call).await?;
            context.folder.keep(&settings)?;
            Ok::<_, Failure>(settings)
        };
        match offered.await {
            Ok(settings) => self.settings = settings,
            Err(failure) => context.printer.event(0, "waits", &failure.to_string()),
        }
    }

    /// Does what is to be done about each job.
    fn look(&mut self) {
        let leaving = self.context.folder.is_leaving();
        let relevant = self.relevant(leaving.is_some());
        self.end_what_is_over(&relevant);
        let mut taken = self.taken(&relevant);
        for (id, job, steps) in relevant {
            let live = match self.live.get(&id) {
                Some(live) => live.clone(),
                None => match Live::open(&self.context, id) {
                    Ok(live) => self.live.entry(id).or_insert(Rc::new(live)).clone(),
                    Err(failure) => {
                        self.context.printer.job(id, "waits", &failure.to_string());
                        continue;
                    }
                },
            };
            if leaving == Some(true) && job.state <= State::Running {
                live.leave(&self.context);
            }
            self.tend(&live, &job, &mut taken);
            live.act(&self.context, &job, &steps, self.view.now());
        }
    }

    /// Stops jobs about which nothing is to do, and forgets those that are over.
    fn end_what_is_over(&mut self, relevant: &[(u64, Job, Vec<Step>)]) {
        let (view, context) = (&self.view, &self.context);
        self.live.retain(|id, live| {
            let stays = relevant.iter().any(|(known, _, _)| known == id);
            if !stays {
                live.stop();
                let is_open = |job: &Job| runs(job, context.me) && !job.state.is_final();
                if !view.book.job(*id).is_some_and(is_open) {
                    forget(context, *id, live.kept.borrow().record());
                }
            }
            stays
        });
    }

    /// Jobs about which something may be to do, with what this account can do about them.
    fn relevant(&self, leaving: bool) -> Vec<(u64, Job, Vec<Step>)> {
        let (me, now) = (self.context.me, self.view.now());
        let book = &self.view.book;
        let found = choosing::relevant(book, me, now, leaving).into_iter();
        let steps = |id| self.view.as_caller(me, |book, call| book.steps(call, id));
        found.filter_map(|id| Some((id, book.job(id)?.clone(), steps(id)))).collect()
    }

    /// What is promised to jobs.
    fn taken(&self, relevant: &[(u64, Job, Vec<Step>)]) -> Taken {
        let live = |id| self.live.get(id).map(|live| (live.kept.borrow(), live.is_at_work()));
        let all: Vec<_> = relevant.iter().map(|(id, job, _)| (job, live(id))).collect();
        let held = all.iter().map(|(job, live)| match live {
            Some((kept, is_at_work)) => (*job, Some(kept.record()), *is_at_work),
            None => (*job, None, false),
        });
        Taken::by(held, self.view.now())
    }

    /// Prepares it, talks about it, runs it.
    fn tend(&self, live: &Rc<Live>, job: &Job, taken: &mut Taken) {
        let me = self.context.me;
        let of = self.view.of(live.id);
        live.prepare(&self.context, job, of);
        // Whoever asks is also told that a rule refuses it.
        if job.state == State::Posted || runs(job, me) {
            live.talk(&self.context, job, of);
        }
        if !live.is_prepared() {
            return;
        }
        let (places, mib) = (self.settings.share.places(cores()), self.settings.offer.memory_mib);
        match job.state {
            State::Posted if live.is_asked() => {
                let now = self.view.now();
                let is_held = live.kept.borrow().record().holds_quote(now);
                if !is_held && !taken.leaves_room(job, places, mib) {
                    live.decline(&self.context, NO_ROOM);
                    return;
                }
                let nonce = self.view.book.provider(me).map_or(0, |provider| provider.nonce);
                let price = self.settings.offer.price;
                live.give_quote(&self.context, job, offering::quote(me, price, nonce, job, now, self.quoted));
                if !is_held {
                    taken.add(job);
                }
            }
            State::Running if runs(job, me) => live.run(&self.context, job, self.settings.share.duty(cores())),
            State::Disputed if judges(job, me) && !runs(job, me) && !live.is_over() => {
                if !live.is_at_work() && !taken.adds_to_judge(job, places, mib) {
                    return live.tell(&self.context, "waits", NO_ROOM_TO_JUDGE);
                }
                live.run(&self.context, job, self.settings.share.duty(cores()));
            }
            _ => {}
        }
    }
}
