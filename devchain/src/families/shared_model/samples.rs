//! Sample shared models from real data, made and taught through the contracts, so that every tab has something to show.

use std::path::Path;

use anyhow::{Context, Result};
use protocol::{Address, Amount};
use shared_model::{
    ClassifierKind, Encoder, IncentiveKind, ModelFile, Original, Terms, TestSet,
    learn::from_table::{self, Content, Words},
    metadata::TestFile,
    table::Table,
};

use super::moves::{Contribution, CreatedModel, Start};
use crate::{chain::Chain, publish::Publisher};

/// The refund wait of all samples, seconds.
const REFUND_WAIT: u32 = 60;

/// A model to be made of a data set in `public/datasets/`.
#[derive(Debug, Clone, Copy)]
pub struct SharedSample {
    file: &'static str,
    name: &'static str,
    description: &'static str,
    kind: ClassifierKind,
    incentive: IncentiveKind,
    /// Rows from the end of the table that nobody has learned from yet: contributions come from here.
    spare: usize,
}

pub const FILM_REVIEWS: SharedSample = SharedSample {
    file: "shared/film_reviews.csv",
    name: "Film reviews: good or bad?",
    description: "Tells from the words of a sentence whether a film review is positive or negative; knows the 1,000 most frequent words. Data: snippets of the VADER study (Hutto and Gilbert, 2014), MIT licence.",
    kind: ClassifierKind::NaiveBayes,
    incentive: IncentiveKind::Deposit,
    spare: 600,
};
pub const DIGITS: SharedSample = SharedSample {
    file: "digits.csv",
    name: "Handwritten digits",
    description: "Reads a digit from 8 × 8 grey values by its distance to the mean of each class. Data: UCI Machine Learning Repository (Alpaydin and Kaynak), CC BY 4.0.",
    kind: ClassifierKind::DenseCentroid,
    incentive: IncentiveKind::Points,
    spare: 200,
};
pub const BREAST_CANCER: SharedSample = SharedSample {
    file: "breast_cancer.csv",
    name: "Breast cancer: benign or malignant",
    description: "Judges 30 measurements of cell nuclei; for trying, not for patients. Data: UCI Machine Learning Repository (Wisconsin Diagnostic), CC BY 4.0.",
    kind: ClassifierKind::DensePerceptron,
    incentive: IncentiveKind::Deposit,
    spare: 100,
};

/// Rows that are asked about before any one will do.
const LOOKED_AT: usize = 15;

/// Originals with their labels.
pub type Examples = Vec<(Original, u16)>;

/// A sample on chain, with rows that it has not seen.
#[derive(Debug)]
pub struct SampleModel {
    pub made: CreatedModel,
    pub file: ModelFile,
    pub spare: Examples,
}

impl SharedSample {
    /// Terms that a newcomer can live through in an hour: refunds after a minute, the owner after an hour, anybody
    /// after a week.
    fn terms(&self) -> Terms {
        let cost_weight = match self.incentive {
            IncentiveKind::Deposit => Amount(Amount::mdc(1).0 / 60),
            IncentiveKind::Points | IncentiveKind::Market => Amount::ZERO,
        };
        Terms { cost_weight, refund_wait: REFUND_WAIT, owner_wait: 3_600, any_wait: 7 * 86_400 }
    }

    /// Trains a start on the rows that are not spare.
    ///
    /// # Errors
    /// When the data cannot be read or trained on.
    pub fn train(&self, datasets: &Path) -> Result<(ModelFile, TestSet, Examples)> {
        let bytes = std::fs::read(datasets.join(self.file)).with_context(|| format!("reading {}", self.file))?;
        let mut table = Table::read(&bytes, None)?;
        let spare = table.rows.split_off(table.rows.len() - self.spare);
        let content = from_table::content(&table);
        let words = Words::Frequent(1_000);
        let capacity = if content == Content::Text { 3 } else { table.classes.len() as u16 };
        let trained = from_table::train(&table, content, self.kind, &words, capacity)?;
        let file = ModelFile { name: self.name.into(), description: self.description.into(), ..trained.file };
        file.check()?;
        let kind = file.encoder.build()?.original();
        let spare = spare.iter().map(|(cells, label)| (Table::original(cells, &kind), *label)).collect();
        Ok((file, trained.test, spare))
    }

    /// Publishes description and test set, and makes the model.
    ///
    /// # Errors
    /// When chain or server refuses.
    pub async fn make(&self, chain: &Chain, server: &str, datasets: &Path, owner: Address) -> Result<SampleModel> {
        let (file, test, spare) = self.train(datasets)?;
        let publisher = Publisher::sign_in(chain, server, owner).await?;
        let rows = test.rows.len() as u32;
        let test = TestFile { cid: publisher.put(test.to_bytes()).await?, rows };
        let metadata_cid = publisher.put(file.metadata(Some(test)).to_bytes()).await?.to_string();
        let start = Start {
            shape: file.shape.clone(),
            words: file.words.clone(),
            incentive: self.incentive,
            terms: self.terms(),
            metadata_cid,
        };
        let made = chain.make_model(owner, &start).await?;
        Ok(SampleModel { made, file, spare })
    }
}

impl SampleModel {
    /// The sample of an original.
    ///
    /// # Errors
    /// When the model's encoder does not take it.
    pub fn encode(&self, original: &Original) -> Result<Vec<u8>> {
        Ok(self.encoder()?.encode(original)?.to_bytes())
    }

    fn encoder(&self) -> Result<Box<dyn Encoder>> {
        Ok(self.file.encoder.build()?)
    }

    /// The first row from `from` on that the model gets wrong (`wrong`) or right now; where there is none, the next one
    /// that it can be given.
    ///
    /// # Errors
    /// When the node refuses, or no row is left.
    pub async fn find(&self, chain: &Chain, wrong: bool, from: usize) -> Result<(usize, Vec<u8>, u16)> {
        let encoder = self.encoder()?;
        let rows = self.spare.iter().enumerate().skip(from).take(LOOKED_AT);
        let rows: Vec<_> = rows
            .filter_map(|(row, (original, label))| Some((row, encoder.encode(original).ok()?.to_bytes(), *label)))
            .collect();
        drop(encoder);
        let mut next = None;
        for (row, sample, label) in rows {
            if (chain.predict(self.made.model, &sample).await? != label) == wrong {
                return Ok((row, sample, label));
            }
            next.get_or_insert((row, sample, label));
        }
        next.context("no row is left to teach")
    }
}

/// Makes and teaches the three samples. Time passes: play them before what must not grow old.
///
/// # Errors
/// When chain or server refuses.
pub async fn play(chain: &Chain, server: &str, datasets: &Path, say: impl Fn(&str)) -> Result<()> {
    let [.., good, other, bad, owner] = chain.accounts[..] else { anyhow::bail!("the node has too few accounts") };
    for (sample, name) in [(FILM_REVIEWS, "film reviews"), (DIGITS, "digits"), (BREAST_CANCER, "breast cancer")] {
        say(&format!("a shared model ({name})"));
        let shared = sample.make(chain, server, datasets, owner).await?;
        for account in [good, other, bad] {
            chain.fund_for(account, shared.made.model).await?;
        }
        teach(chain, server, &shared, sample.incentive, [good, other, bad]).await?;
    }
    Ok(())
}

/// Two honest people and one who lies: some of it refunded, some reported, some still open.
async fn teach(
    chain: &Chain,
    server: &str,
    shared: &SampleModel,
    incentive: IncentiveKind,
    [good, other, bad]: [Address; 3],
) -> Result<()> {
    let classes = shared.file.shape.classes;
    let mut honest: Vec<Contribution> = Vec::new();
    let mut lies: Vec<Contribution> = Vec::new();
    let mut row = 0;
    for round in 0..12 {
        // The deposit falls to something that one likes to pay.
        chain.pass(600).await?;
        let liar = round % 4 == 3;
        let (found, sample, label) = shared.find(chain, !liar && round % 2 == 0, row).await?;
        row = found + 1;
        let (who, said) = match round % 4 {
            3 => (bad, (label + 1) % classes),
            1 => (other, label),
            _ => (good, label),
        };
        let taught = chain.contribute(shared.made.model, who, &sample, said).await?;
        publish(chain, server, who, &shared.spare[found].0, &taught).await?;
        if liar { lies.push(taught) } else { honest.push(taught) }
    }
    // Two refund waits: deposits come back with their points.
    chain.pass(2 * u64::from(REFUND_WAIT)).await?;
    for taught in &honest[..honest.len() - 2] {
        let open = chain.shared_model(taught.model).await?.contribution(&taught.key).is_some_and(|c| !c.record.settled);
        if open && chain.predict(taught.model, &taught.sample).await? == taught.label {
            chain.refund(taught).await?;
        }
    }
    if incentive == IncentiveKind::Deposit {
        for taught in lies.iter().take(2) {
            if chain.predict(taught.model, &taught.sample).await? != taught.label {
                chain.report(good, taught).await?;
            }
        }
        // One is taken, the other stays reported.
        chain.pass(REFUND_WAIT.into()).await?;
        for taught in lies.iter().take(1) {
            if chain.take(good, taught).await.is_err() {
                // Somebody taught the model in between, and it agrees by now.
                chain.refund(taught).await?;
            }
        }
    }
    Ok(())
}

async fn publish(chain: &Chain, server: &str, who: Address, original: &Original, taught: &Contribution) -> Result<()> {
    let publisher = Publisher::sign_in(chain, server, who).await?;
    let cid = publisher.put(original.to_bytes()).await?;
    publisher.tell_original(taught.model, taught.key, &cid).await
}
