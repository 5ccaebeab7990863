//! One question, until a back end has the answer.

use std::{borrow::Cow, collections::BTreeSet};

use serde_json::{Value, json};

use crate::{BoxFuture, Client, RpcError, client::Call, endpoint::failure::Failure, value};

/// Second tries for what a back end does not have yet.
const TRIES: u32 = 8;
/// The same where there is another endpoint, which may have it already.
const TRIES_BEFORE_ANOTHER: u32 = 3;

/// Whether a result can be read; what is wrong with it, a fragment of a sentence, where it cannot.
pub(crate) type Readable<'a> = dyn Fn(&Value) -> Result<(), String> + Send + Sync + 'a;

/// What was tried for one question whose answer a back end does not have yet.
#[derive(Debug, Default)]
pub(crate) struct Sought {
    /// Of the endpoint that is asked now.
    tries: u32,
    /// Endpoints that did not have it in all of their tries.
    passed: BTreeSet<usize>,
}

impl Client {
    /// Asks one thing.
    ///
    /// # Errors
    /// [`RpcError`], after every endpoint failed.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        Ok(self.asked(Cow::Owned(method.to_owned()), params, &|_| Ok(())).await?.1)
    }

    /// Asks one thing about the newest state, of a back end that is not behind what was seen before.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Behind`] where none is found in time.
    pub async fn request_fresh(&self, method: &'static str, params: Value) -> Result<Value, RpcError> {
        self.asked_fresh(method, params, &|_| Ok(())).await
    }

    /// The same as [`Self::request`], with the position of the endpoint; one whose result cannot be read has failed.
    pub(crate) fn asked<'a>(
        &'a self,
        method: Cow<'static, str>,
        params: Value,
        readable: &'a Readable<'a>,
    ) -> BoxFuture<'a, Result<(usize, Value), RpcError>> {
        Box::pin(async move {
            let mut sought = Sought::default();
            loop {
                let call = Call::new(method.clone(), params.clone());
                let mut answered = self.ask_reading(&[call], &mut |values| first(values, readable)).await?;
                let endpoint = answered.endpoint;
                match answered.values.pop() {
                    Some(Ok(value)) => return Ok((endpoint, value)),
                    Some(Err(Failure::Behind)) if self.goes_on(&mut sought, endpoint).await => {}
                    Some(Err(failure)) => return Err(self.error(endpoint, &method, failure)),
                    None => return Err(self.unreadable(endpoint, &method, "no answer at all")),
                }
            }
        })
    }

    /// The same as [`Self::request_fresh`]; an endpoint whose result cannot be read has failed.
    pub(crate) fn asked_fresh<'a>(
        &'a self,
        method: &'static str,
        params: Value,
        readable: &'a Readable<'a>,
    ) -> BoxFuture<'a, Result<Value, RpcError>> {
        Box::pin(async move {
            let mut sought = Sought::default();
            loop {
                let calls = [Call::new(method, params.clone()), Call::new("eth_blockNumber", json!([]))];
                let answered = self.ask_reading(&calls, &mut |values| first(values, readable)).await?;
                let endpoint = answered.endpoint;
                let head = answered.values.get(1).and_then(|value| value::quantity(value.as_ref().ok()?).ok());
                let tallest = self.tallest();
                if let Some(head) = head {
                    self.saw(head);
                }
                let first = answered.values.into_iter().next();
                // What was seen may have turned out to be wrong just now.
                let is_behind =
                    head.is_some_and(|head| head < self.tallest()) || matches!(first, Some(Err(Failure::Behind)));
                if is_behind {
                    if !self.goes_on(&mut sought, endpoint).await {
                        return Err(self.behind(endpoint, tallest));
                    }
                    continue;
                }
                return match first {
                    Some(Ok(value)) => Ok(value),
                    Some(Err(failure)) => Err(self.error(endpoint, method, failure)),
                    None => Err(self.unreadable(endpoint, method, "no answer at all")),
                };
            }
        })
    }

    /// What was asked for is not there yet: waits before the endpoint is asked again, which may be another back end
    /// then; after some tries passes the endpoint over, so that another one is asked. `false` where all were asked
    /// often enough.
    pub(crate) async fn goes_on(&self, sought: &mut Sought, endpoint: usize) -> bool {
        let is_last = sought.passed.contains(&endpoint)
            || (0..self.inner.endpoints.len()).all(|other| other == endpoint || sought.passed.contains(&other));
        if sought.tries < if is_last { TRIES } else { TRIES_BEFORE_ANOTHER } {
            let first = self.inner.options.behind_pause;
            let pause = (first * 2u32.pow(sought.tries)).min(first * 10);
            sought.tries += 1;
            self.sleep(pause).await;
            return true;
        }
        self.endpoint(endpoint).fell_behind(self.now());
        sought.tries = 0;
        sought.passed.insert(endpoint);
        !is_last
    }
}

fn first(values: &[Result<Value, Failure>], readable: &Readable<'_>) -> Result<(), String> {
    match values.first() {
        Some(Ok(value)) => readable(value),
        _ => Ok(()),
    }
}
