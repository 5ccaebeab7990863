//! `cargo xtask bench private`, what of it runs in browsers: seats in tabs with a native helper, links between pages, and the peers
//! of both in the same browsers. Prints JSON. `bench_private SITE AGENT WS_FOLDER`: the folder of the bench page, the native
//! program, and where npm has put `ws`.

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
/// Entries of each list.
const ENTRIES: usize = 10_000;
/// Bytes that a message of the plain relay has, as a part of a link.
const PART: usize = link_part();
const MEGABYTES: u32 = 64;
const TRIPS: u32 = 101;
/// Each way of a link is measured so often, in turns; the best counts.
const TURNS: u32 = 3;

const fn link_part() -> usize {
    // A Noise message less what stands around a payload.
    65_535 - 16 - 13
}

#[tokio::main]
async fn main() -> Result<()> {
    let [site, agent, ws] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        anyhow::bail!("three folders are named: the page's, the program's, and that of ws");
    };
    let parts = std::env::var("MODELMARKET_PARTS").unwrap_or_else(|_| "linear,psi,link".to_owned());
    let tabs = Tabs::open(site.into(), agent.into()).await?;
    let mut found = json!({});
    for part in parts.split(',') {
        found[part] = match part {
            "linear" => tabs.linear().await?,
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
        let [first, second] = tables;
        let options = [
            json!({"play": play(0), "spec": text, "table": first}),
            json!({"play": play(1), "spec": text, "table": second}),
        ];
        let played = self.both("play", options).await?;
        ensure!(played.iter().all(|played| played["kind"] == "finished"), "a seat did not finish: {played:?}");
        drop(helping);
        Ok(played)
    }

    async fn linear(&self) -> Result<Value> {
        let mut runs = Vec::new();
        let half = FEATURES / 2;
        let names: Vec<String> = (0..FEATURES).map(|at| format!("x{at}")).collect();
        // The first is not counted: workers and helper are warm afterwards.
        for (task, rows) in (1..).zip([ROWS[0]].into_iter().chain(ROWS)) {
            let spec = json!({
                "version": 1, "owners": [{"columns": names[..half]}, {"columns": names[half..]}],
                "rows": {"given": {"count": rows}},
                "work": {"train": {
                    "label": {"owner": 1, "column": "y"}, "receiver": 1, "reveals": {"own_coefficients": true},
                }},
            });
            let played = self.play(task, &spec, tables(rows)).await?;
            if task > 1 {
                runs.push(run(rows, &played));
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
        let mut ours = Value::Null;
        for task in 101..103 {
            let played = self.play(task, &spec, [list(0), list(ENTRIES - ENTRIES / 2)]).await?;
            ensure!(played[0]["rows"] == ENTRIES / 2, "{} are common", played[0]["rows"]);
            ours = run(ENTRIES, &played);
        }
        let driver = &self.browsers[0].driver;
        // Once small, so that it is warm too.
        bench(driver, "psi", json!({"entries": 100})).await?;
        let peer = bench(driver, "psi", json!({"entries": ENTRIES})).await?;
        ours["peer"] = peer["seconds"].clone();
        Ok(ours)
    }

    async fn link(&self, ws: &Path) -> Result<Value> {
        let relay = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mpc/peer/relay.mjs");
        let (_process, peer) = said(Command::new("node").arg(relay).arg(ws)).await?;
        let mut best = [[0.0_f64, f64::INFINITY]; 2];
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
            for (best, found) in best.iter_mut().zip([&ours[0], &plain[0]]).filter(|_| turn > 0) {
                best[0] = best[0].max(found["rate"].as_f64().unwrap_or_default());
                best[1] = best[1].min(found["trip"].as_f64().unwrap_or(f64::INFINITY));
            }
        }
        let [ours, plain] = best;
        Ok(json!({
            "ours": ours[0], "peer": plain[0], "peer_version": peer["version"], "ratio": ours[0] / plain[0],
            "round_trip": ours[1], "peer_round_trip": plain[1], "round_trip_ratio": ours[1] / plain[1],
        }))
    }
}

/// What was measured of a task: the later of both seats.
fn run(entries: usize, played: &[Value; 2]) -> Value {
    let seconds = played.iter().filter_map(|played| played["seconds"].as_f64()).fold(0.0, f64::max);
    let bytes: Vec<Value> = played.iter().map(|played| json!([played["sent"], played["received"]])).collect();
    json!({"n": entries, "ours": seconds, "bytes": bytes, "memory": played[0]["memory"]})
}

/// Columns with something in common, and a label made of them and noise.
fn tables(rows: usize) -> [String; 2] {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / 2_f64.powi(24) - 0.5
    };
    let half = FEATURES / 2;
    let names: Vec<String> = (0..FEATURES).map(|at| format!("x{at}")).collect();
    let mut texts = [names[..half].join(","), format!("{},y", names[half..].join(","))].map(|line| line + "\n");
    for _ in 0..rows {
        let common = uniform();
        let cells: Vec<f64> = (0..FEATURES).map(|_| 0.5 * common + uniform()).collect();
        let label = cells.iter().enumerate().map(|(at, cell)| cell * (at as f64 - 7.0)).sum::<f64>() + uniform();
        let text = |cells: &[f64]| cells.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
        texts[0] += &format!("{}\n", text(&cells[..half]));
        texts[1] += &format!("{},{label}\n", text(&cells[half..]));
    }
    texts
}
