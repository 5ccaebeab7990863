//! A job at work: prepared, talked about, run, kept.

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use compute_engine::{Checkpoint, EngineError, Outcome, RunError};
use compute_provider::{Declining, Ready, choosing::MOST_POSTED, paid, relays, sealed};
use compute_session::{Announced, Liar, Manifest, Meeting, Provider, Shared, Signature, SignedQuote, Wish, code};
use jobs::{Job, Quote, State, typed_data, typed_data::Of};
use protocol::cid::FileHasher;
use tokio::{sync::mpsc::UnboundedReceiver, task::spawn_local};

use super::Context;
use crate::{
    failure::Failure,
    keys::random,
    work::{
        kept::Kept,
        prepared::{Known, OfJob, Prepared, bare, check, declining, named, prepare},
        runner::{Control, Start, Update},
        talk::{Talk, Talking},
    },
};

/// Before what failed is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// See the module.
pub struct Live {
    pub id: u64,
    pub kept: RefCell<Kept>,
    prepared: OnceCell<(Known, Shared<Provider>)>,
    /// Its files are fetched now, and not before this where it failed.
    fetches: Cell<bool>,
    fetches_at: Cell<Option<Instant>>,
    /// It is never run here, and what its client is told who asks.
    unfit: Cell<bool>,
    declining: OnceCell<Declining>,
    /// Whether a transaction is under way, and when one was refused last.
    pub acting: Cell<bool>,
    pub acted: Cell<Option<Instant>>,
    talking: RefCell<Option<Talking>>,
    control: RefCell<Option<Arc<Control>>>,
    /// It does not run any more.
    stopped: Cell<bool>,
    /// What is paid beyond the last voucher, in units: by the contract's rule.
    open: Cell<u64>,
    asked: Cell<bool>,
    /// Its module was compiled, or is.
    compiled: Cell<bool>,
    shown: Cell<bool>,
    said: RefCell<String>,
}

impl Live {
    pub fn open(context: &Context, id: u64) -> Result<Self, Failure> {
        Ok(Self {
            id,
            kept: RefCell::new(Kept::open(context.folder.job(id))?),
            prepared: OnceCell::new(),
            fetches: Cell::new(false),
            fetches_at: Cell::new(None),
            unfit: Cell::new(false),
            declining: OnceCell::new(),
            acting: Cell::new(false),
            acted: Cell::new(None),
            talking: RefCell::new(None),
            control: RefCell::new(None),
            stopped: Cell::new(false),
            open: Cell::new(0),
            asked: Cell::new(false),
            compiled: Cell::new(false),
            shown: Cell::new(false),
            said: RefCell::new(String::new()),
        })
    }

    /// Says something about it; what is said again and again, once.
    pub fn tell(&self, context: &Context, event: &str, sentence: &str) {
        if self.said.replace(sentence.to_owned()) != sentence {
            context.printer.job(self.id, event, sentence);
        }
    }

    pub fn is_prepared(&self) -> bool {
        self.prepared.get().is_some()
    }

    pub fn is_asked(&self) -> bool {
        self.asked.get()
    }

    /// Whether nothing of it is to be run any more.
    pub fn is_over(&self) -> bool {
        self.stopped.get() || self.kept.borrow().record().is_over()
    }

    /// Whether it runs, or begins to.
    pub fn is_at_work(&self) -> bool {
        !self.is_over() && (self.control.borrow().is_some() || self.is_prepared() && self.fetches.get())
    }

    fn may_fetch(&self) -> bool {
        !self.fetches.get() && self.fetches_at.get().is_none_or(|at| at <= Instant::now())
    }

    /// Fetches and checks what the job names, beside everything else. Of posted ones, one at a time.
    pub fn prepare(self: &Rc<Self>, context: &Rc<Context>, job: &Job, of: Of) {
        let is_posted = job.state == State::Posted;
        if self.is_prepared() || self.unfit.get() || !self.may_fetch() || is_posted && context.checks.get() {
            return;
        }
        if is_posted {
            context.checks.set(true);
        }
        self.fetches.set(true);
        let (live, context, job) = (self.clone(), context.clone(), job.clone());
        spawn_local(async move {
            let begun = Instant::now();
            // Who is refused is met as this says, which may not be had a second time.
            let mut met = None;
            let prepared = async {
                let manifest = named(&context.shelf, &job).await?;
                met = Some(manifest.clone());
                let known = check(&context.shelf, of, &job, context.me, manifest).await?;
                let machine = live.machine(&known)?;
                Ok::<_, Failure>((known, machine))
            };
            let prepared = prepared.await;
            live.fetches.set(false);
            let mut again = AGAIN;
            if is_posted {
                context.checks.set(false);
                // All others have their turn before it is tried again.
                again = again.max(begun.elapsed().saturating_mul(MOST_POSTED as u32));
            }
            live.fetches_at.set(Some(Instant::now() + again));
            match prepared {
                Ok(prepared) => {
                    // The first time that it is set.
                    let _ = live.prepared.set(prepared);
                    live.fetches_at.set(None);
                    live.tell(&context, "prepared", "all that it names is here and checked");
                }
                Err(failure) => {
                    // What could not be had may come; what a rule refuses stays as it is.
                    if let Failure::Refused(why) = &failure {
                        live.unfit.set(true);
                        if let Some(manifest) = met {
                            // The first time that it is set.
                            let _ = live.declining.set(declining(of, &job, context.me, manifest, why));
                        }
                    }
                    live.tell(&context, "unfit", &failure.to_string());
                }
            }
            context.changed.notify_one();
        });
    }

    fn machine(&self, known: &Known) -> Result<Shared<Provider>, Failure> {
        let kept = self.kept.borrow();
        let lines = kept.last()?.map(|(_, lines)| lines).unwrap_or_default();
        Ok(Shared::new(kept.record().side(known.deal, lines)))
    }

    /// How its client is met, and what speaks with it: once all was checked, or a rule has refused it.
    fn speaks(&self) -> Option<(&Manifest, &Shared<Provider>)> {
        let prepared = self.prepared.get().map(|(known, machine)| (&known.manifest, machine));
        prepared.or_else(|| self.declining.get().map(|declining| (&declining.manifest, &declining.side)))
    }

    /// Opens the link to its client, unless it is.
    pub fn talk(self: &Rc<Self>, context: &Rc<Context>, job: &Job, of: Of) {
        let Some((manifest, machine)) = self.speaks() else { return };
        if self.talking.borrow().is_some() {
            return;
        }
        let relays = relays(manifest, &context.servers);
        if relays.is_empty() {
            return self.tell(context, "unfit", "It names no relay of a server that this worker was told to use.");
        }
        let meeting = Meeting {
            of,
            terms: typed_data::terms(&job.terms),
            client: job.client,
            client_key: manifest.link,
            provider: context.me,
            provider_key: context.link.1,
        };
        let (live, all) = (Rc::downgrade(self), context.clone());
        let wished = move |wish: Result<Wish, Liar>| match (live.upgrade(), wish) {
            (Some(live), Ok(wish)) => live.wished(&all, wish),
            (Some(live), Err(lie)) => all.printer.job(live.id, "lied", &lie.to_string()),
            (None, _) => {}
        };
        let talk = Talk {
            chain: context.chain.clone(),
            meeting,
            secret: context.link.0,
            relays,
            machine: machine.clone(),
            now: Rc::new(|| 0),
            wished: Rc::new(wished),
            printer: context.printer,
        };
        *self.talking.borrow_mut() = Some(talk.begin());
    }

    fn wished(&self, context: &Context, wish: Wish) {
        let kept = match wish {
            Wish::Quote => {
                match self.declining.get() {
                    Some(declining) => self.decline(context, &declining.why),
                    None => self.asked.set(true),
                }
                Ok(())
            }
            Wish::Paid(voucher) => {
                self.tell(context, "paid", &format!("{} units are promised", voucher.units));
                self.kept.borrow_mut().change(|record| record.voucher = Some(voucher))
            }
            Wish::Stop => {
                self.tell(context, "stopped", "its client wants no more of it");
                self.stop();
                self.kept.borrow_mut().change(|record| record.stopped = true)
            }
        };
        if let Err(failure) = kept {
            context.printer.job(self.id, "waits", &failure.to_string());
        }
        self.allow();
        context.changed.notify_one();
    }

    /// Lets it run as far as it is paid.
    fn allow(&self) {
        let Some((prepared, _)) = self.prepared.get() else { return };
        if let Some(control) = &*self.control.borrow() {
            let allowed = paid::allowed(&prepared.deal, self.kept.borrow().record(), self.open.get());
            control.allowed.store(allowed, Ordering::Relaxed);
        }
    }

    pub fn decline(&self, context: &Context, why: &str) {
        self.asked.set(false);
        if let Some((_, machine)) = self.speaks() {
            machine.with(|provider| provider.decline(why));
        }
        self.tell(context, "declined", why);
    }

    /// Signs a quote, keeps it and gives it to the client.
    pub fn give_quote(&self, context: &Rc<Context>, job: &Job, quote: Quote) {
        self.asked.set(false);
        let Some((prepared, machine)) = self.prepared.get() else { return };
        let signed =
            context.chain.account().and_then(|account| account.sign_digest(&prepared.deal.quote_digest(&quote)));
        let given = signed.and_then(|signature| {
            let signed = SignedQuote { quote, signature: Signature(signature) };
            self.kept.borrow_mut().change(|record| record.quote = Some(signed))?;
            machine.with(|provider| provider.quote(signed));
            Ok(())
        });
        match given {
            Ok(()) => {
                self.tell(context, "quoted", &format!("quoted at {} MDC a unit", quote.price));
                // Its client looks at the quote meanwhile, and may ask again.
                if !self.compiled.replace(true) {
                    compile(context.clone(), job.clone(), prepared.clone());
                }
            }
            Err(failure) => self.tell(context, "waits", &failure.to_string()),
        }
    }

    /// Gives up what runs: the worker leaves.
    pub fn leave(&self, context: &Context) {
        if self.kept.borrow().record().failed.is_none() {
            self.stop();
            self.fail(context, code::LEAVES, "the worker leaves");
        }
    }

    pub fn fail(&self, context: &Context, code: u16, sentence: &str) {
        self.tell(context, "failed", sentence);
        if let Err(failure) = self.kept.borrow_mut().change(|record| record.failed = Some(code)) {
            context.printer.job(self.id, "waits", &failure.to_string());
        }
        context.changed.notify_one();
    }

    /// Ends what runs, as soon as it can.
    pub fn stop(&self) {
        self.stopped.set(true);
        if let Some(control) = &*self.control.borrow() {
            control.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Fetches its files again and runs it in a thread of its own, from where it was kept, unless it runs or has ended.
    pub fn run(self: &Rc<Self>, context: &Rc<Context>, job: &Job, duty: f64) {
        let Some((known, machine)) = self.prepared.get() else { return };
        self.open.set(paid::open(job, context.me));
        if self.control.borrow().is_some() || self.is_over() || !self.may_fetch() {
            return;
        }
        self.fetches.set(true);
        let (of, every) = (known.deal.of, paid::every(&known.deal, job, context.me));
        let (live, context, job, machine) = (self.clone(), context.clone(), job.clone(), machine.clone());
        spawn_local(async move {
            let files = OfJob { shelf: &context.shelf, folder: live.kept.borrow().files() };
            let prepared = prepare(&files, of, &job, context.me).await;
            live.fetches.set(false);
            if live.is_over() {
                return;
            }
            let started = prepared.and_then(|prepared| live.started(&context, &prepared.ready, &machine, duty, every));
            match started {
                Ok(updates) => {
                    context.printer.job(live.id, "runs", "it runs");
                    live.allow();
                    live.listen(context, updates).await;
                }
                Err(failure) => {
                    live.fetches_at.set(Some(Instant::now() + AGAIN));
                    live.tell(&context, "waits", &failure.to_string());
                }
            }
        });
    }

    fn started(
        &self,
        context: &Context,
        ready: &Ready,
        machine: &Shared<Provider>,
        duty: f64,
        every: u64,
    ) -> Result<UnboundedReceiver<Update>, Failure> {
        let mut from = ready.from.clone();
        if let Some((file, lines)) = self.kept.borrow().last()? {
            let checkpoint = ready.read(&file);
            from = Some(Arc::new(checkpoint.map_err(|error| Failure::Failed(error.to_string()))?));
            machine.with(|provider| provider.back_to(lines.len()));
        }
        let start = Start {
            engine: context.engine.clone(),
            work: ready.work.clone(),
            from,
            every,
            memory: ready.memory,
            duty,
            allowed: 0,
        };
        let (control, updates) = start
            .spawn()
            .map_err(|error| Failure::Failed(format!("No thread can be had for it ({error}). Lend less at once.")))?;
        *self.control.borrow_mut() = Some(control);
        Ok(updates)
    }

    /// Takes what the thread tells, until it has ended.
    async fn listen(self: Rc<Self>, context: Rc<Context>, mut updates: UnboundedReceiver<Update>) {
        let Some((known, machine)) = self.prepared.get() else { return };
        while let Some(update) = updates.recv().await {
            let done = match update {
                Update::Lines(lines, instructions) => {
                    machine.with(|provider| {
                        let is_silent = lines.is_empty();
                        provider.logged(lines, instructions);
                        if is_silent {
                            provider.say_progress();
                        }
                    });
                    Ok(())
                }
                Update::Checkpoint(checkpoint) => self.checkpoint(&context, machine, *checkpoint).await,
                Update::Ended(outcome) => self.ended(&context, known, *outcome).await,
                Update::Failed(RunError::Engine(EngineError::ToldToStop)) => Ok(()),
                Update::Failed(error) => {
                    self.fail(&context, code::CANNOT, &error.to_string());
                    Ok(())
                }
            };
            if let Err(failure) = done {
                // Without a place to keep it, no checkpoint is worth anything; the job itself goes on.
                self.tell(&context, "waits", &failure.to_string());
            }
        }
        context.changed.notify_one();
    }

    async fn checkpoint(
        &self,
        context: &Context,
        machine: &Shared<Provider>,
        checkpoint: Checkpoint,
    ) -> Result<(), Failure> {
        let instructions = checkpoint.instructions;
        // Some hundred milliseconds for a large memory: not where links are waited for.
        let packed = tokio::task::spawn_blocking(move || {
            let file = checkpoint.encode();
            let cid = FileHasher::hash(&file).cid;
            (file, cid)
        });
        let (file, cid) = packed.await.map_err(|_| Failure::Failed("A checkpoint could not be packed.".into()))?;
        let announced = Announced { instructions, file: cid };
        let lines = machine.with(|provider| provider.lines().to_vec());
        self.kept.borrow_mut().checkpoint(announced, &file, &lines)?;
        let (_, refused) = context.shelf.put(&file).await?;
        if let Some(refused) = refused {
            self.tell(context, "waits", &refused.to_string());
        }
        machine.with(|provider| provider.checkpoint(announced));
        context.printer.job(self.id, "checkpoint", &format!("a checkpoint is kept: {cid}"));
        Ok(())
    }

    async fn ended(&self, context: &Context, known: &Known, outcome: Outcome) -> Result<(), Failure> {
        let sealed = sealed::seal(&known.deal, &known.manifest, &outcome.result, random()?);
        let sealed = sealed.map_err(|error| Failure::Failed(error.to_string()))?;
        let (file, refused) = context.shelf.put(&sealed).await?;
        if let Some(refused) = refused {
            self.tell(context, "waits", &refused.to_string());
        }
        let end = sealed::end(&known.deal, (&outcome).into(), file);
        self.kept.borrow_mut().change(|record| record.end = Some(end))?;
        context.printer.job(self.id, "done", &format!("{} {} units", outcome.ended.sentence(), end.units));
        Ok(())
    }

    /// Shows the client what stands on chain, once.
    pub fn show(&self) {
        let Some((_, machine)) = self.prepared.get() else { return };
        if let (false, Some(shown)) = (self.shown.get(), self.kept.borrow().record().shown()) {
            self.shown.set(true);
            machine.with(|provider| provider.show(shown));
        }
    }
}

/// Compiles the module of a job that will run soon, beside everything else. What goes wrong is told when it is run.
fn compile(context: Rc<Context>, job: Job, known: Known) {
    spawn_local(async move {
        let Known { deal, manifest } = known;
        if let Ok(Prepared { ready, .. }) = bare(&context.shelf, deal.of, &job, context.me, manifest).await {
            let (engine, module) = (context.engine.clone(), ready.work.module);
            drop(tokio::task::spawn_blocking(move || engine.prepare(&module)));
        }
    });
}
