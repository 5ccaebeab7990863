//! Work that is given up when it takes too long, so that a server that hangs is one that cannot be reached.

use std::time::Duration;

use futures::future::{Either, select};
use gloo_timers::future::sleep;
use web_sys::{AbortController, AbortSignal};

/// For a short question and its answer.
pub const ANSWER: Duration = Duration::from_secs(10);
/// The longest silence while a file comes.
pub const SILENCE: Duration = Duration::from_secs(10);
/// The least that an upload may be slow, bytes a second, after the time of an answer.
const SLOWEST_UPLOAD: f64 = 20_000.0;

/// How long an upload of so many bytes may take.
pub fn upload(bytes: f64) -> Duration {
    ANSWER + Duration::from_secs_f64(bytes / SLOWEST_UPLOAD)
}

/// Runs work that can be aborted; `None` when it was not done in time, and then it is aborted.
pub async fn within<T>(limit: Duration, work: impl AsyncFnOnce(Option<AbortSignal>) -> T) -> Option<T> {
    let controller = AbortController::new().ok();
    let work = std::pin::pin!(work(controller.as_ref().map(AbortController::signal)));
    match select(work, std::pin::pin!(sleep(limit))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => {
            if let Some(controller) = controller {
                controller.abort();
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn what_hangs_is_aborted_and_what_is_done_in_time_is_not() {
        let mut given = None;
        let hung = within(Duration::from_millis(20), async |signal| {
            given = signal;
            std::future::pending::<()>().await;
        });
        assert_eq!(hung.await, None);
        assert!(given.is_some_and(|signal| signal.aborted()));
        let mut given = None;
        let done = within(Duration::from_secs(60), async |signal| {
            given = signal;
            7
        });
        assert_eq!(done.await, Some(7));
        assert!(given.is_some_and(|signal| !signal.aborted()));
    }

    #[wasm_bindgen_test]
    fn large_uploads_have_more_time() {
        assert_eq!(upload(0.0), ANSWER);
        assert_eq!(upload(2_000_000.0), ANSWER + Duration::from_secs(100));
    }
}
