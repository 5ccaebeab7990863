//! Of `cargo xtask bench page`: how long a page takes to show its content over a slow line, what an idle tab asks for, how
//! many tabs work at once, and what axe finds. Prints JSON.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use devchain::{bounty::samples, trained};
use e2e::{Browser, PATIENCE, Person, Profile, Stack, findings, root};
use serde_json::{Value, json};

/// A slow line and an old phone: bits a second each way, milliseconds for a round trip, how much slower the processor is.
const LINE: f64 = 1_600_000.0;
const ROUND_TRIP: u32 = 150;
const SLOWER: u32 = 4;
/// Visits of each page, each with a browser that has never been there; the median counts.
const TIMES: usize = 3;
/// More than the six connections that a browser gives to a host.
const TABS: usize = 8;
/// Somebody is taken to be there for a minute after what they did last.
const UNTIL_IDLE: Duration = Duration::from_secs(80);
const IDLE: Duration = Duration::from_secs(60);
/// What axe looks at: every page that an address alone leads to.
const PAGES: &[&str] = &[
    "/",
    "/bounties",
    "/bounties/1",
    "/bounties/2",
    "/bounties/3",
    "/bounties/999",
    "/new",
    "/models",
    "/models/new",
    "/models/trained",
    "/run",
    "/simulate",
    "/data",
    "/data/mine",
    "/data/new",
    "/data/requests",
    "/learn",
    "/learn/new",
    "/jobs",
    "/jobs/new",
    "/lend",
    "/network",
    "/work",
    "/settings",
    "/nonsense",
];

#[tokio::main]
async fn main() -> Result<()> {
    let stack = Stack::start().await?;
    samples::play(&stack.chain, &stack.url, &root().join("public/datasets"), |_| {}).await?;
    trained::samples::play(&stack.chain, &stack.url, &root().join("public/models"), |_| {}).await?;
    let named = |row: &&Value| row["name"] == trained::samples::MNIST.name;
    let listed = |answer: &Value| answer["rows"].as_array()?.iter().find(named)?["cid"].as_str().map(str::to_owned);
    let cid = stack.answered("/api/trained-models", listed).await?;

    let start = slowly(&stack, "/", samples::DIGITS.title()).await?;
    let bounty = slowly(&stack, "/bounties/1", samples::BREAST_CANCER.title()).await?;
    let run = slowly(&stack, &format!("/run/{cid}"), trained::samples::MNIST.name).await?;
    let idle = idle_requests(&stack).await?;
    let tabs = tabs(&stack).await?;
    let axe = axe(&stack, &format!("/run/{cid}")).await?;
    let line = format!("{} Mbit/s, {ROUND_TRIP} ms, processor ÷ {SLOWER}", LINE / 1e6);
    println!(
        "{}",
        json!({
            "line": line,
            // Until it can be read, as the server wrote it; until the page's program shows it.
            "start_s": start.read, "start_program_s": start.run, "bounty_s": bounty.read, "bounty_program_s": bounty.run,
            // Nothing can be run before.
            "run_s": run.run,
            "idle_requests_per_min": idle, "tabs": tabs, "axe_states": axe.states,
            "axe_serious": axe.serious, "axe_moderate": axe.moderate, "axe_findings": axe.told,
        })
    );
    Ok(())
}

/// Seconds until somebody who has never been here can read this text, and until the page's program shows it.
struct Shown {
    read: f64,
    run: f64,
}

/// The medians of a few visits.
async fn slowly(stack: &Stack, address: &str, text: &str) -> Result<Shown> {
    let (mut read, mut run) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let browser = Browser::open(&Profile::fresh()?, &[]).await?;
        let cdp = browser.driver.cdp();
        cdp.send_raw("Network.enable", json!({})).await?;
        let bytes = LINE / 8.0;
        let line =
            json!({ "offline": false, "latency": ROUND_TRIP, "downloadThroughput": bytes, "uploadThroughput": bytes });
        cdp.send_raw("Network.emulateNetworkConditions", line).await?;
        cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER })).await?;
        let look = format!(
            "const look = () => {{
                const there = document.body?.innerText.includes({});
                if (there) window.read ??= performance.now();
                if (there && !document.getElementById('shell')) window.run = performance.now();
                else setTimeout(look, 50);
            }};
            look();",
            json!(text)
        );
        cdp.page().add_script_to_evaluate_on_new_document(look).await?;
        browser.driver.goto(format!("{}{address}", stack.url)).await?;
        let shown = once(&browser, "return window.run ? [window.read, window.run] : null").await;
        browser.quit().await?;
        let [first, then]: [f64; 2] = serde_json::from_value(shown?)?;
        eprintln!(
            "{address}: {text:?} could be read after {:.2} s, the program ran after {:.2} s",
            first / 1e3,
            then / 1e3
        );
        read.push(first / 1e3);
        run.push(then / 1e3);
    }
    Ok(Shown { read: median(read), run: median(run) })
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[TIMES / 2]
}

/// What a script answers, once that is something.
async fn once(browser: &Browser, script: &str) -> Result<Value> {
    let since = std::time::Instant::now();
    loop {
        let answer = browser.driver.execute(script, vec![]).await?.json().clone();
        if !answer.is_null() {
            return Ok(answer);
        }
        ensure!(since.elapsed() < PATIENCE, "{script} answers nothing");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Requests to server and node in a minute, of a tab that is seen and that nobody uses.
async fn idle_requests(stack: &Stack) -> Result<usize> {
    let browser = Browser::open(&Profile::fresh()?, &[]).await?;
    let person = Person::new(&browser, stack);
    person.visit("/bounties/1").await?;
    person.sees(samples::BREAST_CANCER.title()).await?;
    tokio::time::sleep(UNTIL_IDLE).await;
    browser.driver.execute("performance.clearResourceTimings()", vec![]).await?;
    tokio::time::sleep(IDLE).await;
    let asked = browser.driver.execute("return performance.getEntriesByType('resource').length", vec![]).await?;
    let asked = asked.json().as_u64().context("the browser counts requests")?;
    browser.quit().await?;
    Ok(asked as usize)
}

/// Of several windows of one profile, how many show the page and are answered.
async fn tabs(stack: &Stack) -> Result<usize> {
    let browser = Browser::open(&Profile::fresh()?, &[]).await?;
    let person = Person::new(&browser, stack);
    let mut work = 0;
    for _ in 0..TABS {
        let window = browser.driver.new_window().await?;
        browser.driver.switch_to_window(window).await?;
        let shows =
            person.visit("/bounties/1").await.is_ok() && person.sees(samples::BREAST_CANCER.title()).await.is_ok();
        let ask =
            "const done = arguments[0]; fetch('/api/status').then((answer) => done(answer.ok), () => done(false));";
        let answer = browser.driver.execute_async(ask, vec![]).await;
        work += usize::from(shows && answer.is_ok_and(|answer| answer.json().as_bool() == Some(true)));
    }
    browser.quit().await?;
    Ok(work)
}

struct Axe {
    states: usize,
    serious: usize,
    moderate: usize,
    /// What was found, with the page.
    told: Vec<String>,
}

/// What axe finds on every page, at both widths and in both themes.
async fn axe(stack: &Stack, run: &str) -> Result<Axe> {
    let browser = Browser::open(&Profile::fresh()?, &[]).await?;
    let person = Person::new(&browser, stack);
    let mut axe = Axe { states: 0, serious: 0, moderate: 0, told: Vec::new() };
    for address in PAGES.iter().copied().chain([run]) {
        person.visit(address).await?;
        person.finds("//main//h1").await?;
        for (width, theme) in [(1440, "light"), (1440, "dark"), (360, "light"), (360, "dark")] {
            browser.shows_as(width, theme).await?;
            // What follows the window's width has followed it by the next frame.
            browser
                .driver
                .execute_async("const [done] = arguments; requestAnimationFrame(() => done())", vec![])
                .await?;
            axe.states += 1;
            for found in findings(&browser.driver).await? {
                match found.impact.as_str() {
                    "moderate" => axe.moderate += 1,
                    "minor" => {}
                    _ => axe.serious += 1,
                }
                axe.told.push(format!("{address}, {width} px, {theme}: {found}"));
            }
        }
    }
    browser.quit().await?;
    Ok(axe)
}
