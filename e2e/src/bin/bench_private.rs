//! `cargo xtask bench private`, what of it runs in browsers: seats in tabs with a native helper, links between pages, and the peers
//! of both in turns with them. Prints JSON. `bench_private SITE AGENT WS TASKS PYTHON RIDGE`: the folder of the bench page, the
//! native program, where npm has put `ws`, where `ROWS/{spec.json,first.csv,second.csv}` are, a Python with the peers, and the
//! peer of the regression.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Profile, Site, bench};
use mpc_run::Spec;
use mpc_task::{Play, Public, Seating, seats::Seated};
use protocol::{Address, Digest};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// Features of both owners together.
const FEATURES: usize = 20;
/// Rows of the regression; the peer is asked about those in the middle.
const ROWS: [usize; 3] = [1_000, 10_000, 100_000];
const PEER_ROWS: usize = 10_000;
/// Entries of each list.
const ENTRIES: usize = 10_000;
/// Bytes that a message of the plain relay has, as a part of a link.
const PART: usize = link_part();
const MEGABYTES: u32 = 64;
const TRIPS: u32 = 101;
/// Ours and its peer are measured so often, in turns; the middle one of each counts.
const TURNS: u64 = 5;
/// The same of the intersection, whose peer takes a minute.
const LONG_TURNS: u64 = 3;

const fn link_part() -> usize {
    // A Noise message less what stands around a payload.
    65_535 - 16 - 13
}

#[tokio::main]
async fn main() -> Result<()> {
    let [site, agent, ws, tasks, python, ridge] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        anyhow::bail!("the page, the program, ws, the tasks, a Python and the peer of the regression are named");
    };
    let ridge = || {
        let mut run = Command::new(python);
        run.arg(ridge).args([PEER_ROWS.to_string(), FEATURES.to_string(), "-M3".to_owned()]);
        run
    };
    let parts = std::env::var("MODELMARKET_PARTS").unwrap_or_else(|_| "linear,psi,link".to_owned());
    let tabs = Tabs::open(site.into(), agent.into()).await?;
    let mut found = json!({});
    for part in parts.split(',') {
        found[part] = match part {
            "linear" => tabs.linear(Path::new(tasks), ridge).await?,
            "psi" => tabs.psi().await?,
            "link" => tabs.link(Path::new(ws)).await?,
            other => anyhow::bail!("there is no part {other}"),
        };
    }
    tabs.quit().await?;
    println!("{found}");
    Ok(())
}

/// Two pages, each in a browser of its own, and a relay.
struct Tabs {
    browsers: [Browser; 2],
    relay: String,
    agent: PathBuf,
    keep: tempfile::TempDir,
    _process: Child,
    _site: Site,
    _profiles: [Profile; 2],
}

/// What a program says first, as JSON.
async fn said(program: &mut Command) -> Result<(Child, Value)> {
    let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("it has an output")?).lines();
    let line = lines.next_line().await?.context("it says something")?;
    // Its output must be read to the end, or it blocks.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, serde_json::from_str(&line)?))
}

impl Tabs {
    async fn open(site: PathBuf, agent: PathBuf) -> Result<Self> {
        let site = Site::serve(site).await?;
        let (process, relay) = said(Command::new(&agent).args(["relay", "--listen", "127.0.0.1:0", "--json"])).await?;
        let profiles = [Profile::fresh()?, Profile::fresh()?];
        let browsers = [Browser::open(&profiles[0], &[]).await?, Browser::open(&profiles[1], &[]).await?];
        for browser in &browsers {
            browser.driver.set_script_timeout(std::time::Duration::from_secs(3_600)).await?;
            browser.driver.goto(&site.url).await?;
            bench(&browser.driver, "open", json!({})).await?;
        }
        let relay = relay["relay"].as_str().context("the relay says where it is")?.to_owned();
        let keep = tempfile::tempdir()?;
        Ok(Self { browsers, relay, agent, keep, _process: process, _site: site, _profiles: profiles })
    }

    async fn quit(self) -> Result<()> {
        let [one, two] = self.browsers;
        one.quit().await?;
        two.quit().await
    }

    /// Both pages at once.
    async fn both(&self, what: &str, options: [Value; 2]) -> Result<[Value; 2]> {
        let [first, second] = options;
        let (first, second) = tokio::try_join!(
            bench(&self.browsers[0].driver, what, first),
            bench(&self.browsers[1].driver, what, second)
        )?;
        Ok([first, second])
    }

    /// Keys of both tabs, as the others know them.
    async fn seats(&self) -> Result<Vec<Seated>> {
        let drawn = self.both("draw", [json!({}), json!({})]).await?;
        let seat = |public: Value| {
            let public: Public = serde_json::from_value(public)?;
            Ok(Seated { address: public.signer, link: public.link, signer: public.signer, directory: public.link })
        };
        drawn.into_iter().map(seat).collect()
    }

    /// Both tabs play a task to its end, once a helper is there where it needs one.
    async fn play(&self, task: u64, spec: &Value, tables: [String; 2]) -> Result<[Value; 2]> {
        let spec = Spec::parse(&serde_json::to_vec(spec)?)?;
        let bytes = spec.to_bytes();
        let mut seats = self.seats().await?;
        let mut helping = None;
        if spec.helper().is_some() {
            let (file, out) = (self.keep.path().join(format!("{task}.json")), self.keep.path().join("out"));
            let keys = self.keep.path().join(format!("{task}.keys.json"));
            let drawn = Command::new(&self.agent).args(["key", "new", "--json"]).arg(&keys).output().await?;
            let helper: Value = serde_json::from_slice(&drawn.stdout)?;
            let key = |name: &str| helper[name].as_str().context("a helper has keys");
            let signer: Address = key("signer")?.parse()?;
            let link: Digest = key("link")?.parse()?;
            let public = |seat: &Seated| json!({"link": seat.link, "signer": seat.signer, "directory": seat.directory});
            let all: Vec<Value> = seats.iter().map(public).chain([helper.clone()]).collect();
            seats.push(Seated { address: signer, link, signer, directory: Digest::ZERO });
            let spec: Value = serde_json::from_slice(&bytes)?;
            let local = json!({"task": task, "relay": self.relay, "seats": all, "spec": spec});
            std::fs::write(&file, local.to_string())?;
            let mut run = Command::new(&self.agent);
            run.arg("run").arg(&file).arg("--keys").arg(&keys).arg("--out").arg(&out).arg("--json");
            // It says that it waits for the others.
            helping = Some(said(&mut run).await?.0);
        }
        let seating = Seating { chain_id: 0, contract: Address::ZERO, task, attempt: 1, seats, model: None };
        let play = |seat: u8| Play {
            seating: seating.clone(),
            seat,
            relay: self.relay.clone(),
            token: "local".to_owned(),
            least_rows: 1,
            channel: format!("bench {task} {seat}"),
            awaited: Vec::new(),
        };
        let text = String::from_utf8(bytes)?;
        self.both("bring", tables.map(|table| json!({"table": table}))).await?;
        let options = [0, 1].map(|seat| json!({"play": play(seat), "spec": text}));
        let played = self.both("play", options).await?;
        ensure!(played.iter().all(|played| played["kind"] == "finished"), "a seat did not finish: {played:?}");
        drop(helping);
        Ok(played)
    }

    async fn linear(&self, tasks: &Path, ridge: impl Fn() -> Command) -> Result<Value> {
        let mut runs = Vec::new();
        let mut task = 0;
        // The first is not counted: workers and helper are warm afterwards.
        for rows in [ROWS[0]].into_iter().chain(ROWS) {
            let folder = tasks.join(rows.to_string());
            let file = |name: &str| std::fs::read_to_string(folder.join(name));
            let spec = serde_json::from_str(&file("spec.json")?)?;
            let (mut ours, mut peers, mut version) = (Vec::new(), Vec::new(), Value::Null);
            for _ in 0..TURNS {
                task += 1;
                ours.push(run(rows, &self.play(task, &spec, [file("first.csv")?, file("second.csv")?]).await?));
                if rows == PEER_ROWS {
                    let peer = ridge().stderr(Stdio::inherit()).output().await?;
                    ensure!(peer.status.success(), "the peer failed");
                    let text = String::from_utf8(peer.stdout)?;
                    let peer: Value = serde_json::from_str(text.trim().lines().last().unwrap_or_default())?;
                    peers.push(peer["seconds"].as_f64().context("the peer says how long it took")?);
                    version = peer["version"].clone();
                }
                if task == 1 {
                    break;
                }
            }
            let mut found = middle_run(ours)?;
            if !peers.is_empty() {
                (found["peer"], found["peer_version"]) = (json!(middle(peers)?), version);
            }
            if task > 1 {
                runs.push(found);
            }
        }
        Ok(json!(runs))
    }

    async fn psi(&self) -> Result<Value> {
        let spec = json!({
            "version": 1, "owners": [{"columns": []}, {"columns": []}],
            "rows": {"common": {"keys": ["id", "id"], "declared": [ENTRIES, ENTRIES]}}, "work": {"intersect": {}},
        });
        let list = |from: usize| {
            let names = (from..from + ENTRIES).map(|at| format!("person {at}\n"));
            format!("id\n{}", names.collect::<String>())
        };
        let driver = &self.browsers[0].driver;
        let (mut ours, mut peers) = (Vec::new(), Vec::new());
        for turn in 0..=LONG_TURNS {
            let played = self.play(101 + turn, &spec, [list(0), list(ENTRIES - ENTRIES / 2)]).await?;
            ensure!(played[0]["rows"] == ENTRIES / 2, "{} are common", played[0]["rows"]);
            // The first turn warms both; the peer is warm after little, and takes long.
            let entries = if turn == 0 { 100 } else { ENTRIES };
            let peer = bench(driver, "psi", json!({"entries": entries})).await?;
            if turn > 0 {
                ours.push(run(ENTRIES, &played));
                peers.push(peer["seconds"].as_f64().context("the peer says how long it took")?);
            }
        }
        let mut ours = middle_run(ours)?;
        ours["peer"] = json!(middle(peers)?);
        Ok(ours)
    }

    async fn link(&self, ws: &Path) -> Result<Value> {
        let relay = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mpc/peer/relay.mjs");
        let (_process, peer) = said(Command::new("node").arg(relay).arg(ws)).await?;
        let mut found: [Vec<(f64, f64)>; 2] = Default::default();
        for turn in 0..=TURNS {
            let plain = |seat: u8| {
                json!({
                    "relay": peer["relay"], "run": turn, "seat": seat, "megabytes": MEGABYTES, "part": PART, "rounds": TRIPS,
                })
            };
            let plain = self.both("plain", [plain(0), plain(1)]).await?;
            let ours = |seat: u8| {
                json!({
                    "relay": self.relay, "task": 201 + turn, "seat": seat, "megabytes": MEGABYTES,
                })
            };
            let ours = self.both("link", [ours(0), ours(1)]).await?;
            // The first turn warms both.
            for (found, said) in found.iter_mut().zip([&ours[0], &plain[0]]).filter(|_| turn > 0) {
                let number = |name: &str| said[name].as_f64().context("an end says how fast it was");
                found.push((number("rate")?, number("trip")?));
            }
        }
        let rates = |found: &[(f64, f64)]| middle(found.iter().map(|(rate, _)| *rate).collect());
        let trips = |found: &[(f64, f64)]| middle(found.iter().map(|(_, trip)| *trip).collect());
        let [ours, plain] = &found;
        let (rate, plain_rate, trip, plain_trip) = (rates(ours)?, rates(plain)?, trips(ours)?, trips(plain)?);
        Ok(json!({
            "ours": rate, "peer": plain_rate, "peer_version": peer["version"], "ratio": rate / plain_rate,
            "round_trip": trip, "peer_round_trip": plain_trip, "round_trip_ratio": trip / plain_trip, "load": load(),
            "all": found,
        }))
    }
}

/// The middle one.
fn middle(mut found: Vec<f64>) -> Result<f64> {
    found.sort_by(f64::total_cmp);
    found.get(found.len() / 2).copied().context("something was measured")
}

/// The middle one of several runs of one task, and how long all took.
fn middle_run(mut found: Vec<Value>) -> Result<Value> {
    let seconds = |run: &Value| run["ours"].as_f64().unwrap_or(f64::INFINITY);
    let all: Vec<f64> = found.iter().map(seconds).collect();
    found.sort_by(|one, other| seconds(one).total_cmp(&seconds(other)));
    let at = found.len() / 2;
    let mut middle = found.into_iter().nth(at).context("something was measured")?;
    (middle["all"], middle["load"]) = (json!(all), load());
    Ok(middle)
}

/// How many programs wanted to run at once, over the last minute.
fn load() -> Value {
    let said = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    said.split(' ').next().and_then(|first| first.parse::<f64>().ok()).map_or(Value::Null, |load| json!(load))
}

/// What was measured of a task: the later of both seats.
fn run(entries: usize, played: &[Value; 2]) -> Value {
    let seconds = played.iter().filter_map(|played| played["seconds"].as_f64()).fold(0.0, f64::max);
    let bytes: Vec<Value> = played.iter().map(|played| json!([played["sent"], played["received"]])).collect();
    json!({
        "n": entries, "ours": seconds, "bytes": bytes, "memory": played[0]["memory"], "stages": played[0]["stages"],
    })
}
