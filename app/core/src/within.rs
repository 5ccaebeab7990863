//! Waiting no longer than for a time: what a server does not answer must not stop what the chain and the vault can.

use std::{pin::pin, time::Duration};

use futures::future::{Either, select};
use gloo_timers::future::sleep;

/// The answer, where it comes in time.
pub async fn within<T>(time: Duration, answer: impl Future<Output = T>) -> Option<T> {
    match select(pin!(answer), pin!(sleep(time))).await {
        Either::Left((answer, _)) => Some(answer),
        Either::Right(_) => None,
    }
}
