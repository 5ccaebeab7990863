//! Learning together against its peers, in one run, one process after the other.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::printed;
use crate::{
    page::{self, For},
    run::{command, root, step, succeed},
    tools,
    workspace::Workspace,
};

mod tabs;

/// Features of both owners together.
const FEATURES: usize = 20;
/// Rows of the regression; the peer is asked about those in the middle.
const ROWS: [usize; 3] = [1_000, 10_000, 100_000];
const PEER_ROWS: usize = 10_000;
/// TNO's regression makes an object of each cell.
const TNO_ROWS: usize = ROWS[0];
const TNO_STEPS: usize = 10;
/// The tables of both owners, in the folder of a task.
const TABLES: [&str; 2] = ["first.csv", "second.csv"];
/// Entries of each list.
const ENTRIES: usize = 100_000;
const ENTRIES_JS: usize = 10_000;

pub fn measure() -> Result<Value> {
    tools::npm()?;
    tools::chromium()?;
    let (python, psi_js, ws) = (tools::private_python()?, tools::psi_js()?, tools::ws()?);
    let peer = |file: &str| root().join("mpc/peer").join(file);
    page::build(&Workspace::read()?, For::Shipping)?;
    let site = tabs::site(&psi_js)?;
    step("building the programs", || {
        succeed(command("cargo").args(["build", "--quiet", "--release", "-p", "agent"]))?;
        page::native(&Workspace::read()?, &["bench_private"])
    })?;
    let agent = root().join("target/release/agent");
    let tasks = root().join("target/bench/private");
    for rows in ROWS {
        write_task(&tasks.join(rows.to_string()), rows)?;
    }
    let in_tabs = step("measuring: two tabs, and their peers", || {
        printed(command("target/debug/bench_private").args([&site, &agent, &ws, &tasks, &python, &peer("ridge.py")]))
    })?;
    let ridge = in_tabs["linear"].as_array().into_iter().flatten().find(|run| run["n"] == PEER_ROWS);
    let ridge = ridge.map(|run| json!({"seconds": run["peer"], "version": run["peer_version"]})).unwrap_or_default();
    let mut runs = tabs::runs(&in_tabs, &psi_js)?;
    runs.push(tno(&runs, &tools::tno_python()?, &peer("ridge_tno.py"))?);
    for rows in ROWS {
        let (seconds, bytes) =
            step(&format!("measuring: a regression of {rows} rows by four programs"), || processes(rows))?;
        let what = "linear_native: exact, by four native programs over a relay with encryption, from their start to the signed result";
        let mut run = json!({"what": what, "n": rows, "d": FEATURES, "ours": seconds, "unit": "s", "bytes": bytes});
        if rows == PEER_ROWS {
            against(&mut run, seconds, &ridge);
        }
        runs.push(run);
    }
    runs.extend(linear_in_memory()?);
    runs.push(intersection(ENTRIES, "psi_native: both roles, one thread", || {
        let mut psi = command(&python.display().to_string());
        printed(psi.arg(peer("psi.py")).arg(ENTRIES.to_string()))
    })?);
    runs.push(intersection(ENTRIES_JS, "psi_node: ours native, psi.js in Node", || {
        printed(command("node").arg(peer("psi.mjs")).arg(&psi_js).arg(ENTRIES_JS.to_string()))
    })?);
    let link = step("measuring: a link through the relay", || {
        printed(command("cargo").args(["run", "--quiet", "--release", "-p", "link", "--example", "bench"]))
    })?;
    runs.push(json!({
        "what": "link_native: native ends over loopback, against a relay that only forwards",
        "n": link["megabytes"], "ours": link["ours"], "peer": link["peer"], "peer_version": link["peer_version"],
        "unit": "MB/s", "ratio": link["ratio"], "round_trip_ratio": link["round_trip_ratio"],
    }));
    runs.push(tabs::journey()?);
    Ok(json!({ "runs": runs, "first_route_gz_bytes": super::first_route()?["first_route_gz_bytes"] }))
}

/// Puts the peer beside ours: less is better.
fn against(run: &mut Value, ours: f64, peer: &Value) {
    let seconds = peer["seconds"].as_f64().unwrap_or(f64::NAN);
    run["peer"] = json!(seconds);
    run["peer_version"] = peer["version"].clone();
    run["ratio"] = json!(ours / seconds);
}

/// Ours in tabs against a few steps of TNO's gradient descent, which does not come near the solution in them.
fn tno(runs: &[Value], python: &Path, script: &Path) -> Result<Value> {
    let ours = runs.iter().find(|run| run["n"] == TNO_ROWS).context("the smallest regression was measured")?;
    let peer = step("measuring: some steps of a regression by TNO", || {
        let mut ridge = command(&python.display().to_string());
        ridge.arg(script).args([TNO_ROWS.to_string(), FEATURES.to_string(), TNO_STEPS.to_string(), "-M3".to_owned()]);
        printed(&mut ridge)
    })?;
    let mut run = json!({
        "what": format!("linear_tabs: exact, against {TNO_STEPS} steps of gradient descent on shares"),
        "n": TNO_ROWS, "d": FEATURES, "ours": ours["ours"], "unit": "s", "bytes": ours["bytes"], "peer_error": peer["error"],
    });
    against(&mut run, ours["ours"].as_f64().context("seconds were measured")?, &peer);
    Ok(run)
}

fn linear_in_memory() -> Result<Vec<Value>> {
    let measured = step("measuring: a regression in one process", || {
        printed(command("cargo").args(["run", "--quiet", "--release", "-p", "mpc-learn", "--example", "bench"]))
    })?;
    let runs = measured["runs"].as_array().cloned().context("the example printed no runs")?;
    Ok(runs)
}

fn intersection(entries: usize, what: &str, peer: impl FnOnce() -> Result<Value>) -> Result<Value> {
    let ours = step(&format!("measuring: an intersection of {entries}"), || {
        let example = ["run", "--quiet", "--release", "-p", "psi", "--example", "bench"];
        printed(command("cargo").args(example).arg(entries.to_string()))
    })?;
    let peer = step("measuring: its peer", peer)?;
    let seconds = ours["seconds"].as_f64().context("the example printed no seconds")?;
    let mut run = json!({
        "what": what, "n": entries, "ours": seconds, "unit": "s",
        "bytes": [ours["bytes_first"], ours["bytes_second"]],
    });
    against(&mut run, seconds, &peer);
    Ok(run)
}

/// A program that is ended with the measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Ended already is ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Two owners, a helper and a relay as programs of their own: seconds until all have ended, and bytes of both owners.
fn processes(rows: usize) -> Result<(f64, Value)> {
    let folder = root().join("target/bench/private").join(rows.to_string());
    let agent = root().join("target/release/agent");
    let mut relay = Command::new(&agent);
    relay.args(["relay", "--listen", "127.0.0.1:0", "--json"]).stdout(Stdio::piped());
    let mut relay = Running(relay.spawn().context("starting the relay")?);
    let mut line = String::new();
    BufReader::new(relay.0.stdout.take().context("the relay has an output")?).read_line(&mut line)?;
    let said: Value = serde_json::from_str(&line).context("the relay says where it is")?;
    let seats: Vec<Value> = (0..3).map(|seat| keys(&agent, &folder, seat)).collect::<Result<_>>()?;
    let read = fs::read(folder.join("spec.json"))?;
    let spec: Value = serde_json::from_slice(&read)?;
    let task = json!({"task": rows, "relay": said["relay"], "seats": seats, "spec": spec});
    let file = folder.join("task.json");
    fs::write(&file, task.to_string())?;
    let tables = TABLES.map(|table| folder.join(table));
    let begin = Instant::now();
    let mut running = Vec::new();
    for seat in 0..3 {
        let mut run = Command::new(&agent);
        run.arg("run").arg(&file).arg("--keys").arg(folder.join(format!("keys{seat}.json")));
        run.arg("--out").arg(folder.join(format!("out{seat}"))).arg("--json").stdout(Stdio::null());
        if let Some(table) = tables.get(seat) {
            run.arg("--data").arg(table);
        }
        running.push(Running(run.spawn().context("starting a seat")?));
    }
    for seat in &mut running {
        ensure!(seat.0.wait()?.success(), "a seat failed");
    }
    let seconds = begin.elapsed().as_secs_f64();
    let traffic = |seat: usize| -> Result<Value> {
        let result = fs::read(folder.join(format!("out{seat}/result.json")))?;
        Ok(serde_json::from_slice::<Value>(&result)?["traffic"].clone())
    };
    Ok((seconds, json!([traffic(0)?, traffic(1)?])))
}

fn keys(agent: &Path, folder: &Path, seat: usize) -> Result<Value> {
    let file = folder.join(format!("keys{seat}.json"));
    let _ = fs::remove_file(&file);
    printed(Command::new(agent).args(["key", "new"]).arg(&file).arg("--json"))
}

/// A task, and both tables: columns with something in common, and a label made of them and noise.
fn write_task(folder: &Path, rows: usize) -> Result<()> {
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
    fs::create_dir_all(folder)?;
    let spec = json!({
        "version": 1, "owners": [{"columns": names[..half]}, {"columns": names[half..]}],
        "rows": {"given": {"count": rows}},
        "work": {"train": {
            "label": {"owner": 1, "column": "y"}, "receiver": 1, "reveals": {"own_coefficients": true},
        }},
    });
    fs::write(folder.join("spec.json"), spec.to_string())?;
    for (table, text) in TABLES.iter().zip(texts) {
        fs::write(folder.join(table), text)?;
    }
    Ok(())
}
