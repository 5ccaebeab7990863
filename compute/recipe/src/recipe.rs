//! What a recipe says.

use std::collections::BTreeMap;

use ml_task::{Algorithm, EngineChoice, TrainOptions};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The only version there is.
const VERSION: u32 = 1;
/// Most bytes of a recipe.
const LONGEST: usize = 1 << 16;
/// Most rows of a hundred that are kept for the test.
const MOST_TEST: u8 = 50;

/// How a model is to be trained. What is left out is what suits most tables (`TrainOptions::new`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Version of this form: 1.
    pub recipe: u32,
    pub algorithm: Algorithm,
    /// Column that is to be predicted; the one that data preparation would suggest unless it is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Rows of a hundred that nothing is learned from, 0 to 50: the accuracy on them is told.
    #[serde(default)]
    pub test: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Epochs, or trees a class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u32>,
    /// Rounds without improvement before training ends; 0 never ends early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<u32>,
    /// Share of the rows that tells when to end, 0 to 0.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<f32>,
    /// Weigh classes inversely to how often they occur.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub l2: Option<f32>,
    /// Widths of hidden layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Vec<u32>>,
    /// Most rows of a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<u32>,
    /// Depth of a tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// Written into the model's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Written into the model's file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notes: BTreeMap<String, String>,
}

/// Why a file is no recipe.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum BadRecipe {
    #[error("The recipe has {found} bytes; {LONGEST} at most are read.")]
    TooLong { found: usize },
    #[error("The recipe cannot be read: {why}. It is JSON, such as {{\"recipe\": 1, \"algorithm\": \"trees\"}}.")]
    NoRecipe { why: String },
    #[error("The recipe is of version {found}; this module knows version {VERSION}.")]
    Version { found: u32 },
    #[error("The recipe keeps {found} rows of a hundred for the test; choose 0 to {MOST_TEST}.")]
    Test { found: u8 },
}

impl Recipe {
    /// A recipe that leaves everything else open.
    pub fn new(algorithm: Algorithm) -> Self {
        Self {
            recipe: VERSION,
            algorithm,
            target: None,
            test: 0,
            seed: None,
            rounds: None,
            patience: None,
            validation: None,
            balance: None,
            learning_rate: None,
            l2: None,
            hidden: None,
            batch: None,
            depth: None,
            licence: None,
            notes: BTreeMap::new(),
        }
    }

    /// Reads a file of a stranger.
    ///
    /// # Errors
    /// [`BadRecipe`].
    pub fn read(file: &[u8]) -> Result<Self, BadRecipe> {
        if file.len() > LONGEST {
            return Err(BadRecipe::TooLong { found: file.len() });
        }
        let recipe: Self =
            serde_json::from_slice(file).map_err(|error| BadRecipe::NoRecipe { why: error.to_string() })?;
        if recipe.recipe != VERSION {
            return Err(BadRecipe::Version { found: recipe.recipe });
        }
        if recipe.test > MOST_TEST {
            return Err(BadRecipe::Test { found: recipe.test });
        }
        Ok(recipe)
    }

    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Numbers, texts and lists: there is nothing in it that JSON has not.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What the trainer is asked for, to tell these classes apart. Its own checks say whether the numbers make sense.
    pub fn options(&self, classes: Vec<String>) -> TrainOptions {
        let usual = TrainOptions::new(self.algorithm, classes);
        TrainOptions {
            seed: self.seed.unwrap_or(usual.seed),
            rounds: self.rounds.unwrap_or(usual.rounds),
            patience: self.patience.unwrap_or(usual.patience),
            validation: self.validation.unwrap_or(usual.validation),
            balance: self.balance.unwrap_or(usual.balance),
            learning_rate: self.learning_rate.unwrap_or(usual.learning_rate),
            l2: self.l2.unwrap_or(usual.l2),
            hidden: self.hidden.clone().unwrap_or(usual.hidden),
            batch: self.batch.unwrap_or(usual.batch),
            depth: self.depth.unwrap_or(usual.depth),
            engine: EngineChoice::Cpu,
            licence: self.licence.clone(),
            notes: self.notes.clone(),
            ..usual
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(file: &str) -> String {
        Recipe::read(file.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_left_out_is_what_suits_most_tables() {
        let recipe = Recipe::read(br#"{"recipe": 1, "algorithm": "mlp", "hidden": [8, 4], "seed": 7}"#).unwrap();
        let classes = vec!["no".to_owned(), "yes".to_owned()];
        let usual = TrainOptions::new(Algorithm::Mlp, classes.clone());
        let expected = TrainOptions { hidden: vec![8, 4], seed: 7, engine: EngineChoice::Cpu, ..usual };
        assert_eq!(recipe.options(classes), expected);
        assert_eq!(Recipe::read(&recipe.to_bytes()), Ok(recipe));
    }

    #[test]
    fn what_is_none_is_named() {
        assert!(why("id,label\n").contains("cannot be read"));
        assert!(why(r#"{"recipe": 1, "algorithm": "forest"}"#).contains("forest"));
        assert!(why(r#"{"recipe": 1, "algorithm": "trees", "round": 5}"#).contains("round"));
        assert!(why(r#"{"recipe": 2, "algorithm": "trees"}"#).contains("version 2"));
        assert!(why(r#"{"recipe": 1, "algorithm": "trees", "test": 51}"#).contains("0 to 50"));
        assert!(why(&" ".repeat(LONGEST + 1)).contains("65537 bytes"));
        // Deep nesting is no way to a full stack.
        assert!(why(&"[".repeat(60_000)).contains("cannot be read"));
    }
}
