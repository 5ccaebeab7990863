//! Small models that tests make and teach.

use anyhow::Result;
use devchain::shared_model::{CreatedModel, Start};
use protocol::{Address, Amount, Digest, cid::FileHasher};
use shared_model::{
    ClassifierKind, EncoderSpec, IncentiveKind, ModelMetadata, Sample, Shape, Terms, TestSet,
    api::{AccuracyHistory, AccuracyLogHead, ContributionList, ContributionRow, ModelDetail, ModelList},
    lanes,
    metadata::{FORMAT, TestFile},
};

use super::{TestApp, until};

/// Waits in seconds.
pub const WAITS: [u32; 3] = [60, 300, 3_600];

/// A model of sparse samples that knows nothing: it says class 0 until it is taught.
pub fn blank(kind: ClassifierKind, incentive: IncentiveKind) -> Start {
    let mut shape = Shape { kind, features: 50, capacity: 2, classes: 2, setting: 1, headers: Vec::new() };
    if !kind.is_perceptron() {
        shape.capacity = 4;
        shape.setting = kind.least_setting();
    }
    shape.headers = vec![0; shape.start_vectors()];
    let cost = if incentive == IncentiveKind::Deposit { Amount(1_000_000_000_000) } else { Amount::ZERO };
    let [refund_wait, owner_wait, any_wait] = WAITS;
    Start {
        words: vec![0; shape.needed() * lanes::WORD_BYTES],
        shape,
        incentive,
        terms: Terms { cost_weight: cost, refund_wait, owner_wait, any_wait },
        metadata_cid: String::new(),
    }
}

/// A sparse perceptron under deposits.
pub fn perceptron() -> Start {
    blank(ClassifierKind::SparsePerceptron, IncentiveKind::Deposit)
}

/// Metadata and test set of a model as they are published.
pub struct Published {
    pub metadata: Vec<u8>,
    pub test_set: Vec<u8>,
    pub rows: Vec<(Vec<u8>, u16)>,
}

/// Describes a model of [`blank`]'s shape under a name: its test set says that odd features mean class 1.
pub fn described(name: &str, start: &mut Start) -> Published {
    let rows: Vec<_> = (0..start.shape.features).map(|i| (Sample::Sparse(vec![i]), (i % 2) as u16)).collect();
    let test_set = TestSet { rows: rows.clone() }.to_bytes();
    let metadata = ModelMetadata {
        format: FORMAT.into(),
        name: name.into(),
        description: format!("What {name} is for."),
        classes: vec!["even".into(), "odd".into()],
        encoder: EncoderSpec::HashedWords { buckets: start.shape.features },
        test: Some(TestFile { cid: FileHasher::hash(&test_set).cid, rows: rows.len() as u32 }),
    }
    .to_bytes();
    start.metadata_cid = FileHasher::hash(&metadata).cid.to_string();
    let rows = rows.into_iter().map(|(sample, label)| (sample.to_bytes(), label)).collect();
    Published { metadata, test_set, rows }
}

/// The bytes of a sample that lists these features.
pub fn features(list: &[u32]) -> Vec<u8> {
    Sample::Sparse(list.to_vec()).to_bytes()
}

impl TestApp {
    /// Makes a loaded model, and lets people pay into it.
    pub async fn make(&self, owner: Address, start: &Start, people: &[Address]) -> Result<CreatedModel> {
        let made = self.chain.chain.make_model(owner, start).await?;
        for &person in people {
            self.chain.chain.fund_for(person, made.model).await?;
        }
        Ok(made)
    }

    pub async fn models(&self, query: &str) -> Result<ModelList> {
        self.read(&format!("/api/models?{query}")).await
    }

    pub async fn addresses(&self, query: &str) -> Result<Vec<Address>> {
        Ok(self.models(query).await?.rows.iter().map(|row| row.address).collect())
    }

    pub async fn model(&self, model: Address) -> Result<ModelDetail> {
        self.read(&format!("/api/models/{model}")).await
    }

    pub async fn contributions(&self, model: Address, query: &str) -> Result<ContributionList> {
        self.read(&format!("/api/models/{model}/contributions?{query}")).await
    }

    pub async fn keys(&self, model: Address, query: &str) -> Result<Vec<Digest>> {
        Ok(self.contributions(model, query).await?.rows.iter().map(|row| row.key).collect())
    }

    pub async fn contribution(&self, model: Address, key: Digest) -> Result<ContributionRow> {
        let list = self.contributions(model, &format!("search={key}")).await?;
        list.rows.into_iter().next().ok_or_else(|| anyhow::anyhow!("no contribution {key}"))
    }

    /// Rows of a test set that a model predicts as labelled, by the chain's own word.
    pub async fn counted(&self, model: Address, rows: &[(Vec<u8>, u16)]) -> Result<u32> {
        let mut correct = 0;
        for (sample, label) in rows {
            correct += u32::from(self.chain.chain.predict(model, sample).await? == *label);
        }
        Ok(correct)
    }

    /// Waits until the accuracy log has so many entries.
    pub async fn logged(&self, size: u64) -> Result<AccuracyLogHead> {
        until(&format!("the accuracy log has {size} entries"), async || Ok(self.log().await?.size >= size)).await?;
        self.log().await
    }

    pub async fn history(&self, model: Address) -> Result<AccuracyHistory> {
        self.read(&format!("/api/models/{model}/accuracy")).await
    }

    pub async fn log(&self) -> Result<AccuracyLogHead> {
        self.read("/api/accuracy-log").await
    }
}
