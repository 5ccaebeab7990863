//! What a provider has to do beside running one job for a client that is there.

mod alone;
mod audited;
mod declined;
mod forgotten;
mod judged;
mod resumed;
mod unshown;
mod vanished;

use jobs::{ESCALATE_WINDOW, REVEAL_WINDOW, State};
use protocol::{Address, Amount};
use serde_json::Value;

use crate::{
    lent::{
        Lender, Lent, PRICE,
        made_up::{self, MadeUp},
    },
    support::{output, people::fund, text},
};

/// Text of a module of six steps.
const STEPS: &str = include_str!("steps.wat");

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// What so many units cost.
fn pay(units: u64) -> Amount {
    Amount(PRICE.0 * u128::from(units))
}

fn sum(amounts: &[Amount]) -> Amount {
    Amount(amounts.iter().map(|amount| amount.0).sum())
}

fn coins(whole: u128) -> Amount {
    Amount(whole * Amount::ONE.0)
}

/// The program of a client has the module of six steps run by one provider, with a checkpoint after so many
/// units, and audits so many parts of a hundred.
async fn hires(lent: &Lent, provider: &str, audits: &str, every: &str) -> Lender {
    let path = |name: &str| lent.world.path(name).display().to_string();
    let drawn = output(&["key", "account", &path("client.account.json")]);
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    let drawn: Value = serde_json::from_slice(&drawn.stdout).unwrap();
    fund(&lent.chain, drawn["address"].as_str().unwrap()).await;
    std::fs::write(path("module.wasm"), module(STEPS)).unwrap();
    begins(lent, &order(lent, provider, audits, every))
}

/// What a client types to order the module of six steps.
fn order(lent: &Lent, provider: &str, audits: &str, every: &str) -> Vec<String> {
    let (price, wasm, out) = (PRICE.to_string(), lent.world.path("module.wasm"), lent.world.path("client.result"));
    let limits = ["--memory", "16", "--units", "20", "--every", every, "--price", &price, "--audits", audits];
    let named = ["--provider", provider, "--module", wasm.to_str().unwrap(), "--out", out.to_str().unwrap()];
    client(lent, &[&["run"][..], &limits, &named].concat())
}

/// What a client types, with this verb.
fn client(lent: &Lent, verb: &[&str]) -> Vec<String> {
    let path = |name: &str| lent.world.path(name).display().to_string();
    let files = path("files/x").trim_end_matches("/x").to_owned();
    let mut all = vec!["job".to_owned(), path("client"), "--deployment".to_owned(), lent.deployment.clone()];
    all.extend(["--account".to_owned(), path("client.account.json"), "--server".to_owned(), lent.world.relay.clone()]);
    all.extend(["--files".to_owned(), files]);
    all.extend(verb.iter().map(|word| (*word).to_owned()));
    all
}

fn begins(lent: &Lent, arguments: &[String]) -> Lender {
    lent.begins("client", &arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The same with a made-up provider, which knows of the job.
async fn hired<'a>(lent: &'a Lent, audits: &str, every: &str) -> (Lender, MadeUp<'a>) {
    let key = made_up::joins(lent).await;
    let client = hires(lent, &key.address().to_string(), audits, every).await;
    (client, MadeUp::meets(lent, key, 1).await)
}

/// The worker `first` judges what was challenged, and its provider loses its stake.
async fn is_slashed(lent: &Lent, client: &Lender, juror: Address, liar: Address) {
    let worker = lent.lend("first");
    assert_eq!(lent.juror(1).await, juror);
    worker.says_of(1, "revealed: in a block").await;
    lent.chain.pass(REVEAL_WINDOW + ESCALATE_WINDOW).await.unwrap();
    lent.comes_to(1, State::Slashed).await;
    client.says("\"slashed\"").await;
    assert!(lent.deposit(liar).await < coins(5));
}
