//! Time, which links are told and never ask for themselves.

use std::time::Duration;

use futures::future::LocalBoxFuture;

/// Time, as the caller's platform has it.
pub trait Environment {
    /// Since any moment in the past; never goes back.
    fn now(&self) -> Duration;
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()>;
}
