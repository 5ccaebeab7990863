//! Processes, and files for them.

#![allow(dead_code)]

pub mod people;

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use serde_json::{Value, json};

pub const NAMES: [&str; 10] = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"];
/// Root of the mean squared error of ordinary least squares on all 442 patients, by scikit-learn.
pub const ERROR: f64 = 53.476129;
/// Half a unit of the grid of three digits.
pub const GRID: f64 = 0.125;

/// The program; a measurement names another build of it.
pub fn agent(arguments: &[&str]) -> Command {
    let built = || env!("CARGO_BIN_EXE_agent").into();
    let mut command = Command::new(env::var_os("MODELMARKET_AGENT").unwrap_or_else(built));
    command.args(arguments).arg("--json").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn output(arguments: &[&str]) -> Output {
    agent(arguments).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A process that is ended with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A relay, and a folder.
pub struct World {
    pub folder: tempfile::TempDir,
    pub relay: String,
    _process: Running,
}

impl World {
    pub fn start() -> Self {
        let mut process = agent(&["relay", "--listen", "127.0.0.1:0"]).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let relay = said["relay"].as_str().unwrap().to_string();
        Self { folder: tempfile::tempdir().unwrap(), relay, _process: Running(process) }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    /// Draws keys into a file, and answers what others may know.
    pub fn keys(&self, name: &str) -> Value {
        let file = self.path(name).display().to_string();
        let drawn = output(&["key", "new", &file]);
        assert!(drawn.status.success(), "{}", text(&drawn.stderr));
        assert_eq!(drawn.stdout, output(&["key", "show", &file]).stdout);
        assert_eq!(output(&["key", "new", &file]).status.code(), Some(2), "keys are never written over");
        serde_json::from_slice(&drawn.stdout).unwrap()
    }

    /// One owner's table: all patients, in another order at each owner, and some that only this one has.
    pub fn table(&self, name: &str, columns: std::ops::Range<usize>, label: bool, step: usize) -> String {
        let lines: Vec<&str> = include_str!("../../../mpc/learn/tests/data/diabetes.csv").lines().skip(1).collect();
        let mut csv = format!("patient,{}{}\n", NAMES[columns.clone()].join(","), if label { ",target" } else { "" });
        // The numbers of patients and the step have no common divisor.
        let rows = (0..lines.len()).map(|at| (at * step % lines.len(), format!("p{}", at * step % lines.len())));
        let only_here = (0..9).map(|at| (at, format!("{name} {at}")));
        for (row, id) in rows.chain(only_here) {
            let cells: Vec<&str> = lines[row].split(',').collect();
            let label = if label { format!(",{}", cells[10]) } else { String::new() };
            csv += &format!("{id},{}{label}\n", cells[columns.clone()].join(","));
        }
        self.write(name, &csv)
    }

    /// What is trained on both tables, with what `train` says instead.
    pub fn spec(&self, train: Value) -> Value {
        let mut work = json!({"label": {"owner": 1, "column": "target"}, "receiver": 1});
        for (name, value) in train.as_object().unwrap() {
            work[name] = value.clone();
        }
        json!({
            "version": 1,
            "owners": [{"dataset": 1, "columns": NAMES[..5]}, {"dataset": 2, "columns": NAMES[5..]}],
            "rows": {"common": {"keys": ["patient", "patient"], "declared": [460, 460]}},
            "work": {"train": work},
        })
    }

    pub fn task(&self, name: &str, number: u64, seats: &[&Value], train: Value) -> String {
        let task = json!({"task": number, "relay": self.relay, "seats": seats, "spec": self.spec(train)});
        self.write(name, &task.to_string())
    }

    pub fn result(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.folder.path().join(name)).unwrap()).unwrap()
    }
}

/// All at once, to their ends.
pub fn together(commands: Vec<Command>) -> Vec<Output> {
    let running: Vec<Child> = commands.into_iter().map(|mut command| command.spawn().unwrap()).collect();
    let waiting: Vec<_> =
        running.into_iter().map(|child| std::thread::spawn(|| child.wait_with_output().unwrap())).collect();
    waiting.into_iter().map(|waiting| waiting.join().unwrap()).collect()
}

#[track_caller]
pub fn rmse(result: &Value) -> f64 {
    let told = result["told"].as_array().unwrap();
    let is_error = |told: &&Value| told["what"]["fact"]["metric"] == "rmse";
    told.iter().find(is_error).unwrap()["numbers"][0].as_f64().unwrap()
}
