//! A provider that lends this machine, and two trainings that it really ran for somebody: one paid for all that it metered, one
//! stopped half-way and paid by the last voucher.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::{
    agents::{Agents, Running},
    chain::Chain,
};

/// The provider, whose program runs as long as the network does.
pub const LENDER: &str = "lender";
const CLIENT: &str = "trainer";

/// Plays them.
///
/// # Errors
/// When chain, server or a program refuses.
pub async fn play(chain: &Chain, agents: &Agents, public: &Path, report: &(dyn Fn(&str) + Sync)) -> Result<()> {
    report("a machine that is lent, and two trainings on it: one paid whole, one stopped and paid in part");
    let from = chain.accounts.iter().rev().nth(2).copied().context("the node has too few accounts")?;
    chain.airdrop(from).await?;
    for name in [LENDER, CLIENT] {
        agents.account(chain, from, name).await?;
    }
    let folder = agents.folder.join(LENDER).display().to_string();
    let offer = ["--cpu", "50", "--memory", "20", "--price", "0.0001", "--deposit", "10"];
    agents.say(LENDER, &[&["worker", &folder, "onboard"][..], &offer].concat()).await?;
    let mut lender = start(agents)?;
    let table = public.join("datasets/breast_cancer.csv").display().to_string();
    let whole = trains(agents, &table, "model.onnx", &["--rounds", "10"]).await;
    let part = trains(agents, &table, "stopped.onnx", &["--rounds", "300", "--stop-after", "100"]).await;
    lender.check()?;
    lender.stop().await?;
    ensure!(whole? == "settled" && part? == "partial", "the sample jobs ended otherwise than they should");
    Ok(())
}

/// Has a model trained; answers how the job ended.
async fn trains(agents: &Agents, table: &str, out: &str, more: &[&str]) -> Result<String> {
    let (folder, out) =
        (agents.folder.join(CLIENT).display().to_string(), agents.path(CLIENT, out).display().to_string());
    let mut words = vec!["job", &folder, "train", "--table", table, "--out", &out];
    words.extend(["--units", "20000", "--every", "100", "--price", "0.0002"]);
    words.extend(more);
    let said = agents.say(CLIENT, &words).await?;
    said["state"].as_str().map(str::to_owned).context("a job ends in a state")
}

/// Starts the program of the provider.
///
/// # Errors
/// When it cannot be started.
pub fn start(agents: &Agents) -> Result<Running> {
    agents.start(LENDER, "worker", &["run"])
}
