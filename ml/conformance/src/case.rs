//! Cases that the scripts of `peer/` wrote.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ml_onnx::read::external::{self, Beside, Found};
use ml_onnx::{Limits, Tensor};
use serde::Deserialize;

/// An entry of `index.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    pub name: String,
    /// Largest difference, as a share of what the peer says.
    pub rtol: f64,
    /// Largest difference.
    pub atol: f64,
    sets: Vec<Files>,
    /// Whether it is among those of which a share has to pass.
    #[serde(default)]
    pub counts: bool,
}

/// A case that the peer passes and that uses operators which do not run here.
#[derive(Debug, Clone, Deserialize)]
pub struct Other {
    pub name: String,
    /// As "domain operator"; empty where values are no tensors.
    pub operators: Vec<String>,
}

/// The other cases in `folder`.
///
/// # Errors
/// When their list cannot be read.
pub fn others(folder: &Path) -> Result<Vec<Other>> {
    Ok(serde_json::from_slice(&std::fs::read(folder.join("others.json"))?)?)
}

#[derive(Debug, Clone, Deserialize)]
struct Files {
    inputs: Vec<File>,
    outputs: Vec<File>,
    #[serde(default)]
    disputed: Option<Vec<File>>,
}

#[derive(Debug, Clone, Deserialize)]
struct File {
    name: String,
    file: String,
}

/// What a model is given, and what the peer says to it.
pub struct DataSet {
    pub inputs: Vec<(String, Tensor)>,
    pub outputs: Vec<(String, Tensor)>,
    /// Where a node test of `onnx` and onnxruntime differ: what onnxruntime says, which is right too.
    pub disputed: Option<Vec<(String, Tensor)>>,
}

/// The cases in `folder`.
///
/// # Errors
/// When its index cannot be read.
pub fn all(folder: &Path) -> Result<Vec<Case>> {
    let index = std::fs::read(folder.join("index.json"))?;
    Ok(serde_json::from_slice(&index)?)
}

impl Case {
    fn place(&self, folder: &Path) -> PathBuf {
        folder.join(&self.name)
    }

    /// The bytes of its model, joined with the files where it keeps numbers.
    ///
    /// # Errors
    /// When a file cannot be read, or they do not fit each other.
    pub fn model(&self, folder: &Path) -> Result<Vec<u8>> {
        let place = self.place(folder);
        let model = std::fs::read(place.join("model.onnx"))?;
        let limits = Limits::default();
        let Found::Missing(files) = external::joined(&model, &[], &limits)? else { return Ok(model) };
        let read = |file: &external::Needed| Ok(std::fs::read(place.join(&file.name))?);
        let beside = files.iter().map(read).collect::<Result<Vec<_>>>()?;
        let sizes = files.iter().zip(&beside);
        let sizes: Vec<_> = sizes.map(|(f, b)| Beside { name: f.name.clone(), bytes: b.len() as u64 }).collect();
        let Found::Joined(joined) = external::joined(&model, &sizes, &limits)? else { bail!("files are missing") };
        let beside: Vec<_> = beside.iter().map(Vec::as_slice).collect();
        joined.bytes(&model, &beside).context("the files are others than those that were joined")
    }

    /// # Errors
    /// When a tensor cannot be read.
    pub fn sets(&self, folder: &Path) -> Result<Vec<DataSet>> {
        let tensors = |files: &[File]| files.iter().map(|file| self.tensor(folder, file)).collect::<Result<Vec<_>>>();
        let sets = self.sets.iter();
        let set = |set: &Files| {
            let disputed = set.disputed.as_deref().map(tensors).transpose()?;
            Ok(DataSet { inputs: tensors(&set.inputs)?, outputs: tensors(&set.outputs)?, disputed })
        };
        sets.map(set).collect()
    }

    fn tensor(&self, folder: &Path, file: &File) -> Result<(String, Tensor)> {
        let bytes = std::fs::read(self.place(folder).join(&file.file))?;
        let (_, tensor) = Tensor::read(&bytes, &Limits::default()).with_context(|| file.file.clone())?;
        Ok((file.name.clone(), tensor))
    }
}
