//! `cargo xtask bench replay`: a model's accuracy history recomputed in the page from the chain's events alone, against
//! asking the chain for it: `eth_call` of the classifier's own `count` with the test set, at the block of every
//! contribution. Writes `target/bench/replay.json`.
//!
//! Anvil keeps the states of its last 500 blocks, so the peer is asked at the newest blocks, each once, and scaled up;
//! the model's weights are of the same size at every block. Page, server, native replica and chain must come to the same
//! counts. `--quick` or `--contributions N` make a shorter history.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use contracts::returns;
use devchain::{
    Chain,
    publish::Publisher,
    shared_model::{Start, samples::FILM_REVIEWS},
};
use e2e::{Browser, Person, Profile, Stack};
use protocol::{Address, Amount};
use serde_json::{Value, json};
use shared_model::{
    Event, IncentiveKind, Sample, Terms, TestSet,
    api::AccuracyHistory,
    learn::replay::{Counted, Replay},
    metadata::TestFile,
};

const CONTRIBUTIONS: usize = 10_000;
const QUICK: usize = 300;
/// Blocks that the peer is asked about, after some that warm it up.
const ASKED: usize = 300;
const WARM_UP: usize = 5;
/// Replays, each in a page that was opened for it.
const RUNS: usize = 3;
/// What page ÷ peer must keep.
const MOST_RATIO: f64 = 0.1;
/// What a contribution may use.
const GAS: &str = "0x100000";
/// Longest wait for page and server.
const PATIENCE: Duration = Duration::from_secs(300);

/// A point of the history: block, and rows that are right from there on.
type Point = (u64, u32);

#[tokio::main]
async fn main() -> Result<()> {
    let contributions = wanted()?;
    let stack = Stack::start().await?;
    let (model, test) = make(&stack, contributions).await?;
    let history = history(&stack, model, contributions).await?;
    replica(&stack.chain, model, &test, &history).await?;
    // No block is mined any more, so the states stay. In turns, so that whatever else the machine does is in both.
    let peer = Peer::of(&stack.chain, model, &test).await?;
    let newest = &history[1..][(history.len() - 1).saturating_sub(ASKED + WARM_UP)..];
    let (warm_up, asked) = newest.split_at(WARM_UP.min(newest.len()));
    peer.ask(warm_up).await?;
    let (mut pages, mut asked_ms) = (Vec::new(), 0.0);
    for blocks in asked.chunks(asked.len().div_ceil(RUNS).max(1)) {
        let took = peer.ask(blocks).await?;
        asked_ms += took;
        eprintln!("{} blocks by eth_call in {took:.0} ms", blocks.len());
        // A browser of its own, which has compiled and cached nothing.
        let profile = Profile::fresh()?;
        let browser = Browser::open(&profile, &[]).await?;
        let node = stack.chain.url();
        let page = in_page(&Person::new(&browser, &stack), node, model, contributions + 1).await;
        browser.quit().await?;
        pages.push(page?);
        eprintln!("in the page: {:?}", pages[pages.len() - 1]);
    }
    ensure!(pages.len() == RUNS, "there are too few contributions");
    let each_ms = asked_ms / asked.len() as f64;
    let calls_ms = each_ms * contributions as f64;
    let (replay_ms, read_ms) = (median(&pages, |p| p.replay), median(&pages, |p| p.read));
    let (ratio, whole) = (replay_ms / calls_ms, (replay_ms + read_ms) / calls_ms);
    let last = history.last().context("there is a history")?;
    let report = json!({
        "ratio": rounded(ratio),
        "ratio_with_opening_the_page": rounded(whole),
        "bar": MOST_RATIO,
        "page_ms": rounded(replay_ms),
        "page_runs_ms": pages.iter().map(|p| rounded(p.replay)).collect::<Vec<_>>(),
        "opening_ms": rounded(read_ms),
        "opening_runs_ms": pages.iter().map(|p| rounded(p.read)).collect::<Vec<_>>(),
        "eth_get_logs_ms": rounded(median(&pages, |p| p.logs)),
        "eth_call_ms": rounded(calls_ms),
        "eth_call_each_ms": rounded(each_ms),
        "eth_calls_measured": asked.len(),
        "contributions": contributions,
        "test_rows": test.rows.len(),
        "correct_at_the_end": last.1,
        "page": "from the click on “Replay from the chain” to its verdict, in a new browser each time; opening: from the navigation until the page has read, checked and folded the model's events, of which eth_getLogs took as long as said",
        "peer": format!(
            "eth_call of count(all test rows) in one call at the block of each contribution, one after the other on loopback; measured at the newest {} blocks (Anvil keeps 500 states), each once, after {WARM_UP} others, in turns with the page, and scaled to all {contributions}",
            asked.len()
        ),
        "checked": "the page's points are the server's; the native replica's points from the chain's events are the server's; the chain's own count is the same at each block asked, the head among them",
        "model": "naive Bayes, 1,000 words, film reviews; each contribution joins two reviews of the same class",
        "machine": std::env::var("MODELMARKET_MACHINE").ok().and_then(|m| serde_json::from_str::<Value>(&m).ok()),
    });
    let folder = root().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let is_whole = contributions == CONTRIBUTIONS;
    let name = if is_whole { "replay.json" } else { "replay-quick.json" };
    std::fs::write(folder.join(name), serde_json::to_string_pretty(&report)? + "\n")?;
    println!("page ÷ eth_call: {ratio:.4} (with opening the page: {whole:.4})");
    println!("{report:#}");
    if ratio > MOST_RATIO && is_whole {
        bail!("the bar is missed: at most {MOST_RATIO}");
    }
    Ok(())
}

fn wanted() -> Result<usize> {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|a| a == "--quick") {
        return Ok(QUICK);
    }
    let Some(at) = arguments.iter().position(|a| a == "--contributions") else { return Ok(CONTRIBUTIONS) };
    Ok(arguments.get(at + 1).context("--contributions takes a number")?.parse()?)
}

/// The film reviews' model with points, taught a block a contribution.
async fn make(stack: &Stack, contributions: usize) -> Result<(Address, TestSet)> {
    let chain = &stack.chain;
    // The last account anchors the server's log.
    let [owner, contributors @ .., _] = &chain.accounts[..] else { bail!("the node has too few accounts") };
    let (file, test, spare) = FILM_REVIEWS.train(&root().join("public/datasets"))?;
    let publisher = Publisher::sign_in(chain, &stack.url, *owner).await?;
    let rows = test.rows.len() as u32;
    let committed = TestFile { cid: publisher.put(test.to_bytes()).await?, rows };
    let metadata_cid = publisher.put(file.metadata(Some(committed)).to_bytes()).await?.to_string();
    let terms = Terms { cost_weight: Amount::ZERO, refund_wait: 60, owner_wait: 120, any_wait: 180 };
    let incentive = IncentiveKind::Points;
    let start = Start { shape: file.shape.clone(), words: file.words.clone(), incentive, terms, metadata_cid };
    let model = chain.make_model(*owner, &start).await?.model;

    let encoder = file.encoder.build()?;
    let samples: Vec<(Sample, u16)> =
        spare.iter().filter_map(|(original, label)| Some((encoder.encode(original).ok()?, *label))).collect();
    let joined = joined(&samples, contributions)?;
    let since = Instant::now();
    // Blocks are mined by word of this program alone.
    chain.request("evm_setIntervalMining", json!([0])).await?;
    for ((sample, label), person) in joined.iter().zip(contributors.iter().cycle()) {
        let data = shared_model::calls::shared::contribute(sample, *label, Amount::ZERO, None);
        let transaction = json!({"from": person, "to": model, "data": format!("0x{}", hex(&data)), "gas": GAS});
        chain.request("eth_sendTransaction", json!([transaction])).await?;
        chain.request("evm_mine", json!([])).await?;
    }
    eprintln!("{contributions} contributions made in {:.1} s", since.elapsed().as_secs_f64());
    Ok((model, test))
}

/// Different samples: two reviews of a class together, first neighbours, then those further apart.
fn joined(samples: &[(Sample, u16)], wanted: usize) -> Result<Vec<(Vec<u8>, u16)>> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for apart in 1..samples.len() / 2 {
        for (at, (one, label)) in samples.iter().enumerate() {
            let (other, same) = &samples[(at + apart) % samples.len()];
            let (Sample::Sparse(one), Sample::Sparse(other)) = (one, other) else { bail!("texts are sparse") };
            let mut words = [&one[..], &other[..]].concat();
            words.sort_unstable();
            words.dedup();
            let sample = Sample::Sparse(words).to_bytes();
            if label == same && seen.insert(sample.clone()) {
                all.push((sample, *label));
            }
            if all.len() == wanted {
                return Ok(all);
            }
        }
    }
    bail!("there are only {} different samples", all.len())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The start and every contribution, as the server tells once it knows all.
async fn history(stack: &Stack, model: Address, contributions: usize) -> Result<Vec<Point>> {
    let since = Instant::now();
    let mut all = Vec::new();
    loop {
        let url = format!("{}/api/models/{model}/accuracy?limit=1000&offset={}", stack.url, all.len());
        let answer: AccuracyHistory = reqwest::get(url).await?.json().await?;
        let more = !answer.rows.is_empty();
        ensure!(answer.rows.iter().all(|e| e.current), "nothing was reorganised");
        all.extend(answer.rows.iter().map(|e| (e.block, e.correct)));
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

/// Recomputes the history natively from the chain's events; it must be the server's.
async fn replica(chain: &Chain, model: Address, test: &TestSet, history: &[Point]) -> Result<()> {
    let since = Instant::now();
    let events = chain.events_of_model(model).await?;
    let read = since.elapsed();
    let Some(Event::Created { incentive, shape, .. }) = events.first().map(|e| &e.event) else {
        bail!("a model begins with its creation")
    };
    let since = Instant::now();
    let mut replay = Replay::new(*incentive, shape.clone())?.with_test_set(test.rows.clone());
    let mut points = Vec::new();
    for event in &events {
        if let Some(Counted { correct, .. }) = replay.apply(&event.event)? {
            points.push((event.block, correct));
        }
    }
    eprintln!("events read in {read:?}, replayed natively in {:?}", since.elapsed());
    ensure!(points == history, "the server's history is not what follows from the chain's events");
    Ok(())
}

/// Milliseconds in one page.
#[derive(Debug)]
struct InPage {
    /// From the navigation until the page has read the model.
    read: f64,
    /// The node's longest answer, which is `eth_getLogs`.
    logs: f64,
    /// From click to verdict.
    replay: f64,
}

/// Runs in the page from its first moment on: waits, presses, and keeps what it saw in `window.outcome`.
const WATCH: &str = r##"
    const panel = () => document.querySelector("#replay")?.closest("section.panel");
    let read = null, since = null;
    const look = () => {
        const shown = panel();
        if (read === null && document.querySelector("dl.figures")) read = performance.now();
        // The server's points are there when their proofs were looked at.
        if (shown && since === null && document.querySelector("#proofs")) {
            since = performance.now();
            document.querySelector("#replay").click();
        } else if (shown && since !== null) {
            const text = shown.textContent;
            const verdict = text.match(/(\d[\d\s.,]*) points recomputed; the server's history is the same/);
            const trouble = /still being read|still loading|no test set|is wrong in/.test(text);
            if (verdict) {
                const replay = performance.now() - since;
                const asked = performance.getEntriesByType("resource").filter(r => r.name.startsWith("NODE"));
                const logs = Math.max(...asked.map(r => r.duration));
                window.outcome = { read, replay, logs, found: Number(verdict[1].replace(/\D/g, "")) };
                return;
            }
            if (trouble) {
                window.outcome = { error: text };
                return;
            }
        }
        setTimeout(look, 5);
    };
    look();
"##;

async fn in_page(person: &Person<'_>, node: &str, model: Address, points: usize) -> Result<InPage> {
    let driver = &person.browser.driver;
    let watch = format!("{{{}}}", WATCH.replace("NODE", node));
    driver.cdp().page().add_script_to_evaluate_on_new_document(watch).await?;
    person.visit(&format!("/models/{model}?tab=accuracy")).await?;
    let since = Instant::now();
    let outcome = loop {
        let outcome = driver.execute("return window.outcome ?? null", Vec::new()).await?.json().clone();
        if outcome.is_object() {
            break outcome;
        }
        if since.elapsed() > PATIENCE {
            let text = driver.execute("return document.body.innerText", Vec::new()).await?.json().clone();
            bail!("the page comes to no verdict: {text}");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    if let Some(error) = outcome["error"].as_str() {
        bail!("the page says: {error}");
    }
    ensure!(outcome["found"].as_u64() == Some(points as u64), "the page recomputed {} of {points}", outcome["found"]);
    let number = |key: &str| outcome[key].as_f64().with_context(|| format!("the page measured no {key}"));
    Ok(InPage { read: number("read")?, logs: number("logs")?, replay: number("replay")? })
}

/// The chain, asked to count the test set.
struct Peer<'a> {
    chain: &'a Chain,
    classifier: Address,
    /// Call data, written once: only asking is measured.
    data: String,
    rows: usize,
}

impl<'a> Peer<'a> {
    async fn of(chain: &'a Chain, model: Address, test: &TestSet) -> Result<Self> {
        let mut rows = Vec::new();
        for (sample, label) in &test.rows {
            let sample = sample.to_bytes();
            rows.extend_from_slice(&label.to_be_bytes());
            rows.extend_from_slice(&u16::try_from(sample.len())?.to_be_bytes());
            rows.extend_from_slice(&sample);
        }
        let classifier = returns::address(&chain.call(model, shared_model::calls::shared::classifier()).await?)?;
        let data = format!("0x{}", hex(&shared_model::calls::classifier::count(&rows)));
        Ok(Self { chain, classifier, data, rows: test.rows.len() })
    }

    /// Asks at these blocks and answers the milliseconds; each count must be the server's.
    async fn ask(&self, points: &[Point]) -> Result<f64> {
        let mut milliseconds = 0.0;
        for (block, correct) in points {
            let call = json!([{"to": self.classifier, "data": self.data}, format!("0x{block:x}")]);
            let since = Instant::now();
            let answer = self.chain.request("eth_call", call).await?;
            milliseconds += since.elapsed().as_secs_f64() * 1e3;
            let (found, total) = shared_model::returns::shared::counted(&bytes(&answer)?)?;
            ensure!(
                (found, total as usize) == (*correct, self.rows),
                "at block {block} the chain counts {found} of {total}, the server says {correct}"
            );
        }
        Ok(milliseconds)
    }
}

fn bytes(value: &Value) -> Result<Vec<u8>> {
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x")).context("eth_call answers bytes")?;
    (0..digits.len() / 2).map(|i| Ok(u8::from_str_radix(&digits[2 * i..2 * i + 2], 16)?)).collect()
}

fn median(pages: &[InPage], of: impl Fn(&InPage) -> f64) -> f64 {
    let mut values: Vec<f64> = pages.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
