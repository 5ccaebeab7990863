//! What a worker says to a client whose job its own rules refuse: nobody waits for a quote that never comes.

use super::{STEPS, module};
use crate::lent::{Lent, Side, deal};

#[tokio::test]
async fn who_asks_about_a_job_that_is_never_run_is_told_why_and_may_ask_again() {
    let lent = Lent::up().await;
    let provider = lent.join("first").await;
    let worker = lent.lend("first");
    // A mebibyte of memory is paid, and the input has one byte more.
    let posted = lent.post(&module(STEPS), &[&vec![0; (1 << 20) + 1]], 20, 20, None).await;
    let mut side = Side::open(&lent, posted, deal(&lent, &posted, provider)).await;
    for _ in 0..2 {
        side.until("an answer", |side| side.declined.is_some()).await;
        let why = side.declined.take().unwrap();
        assert!(why.contains("1048577 bytes together, and the job pays for 1048576 bytes"), "{why}");
        side.machine.ask();
    }
    assert!(side.quote.is_none());
    assert!(worker.has_said_of(posted.of.job, "1048577 bytes together"));
}
