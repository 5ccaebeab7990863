//! Asking a bench page for a measurement.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// Calls a function of `window.bench` with these options, once the page has one, and waits for what it finds.
///
/// # Errors
/// When the page says one, or the browser is gone.
pub async fn bench(driver: &WebDriver, what: &str, options: Value) -> Result<Value> {
    let script = "
        const [what, options, done] = arguments;
        const begun = setInterval(() => {
            if (!window.bench) return;
            clearInterval(begun);
            window.outcome = null;
            (async () => window.bench[what](options))().then(
                (found) => (window.outcome = { found }),
                (error) => (window.outcome = { error: `${error}` }),
            );
            done();
        }, 10);";
    driver.execute_async(script, vec![json!(what), options]).await?;
    // In portions, since a request to the driver must not last for minutes.
    let script = "
        const done = arguments[0];
        const until = performance.now() + 30_000;
        const waiting = setInterval(() => {
            if (!window.outcome && performance.now() < until) return;
            clearInterval(waiting);
            done(window.outcome ?? null);
        }, 100);";
    loop {
        let outcome = driver.execute_async(script, Vec::new()).await?.json().clone();
        if let Some(error) = outcome["error"].as_str() {
            bail!("the bench page says of {what}: {error}");
        }
        if outcome["found"].is_object() {
            return Ok(outcome["found"].clone());
        }
    }
}
