//! Sample models that are published outside of bounties: made elsewhere, with the tools of others.

use std::path::Path;

use anyhow::{Context, Result};
use protocol::Address;

use crate::{chain::Chain, publish::Publisher};

/// A model of `public/models/`.
#[derive(Debug, Clone, Copy)]
pub struct TrainedSample {
    pub file: &'static str,
    pub name: &'static str,
    pub description: &'static str,
}

pub const MNIST: TrainedSample = TrainedSample {
    file: "mnist_cnn.onnx",
    name: "Handwritten digits (MNIST)",
    description: "Reads a digit from 28 × 28 grey values: a small convolutional network, trained and exported with PyTorch. Draw one and see.",
};
pub const IRIS: TrainedSample = TrainedSample {
    file: "iris_xgboost.onnx",
    name: "Iris species (XGBoost)",
    description: "Tells three species of iris by four lengths and widths in cm: gradient-boosted trees, trained and exported with XGBoost.",
};

impl TrainedSample {
    /// Stores the file under its CID and publishes it; answers its number.
    ///
    /// # Errors
    /// When chain or server refuses.
    pub async fn publish(&self, chain: &Chain, server: &str, models: &Path, publisher: Address) -> Result<u64> {
        let file = std::fs::read(models.join(self.file)).with_context(|| format!("reading {}", self.file))?;
        let cid = Publisher::sign_in(chain, server, publisher).await?.put(file).await?;
        chain.publish_model(publisher, &cid.to_string(), self.name, self.description).await
    }
}

/// Publishes both. `models` is the folder `public/models`.
///
/// # Errors
/// When chain or server refuses.
pub async fn play(chain: &Chain, server: &str, models: &Path, say: impl Fn(&str)) -> Result<()> {
    let [.., one, another, _] = chain.accounts[..] else { anyhow::bail!("the node has too few accounts") };
    say("published models (MNIST digits, iris)");
    IRIS.publish(chain, server, models, another).await?;
    MNIST.publish(chain, server, models, one).await?;
    Ok(())
}
