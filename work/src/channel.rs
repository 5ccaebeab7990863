//! The page's side: a worker is started when it is first asked, carries out one request at a time, and is ended and
//! started again where it crashes, is silent or does not hear a stop.

use std::{cell::RefCell, pin::pin, rc::Rc, time::Duration};

use futures::{
    FutureExt, StreamExt,
    channel::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
        oneshot,
    },
    future::{Either, Fuse, LocalBoxFuture, select},
    lock::Mutex,
    select_biased,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    envelope::{Envelope, Kind, Parts},
    error::WorkError,
    host::Host,
    link::{Incoming, Link},
    program::Program,
};

/// How long a worker may take to hear a stop, unless a request needs longer between two looks.
pub const PATIENCE: Duration = Duration::from_secs(3);
/// A silence is measured in so many parts. A computer that was asleep has missed one of them only, and the worker, which
/// slept too, has the others to say something.
const SILENCE_PARTS: u32 = 5;

/// The page's side of a worker. Clones share it; the last one to go ends the worker.
pub struct Channel<H: Host>(Rc<Shared<H>>);

impl<H: Host> Clone for Channel<H> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

struct Shared<H: Host> {
    host: H,
    program: Program,
    /// The worker, taken out by the request that has its turn. A request that is given up takes the worker along.
    turn: Mutex<Option<Link<H>>>,
    /// What a new worker is asked before anything else.
    kept: RefCell<Option<Request<H::Part>>>,
    /// How the request that has its turn hears of a stop.
    current: RefCell<Option<UnboundedSender<Interrupt>>>,
    /// How those who wait hear of one.
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
}

#[derive(Clone)]
struct Request<P> {
    body: String,
    parts: Parts<P>,
}

#[derive(Clone, Copy)]
enum Interrupt {
    /// The worker is to be asked.
    Stop,
    /// It is to be ended.
    End,
}

impl<H: Host> Channel<H> {
    /// The worker is started by the first request.
    pub fn new(host: H, program: Program) -> Self {
        Self(Rc::new(Shared {
            host,
            program,
            turn: Mutex::new(None),
            kept: RefCell::new(None),
            current: RefCell::new(None),
            waiting: RefCell::default(),
        }))
    }

    /// Starts the worker, so that a request which still has to be put together does not wait for it afterwards. Where that
    /// fails, the request tries once more and says why.
    pub async fn start(&self) {
        let Ok(mut worker) = self.unless_stopped(self.0.turn.lock()).await else { return };
        if !worker.as_ref().is_some_and(Link::is_alive) {
            *worker = None;
            let mut turn = Turn::begin(&self.0, PATIENCE);
            *worker = turn.start().await.ok();
        }
    }

    /// Asks, when the requests before are over; `progress` is told what the worker tells on the way. After a stop the
    /// worker is given `patience`, then it is ended.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn ask<Q: Serialize, G: DeserializeOwned, A: DeserializeOwned>(
        &self,
        request: &Q,
        parts: Parts<H::Part>,
        patience: Duration,
        mut progress: impl FnMut(G),
    ) -> Result<(A, Parts<H::Part>), WorkError> {
        let misunderstood = |e: serde_json::Error| WorkError::misunderstood(&self.0.program, e.to_string());
        let request = Request { body: serde_json::to_string(request).map_err(misunderstood)?, parts };
        let mut told = |body: &str| {
            progress(serde_json::from_str(body).map_err(misunderstood)?);
            Ok(())
        };
        let answer = self.ask_text(request, patience, &mut told).await?;
        Ok((serde_json::from_str(&answer.body).map_err(misunderstood)?, answer.parts))
    }

    /// What every worker that takes the place of this one is asked first: a request that was answered, for instance the
    /// model that is open.
    ///
    /// # Errors
    /// [`WorkError::Misunderstood`] for a request that cannot be written.
    pub fn keep<Q: Serialize>(&self, request: &Q, parts: Parts<H::Part>) -> Result<(), WorkError> {
        let body = serde_json::to_string(request);
        let body = body.map_err(|e| WorkError::misunderstood(&self.0.program, e.to_string()))?;
        self.0.kept.replace(Some(Request { body, parts }));
        Ok(())
    }

    /// The opposite of [`Self::keep`].
    pub fn forget(&self) {
        self.0.kept.replace(None);
    }

    /// What `work` gives, which a request needs before it can be asked, unless a stop comes first; then `work` is given
    /// up.
    ///
    /// # Errors
    /// [`WorkError::Stopped`]
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, WorkError> {
        // The stop is looked at first, so that no work goes on after it.
        match select(self.0.next_stop(), pin!(work)).await {
            Either::Left(_) => Err(WorkError::Stopped),
            Either::Right((done, _)) => Ok(done),
        }
    }

    /// Asks what is under way to end, and ends what waits. A request ends with the answer that the worker gives, or with
    /// [`WorkError::Stopped`].
    pub fn stop(&self) {
        self.0.interrupt(Interrupt::Stop);
    }

    /// Ends the worker, for a page that goes away or a result that is not needed any more.
    pub fn end(&self) {
        self.forget();
        self.0.interrupt(Interrupt::End);
        // Whoever has the turn ends its worker itself.
        if let Some(mut turn) = self.0.turn.try_lock() {
            *turn = None;
        }
    }

    async fn ask_text(
        &self,
        request: Request<H::Part>,
        patience: Duration,
        told: &mut dyn FnMut(&str) -> Result<(), WorkError>,
    ) -> Result<Envelope<H::Part>, WorkError> {
        let shared = &*self.0;
        let mut worker = self.unless_stopped(shared.turn.lock()).await?;
        let mut turn = Turn::begin(shared, patience);
        let link = match worker.take().filter(Link::is_alive) {
            Some(link) => link,
            None => turn.start().await?,
        };
        let ended = if turn.stop_asked {
            // It came while the worker was started, which went to its end.
            turn.heard_the_stop = true;
            Err(WorkError::Stopped)
        } else {
            turn.carry_out(&link, request, told).await
        };
        let spared = match &ended {
            Ok(_) => true,
            Err(WorkError::Stopped) => turn.heard_the_stop,
            Err(error) => error.leaves_it_alive(),
        };
        if spared && link.is_alive() {
            *worker = Some(link);
        }
        ended
    }
}

impl<H: Host> Shared<H> {
    /// Told when everything is to stop.
    fn next_stop(&self) -> oneshot::Receiver<()> {
        let (sender, stopped) = oneshot::channel();
        let mut waiting = self.waiting.borrow_mut();
        waiting.retain(|other| !other.is_canceled());
        waiting.push(sender);
        stopped
    }

    fn interrupt(&self, interrupt: Interrupt) {
        for waiting in self.waiting.take() {
            // Whoever does not wait any more is not in the way.
            let _ = waiting.send(());
        }
        if let Some(current) = &*self.current.borrow() {
            let _ = current.unbounded_send(interrupt);
        }
    }
}

/// A program that is being loaded, until it listens, does not come, or nobody waits for it any more.
struct Loading<'s, H: Host> {
    host: &'s H,
    program: &'s Program,
}

impl<H: Host> Drop for Loading<'_, H> {
    fn drop(&mut self) {
        self.host.loading(self.program, None);
    }
}

/// The request that the worker is asked now. When it goes, also because it was given up, no stop is for it any more.
struct Turn<'s, H: Host> {
    shared: &'s Shared<H>,
    interrupts: UnboundedReceiver<Interrupt>,
    patience: Duration,
    /// Runs out some time after a stop.
    deadline: Fuse<LocalBoxFuture<'static, ()>>,
    stop_asked: bool,
    /// Whether the worker itself ended the request after a stop.
    heard_the_stop: bool,
}

impl<H: Host> Drop for Turn<'_, H> {
    fn drop(&mut self) {
        self.shared.current.replace(None);
    }
}

impl<'s, H: Host> Turn<'s, H> {
    fn begin(shared: &'s Shared<H>, patience: Duration) -> Self {
        let (sender, interrupts) = unbounded();
        shared.current.replace(Some(sender));
        let deadline = Fuse::terminated();
        Self { shared, interrupts, patience, deadline, stop_asked: false, heard_the_stop: false }
    }

    /// A new worker that listens and has answered the request that was kept. One that refuses it is of no use.
    async fn start(&mut self) -> Result<Link<H>, WorkError> {
        let Shared { host, program, .. } = self.shared;
        let (link, mut ready) = Link::start(host, program)?;
        let over = Loading { host, program };
        // Over a slow line it may take longer than a worker may be silent, but it is not silent.
        while !link.is_ready() {
            let heard = self.hear(&link, 0, &mut ready).await?;
            if let Ok(loaded) = serde_json::from_str(&heard.body) {
                host.loading(program, Some(loaded));
            }
        }
        drop(over);
        let kept = self.shared.kept.borrow().clone();
        if let Some(kept) = kept {
            self.carry_out(&link, kept, &mut |_| Ok(())).await?;
        }
        Ok(link)
    }

    async fn carry_out(
        &mut self,
        link: &Link<H>,
        request: Request<H::Part>,
        told: &mut dyn FnMut(&str) -> Result<(), WorkError>,
    ) -> Result<Envelope<H::Part>, WorkError> {
        let (number, mut incoming) = link.send(request.body, request.parts)?;
        loop {
            let envelope = self.hear(link, number, &mut incoming).await?;
            match envelope.kind {
                Kind::Progress => told(&envelope.body)?,
                Kind::Answer => return Ok(envelope),
                Kind::Failed => return Err(WorkError::Failed(envelope.body)),
                Kind::Stopped => {
                    self.heard_the_stop = true;
                    return Err(WorkError::Stopped);
                }
                // The page waits on.
                _ => {}
            }
        }
    }

    /// The next message about a request, before its time runs out.
    async fn hear(
        &mut self,
        link: &Link<H>,
        number: u32,
        incoming: &mut Incoming<H::Part>,
    ) -> Result<Envelope<H::Part>, WorkError> {
        let Shared { host, program, .. } = self.shared;
        let mut parts = SILENCE_PARTS;
        let mut silence = host.sleep(program.silence / SILENCE_PARTS).fuse();
        loop {
            select_biased! {
                heard = incoming.next() => return heard.unwrap_or(Err(WorkError::Stopped)),
                interrupt = self.interrupts.next() => match interrupt {
                    Some(Interrupt::Stop) if link.is_ready() => {
                        self.stop_asked = true;
                        link.stop(number);
                        self.deadline = host.sleep(self.patience).fuse();
                    }
                    // A program that is still being loaded hears no stop.
                    Some(Interrupt::Stop | Interrupt::End) | None => return Err(WorkError::Stopped),
                },
                () = &mut self.deadline => return Err(WorkError::Stopped),
                () = silence => {
                    parts -= 1;
                    if parts == 0 {
                        return Err(self.silent(link));
                    }
                    silence = host.sleep(program.silence / SILENCE_PARTS).fuse();
                }
            }
        }
    }

    fn silent(&self, link: &Link<H>) -> WorkError {
        let program = &self.shared.program;
        if link.is_ready() {
            return WorkError::silent(program);
        }
        WorkError::not_loaded(program, format!("it did not come within {} s", program.silence.as_secs()))
    }
}
