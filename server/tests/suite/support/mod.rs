//! What the tests are written with.

pub mod app;
pub mod computing;
pub mod database;
pub mod draw;
pub mod kubo;
pub mod learning;
pub mod models;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod recorded;

pub use app::TestApp;
pub use database::Database;

use std::{
    future::Future,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// Longest wait for anything that will come: far longer than it takes on a machine that does ten other things meanwhile.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// Waits for a condition that will come, and fails with `what` where it does not within [`PATIENCE`].
pub async fn until<F: Future<Output = Result<bool>>>(what: &str, mut met: impl FnMut() -> F) -> Result<()> {
    let since = Instant::now();
    while !met().await? {
        if since.elapsed() > PATIENCE {
            bail!("waited in vain for this: {what}");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// Runs each test on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                super::$name($crate::support::Database::sqlite()?).await
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                super::$name($crate::support::Database::postgres()?).await
            })*
        }
    };
}
pub(crate) use on_both;
