//! What a job can do.

use std::task::Poll;

/// The three calls of a job.
pub trait Host {
    /// Bytes of an input from an offset on: how many were there, less than asked for at its end; -1 where the job has no
    /// such input.
    fn read(&self, input: usize, offset: u64, to: &mut [u8]) -> i32;

    /// Appends to the result.
    fn write(&self, bytes: &[u8]);

    /// A line of the log.
    fn log(&self, line: &[u8]);
}

/// Ends a step. What comes behind it is done in the next one.
pub async fn next_step() {
    let mut waited = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}
