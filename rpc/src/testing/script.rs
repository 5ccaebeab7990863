//! A node that answers what a test tells it to.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::{BoxFuture, Reply, Transport, Unreachable, allowance::lock};

type Answer = dyn FnMut(&Value) -> Option<Result<Reply, Unreachable>> + Send;

/// Hands each posted body to a function. Clones share it and what it saw.
#[derive(Clone)]
pub struct Scripted {
    answer: Arc<Mutex<Box<Answer>>>,
    seen: Arc<Mutex<Vec<Value>>>,
}

impl Scripted {
    /// `answer` gets the body; `None` is silence for ever.
    pub fn new(answer: impl FnMut(&Value) -> Option<Result<Reply, Unreachable>> + Send + 'static) -> Self {
        Self { answer: Arc::new(Mutex::new(Box::new(answer))), seen: Arc::default() }
    }

    /// Bodies that were posted.
    pub fn seen(&self) -> Vec<Value> {
        lock(&self.seen).clone()
    }
}

impl Transport for Scripted {
    fn post(&self, body: String) -> BoxFuture<'_, Result<Reply, Unreachable>> {
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        lock(&self.seen).push(body.clone());
        let answer = (lock(&self.answer))(&body);
        Box::pin(async move {
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        })
    }
}
