//! `cargo xtask bench replay`: a model's accuracy history recomputed in the page from the chain's events alone, against
//! asking the chain for it: `eth_call` of the classifier's own `count` with the test set, at the block of every
//! contribution. Writes `target/bench/replay.json`.
//!
//! The peer takes too long to be measured whole, so it is a sample of blocks, evenly over the history, scaled up. Page,
//! server and chain must come to the same counts. `--quick` makes a short history, to try the bench itself.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use contracts::{calls, returns};
use devchain::{Chain, publish::Publisher, shared::Start, shared_samples::FILM_REVIEWS};
use e2e::{Browser, House, Person, Profile};
use protocol::{
    Address, Amount,
    api::models::AccuracyHistory,
    shared_model::{IncentiveKind, Terms, TestSet, metadata::TestFile},
};
use serde_json::{Value, json};

const CONTRIBUTIONS: usize = 10_000;
const QUICK: usize = 300;
/// Blocks that the peer is asked about.
const ASKED: usize = 100;
/// Replays in the page, after one that warms it up.
const RUNS: usize = 5;
/// What a contribution may use.
const GAS: &str = "0x100000";
/// Longest wait for page and server.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::main]
async fn main() -> Result<()> {
    let contributions = if std::env::args().any(|argument| argument == "--quick") { QUICK } else { CONTRIBUTIONS };
    let house = House::start().await?;
    let (model, test) = make(&house, contributions).await?;
    let history = history(&house, model, contributions).await?;

    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let page = in_page(&Person::new(&browser, &house), model, contributions).await;
    browser.quit().await?;
    let (read, mut runs) = page?;
    runs.sort_by(f64::total_cmp);
    let median = runs[runs.len() / 2];

    let (asked, took) = by_calls(&house.chain, model, &test, &history).await?;
    let calls_ms = took.as_secs_f64() * 1e3 / asked as f64 * contributions as f64;
    let report = json!({
        "ratio": median / calls_ms,
        "page_ms": median,
        "eth_call_ms": calls_ms,
        "page_runs_ms": runs,
        "page_read_ms": read,
        "contributions": contributions,
        "test_rows": test.rows.len(),
        "asked_blocks": asked,
        "page": "ratio: the button “Replay from the chain” until its verdict; page_read_ms: opening the page until the events are there and checked",
        "peer": "eth_call of count(test rows) at the block of each contribution, on loopback, one after the other; measured at asked_blocks, scaled up",
        "model": "naive Bayes, 1,000 words, film reviews",
        "machine": std::env::var("MODELMARKET_MACHINE").ok().and_then(|m| serde_json::from_str::<Value>(&m).ok()),
    });
    let folder = root().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let name = if contributions == CONTRIBUTIONS { "replay.json" } else { "replay-quick.json" };
    std::fs::write(folder.join(name), serde_json::to_vec_pretty(&report)?)?;
    println!("{report:#}");
    Ok(())
}

/// The film reviews' model with points, taught a block a contribution; every person and label a row once.
async fn make(house: &House, contributions: usize) -> Result<(Address, TestSet)> {
    let chain = &house.chain;
    let owner = *chain.accounts.first().context("the node has accounts")?;
    let (file, test, spare) = FILM_REVIEWS.train(&root().join("public/datasets"))?;
    let publisher = Publisher::sign_in(chain, &house.url, owner).await?;
    let rows = test.rows.len() as u32;
    let committed = TestFile { cid: publisher.put(test.to_bytes()).await?, rows };
    let metadata_cid = publisher.put(file.metadata(Some(committed)).to_bytes()).await?.to_string();
    let terms = Terms { cost_weight: Amount::ZERO, refund_wait: 60, owner_wait: 60, any_wait: 60 };
    let incentive = IncentiveKind::Points;
    let start = Start { shape: file.shape.clone(), words: file.words.clone(), incentive, terms, metadata_cid };
    let model = chain.make_model(owner, &start).await?.model;

    let encoder = file.encoder.build()?;
    let samples: Vec<(Vec<u8>, u16)> = spare
        .iter()
        .filter_map(|(original, label)| Some((encoder.encode(original).ok()?.to_bytes(), *label)))
        .collect();
    let since = Instant::now();
    chain.rpc.request("evm_setAutomine", json!([false])).await?;
    let mut made = 0;
    'all: for lie in [false, true] {
        for person in &chain.accounts {
            for (sample, label) in &samples {
                if made == contributions {
                    break 'all;
                }
                let label = if lie { 1 - label } else { *label };
                let data = calls::shared::contribute(sample, label, Amount::ZERO, None);
                let data = format!("0x{}", hex(&data));
                let transaction = json!({"from": person, "to": model, "data": data, "gas": GAS});
                chain.rpc.request("eth_sendTransaction", json!([transaction])).await?;
                chain.rpc.request("evm_mine", json!([])).await?;
                made += 1;
            }
        }
    }
    chain.rpc.request("evm_setAutomine", json!([true])).await?;
    ensure!(made == contributions, "there are only {made} different contributions");
    eprintln!("{made} contributions made in {:.1} s", since.elapsed().as_secs_f64());
    Ok((model, test))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Block and correct rows of each contribution, as the server tells once it knows all.
async fn history(house: &House, model: Address, contributions: usize) -> Result<Vec<(u64, u32)>> {
    let since = Instant::now();
    let mut all = Vec::new();
    loop {
        let url = format!("{}/api/models/{model}/accuracy?limit=1000&offset={}", house.url, all.len());
        let answer: AccuracyHistory = reqwest::get(url).await?.json().await?;
        let more = !answer.rows.is_empty();
        all.extend(answer.rows.iter().filter(|e| e.current).map(|e| (e.block, e.correct)));
        if all.len() > contributions {
            eprintln!("the server knows all counts after {:.1} s", since.elapsed().as_secs_f64());
            return Ok(all);
        }
        if !more {
            ensure!(since.elapsed() < PATIENCE, "the server knows only {} of the model's counts", all.len());
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Milliseconds from opening the page until the model is there, and of each replay.
async fn in_page(person: &Person<'_>, model: Address, contributions: usize) -> Result<(f64, Vec<f64>)> {
    let driver = &person.browser.driver;
    driver.set_script_timeout(PATIENCE).await?;
    let opened = Instant::now();
    person.visit(&format!("/models/{model}?tab=accuracy")).await?;
    // The button, and then the verdict that names so many points (the start is one, too).
    let script = r#"
        const [points, done] = arguments;
        const button = () => [...document.querySelectorAll("button")].find(b => b.innerText.includes("Replay from the chain"));
        const verdict = () => {
            const found = document.body.innerText.match(/(\d[^a-z]*) points recomputed/);
            return found !== null && found[1].replace(/\D/g, "") === String(points);
        };
        const failed = () => document.body.innerText.includes("still being read") || document.body.innerText.includes("still loading");
        let since = null, cleared = false;
        const look = () => {
            cleared ||= since !== null && !verdict();
            if (since === null) {
                if (button() && !button().disabled) { since = performance.now(); button().click(); }
            } else if (cleared && verdict()) {
                return done(performance.now() - since);
            } else if (failed() && button() && !button().disabled) {
                since = performance.now();
                button().click();
            }
            setTimeout(look, 5);
        };
        look();
    "#;
    let mut times = Vec::new();
    let mut read = 0.0;
    for run in 0..=RUNS {
        let answer = driver.execute_async(script, vec![json!(contributions + 1)]).await?;
        let took = answer.json().as_f64().context("the page measured nothing")?;
        match run {
            0 => read = opened.elapsed().as_secs_f64() * 1e3 - took,
            _ => times.push(took),
        }
        eprintln!("replay {run} in the page: {took:.0} ms");
        if !person.is_seeing("the server's history is the same").await? {
            bail!("page and server differ");
        }
    }
    Ok((read, times))
}

/// Asks the chain at blocks over the whole history; each answer must be the server's.
async fn by_calls(chain: &Chain, model: Address, test: &TestSet, history: &[(u64, u32)]) -> Result<(usize, Duration)> {
    let mut rows = Vec::new();
    for (sample, label) in &test.rows {
        let sample = sample.to_bytes();
        rows.extend_from_slice(&label.to_be_bytes());
        rows.extend_from_slice(&u16::try_from(sample.len())?.to_be_bytes());
        rows.extend_from_slice(&sample);
    }
    let call = async |to: Address, data: Vec<u8>, block: String| -> Result<Vec<u8>> {
        let transaction = json!({"to": to, "data": format!("0x{}", hex(&data))});
        let answer = chain.rpc.request("eth_call", json!([transaction, block])).await?;
        let digits = answer.as_str().and_then(|text| text.strip_prefix("0x")).context("eth_call answers bytes")?;
        (0..digits.len() / 2).map(|i| Ok(u8::from_str_radix(&digits[2 * i..2 * i + 2], 16)?)).collect()
    };
    let classifier = returns::address(&call(model, calls::shared::classifier(), "latest".into()).await?)?;
    let data = calls::classifier::count(&rows);
    let contributions = &history[1..];
    let asked: Vec<&(u64, u32)> = contributions.iter().step_by((contributions.len() / ASKED).max(1)).collect();
    let mut took = Duration::ZERO;
    for (block, correct) in &asked {
        let since = Instant::now();
        let answer = call(classifier, data.clone(), format!("0x{block:x}")).await?;
        took += since.elapsed();
        let (found, total) = returns::shared::counted(&answer)?;
        ensure!(
            (found, total as usize) == (*correct, test.rows.len()),
            "at block {block} the chain counts {found} of {total}, the server says {correct}"
        );
    }
    eprintln!("{} blocks by eth_call in {took:?}", asked.len());
    Ok((asked.len(), took))
}
