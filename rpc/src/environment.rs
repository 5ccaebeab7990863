//! Time and chance, so that tests need neither.

use std::{future::Future, pin::Pin, time::Duration};

/// A future that may change threads, where there are threads.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A future of the page's one thread.
#[cfg(target_arch = "wasm32")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What the world outside gives.
pub trait Environment: Send + Sync + 'static {
    /// Time since some moment that stays the same; never goes back.
    fn now(&self) -> Duration;
    /// Seconds since 1970, for waits that a node gives as a date.
    fn unix_time(&self) -> u64;
    /// Ends after `pause`.
    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()>;
    /// A number from 0 up to, but not including, 1.
    fn random(&self) -> f64;
}
