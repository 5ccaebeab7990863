//! `cargo xtask bench compute`, what of it runs in a browser: recipes in Chromium's engine, counting and not, in turns with the
//! same module in wasmtime. Prints JSON. `bench_compute SITE NATIVE`: the folder of the bench page, and the program that runs
//! a recipe natively.

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Profile, Site, bench};
use serde_json::{Value, json};
use thirtyfour::WebDriver;
use tokio::process::Command;

/// Algorithms with their rounds; each size is ten times the one before.
const WORK: [(&str, u32); 6] = [("mlp", 4), ("mlp", 40), ("mlp", 400), ("trees", 2), ("trees", 20), ("trees", 200)];
const TURNS: usize = 5;

#[tokio::main]
async fn main() -> Result<()> {
    let [site, native] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        anyhow::bail!("the page and the native program are named");
    };
    let site = Site::serve(site.into()).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    browser.driver.set_script_timeout(std::time::Duration::from_secs(600)).await?;
    browser.driver.goto(&site.url).await?;
    let mut runs = Vec::new();
    for (algorithm, rounds) in WORK {
        runs.extend(measured(&browser.driver, native, algorithm, rounds).await?);
    }
    browser.quit().await?;
    println!("{}", json!({ "runs": runs }));
    Ok(())
}

/// Two lines: counting against not counting, and the tab against wasmtime.
async fn measured(driver: &WebDriver, native: &str, algorithm: &str, rounds: u32) -> Result<[Value; 2]> {
    let tab =
        async |module: &str, recipe: &Value| bench(driver, "run", json!({"module": module, "recipe": recipe})).await;
    let (mut ours, mut plain, mut wasmtime) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..=TURNS {
        let once = Command::new(native).args(["once", algorithm, &rounds.to_string()]).output().await?;
        ensure!(once.status.success(), "the native program failed: {}", String::from_utf8_lossy(&once.stderr));
        let peer: Value = serde_json::from_slice(&once.stdout)?;
        // The same bytes: how long they are counts too.
        let counting = tab("instrumented.wasm", &peer["recipe"]).await?;
        let without = tab("plain.wasm", &peer["recipe"]).await?;
        ensure!(counting["hash"] == peer["hash"], "the tab comes to another result: {counting}, {peer}");
        // The first turn warms the machine; workers and programs are new in each.
        if turn > 0 {
            ours.push(counting);
            plain.push(without);
            wasmtime.push(peer);
        }
    }
    let line = |what: String, peer: &[Value]| {
        let (seconds, other) = (middle(&ours, "seconds")?, middle(peer, "seconds")?);
        Ok::<_, anyhow::Error>(json!({
            "what": what, "rounds": rounds, "units": wasmtime[0]["units"], "ours": seconds, "peer": other, "unit": "s",
            "ratio": seconds / other, "ours_started": middle(&ours, "started")?, "peer_started": middle(peer, "started")?,
        }))
    };
    Ok([
        line(
            format!(
                "metering_tab: the recipe {algorithm} in Chromium, counting its instructions, against the plain module"
            ),
            &plain,
        )?,
        line(
            format!(
                "tab_to_native: the recipe {algorithm} in a worker of Chromium, against wasmtime, both from the module's file on"
            ),
            &wasmtime,
        )?,
    ])
}

fn middle(found: &[Value], what: &str) -> Result<f64> {
    let mut found: Vec<f64> = found.iter().filter_map(|found| found[what].as_f64()).collect();
    found.sort_by(f64::total_cmp);
    found.get(found.len() / 2).copied().context("something was measured")
}
