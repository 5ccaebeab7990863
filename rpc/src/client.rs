//! Asking endpoints: one after the other, no faster than they want, each question until it has an answer.

mod again;
mod finality;
mod heads;
mod height;
mod offered;
mod pieces;
mod question;
mod reading;
mod status;
mod verify;
mod whole;

pub use finality::Finality;
pub use offered::{Offer, Offered};
pub use pieces::Piece;
pub use status::{Status, Verdict};

use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::future::{Either, select};
use serde_json::{Value, json};

use crate::{
    Allowance, BoxFuture, Endpoint, Environment, Refusal, RpcError, Unreachable,
    allowance::lock,
    client::{heads::Heads, height::Height},
    endpoint::failure::{Failure, of_error, of_status},
    value,
};

/// Times that an endpoint which limits something, and does not say what, is waited for before it is logs.
const LIMITED: u32 = 2;
/// First pause before a back end is asked again for what it does not have yet, unless another is asked for.
pub const BEHIND_PAUSE: Duration = Duration::from_millis(100);

/// How to ask.
#[derive(Debug, Default)]
pub struct Options {
    /// The chain that endpoints must be on; each is asked once before it is used. `None` where the caller asks itself.
    pub chain_id: Option<u64>,
    /// After this an endpoint counts as silent. Zero: 15 seconds.
    pub timeout: Duration,
    /// The longest wait that a request takes upon itself where an endpoint asks for it. Zero: an hour.
    pub patience: Duration,
    /// What may be asked in a time; `None` for as much as one likes.
    pub allowance: Option<Allowance>,
    /// The first pause before another back end is asked where one is behind; each further one is twice as long, up to
    /// ten times the first. Zero: [`BEHIND_PAUSE`].
    pub behind_pause: Duration,
}

/// One or more endpoints of one chain. Clones share what they learn.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    /// In the order in which they are preferred; at least one.
    pub endpoints: Vec<Endpoint>,
    /// Clock, waiting and chance.
    pub environment: Arc<dyn Environment>,
    options: Options,
    /// Ids of requests: a second try has the id of the first.
    ids: AtomicU64,
    requests: AtomicU64,
    /// Position of the endpoint that answered last.
    last: AtomicUsize,
    height: Mutex<Height>,
    heads: Mutex<Heads>,
    /// Whether endpoints agree on the chain, as last compared.
    pub verdict: Mutex<Verdict>,
}

/// One question.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Its name in JSON-RPC.
    pub method: Cow<'static, str>,
    /// A list, as JSON-RPC takes it.
    pub params: Value,
    /// Width of the range, for `eth_getLogs` with one.
    pub blocks: Option<u64>,
}

impl Call {
    /// A question about no range of blocks.
    pub fn new(method: impl Into<Cow<'static, str>>, params: Value) -> Self {
        Self { method: method.into(), params, blocks: None }
    }

    /// `eth_getLogs` over so many blocks.
    pub fn logs(filter: Value, blocks: u64) -> Self {
        Self { method: Cow::Borrowed("eth_getLogs"), params: json!([filter]), blocks: Some(blocks) }
    }

    /// Whether it sends a transaction: what speaks against that is the transaction's, not the node's.
    fn sends(&self) -> bool {
        self.method.starts_with("eth_send")
    }
}

/// Reads what was answered; an error says what makes no sense in it, a fragment of a sentence.
pub(crate) type Read<'a> = dyn FnMut(&[Result<Value, Failure>]) -> Result<(), String> + Send + 'a;

/// An answer and who gave it.
#[derive(Debug, Clone)]
pub(crate) struct Answered {
    /// Position of the endpoint.
    pub endpoint: usize,
    /// One for each question, in their order.
    pub values: Vec<Result<Value, Failure>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("endpoints", &self.inner.endpoints).field("status", &self.status()).finish()
    }
}

impl Client {
    /// Endpoints in the order in which they are preferred; at least one.
    pub fn new(endpoints: Vec<Endpoint>, environment: impl Environment, mut options: Options) -> Self {
        if options.timeout.is_zero() {
            options.timeout = Duration::from_secs(15);
        }
        if options.patience.is_zero() {
            options.patience = Duration::from_secs(3_600);
        }
        if options.behind_pause.is_zero() {
            options.behind_pause = BEHIND_PAUSE;
        }
        let verdict = if endpoints.len() > 1 { Verdict::Unknown } else { Verdict::Single };
        let first_id = (environment.random() * f64::from(1 << 30)) as u64 + 1;
        let inner = Inner {
            endpoints,
            environment: Arc::new(environment),
            options,
            ids: AtomicU64::new(first_id),
            requests: AtomicU64::new(0),
            last: AtomicUsize::new(0),
            height: Mutex::default(),
            heads: Mutex::default(),
            verdict: Mutex::new(verdict),
        };
        Self { inner: Arc::new(inner) }
    }

    /// What is known now.
    pub fn status(&self) -> Status {
        let inner = &self.inner;
        let now = inner.environment.now();
        let waits = inner.endpoints.iter().map(|endpoint| endpoint.learnt().not_before.saturating_sub(now));
        Status {
            waiting: waits.min().unwrap_or_default(),
            behind: lock(&inner.height).behind,
            verdict: *lock(&inner.verdict),
            requests: self.requests(),
            endpoint: inner.last.load(Ordering::Relaxed),
        }
    }

    /// Requests made so far, each of a batch and each second try counted.
    pub fn requests(&self) -> u64 {
        self.inner.requests.load(Ordering::Relaxed)
    }

    /// The pause after `requests` that keeps a reader who never stops within its allowance.
    pub fn pace(&self, requests: u64) -> Duration {
        self.inner.options.allowance.as_ref().map_or(Duration::ZERO, |allowance| allowance.pace(requests))
    }

    /// Whether what may be asked is limited.
    pub fn is_limited(&self) -> bool {
        self.inner.options.allowance.is_some()
    }

    /// Time as the environment has it.
    pub fn now(&self) -> Duration {
        self.inner.environment.now()
    }

    /// Waits, by the environment's clock.
    pub async fn sleep(&self, pause: Duration) {
        self.inner.environment.sleep(pause).await;
    }

    /// The highest block that was told of so far; zero before the first. One that many answers later nobody has is
    /// forgotten.
    pub fn tallest(&self) -> u64 {
        lock(&self.inner.height).tallest
    }

    /// Forgets how high the chain was. Only for development chains, which are set back without another block taking
    /// a block's place.
    pub fn forget_height(&self) {
        *lock(&self.inner.height) = Height::default();
    }

    /// An endpoint says that this is its newest block.
    pub(crate) fn saw(&self, block: u64) {
        lock(&self.inner.height).told(block, self.now());
    }

    /// A block of this height is there; which says nothing about how far the node is.
    pub(crate) fn has(&self, block: u64) {
        lock(&self.inner.height).at_least(block);
    }

    pub(crate) fn endpoint(&self, position: usize) -> &Endpoint {
        &self.inner.endpoints[position]
    }

    /// Asks every endpoint which chain it is on.
    ///
    /// # Errors
    /// [`RpcError::WrongChain`] where one that answers is on another; what kept the last from answering where none does.
    pub async fn check_chain(&self, expected: u64) -> Result<(), RpcError> {
        let (mut answers, mut failed) = (false, None);
        for position in 0..self.inner.endpoints.len() {
            match self.chain_of(position).await {
                Ok(found) if found == expected => answers = true,
                Ok(found) => return Err(self.wrong_chain(position, expected, found)),
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) if !answers => Err(error),
            _ => Ok(()),
        }
    }

    /// Which chain an endpoint is on.
    pub(crate) async fn chain_of(&self, position: usize) -> Result<u64, RpcError> {
        let call = Call::new("eth_chainId", json!([]));
        let mut answered = self.ask(&[call], Some(position)).await?;
        match answered.values.pop() {
            Some(Ok(id)) => value::quantity(&id).map_err(|what| self.unreadable(position, "eth_chainId", &what)),
            Some(Err(failure)) => Err(self.error(position, "eth_chainId", failure)),
            None => Err(self.unreadable(position, "eth_chainId", "no answer at all")),
        }
    }

    /// Asks several things at once, of one back end where the endpoint takes batches. Waits where endpoints ask for it
    /// and goes on with the next where one fails; `only` names one endpoint that must answer.
    ///
    /// Boxed: an async function is compiled once more in every crate that awaits it, and everything awaits this one.
    pub(crate) fn ask<'a>(
        &'a self,
        calls: &'a [Call],
        only: Option<usize>,
    ) -> BoxFuture<'a, Result<Answered, RpcError>> {
        Box::pin(self.ask_in_turn(calls, only, None))
    }

    /// The same, of any endpoint, and what it answers is read: one whose answer makes no sense has failed.
    pub(crate) fn ask_reading<'a>(
        &'a self,
        calls: &'a [Call],
        read: &'a mut Read<'a>,
    ) -> BoxFuture<'a, Result<Answered, RpcError>> {
        Box::pin(self.ask_in_turn(calls, None, Some(read)))
    }

    async fn ask_in_turn<'a>(
        &'a self,
        calls: &'a [Call],
        only: Option<usize>,
        mut read: Option<&'a mut Read<'a>>,
    ) -> Result<Answered, RpcError> {
        let inner = &self.inner;
        let started = self.now();
        let first_id = self.next_ids(calls.len());
        let mut failed: BTreeSet<usize> =
            (0..inner.endpoints.len()).filter(|position| only.is_some_and(|only| only != *position)).collect();
        let mut last = RpcError::Unreachable { endpoint: "The chain node".into() };
        let mut limited = 0;
        // What an endpoint said that understood and declined; another may do it.
        let mut declined: Option<Answered> = None;
        while let Some((position, wait)) = self.pick(&failed) {
            // An answer is there, so nobody is waited for.
            if declined.is_some() && (!wait.is_zero() || self.endpoint(position).learnt().down_until > self.now()) {
                break;
            }
            if !wait.is_zero() {
                if self.now().saturating_sub(started) + wait > inner.options.patience {
                    let endpoint = self.endpoint(position).label.clone();
                    return Err(RpcError::Busy { endpoint, seconds: wait.as_secs_f64().ceil() as u64 });
                }
                self.sleep(wait).await;
                // Another may be free by now, or this one may have been asked for more patience meanwhile.
                continue;
            }
            if let Err(error) = self.check(position, only).await {
                failed.insert(position);
                last = error;
                continue;
            }
            let method = calls.first().map_or("", |call| call.method.as_ref());
            match self.exchange(position, calls, first_id).await {
                Ok(values) => match self.reconsider(position, calls, &values, &mut limited) {
                    Reconsidered::Stands => match read.as_mut().map_or(Ok(()), |read| read(&values)) {
                        Ok(()) => {
                            self.endpoint(position).answered();
                            inner.last.store(position, Ordering::Relaxed);
                            return Ok(Answered { endpoint: position, values });
                        }
                        Err(what) => {
                            self.endpoint(position).failed(self.now());
                            last = self.unreadable(position, method, &what);
                            failed.insert(position);
                        }
                    },
                    Reconsidered::Again => {}
                    Reconsidered::Broken(refusal) => {
                        last = self.error(position, method, Failure::Broken(refusal));
                        failed.insert(position);
                    }
                    Reconsidered::Declined => {
                        declined.get_or_insert(Answered { endpoint: position, values });
                        failed.insert(position);
                    }
                },
                Err(Failure::Busy(asked)) => {
                    self.endpoint(position).hold(asked, self.now(), inner.environment.random());
                }
                Err(failure) => {
                    self.endpoint(position).failed(self.now());
                    last = self.error(position, method, failure);
                    failed.insert(position);
                }
            }
        }
        let declined = declined.ok_or(last)?;
        inner.last.store(declined.endpoint, Ordering::Relaxed);
        Ok(declined)
    }

    /// Takes so many ids in a row; the first of them.
    fn next_ids(&self, count: usize) -> u64 {
        self.inner.ids.fetch_add(count as u64, Ordering::Relaxed)
    }

    /// The endpoint to ask and how long to wait before: the first that neither failed nor fell behind of late nor asked
    /// for a pause, else the one that is free first.
    fn pick(&self, excluded: &BTreeSet<usize>) -> Option<(usize, Duration)> {
        let now = self.now();
        let candidates = self.inner.endpoints.iter().enumerate().filter(|(position, _)| !excluded.contains(position));
        candidates
            .map(|(position, endpoint)| {
                let learnt = endpoint.learnt();
                let wait = learnt.not_before.saturating_sub(now);
                ((wait, learnt.down_until > now, learnt.behind_until > now, position), (position, wait))
            })
            .min_by_key(|(key, _)| *key)
            .map(|(_, picked)| picked)
    }

    /// Makes sure, once, that an endpoint is on the right chain.
    async fn check(&self, position: usize, only: Option<usize>) -> Result<(), RpcError> {
        let Some(expected) = self.inner.options.chain_id.filter(|_| only.is_none()) else { return Ok(()) };
        if self.endpoint(position).learnt().checked {
            return Ok(());
        }
        let found = Box::pin(self.chain_of(position)).await?;
        if found != expected {
            return Err(self.wrong_chain(position, expected, found));
        }
        self.endpoint(position).learn(|learnt| learnt.checked = true);
        Ok(())
    }

    /// What refusals inside of an answer mean for the whole.
    fn reconsider(
        &self,
        position: usize,
        calls: &[Call],
        values: &[Result<Value, Failure>],
        limited: &mut u32,
    ) -> Reconsidered {
        let others = self.inner.endpoints.len() > 1;
        for (call, value) in calls.iter().zip(values) {
            match value {
                Err(Failure::Busy(asked)) => {
                    self.endpoint(position).hold(*asked, self.now(), self.inner.environment.random());
                    return Reconsidered::Again;
                }
                Err(Failure::Limited) if *limited < LIMITED => {
                    *limited += 1;
                    self.endpoint(position).hold(None, self.now(), self.inner.environment.random());
                    return Reconsidered::Again;
                }
                Err(Failure::NoBatches) if self.endpoint(position).learnt().batches => {
                    self.endpoint(position).learn(|learnt| learnt.batches = false);
                    return Reconsidered::Again;
                }
                Err(Failure::Broken(refusal)) if others => return Reconsidered::Broken(refusal.clone()),
                Err(Failure::Declined(refusal)) if others && !refusal.is_revert() && !call.sends() => {
                    return Reconsidered::Declined;
                }
                _ => {}
            }
        }
        Reconsidered::Stands
    }

    /// One exchange with one endpoint, or one a question where it takes no batches.
    async fn exchange(
        &self,
        position: usize,
        calls: &[Call],
        first_id: u64,
    ) -> Result<Vec<Result<Value, Failure>>, Failure> {
        let message = |(offset, call): (usize, &Call)| json!({"jsonrpc": "2.0", "id": first_id + offset as u64, "method": call.method, "params": call.params});
        let batched = calls.len() > 1 && self.endpoint(position).learnt().batches;
        if !batched {
            let mut values = Vec::with_capacity(calls.len());
            for (offset, call) in calls.iter().enumerate() {
                let answer = self.post(position, message((offset, call)), 1).await?;
                values.push(read(answer, call)?);
            }
            return Ok(values);
        }
        let messages: Vec<Value> = calls.iter().enumerate().map(message).collect();
        let answer = self.post(position, Value::Array(messages), calls.len()).await?;
        let Value::Array(mut answers) = answer else {
            // One error for all: the endpoint takes no batches, or declines this one as it would each of them.
            let failure = match answer.get("error").filter(|error| !error.is_null()) {
                Some(error) => of_error(error, "", None),
                None => Failure::NotANode { status: 200 },
            };
            return match failure {
                Failure::Busy(asked) => Err(Failure::Busy(asked)),
                Failure::Declined(_) | Failure::Broken(_) | Failure::NoBatches => Ok(vec![Err(Failure::NoBatches)]),
                failure => Err(failure),
            };
        };
        let mut values = Vec::with_capacity(calls.len());
        for (offset, call) in calls.iter().enumerate() {
            let id = first_id + offset as u64;
            let found = answers.iter().position(|answer| answer["id"] == json!(id));
            let Some(found) = found else { return Err(Failure::NotANode { status: 200 }) };
            values.push(read(answers.swap_remove(found), call)?);
        }
        Ok(values)
    }

    /// Posts once and reads JSON, within the time limit.
    async fn post(&self, position: usize, message: Value, requests: usize) -> Result<Value, Failure> {
        let inner = &self.inner;
        if let Some(allowance) = &inner.options.allowance {
            let wait = allowance.take(requests, self.now());
            if !wait.is_zero() {
                self.sleep(wait).await;
            }
        }
        inner.requests.fetch_add(requests as u64, Ordering::Relaxed);
        let answer = self.endpoint(position).transport.post(message.to_string());
        let reply = match select(answer, inner.environment.sleep(inner.options.timeout)).await {
            Either::Left((Ok(reply), _)) => reply,
            Either::Left((Err(Unreachable), _)) => return Err(Failure::Unreachable),
            Either::Right(_) => return Err(Failure::Timeout),
        };
        let body: Option<Value> = serde_json::from_str(&reply.body).ok();
        if let Some(failure) = of_status(&reply, body.as_ref(), inner.environment.unix_time()) {
            return Err(failure);
        }
        body.filter(|body| body.is_object() || body.is_array()).ok_or(Failure::NotANode { status: reply.status })
    }

    pub(crate) fn unreadable(&self, position: usize, method: &str, what: &str) -> RpcError {
        let endpoint = self.endpoint(position).label.clone();
        RpcError::Unreadable { endpoint, method: method.to_owned(), what: what.to_owned() }
    }

    pub(crate) fn behind(&self, position: usize, block: u64) -> RpcError {
        RpcError::Behind { endpoint: self.endpoint(position).label.clone(), block }
    }

    fn wrong_chain(&self, position: usize, expected: u64, found: u64) -> RpcError {
        RpcError::WrongChain { endpoint: self.endpoint(position).label.clone(), expected, found }
    }

    /// A failure as an error.
    pub(crate) fn error(&self, position: usize, method: &str, failure: Failure) -> RpcError {
        let endpoint = self.endpoint(position).label.clone();
        let method = method.to_owned();
        match failure {
            Failure::Unreachable => RpcError::Unreachable { endpoint },
            Failure::Timeout => RpcError::Timeout { endpoint, method, within: self.inner.options.timeout },
            Failure::NotANode { status } => RpcError::NotANode { endpoint, method, status },
            Failure::Busy(asked) => {
                RpcError::Busy { endpoint, seconds: asked.map_or(1, |asked| asked.as_secs().max(1)) }
            }
            Failure::Limited | Failure::TooWide(_) => RpcError::TooNarrow { endpoint },
            Failure::Behind => RpcError::Behind { endpoint, block: self.tallest() },
            Failure::NoBatches => RpcError::NotANode { endpoint, method, status: 200 },
            Failure::Broken(refusal) | Failure::Declined(refusal) => RpcError::Refused { endpoint, method, refusal },
        }
    }
}

/// What becomes of an answer.
enum Reconsidered {
    Stands,
    /// The same is asked again, once it may be.
    Again,
    /// The endpoint cannot do its work: another one is asked.
    Broken(Refusal),
    /// It declines, and others need not: keys run out, old states are thrown away, methods are switched off.
    Declined,
}

/// Reads one answer.
fn read(mut answer: Value, call: &Call) -> Result<Result<Value, Failure>, Failure> {
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        return Ok(Err(of_error(error, &call.method, call.blocks)));
    }
    match answer.get_mut("result") {
        Some(result) => Ok(Ok(result.take())),
        None => Err(Failure::NotANode { status: 200 }),
    }
}
