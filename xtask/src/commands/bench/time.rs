//! `cargo xtask bench time`: what a newcomer, CI and somebody at work on the page wait for. Each is measured in a fresh
//! clone of HEAD with tool folders of its own, all empty: Cargo's home, npm's, pip's and Go's caches. Programs of the
//! system (Node, Chromium, PostgreSQL) are used as they are there.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::write;
use crate::run::{root, step, succeed};

/// What can be measured apart from the others.
const PARTS: [&str; 3] = ["start", "edit", "ci"];
/// A port that nobody else uses.
const PORT: &str = "8976";
/// What the program prints that keeps chain and server running.
const UP: &str = "ModelMarket is up";

/// Measures the parts, all unless chosen, and writes target/bench/time.json; what was not measured is null and says why.
///
/// # Errors
/// When a part does not exist or what it measures fails.
pub fn measure(chosen: &[String]) -> Result<()> {
    if let Some(unknown) = chosen.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("there is no part {unknown}; there are {}", PARTS.join(", "));
    }
    let wanted = |part: &str| chosen.is_empty() || chosen.iter().any(|c| c == part);
    let mut figures = json!({ "commit": text(Command::new("git").args(["rev-parse", "HEAD"]).current_dir(root()))? });
    for figure in ["start_cold_s", "start_again_s", "ci_cold_s", "edit_to_browser_s"] {
        figures[figure] = Value::Null;
    }
    if wanted("start") || wanted("edit") {
        let place = Place::fresh("start")?;
        let (cold, load) = step("the first start", || place.up(&["start", "--port", PORT]))?;
        figures["start_cold_s"] = json!(cold);
        figures["start_cold_cpu_s"] = json!(load);
        if wanted("start") {
            figures["start_again_s"] = json!(step("a later start", || place.up(&["start", "--port", PORT]))?.0);
        }
        if wanted("edit") {
            let edits = step("edits", || place.edits())?;
            figures["edit_to_browser_s"] = json!(median(&edits["feature"])?);
            figures["edit_of_shared_code_to_browser_s"] = json!(median(&edits["shared"])?);
        }
        place.remove()?;
    }
    if wanted("ci") {
        let place = Place::fresh("ci")?;
        let since = Instant::now();
        step("the whole of CI", || succeed(&mut place.command(".ci/run")))?;
        figures["ci_cold_s"] = json!(rounded(since.elapsed().as_secs_f64()));
        place.remove()?;
    }
    for figure in ["start_cold_s", "start_again_s", "ci_cold_s", "edit_to_browser_s"] {
        if figures[figure].is_null() {
            figures["not_measured"][figure] = json!(format!("only {} was asked for", chosen.join(", ")));
        }
    }
    figures["cores"] = json!(std::thread::available_parallelism().map_or(0, std::num::NonZero::get));
    figures["load_when_it_began"] = json!(fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    write("time", figures)
}

/// A clone with its own tool folders.
struct Place {
    folder: PathBuf,
}

impl Place {
    fn fresh(name: &str) -> Result<Self> {
        // Outside of target/, which a clone inside of it would be confused by.
        let folder = std::env::temp_dir().join(format!("modelmarket-time-{name}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let mut clone = Command::new("git");
        clone.args(["clone", "--quiet", "--no-hardlinks"]).arg(root()).arg(folder.join("project"));
        succeed(&mut clone)?;
        Ok(Self { folder })
    }

    fn project(&self) -> PathBuf {
        self.folder.join("project")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.project());
        // This process is started by Cargo, which tells its children about the project around them.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO") || name.starts_with("MODELMARKET_") {
                command.env_remove(&*name);
            }
        }
        let home = |name: &str| self.folder.join(name);
        command.env("CARGO_HOME", home("cargo")).env("npm_config_cache", home("npm"));
        command.env("PIP_CACHE_DIR", home("pip")).env("GOPATH", home("go")).env("GOCACHE", home("go-build"));
        command.env_remove("GOMODCACHE");
        command
    }

    /// Seconds until all runs, and seconds of processors that they took. It is stopped then.
    fn up(&self, arguments: &[&str]) -> Result<(f64, f64)> {
        let (since, before) = (Instant::now(), children_seconds());
        let mut child = self.xtask(arguments)?;
        let up = wait_for_up(&mut child);
        let seconds = since.elapsed().as_secs_f64();
        stop(child)?;
        up?;
        Ok((rounded(seconds), rounded(children_seconds() - before)))
    }

    fn xtask(&self, arguments: &[&str]) -> Result<Child> {
        let mut command = self.command("cargo");
        command.arg("xtask").args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
        command.spawn().context("cargo cannot be started")
    }

    fn edits(&self) -> Result<Value> {
        let mut child = self.xtask(&["dev", "--port", PORT])?;
        let edits = wait_for_up(&mut child).and_then(|()| self.edits_of_running_page());
        stop(child)?;
        edits
    }

    fn edits_of_running_page(&self) -> Result<Value> {
        // The driver is this checkout's, so that its compilation is no part of the clone.
        crate::page::native(&crate::workspace::Workspace::read()?, &["bench_edit"])?;
        let mut driver = Command::new(root().join("target/debug/bench_edit"));
        driver.arg(self.project()).arg(format!("http://127.0.0.1:{PORT}"));
        let output = driver.stderr(Stdio::inherit()).output().context("bench_edit cannot be started")?;
        serde_json::from_slice(&output.stdout).context("bench_edit printed no JSON")
    }

    fn remove(self) -> Result<()> {
        fs::remove_dir_all(&self.folder).context("removing the clone")
    }
}

/// Prints what the program prints until it says that all runs, and leaves the rest to a thread.
fn wait_for_up(child: &mut Child) -> Result<()> {
    let mut lines = BufReader::new(child.stdout.take().context("the program has no output")?).lines();
    for line in lines.by_ref() {
        let line = line?;
        println!("{line}");
        if line.contains(UP) {
            std::thread::spawn(move || lines.for_each(|line| println!("{}", line.unwrap_or_default())));
            return Ok(());
        }
    }
    bail!("it ended before it was up")
}

/// As Ctrl-C does; whoever has ended already is only waited for.
fn stop(mut child: Child) -> Result<()> {
    // The program that keeps chain and server has taken the place of the one that was started, or is its child.
    for id in descendants(child.id())? {
        let _ = Command::new("kill").args(["-INT", &id.to_string()]).stderr(Stdio::null()).status();
    }
    child.wait()?;
    Ok(())
}

/// A process and all that it started, the youngest first.
fn descendants(id: u32) -> Result<Vec<u32>> {
    let table = text(Command::new("ps").args(["-e", "-o", "pid=,ppid="]))?;
    let pairs: Vec<(u32, u32)> = table
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        })
        .collect();
    let mut found = vec![id];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(pairs.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child));
        next += 1;
    }
    found.reverse();
    Ok(found)
}

/// Processor seconds of all children that have ended and were waited for.
fn children_seconds() -> f64 {
    // Fields 16 and 17 of /proc/self/stat, in hundredths of seconds; the name in field 2 may hold spaces.
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let fields: Vec<f64> = after_name.split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect();
    fields.get(13..15).map_or(0.0, |ticks| ticks.iter().sum::<f64>() / 100.0)
}

fn text(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{} failed", command.get_program().to_string_lossy());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn median(values: &Value) -> Result<f64> {
    let mut values: Vec<f64> = values.as_array().context("no list")?.iter().filter_map(Value::as_f64).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.get(values.len() / 2).context("nothing was measured")?;
    Ok(rounded(*middle))
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::{descendants, median};
    use serde_json::json;

    #[test]
    fn the_middle_counts() {
        assert_eq!(median(&json!([9.0, 1.04, 3.0])).unwrap(), 3.0);
        assert!(median(&json!([])).is_err());
    }

    #[test]
    fn a_child_is_a_descendant() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let found = descendants(std::process::id()).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.contains(&child.id()));
        assert_eq!(found.last(), Some(&std::process::id()));
    }
}
