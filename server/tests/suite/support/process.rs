//! The server as a process of its own, which can be killed.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use server::config::Config;

/// A running server; killed when dropped.
pub struct Process {
    child: Child,
    pub url: String,
}

fn command(config: &Config) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    let path = |p: &Path| p.as_os_str().to_owned();
    command.arg("--listen").arg("127.0.0.1:0");
    command.arg("--data").arg(path(&config.data));
    command.arg("--deployment").arg(path(&config.deployment));
    command.arg("--poll-ms").arg(config.poll_ms.to_string());
    if let Some(url) = &config.database {
        command.arg("--database").arg(url);
    }
    for url in &config.rpc {
        command.arg("--rpc").arg(url);
    }
    if let Some(account) = config.anchor_from {
        command.arg("--anchor-from").arg(account.to_string());
    }
    if let Some(account) = config.anchored_by {
        command.arg("--anchored-by").arg(account.to_string());
    }
    command.env("RUST_LOG", "error").stdin(Stdio::null());
    command
}

impl Process {
    /// Starts it without waiting.
    pub fn spawn(config: &Config) -> Result<Child> {
        Ok(command(config).stdout(Stdio::null()).spawn()?)
    }

    /// Starts it and waits until it says where it listens.
    pub fn start(config: &Config) -> Result<Self> {
        let mut child = command(config).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
        let url = line.trim().strip_prefix("listening on ").with_context(|| format!("it said {line:?}"))?;
        Ok(Self { url: url.to_owned(), child })
    }

    /// SIGTERM; returns whether it ended well.
    pub fn terminate(mut self) -> Result<bool> {
        let id = self.child.id().to_string();
        ensure!(Command::new("kill").args(["-TERM", &id]).status()?.success(), "kill");
        Ok(self.child.wait()?.success())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `server replay` to its end; returns whether log and chain agree, and what it printed.
pub fn replay(config: &Config, arguments: &[&str]) -> Result<(bool, String)> {
    let output = command(config).arg("replay").args(arguments).output()?;
    let printed = String::from_utf8(output.stdout)?;
    ensure!(!printed.is_empty(), "replay: {}", String::from_utf8_lossy(&output.stderr));
    Ok((output.status.success(), printed))
}

/// Runs a subcommand that is to fail; its exit code, and what it said.
pub fn fails(config: &Config, subcommand: &str) -> Result<(Option<i32>, String)> {
    let output = command(config).arg(subcommand).output()?;
    ensure!(!output.status.success(), "{subcommand} ended well");
    Ok((output.status.code(), String::from_utf8(output.stderr)?))
}

/// Runs `server digest` or `server reindex` to its end and returns what it printed.
pub fn run(config: &Config, subcommand: &str) -> Result<String> {
    let output = command(config).arg(subcommand).output()?;
    ensure!(output.status.success(), "{subcommand}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
