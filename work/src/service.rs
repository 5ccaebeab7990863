//! The worker's side: one request after the other.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    marker::PhantomData,
    rc::Rc,
};

use serde::{Serialize, de::DeserializeOwned};

use crate::envelope::{Envelope, Kind, Parts};

/// What a worker does: says which requests it answers, and how. `P` is what can stand beside a message.
pub trait Service<P>: 'static {
    type Request: DeserializeOwned;
    type Progress: Serialize;
    type Answer: Serialize;

    /// Carries out a request; `job` tells how far it is and hears a stop.
    ///
    /// # Errors
    /// [`Ended`]: why there is no answer.
    fn answer(
        &mut self,
        request: Self::Request,
        parts: Parts<P>,
        job: &Job<Self::Progress>,
    ) -> impl Future<Output = Result<Reply<Self::Answer, P>, Ended>>;
}

/// An answer, and what stands beside it.
#[derive(Debug)]
pub struct Reply<A, P> {
    /// What is said.
    pub answer: A,
    /// Bytes and files beside it.
    pub parts: Parts<P>,
}

impl<A, P> From<A> for Reply<A, P> {
    fn from(answer: A) -> Self {
        Self { answer, parts: Parts::none() }
    }
}

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to stop.
    Stopped,
    /// A sentence for a person. The worker can be asked again.
    Failed(String),
}

impl Ended {
    /// Failed with the sentence of this error.
    pub fn failed(error: impl ToString) -> Self {
        Self::Failed(error.to_string())
    }
}

/// How a worker says something.
pub type Post<P> = Rc<dyn Fn(Envelope<P>)>;

/// The request under way, seen by who carries it out; clones are the same request. `G` is what is told of it.
pub struct Job<G> {
    tell: Rc<dyn Fn(Kind, String)>,
    stop: Rc<Cell<bool>>,
    /// When the slice of work began, in the browser's milliseconds.
    pub(crate) since: Rc<Cell<f64>>,
    /// Whether something was told in this slice.
    pub(crate) told: Rc<Cell<bool>>,
    progress: PhantomData<fn(&G)>,
}

impl<G> Clone for Job<G> {
    fn clone(&self) -> Self {
        Self {
            tell: Rc::clone(&self.tell),
            stop: Rc::clone(&self.stop),
            since: Rc::clone(&self.since),
            told: Rc::clone(&self.told),
            progress: PhantomData,
        }
    }
}

impl<G: Serialize> Job<G> {
    /// `tell` is called with [`Kind::Progress`] and its JSON, and with [`Kind::Working`].
    pub fn new(tell: impl Fn(Kind, String) + 'static, now: f64) -> Self {
        Self {
            tell: Rc::new(tell),
            stop: Rc::default(),
            since: Rc::new(Cell::new(now)),
            told: Rc::default(),
            progress: PhantomData,
        }
    }

    /// Tells how far the request is.
    pub fn progress(&self, progress: &G) {
        self.told.set(true);
        // What is told is plain data, which can always be written.
        if let Ok(body) = serde_json::to_string(progress) {
            (self.tell)(Kind::Progress, body);
        }
    }

    /// Tells that there is nothing to tell yet, so that the page waits on.
    pub fn working(&self) {
        self.told.set(true);
        (self.tell)(Kind::Working, String::new());
    }

    /// Asks the request to end.
    pub fn stop(&self) {
        self.stop.set(true);
    }

    /// Whether it was asked to end.
    pub fn is_stopped(&self) -> bool {
        self.stop.get()
    }
}

/// Requests wait for each other: a prediction needs the model that was opened before it.
pub struct Queue<S: Service<P>, P> {
    waiting: RefCell<VecDeque<Envelope<P>>>,
    /// Absent while a request is carried out.
    service: RefCell<Option<S>>,
    current: RefCell<Option<(u32, Job<S::Progress>)>>,
    post: Post<P>,
    now: fn() -> f64,
}

impl<S: Service<P>, P: 'static> Queue<S, P> {
    /// `post` sends to the page; `now` is the time in milliseconds.
    pub fn new(service: S, post: Post<P>, now: fn() -> f64) -> Rc<Self> {
        let service = RefCell::new(Some(service));
        Rc::new(Self { waiting: RefCell::default(), service, current: RefCell::new(None), post, now })
    }

    /// Takes a message in. Where nothing is under way, the work that follows is handed out, to be run to its end.
    #[must_use]
    pub fn heard(self: &Rc<Self>, envelope: Envelope<P>) -> Option<impl Future<Output = ()> + 'static> {
        match envelope.kind {
            Kind::Stop => self.stop(envelope.number),
            Kind::Request => self.waiting.borrow_mut().push_back(envelope),
            // Nothing else is for a worker.
            _ => return None,
        }
        // Whoever has the service sees this message when the request at hand is over.
        let service = self.service.borrow_mut().take()?;
        Some(Rc::clone(self).work(service))
    }

    fn stop(&self, number: u32) {
        if let Some((current, job)) = &*self.current.borrow()
            && *current == number
        {
            job.stop();
        }
        let mut waiting = self.waiting.borrow_mut();
        if let Some(at) = waiting.iter().position(|request| request.number == number) {
            waiting.remove(at);
            (self.post)(Envelope::bare(Kind::Stopped, number));
        }
    }

    async fn work(self: Rc<Self>, mut service: S) {
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            let Some(Envelope { number, body, parts, .. }) = next else { break };
            let post = Rc::clone(&self.post);
            let job = Job::new(move |kind, body| post(Envelope::text(kind, number, body)), (self.now)());
            self.current.replace(Some((number, job.clone())));
            let ended = match serde_json::from_str(&body) {
                Ok(request) => service.answer(request, parts, &job).await,
                Err(e) => Err(Ended::Failed(format!("The page asked for something unknown ({e}); reload it."))),
            };
            self.current.replace(None);
            (self.post)(written(number, ended));
        }
        self.service.replace(Some(service));
    }
}

fn written<A: Serialize, P>(number: u32, ended: Result<Reply<A, P>, Ended>) -> Envelope<P> {
    match ended {
        Err(Ended::Stopped) => Envelope::bare(Kind::Stopped, number),
        Err(Ended::Failed(why)) => Envelope::text(Kind::Failed, number, why),
        Ok(Reply { answer, parts }) => match serde_json::to_string(&answer) {
            Ok(body) => Envelope { kind: Kind::Answer, number, body, parts },
            Err(e) => Envelope::text(Kind::Failed, number, format!("The answer cannot be written ({e}).")),
        },
    }
}
