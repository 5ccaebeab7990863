//! What several journeys do.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use bounty::Bounty;
use dataset::metadata::Metadata;
use devchain::bounty::{
    Offer,
    model::Effort,
    samples::{self, Prepared},
};
use e2e::{PATIENCE, Person, Stack};
use protocol::Address;
use rpc::testing::{Proxy, Rules};
use serde_json::{Value, json};

/// The published files of a bounty.
pub struct Data {
    pub train: String,
    pub test: String,
    pub classes: Vec<String>,
}

impl Data {
    /// Fetches them as any trainer would.
    pub async fn fetch(stack: &Stack, bounty: &Bounty) -> Result<Self> {
        let metadata = Metadata::parse(get(stack, &bounty.metadata_cid).await?.as_bytes())?;
        let (train, test) = (get(stack, &bounty.train_cid).await?, get(stack, &bounty.test_cid).await?);
        Ok(Self { train, test, classes: metadata.classes })
    }

    /// Writes a prediction file and a model file.
    pub fn write(&self, folder: &Path, name: &str, labels: &[u8], model: &[u8]) -> Result<(PathBuf, PathBuf)> {
        let mut text = String::from("prediction\n");
        for &index in labels {
            text.push_str(&self.classes[usize::from(index)]);
            text.push('\n');
        }
        let (predictions, model_file) =
            (folder.join(format!("predictions-{name}.csv")), folder.join(format!("model-{name}.onnx")));
        std::fs::write(&predictions, text)?;
        std::fs::write(&model_file, model)?;
        Ok((predictions, model_file))
    }
}

async fn get(stack: &Stack, cid: &str) -> Result<String> {
    let response = reqwest::get(format!("{}/ipfs/{cid}", stack.url)).await?.error_for_status()?;
    response.text().await.context("published files are text")
}

/// The folder `public/datasets/`.
pub fn datasets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/datasets").canonicalize().expect("the data sets are there")
}

/// A file of `public/datasets/`.
pub fn dataset(name: &str) -> PathBuf {
    datasets().join(name)
}

/// Goes through the wizard with the digits and lands on the new bounty's page.
pub async fn posts_digits(person: &Person<'_>, shots: &str) -> Result<()> {
    person.visit("/new").await?;
    person.chooses_file("data-file", &dataset("digits.csv")).await?;
    person.sees("What the file looks like").await?;
    person.browser.shots(&format!("{shots}-wizard-data")).await?;
    person.presses("next-step").await?;
    person.sees("The file is well formed").await?;
    person.presses("split").await?;
    person.sees("The test labels are in this browser only").await?;
    person.browser.shots(&format!("{shots}-wizard-split")).await?;
    person.presses("next-step").await?;
    person.fills("field-title", "Digits for a journey").await?;
    person.browser.shots(&format!("{shots}-wizard-terms")).await?;
    person.presses("next-step").await?;
    person.sees("The vault of this browser keeps the labels").await?;
    person.browser.shots(&format!("{shots}-wizard-review")).await?;
    person.sees("Post and lock 100 MDC").await?;
    person.presses("post-bounty").await?;
    person.sees("What happened").await
}

/// Starts training a network that has to be stopped.
pub async fn trains_for_long(person: &Person<'_>, hidden: &str) -> Result<()> {
    person.fills("field-epochs", "10000").await?;
    person.fills("field-hidden-layers", hidden).await?;
    // Without rows to judge by it never ends early.
    person.finds("//summary[@id='more-options']").await?.click().await?;
    person.fills("field-kept-aside", "0").await?;
    person.presses("start-training").await?;
    person.sees("Neural network: epoch ").await
}

/// Posts the iris data set without the page, and submits to it once.
pub async fn posted_and_submitted(stack: &Stack, requester: Address, trainer: Address) -> Result<()> {
    let prepared = posted(stack, requester).await?;
    stack.chain.fund(trainer).await?;
    samples::submit(&stack.chain, &stack.url, &prepared, trainer, Effort::Poor).await.map(drop)
}

/// Blocks since the bounties of [`two_old_bounties`], and how many the node gives logs of at once.
pub const OLD: usize = 3_000;
pub const RANGE: usize = 60;

/// Posts two bounties with a submission each, of so many blocks ago that their events are better had from the server.
pub async fn two_old_bounties(stack: &Stack) -> Result<()> {
    let [_, requester, trainer, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    for account in [requester, trainer] {
        stack.chain.fund(account).await?;
    }
    let offer = Offer { classes: 3, open_for: 10_000, window: 600, ..Offer::default() };
    for _ in 0..2 {
        let posted = samples::post(&stack.chain, &stack.url, &datasets(), &samples::IRIS, requester, &offer).await?;
        samples::submit(&stack.chain, &stack.url, &posted, trainer, Effort::Poor).await?;
    }
    stack.chain.request("anvil_mine", json!([OLD, 1])).await?;
    // It offers what it has itself.
    stack.answers("/api/status", |status| status["block"].as_u64().is_some_and(|block| block > OLD as u64)).await?;
    let Some(proxy) = &stack.strict else { unreachable!("it was started with one") };
    proxy.strict.now(Rules { range: RANGE as u64, ..Rules::default() });
    Ok(())
}

/// Opens the first of them: the page learns how little the node gives at once. Returns how many requests for logs it took.
pub async fn opens_first_old_bounty(person: &Person<'_>, proxy: &Proxy) -> Result<usize> {
    let since = proxy.strict.elapsed();
    person.visit("/bounties/1").await?;
    person.sees("submitted (no. 1)").await?;
    // What is read first is shown first; whoever leaves the page ends its reading.
    let waited = Instant::now();
    while asked_for_logs(proxy, since) <= OLD / RANGE && waited.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    person.follows("/bounties").await?;
    Ok(asked_for_logs(proxy, since))
}

/// Opens the second of them, for which the page asks the server too. Returns how many requests for logs it took.
pub async fn opens_second_old_bounty(person: &Person<'_>, proxy: &Proxy) -> Result<usize> {
    let since = proxy.strict.elapsed();
    person.follows("/bounties/2").await?;
    person.sees("submitted (no. 1)").await?;
    Ok(asked_for_logs(proxy, since))
}

fn asked_for_logs(proxy: &Proxy, since: Duration) -> usize {
    let seen = proxy.strict.seen();
    let theirs = seen.iter().filter(|seen| seen.who == "page" && seen.at >= since);
    theirs.flat_map(|seen| &seen.methods).filter(|method| *method == "eth_getLogs").count()
}

/// Posts the iris data set without the page, for journeys that are about what comes after.
pub async fn posted(stack: &Stack, requester: Address) -> Result<Prepared> {
    stack.chain.fund(requester).await?;
    let offer = Offer { classes: 3, open_for: 600, window: 600, ..Offer::default() };
    samples::post(&stack.chain, &stack.url, &datasets(), &samples::IRIS, requester, &offer).await
}

/// Waits until the model that won a bounty is to be had from the server: it is published after the reveal, by the page
/// that revealed it.
pub async fn published(stack: &Stack, bounty: u64) -> Result<()> {
    let revealed = |detail: &Value| {
        let submissions = detail["bounty"]["submissions"].as_array()?;
        submissions.iter().find_map(|submission| submission["reveal"]["model_cid"].as_str().map(str::to_owned))
    };
    let cid = stack.answered(&format!("/api/bounties/{bounty}"), revealed).await?;
    let address = format!("{}/ipfs/{cid}", stack.url);
    let since = Instant::now();
    while !reqwest::get(&address).await?.status().is_success() {
        anyhow::ensure!(since.elapsed() < PATIENCE, "waited in vain for the model that won");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
