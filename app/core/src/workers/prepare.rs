//! The page's side of the preparing worker (`app/workers/prepare`).

use std::{borrow::Cow, time::Duration};

use dataset::{
    OwnedOptions, OwnedReport, Peek, PublishedReport, SplitOptions, SplitReport, SurveyReport,
    metadata::Metadata,
    predictions::PredictionNote,
    task::{Answer, ModelFiles, Progress, Request, SurveyOptions},
};
use protocol::cid::{Cid, HashedFile};
use web_sys::File;
use work::{Part, Parts, Program, WorkError, channel::PATIENCE, page::Channel};

use super::unexpected;

pub(super) const PROGRAM: Program = Program {
    url: Cow::Borrowed("/prepare-worker_loader.js"),
    name: "prepare",
    does: "prepares files",
    advice: "try again, or take a smaller file",
    // A disk may be slow to give the next piece of a file.
    silence: Duration::from_secs(60),
};

/// The files of a data set.
#[derive(Debug, Clone)]
pub struct Source {
    /// The whole table, or the features.
    pub features: File,
    /// The labels, where they are in a file of their own.
    pub labels: Option<File>,
}

impl Source {
    fn parts(&self) -> Parts<Part> {
        let parts = Parts::none().with("table", Part::File(self.features.clone()));
        match &self.labels {
            Some(labels) => parts.with("labels", Part::File(labels.clone())),
            None => parts,
        }
    }
}

/// A data set, ready to be published. Its files live in the browser's private storage until this is dropped, or
/// until the same worker splits again.
#[derive(Clone)]
pub struct Prepared {
    pub train: File,
    pub test: File,
    /// The pieces of `metadata.json`.
    pub report: SplitReport,
    /// Class index of each row of the test file. Secret until the ground truth is revealed.
    pub truth: Vec<u8>,
    _files: Prepare,
}

/// A trainer's predictions, which fit the bounty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicted {
    /// Class index of each test row.
    pub indices: Vec<u8>,
    /// CID of the plain predictions.
    pub cid: Cid,
    /// Whether other columns stand beside the labels, which may name the rows of the test file.
    pub beside: bool,
    /// How the file was read.
    pub notes: Vec<PredictionNote>,
}

/// The file of a model, and what it needs.
#[derive(Debug, Clone)]
pub enum ModelFile {
    /// It needs nothing.
    Whole,
    /// Files that were not chosen: their names, and the bytes that each has at least.
    Missing(Vec<(String, u64)>),
    Joined {
        file: File,
        /// What the model calls the file beside it, where that has another name.
        renamed: Option<String>,
    },
}

/// The worker; the last clone to be dropped ends it.
#[derive(Clone)]
pub struct Prepare(Channel);

impl Default for Prepare {
    /// The worker is started when it is first asked.
    fn default() -> Self {
        Self(Channel::to(PROGRAM))
    }
}

impl Prepare {
    #[cfg(test)]
    pub(super) fn to(program: Program) -> Self {
        Self(Channel::to(program))
    }

    /// Looks at the beginning of the files: columns, first rows, and a guess at the label.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn peek(&self, source: &Source, options: SurveyOptions) -> Result<(Peek, Option<Peek>), WorkError> {
        match self.ask(&Request::Peek { options }, source.parts(), |_| {}).await?.0 {
            Answer::Peek { table, labels } => Ok((table, labels)),
            _ => Err(unexpected()),
        }
    }

    /// First pass: checks everything and counts. The worker keeps what [`Self::split`] needs, and one that takes its
    /// place surveys again.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn survey(
        &self,
        source: &Source,
        options: SurveyOptions,
        on_progress: impl FnMut(Progress),
    ) -> Result<SurveyReport, WorkError> {
        self.0.forget();
        let request = Request::Survey { options };
        match self.ask(&request, source.parts(), on_progress).await?.0 {
            Answer::Survey(report) => {
                self.0.keep(&request, source.parts())?;
                Ok(report)
            }
            _ => Err(unexpected()),
        }
    }

    /// Second pass over what was surveyed last: writes training and test file.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn split(&self, options: SplitOptions, on_progress: impl FnMut(Progress)) -> Result<Prepared, WorkError> {
        let (answer, parts) = self.ask(&Request::Split { options }, Parts::none(), on_progress).await?;
        let Answer::Split(report) = answer else { return Err(unexpected()) };
        let file = |name| parts.file(name).map_err(WorkError::Failed);
        let truth = parts.bytes("truth").map_err(WorkError::Failed)?;
        Ok(Prepared { train: file("train")?, test: file("test")?, report, truth, _files: self.clone() })
    }

    /// Checks a table that stays with its owner and commits to it: what was found, and the table as it is kept.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn owned(
        &self,
        file: &File,
        options: OwnedOptions,
        on_progress: impl FnMut(Progress),
    ) -> Result<(OwnedReport, Vec<u8>), WorkError> {
        let parts = Parts::none().with("table", Part::File(file.clone()));
        match self.ask(&Request::Owned { options }, parts, on_progress).await? {
            (Answer::Owned(report), parts) => Ok((report, parts.bytes("table").map_err(WorkError::Failed)?)),
            _ => Err(unexpected()),
        }
    }

    /// CID of a file of any size, for instance a model.
    ///
    /// # Errors
    /// [`WorkError`] when the file cannot be read.
    pub async fn cid_of(&self, file: &File, on_progress: impl FnMut(Progress)) -> Result<HashedFile, WorkError> {
        let parts = Parts::none().with("file", Part::File(file.clone()));
        match self.ask(&Request::Hash, parts, on_progress).await?.0 {
            Answer::Hash { cid, bytes } => Ok(HashedFile { cid, bytes }),
            _ => Err(unexpected()),
        }
    }

    /// Looks whether a model keeps numbers in other files, and joins it with those that were chosen beside it. A file that is
    /// no ONNX model is whole.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn whole_model(&self, model: &File, beside: &[File]) -> Result<ModelFile, WorkError> {
        let parts = Parts::none().with("model", Part::File(model.clone()));
        let parts = beside
            .iter()
            .enumerate()
            .fold(parts, |parts, (at, file)| parts.with(format!("beside-{at}"), Part::File(file.clone())));
        let (answer, parts) = self.ask(&Request::Model, parts, |_| {}).await?;
        let Answer::Model(files) = answer else { return Err(unexpected()) };
        Ok(match files {
            ModelFiles::Whole => ModelFile::Whole,
            ModelFiles::Missing(files) => ModelFile::Missing(files),
            ModelFiles::Joined { renamed } => {
                ModelFile::Joined { file: parts.file("model").map_err(WorkError::Failed)?, renamed }
            }
        })
    }

    /// Checks a trainer's predictions against a bounty, and against its test file if that is at hand.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for the trainer.
    pub async fn predictions(
        &self,
        file: &File,
        metadata: &Metadata,
        test_rows: u32,
        test: Option<&[u8]>,
    ) -> Result<Predicted, WorkError> {
        let parts = Parts::none().with("file", Part::File(file.clone()));
        let parts = match test {
            Some(test) => parts.with("test", Part::moved(test)),
            None => parts,
        };
        let (classes, label) = (metadata.classes.clone(), metadata.label.clone());
        match self.ask(&Request::Predictions { classes, label, test_rows }, parts, |_| {}).await?.0 {
            Answer::Predictions { indices, cid, beside, notes } => Ok(Predicted { indices, cid, beside, notes }),
            _ => Err(unexpected()),
        }
    }

    /// What the columns of a published file hold; `labelled` for `train.csv`.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn published(
        &self,
        file: &File,
        labelled: bool,
        on_progress: impl FnMut(Progress),
    ) -> Result<PublishedReport, WorkError> {
        let parts = Parts::none().with("file", Part::File(file.clone()));
        match self.ask(&Request::Published { labelled }, parts, on_progress).await?.0 {
            Answer::Published(report) => Ok(report),
            _ => Err(unexpected()),
        }
    }

    /// A prediction file to fill in for a test file, with one class in every row.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn template(&self, test: &File, classes: Vec<String>, class: u8) -> Result<Vec<u8>, WorkError> {
        let parts = Parts::none().with("test", Part::File(test.clone()));
        match self.ask(&Request::Template { classes, class }, parts, |_| {}).await? {
            (Answer::Template, parts) => parts.bytes("template").map_err(WorkError::Failed),
            _ => Err(unexpected()),
        }
    }

    /// Asks what was asked to end, with [`WorkError::Stopped`]; a worker that does not hear is ended.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Ends the worker, whatever it is doing; files that it wrote go with it.
    pub fn end(&self) {
        self.0.end();
    }

    async fn ask(
        &self,
        request: &Request,
        parts: Parts<Part>,
        on_progress: impl FnMut(Progress),
    ) -> Result<(Answer, Parts<Part>), WorkError> {
        self.0.ask(request, parts, PATIENCE, on_progress).await
    }
}
