//! The programs that Cargo built of tests, run several at a time: `cargo test` runs one after the other, and most of them
//! wait for blocks, for processes, for a browser, or for their last test.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Programs at a time. Who waits for blocks asks for them again and again, so that more of them at once take longer in all.
const AT_A_TIME: usize = 2;
/// Tests that a program runs at a time.
const TEST_THREADS: &str = "3";
/// Those that take longest begin first; the others follow in Cargo's order.
const FIRST: [&str; 2] = ["suite", "evm"];

/// A program of tests.
#[derive(Debug, PartialEq, Eq)]
pub struct Binary {
    /// The target's name, as in `cargo test --test NAME`.
    name: String,
    path: PathBuf,
    /// Where Cargo would run it: its package's folder.
    folder: PathBuf,
}

/// How programs of tests are run.
#[derive(Default)]
pub struct How {
    /// The program that is given their paths, where they do not run by themselves.
    pub runner: Option<PathBuf>,
    /// Variables of their environment.
    pub environment: Vec<(&'static str, PathBuf)>,
}

/// Has `cargo test` build its programs, in the order in which they are run.
///
/// # Errors
/// When Cargo fails or names none.
pub fn build(cargo: &mut Command) -> Result<Vec<Binary>> {
    let only = ["--no-run", "--quiet", "--message-format=json-render-diagnostics"];
    let output = cargo.args(only).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("cargo could not build the tests: {}", output.status);
    }
    let mut found: Vec<Binary> = String::from_utf8_lossy(&output.stdout).lines().filter_map(named).collect();
    if found.is_empty() {
        bail!("cargo built no tests");
    }
    found.sort_by_key(|binary| FIRST.iter().position(|first| *first == binary.name).unwrap_or(FIRST.len()));
    Ok(found)
}

/// The test program that a message of Cargo names.
fn named(message: &str) -> Option<Binary> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message["profile"]["test"] != true {
        return None;
    }
    Some(Binary {
        name: message["target"]["name"].as_str()?.to_owned(),
        path: message["executable"].as_str()?.into(),
        folder: Path::new(message["manifest_path"].as_str()?).parent()?.to_owned(),
    })
}

/// Runs them. What one printed is printed when it has ended. After one failed no other begins.
///
/// # Errors
/// When one cannot be started or fails; its name is told.
pub fn run(binaries: Vec<Binary>, how: &How) -> Result<()> {
    let waiting = Mutex::new(VecDeque::from(binaries));
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(binary) = next(&waiting) {
                    if let Err(error) = run_one(&binary, how) {
                        lock(&waiting).clear();
                        lock(&failed).push(format!("{error:#}"));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if failed.is_empty() { Ok(()) } else { bail!("{}", failed.join("; ")) }
}

fn next(waiting: &Mutex<VecDeque<Binary>>) -> Option<Binary> {
    lock(waiting).pop_front()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run_one(binary: &Binary, how: &How) -> Result<()> {
    let Binary { name, path, folder } = binary;
    let mut command = match &how.runner {
        Some(runner) => {
            let mut command = Command::new(runner);
            command.arg(path);
            command
        }
        None => Command::new(path),
    };
    command.current_dir(folder).env("CARGO_MANIFEST_DIR", folder).env("RUST_TEST_THREADS", TEST_THREADS);
    command.envs(how.environment.iter().map(|(variable, value)| (variable, value))).stdin(Stdio::null());
    let since = Instant::now();
    let output = command.output().with_context(|| format!("{} cannot be started", path.display()))?;
    print!(
        "     Ran {name} of {} in {:.1} s\n{}{}",
        folder.display(),
        since.elapsed().as_secs_f64(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    if !output.status.success() {
        bail!("tests of {name} in {} failed: {}", folder.display(), output.status);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;

    use super::{Binary, How, named, run};

    #[test]
    fn only_programs_of_tests_are_run() {
        let message = |test: bool, executable: Option<&str>| {
            json!({"reason": "compiler-artifact", "manifest_path": "/w/rpc/Cargo.toml", "target": {"name": "reading"},
                   "profile": {"test": test}, "executable": executable})
            .to_string()
        };
        let found = named(&message(true, Some("/w/target/debug/deps/reading-1"))).unwrap();
        assert_eq!((found.name.as_str(), found.folder), ("reading", PathBuf::from("/w/rpc")));
        assert_eq!(named(&message(false, Some("/w/target/debug/server"))), None);
        assert_eq!(named(&message(true, None)), None);
        assert_eq!(named("no JSON"), None);
    }

    #[test]
    fn the_program_that_failed_is_named_and_others_no_longer_begin() {
        let binary = |name: &str, path: &str| Binary { name: name.into(), path: path.into(), folder: "/".into() };
        run(vec![binary("well", "/bin/true"), binary("too", "/bin/true")], &How::default()).unwrap();
        let mut many = vec![binary("broken", "/bin/false")];
        // As many as could not all have begun before the first one ended.
        many.extend((0..2_000).map(|_| binary("well", "/bin/true")));
        many.push(binary("last", "/no/such/program"));
        let error = run(many, &How::default()).unwrap_err().to_string();
        assert!(error.contains("tests of broken") && !error.contains("/no/such/program"), "{error}");
    }

    #[test]
    fn a_runner_is_given_the_program() {
        let script = |path: &str| Binary { name: "one".into(), path: path.into(), folder: "/".into() };
        let how = How { runner: Some("/usr/bin/test".into()), ..How::default() };
        // `test WORD` succeeds for any word.
        run(vec![script("/no/such/program")], &how).unwrap();
        let how = How { runner: Some("/bin/cat".into()), ..How::default() };
        run(vec![script("/no/such/program")], &how).unwrap_err();
    }
}
