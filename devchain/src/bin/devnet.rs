//! A development network on one machine: chain, contracts, server, samples. Ctrl-C stops all of it.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Parser;
use devchain::{
    Agents, Anvil, Chain, Options, Samples, families,
    families::{jobs::samples as computing, tasks::samples as learning},
    kept::{AGENTS, Before, CHAIN, DEPLOYMENT, Kept, PLAYED, SERVER},
};
use protocol::{Address, api::Deployment};
use tokio::process::{Child, Command};

#[derive(Parser)]
struct Arguments {
    /// Port of page and API on loopback.
    #[arg(long)]
    port: u16,
    /// The server's binary.
    #[arg(long)]
    server: PathBuf,
    /// The binary of `agent`; without it no organisation learns together.
    #[arg(long)]
    agent: Option<PathBuf>,
    /// The built page.
    #[arg(long)]
    dist: PathBuf,
    /// Where chain and server keep what they know between runs.
    #[arg(long)]
    keep: PathBuf,
    /// Forget the chain and what the server knows of it first.
    #[arg(long)]
    fresh: bool,
}

/// Seconds between blocks: the chain's clock moves while nothing happens.
const BLOCK_TIME: u64 = 4;
/// Families whose samples were played when the file of their names is empty.
const FIRST: [&str; 3] = ["bounty", "shared_model", "trained"];
/// The chain's port; wallets and the page remember it.
const CHAIN_PORT: u16 = 8545;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let kept = Kept::at(&arguments.keep);
    if arguments.fresh {
        kept.forget()?;
    }
    let before = kept.before(&families::all())?;
    std::fs::create_dir_all(&arguments.keep)?;
    let since = Instant::now();

    println!("==> starting the chain (Anvil)");
    let state = kept.path(CHAIN);
    let options =
        Options { port: Some(CHAIN_PORT), state: Some(state), block_time: Some(BLOCK_TIME), ..Options::default() };
    let anvil = Anvil::start(options)
        .await
        .with_context(|| format!("the chain did not start; is something else on port {CHAIN_PORT}?"))?;

    let ended = serve(&arguments, &kept, before, anvil.url(), since).await;
    println!("\n==> stopping the chain; its state is kept in {}", arguments.keep.display());
    anvil.stop()?;
    ended
}

async fn serve(arguments: &Arguments, kept: &Kept, before: Before, url: &str, since: Instant) -> Result<()> {
    let file = kept.path(DEPLOYMENT);
    let chain = match before {
        Before::Deployed(deployment) => {
            let known = Deployment { rpc_urls: vec![url.into()], ..*deployment };
            let connected = Chain::connect(known).await;
            let mut chain = connected.with_context(|| {
                format!(
                    "The chain in {} is not the one of its deployment. {}",
                    arguments.keep.display(),
                    kept.forgetting()
                )
            })?;
            chain.complete().await?;
            chain
        }
        Before::Nothing => {
            println!("==> deploying the contracts");
            Chain::deploy(url).await?
        }
    };
    kept.note(&chain.deployment, &families::all())?;

    println!("==> starting the server");
    let server_url = format!("http://127.0.0.1:{}", arguments.port);
    let operator = chain.accounts.last().copied().context("the node has no accounts")?;
    let mut server = start_server(arguments, &file, operator)?;
    wait_for(&server_url, &mut server).await?;

    let agents = arguments.agent.clone().map(|binary| Agents {
        binary,
        folder: kept.path(AGENTS),
        deployment: file.clone(),
        server: server_url.clone(),
    });
    play(&chain, &server_url, &kept.path(PLAYED), agents.as_ref()).await?;
    // Stopped when this function ends.
    let _running = match agents.filter(|agents| agents.folder.is_dir()) {
        Some(agents) => {
            println!(
                "==> starting two helpers, the clinic and the lender (what they say is in {})",
                agents.folder.display()
            );
            let mut running = learning::start(&agents)?;
            // A network of an earlier version has none.
            if agents.folder.join(computing::LENDER).is_dir() {
                running.push(computing::start(&agents)?);
            }
            running
        }
        None => Vec::new(),
    };

    println!("\nModelMarket is up after {:.1} s:  {server_url}\n", since.elapsed().as_secs_f64());
    println!("Open it, press “Connect wallet”, and choose a development account. Ctrl-C stops everything.");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        status = server.wait() => bail!("the server ended by itself: {}", status?),
    }
    // The server was in the same terminal and has had Ctrl-C too; it finishes its requests.
    if tokio::time::timeout(Duration::from_secs(10), server.wait()).await.is_err() {
        server.kill().await?;
    }
    Ok(())
}

/// Plays the samples of the families that `played` does not name yet, and adds their names.
async fn play(chain: &Chain, server: &str, played: &Path, agents: Option<&Agents>) -> Result<()> {
    let mut known = match std::fs::read_to_string(played) {
        // Earlier versions left an empty file when all of their families were played.
        Ok(known) if known.is_empty() => FIRST.map(|name| format!("{name}\n")).concat(),
        known => known.unwrap_or_default(),
    };
    let families = families::all();
    let missing: Vec<_> = families.iter().filter(|f| !known.lines().any(|name| name == f.name())).collect();
    if !missing.is_empty() {
        println!("==> playing samples through the contracts");
    }
    let compiled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public");
    // `cargo xtask start` starts this in the project's root, which may have been moved since this was compiled.
    let public = if compiled.is_dir() { compiled } else { PathBuf::from("public") };
    let report = |what: &str| println!("    {what}");
    let samples = Samples { chain, server, public: &public, agents, report: &report };
    for family in missing {
        if [tasks::FAMILY, jobs::FAMILY].contains(&family.name()) && agents.is_none() {
            // Played as soon as there are programs.
            continue;
        }
        family.play(&samples).await?;
        known.push_str(family.name());
        known.push('\n');
        std::fs::write(played, &known)?;
    }
    Ok(())
}

/// `operator` is the account that writes the roots of the accuracy log to the chain.
fn start_server(arguments: &Arguments, deployment: &Path, operator: Address) -> Result<Child> {
    Command::new(&arguments.server)
        .args(["--listen", &format!("127.0.0.1:{}", arguments.port)])
        .arg("--dist")
        .arg(&arguments.dist)
        .arg("--data")
        .arg(arguments.keep.join(SERVER))
        .arg("--deployment")
        .arg(deployment)
        .args(["--anchor-from", &operator.to_string(), "--anchor-seconds", "5"])
        .env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "warn".into()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("starting the server")
}

async fn wait_for(url: &str, server: &mut Child) -> Result<()> {
    let since = Instant::now();
    let client = reqwest::Client::new();
    loop {
        if client.get(format!("{url}/healthz")).send().await.is_ok_and(|r| r.status().is_success()) {
            return Ok(());
        }
        if let Some(status) = server.try_wait()? {
            bail!("the server ended at once ({status}); is its port in use?");
        }
        if since.elapsed() > Duration::from_secs(30) {
            bail!("the server does not answer at {url}/healthz");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
