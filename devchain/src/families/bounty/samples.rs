//! Sample bounties from real data, played through the contracts, so that every page has something true to show.

use std::path::Path;

use anyhow::{Context, Result};
use bounty::{PostNumber, Role, secret_request};
use dataset::{
    DEFAULT_SHARE, SplitOptions,
    metadata::{Metadata, Preparation},
    predictions::plain_cid,
    task::SurveyOptions,
};
use protocol::{Address, Amount, cid::Cid, commitment::Secret};

use super::{
    model::{Effort, Learned, learn, notes},
    moves::{Offer, Posted, Published, Submitted},
};
use crate::{chain::Chain, publish::Publisher};

/// A data set of `public/datasets/`.
#[derive(Debug)]
pub struct Sample {
    file: &'static str,
    title: &'static str,
    description: &'static str,
}

impl Sample {
    /// As its bounty is called.
    pub fn title(&self) -> &'static str {
        self.title
    }
}

pub const BREAST_CANCER: Sample = Sample {
    file: "breast_cancer.csv",
    title: "Breast cancer: benign or malignant",
    description: "30 measurements of cell nuclei from a fine needle aspirate (Wisconsin Diagnostic, 569 rows). Data: UCI Machine Learning Repository, CC BY 4.0.",
};
pub const IRIS: Sample = Sample {
    file: "iris.csv",
    title: "Iris species from four measurements",
    description: "Sepal and petal sizes of 150 iris flowers of three species (Fisher, 1936). Data: UCI Machine Learning Repository, CC BY 4.0.",
};
pub const DIGITS: Sample = Sample {
    file: "digits.csv",
    title: "Handwritten digits, 8 × 8 pixels",
    description: "1,797 handwritten digits as 64 grey values of 0 to 16 (Alpaydin and Kaynak). Data: UCI Machine Learning Repository, CC BY 4.0.",
};

/// A posted sample with what its trainers need.
pub struct Prepared {
    pub posted: Posted,
    pub classes: Vec<String>,
    pub train: String,
    pub test: String,
}

/// Plays all samples: one settled, one claiming, one open. The first accounts of the mnemonic stay untouched, for
/// the person in front of the page; the last ones play.
///
/// # Errors
/// When chain or server refuses.
pub async fn play(chain: &Chain, server: &str, datasets: &Path, say: impl Fn(&str)) -> Result<()> {
    let [.., good, poor, requester] = chain.accounts[..] else { anyhow::bail!("the node has too few accounts") };
    for account in [requester, good, poor] {
        chain.fund(account).await?;
    }

    say("a settled bounty (breast cancer)");
    let offer = Offer { reward: Amount::mdc(120), open_for: 120, window: 900, classes: 2, ..Offer::default() };
    let settled = post(chain, server, datasets, &BREAST_CANCER, requester, &offer).await?;
    let first = submit(chain, server, &settled, good, Effort::Good).await?;
    let second = submit(chain, server, &settled, poor, Effort::Poor).await?;
    chain.reveal_truth(&settled.posted).await?;
    put(chain, server, requester, settled.posted.truth.clone()).await?;
    chain.claim(&settled.posted, &first).await?;
    chain.claim(&settled.posted, &second).await?;
    for submitted in [&second, &first] {
        chain.reveal_prediction(&settled.posted, submitted).await?;
        put(chain, server, submitted.trainer, submitted.prediction.clone()).await?;
    }
    // Whoever runs the winner's model on test.csv meets its predictions; a test of this crate does.
    let rows = settled.posted.terms.test_rows;
    chain.attest(requester, settled.posted.id, good, rows, rows).await?;

    say("a bounty in its claim window (iris)");
    let week = 7 * 86_400;
    let offer = Offer { reward: Amount::mdc(60), open_for: 120, window: week, classes: 3, ..Offer::default() };
    let claiming = post(chain, server, datasets, &IRIS, requester, &offer).await?;
    let first = submit(chain, server, &claiming, good, Effort::Good).await?;
    submit(chain, server, &claiming, poor, Effort::Poor).await?;
    chain.reveal_truth(&claiming.posted).await?;
    put(chain, server, requester, claiming.posted.truth.clone()).await?;
    chain.claim(&claiming.posted, &first).await?;

    say("an open bounty (digits)");
    let offer = Offer { reward: Amount::mdc(250), stake: Amount::mdc(10), open_for: 14 * 86_400, ..Offer::default() };
    let open = post(chain, server, datasets, &DIGITS, requester, &offer).await?;
    submit(chain, server, &open, poor, Effort::Poor).await?;
    Ok(())
}

/// Splits, publishes and posts a sample; the secret is derived as the page does it.
///
/// # Errors
/// When chain or server refuses.
pub async fn post(
    chain: &Chain,
    server: &str,
    datasets: &Path,
    sample: &Sample,
    requester: Address,
    offer: &Offer,
) -> Result<Prepared> {
    let csv = std::fs::read(datasets.join(sample.file)).with_context(|| format!("reading {}", sample.file))?;
    let reading = SurveyOptions::default();
    let surveyed = dataset::survey(&csv, None, &reading)?;
    // Another number for each, as the page chooses it at random: a requester posts a truth once.
    let bounties =
        contracts::returns::count(&chain.call(chain.bounty_market()?, bounty::calls::bounty_count()).await?)?;
    let offer = &Offer { post_number: PostNumber(bounties.to_be_bytes()), ..offer.clone() };
    let secret = secret(chain, requester, Role::Requester, offer.post_number, &surveyed.report.source).await?;
    let options = SplitOptions { seed: secret.seed(), share_percent: DEFAULT_SHARE, stratified: true };
    let files = dataset::split(&surveyed, &csv, &options)?;
    let metadata = Metadata {
        version: 1,
        title: sample.title.into(),
        description: sample.description.into(),
        features: files.report.features.clone(),
        label: files.report.label.clone(),
        classes: files.report.classes.clone(),
        train: files.report.train.clone(),
        test: files.report.test.clone(),
        preparation: Preparation { reading, share_percent: DEFAULT_SHARE, stratified: true },
    };
    let publisher = Publisher::sign_in(chain, server, requester).await?;
    let published = Published {
        train: publisher.put(files.train.clone()).await?,
        test: publisher.put(files.test.clone()).await?,
        metadata: publisher.put(metadata.to_bytes()).await?,
    };
    let posted = chain.post(requester, offer, &published, files.truth, secret.salt()).await?;
    Ok(Prepared {
        posted,
        classes: metadata.classes,
        train: String::from_utf8(files.train)?,
        test: String::from_utf8(files.test)?,
    })
}

/// Trains, predicts and submits, with the model as an ONNX file on the server.
///
/// # Errors
/// When chain or server refuses.
pub async fn submit(
    chain: &Chain,
    server: &str,
    prepared: &Prepared,
    trainer: Address,
    effort: Effort,
) -> Result<Submitted> {
    submit_learned(chain, server, prepared, trainer, learned(chain, prepared, effort)?).await
}

/// What a trainer of this effort learns from a sample.
///
/// # Errors
/// When it cannot be trained on.
pub fn learned(chain: &Chain, prepared: &Prepared, effort: Effort) -> Result<Learned> {
    let Prepared { posted, classes, train, test } = prepared;
    learn(train, test, classes, effort, notes(&chain.deployment, posted.id))
}

/// Submits what was learned, with its file on the server; whether the file makes these predictions is the trainer's word.
///
/// # Errors
/// When chain or server refuses.
pub async fn submit_learned(
    chain: &Chain,
    server: &str,
    prepared: &Prepared,
    trainer: Address,
    learned: Learned,
) -> Result<Submitted> {
    let model_cid = put(chain, server, trainer, learned.file).await?;
    let committed = plain_cid(&learned.predictions, &prepared.classes);
    let role = Role::Trainer { bounty: prepared.posted.id };
    let secret = secret(chain, trainer, role, prepared.posted.terms.post_number, &committed).await?;
    chain.submit(&prepared.posted, trainer, learned.predictions, secret.salt(), model_cid).await
}

async fn put(chain: &Chain, server: &str, account: Address, bytes: Vec<u8>) -> Result<Cid> {
    Publisher::sign_in(chain, server, account).await?.put(bytes).await
}

async fn secret(chain: &Chain, account: Address, role: Role, post: PostNumber, committed: &Cid) -> Result<Secret> {
    let deployment = &chain.deployment;
    let request = secret_request(deployment.demand(bounty::BOUNTY_MARKET)?, role, post, committed);
    let data = request.typed_data(deployment.chain_id);
    Ok(Secret::from_signature(&chain.sign_typed(account, &data).await?)?)
}
