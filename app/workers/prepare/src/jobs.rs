//! What the page asks for.

use std::rc::Rc;

use protocol::{
    cid::{CHUNK_SIZE, HashedFile},
    dataset::{
        DatasetError, Labels, LabelsSurvey, Part, SAMPLE, Split, SplitOptions, Survey, Surveyed, peek,
        task::{Answer, Failure, Stage, SurveyOptions, Task},
    },
    predictions::{self, PredictionOptions},
};
use web_sys::File;

use crate::{
    hash::Hasher,
    helper::Helper,
    link::{Outcome, Reporter},
    source::{Helpers, Source},
    store::{Output, Store},
};

/// Bytes of train or test file that are written at once.
const WRITE: usize = 4 * CHUNK_SIZE;
/// Bytes of test rows that all buckets hold in memory together before they are written to files of their own.
const BUCKETS_IN_MEMORY: usize = 48 << 20;

/// Carries out tasks one after the other, and remembers the last survey for the split after it.
#[derive(Default)]
pub struct Jobs {
    helpers: Helpers,
    pub store: Option<Store>,
    surveyed: Option<(File, Surveyed)>,
}

impl Jobs {
    pub async fn run(&mut self, task: Task, files: Vec<File>, reporter: Reporter) -> Result<Outcome, Failure> {
        let mut files = files.into_iter();
        let missing = || Failure::Protocol { cause: "a file is missing".into() };
        match task {
            Task::Peek { options } => peek_files(&files.next().ok_or_else(missing)?, files.next(), &options).await,
            Task::Survey { options } => {
                self.surveyed = None;
                let table = files.next().ok_or_else(missing)?;
                let surveyed = survey(&mut self.helpers, &table, files.next(), &options, reporter).await?;
                let report = surveyed.report.clone();
                self.surveyed = Some((table, surveyed));
                Ok(Answer::Survey(report).into())
            }
            Task::Split { options } => {
                if self.store.is_none() {
                    self.store = Some(Store::open().await);
                }
                match (&self.store, &self.surveyed) {
                    (Some(store), Some((table, surveyed))) => {
                        let source = self.helpers.open(table).await?;
                        split(store, source, surveyed, &options, reporter).await
                    }
                    _ => Err(Failure::NotSurveyed),
                }
            }
            Task::Hash => hash(&mut self.helpers, &files.next().ok_or_else(missing)?, reporter).await,
            Task::Predictions { classes, test_rows } => {
                predictions(&files.next().ok_or_else(missing)?, &classes, test_rows).await
            }
        }
    }
}

async fn peek_files(table: &File, labels: Option<File>, options: &SurveyOptions) -> Result<Outcome, Failure> {
    let part = if labels.is_some() { Part::Features } else { Part::Table };
    let table = peek(part, &Source::head(table, SAMPLE).await?, options.table)?;
    let labels = match labels {
        Some(file) => Some(peek(Part::Labels, &Source::head(&file, SAMPLE).await?, options.labels)?),
        None => None,
    };
    Ok(Answer::Peek { table, labels }.into())
}

/// Reads a file once, for `parse` and for its CID.
async fn pass(
    helpers: &mut Helpers,
    file: &File,
    stage: Stage,
    reporter: Reporter,
    mut parse: impl FnMut(&[u8]) -> Result<(), DatasetError>,
) -> Result<HashedFile, Failure> {
    let mut source = helpers.open(file).await?;
    let mut hasher = Hasher::new(None);
    let mut piece = Vec::new();
    while let Some(next) = source.next().await? {
        piece.resize(next.length() as usize, 0);
        next.copy_to(&mut piece);
        hasher.update(&piece)?;
        parse(&piece)?;
        hasher.settle().await?;
        reporter.progress(stage, source.done, source.size());
    }
    hasher.finish().await
}

async fn survey(
    helpers: &mut Helpers,
    table: &File,
    labels: Option<File>,
    options: &SurveyOptions,
    reporter: Reporter,
) -> Result<Surveyed, Failure> {
    let labels: Option<Labels> = match labels {
        None => None,
        Some(file) => {
            let mut survey = LabelsSurvey::new(options.labels, options.label);
            let hashed = pass(helpers, &file, Stage::Labels, reporter, |piece| survey.push(piece)).await?;
            Some(survey.finish(hashed)?)
        }
    };
    let mut survey = Survey::new(options.table, options.label, labels);
    let hashed = pass(helpers, table, Stage::Checking, reporter, |piece| survey.push(piece)).await?;
    Ok(survey.finish(hashed)?)
}

async fn hash(helpers: &mut Helpers, file: &File, reporter: Reporter) -> Result<Outcome, Failure> {
    let HashedFile { cid, bytes } = pass(helpers, file, Stage::Hashing, reporter, |_| Ok(())).await?;
    Ok(Answer::Hash { cid, bytes }.into())
}

async fn predictions(file: &File, classes: &[String], test_rows: u32) -> Result<Outcome, Failure> {
    let bytes = Source::head(file, predictions::MAX_BYTES + 1).await?;
    let read = predictions::read(&bytes, classes, test_rows, PredictionOptions::default())?;
    let cid = predictions::plain_cid(&read.indices, classes);
    Ok(Answer::Predictions { indices: read.indices, cid }.into())
}

/// A file of the result, hashed while it is written.
struct Published {
    output: Output,
    hasher: Hasher,
}

impl Published {
    async fn create(store: &Store, name: &str, helper: Option<&Rc<Helper>>) -> Result<Self, Failure> {
        Ok(Self { output: store.create(name).await?, hasher: Hasher::new(helper.cloned()) })
    }

    /// Writes the whole leaves that have gathered, if they are worth a call.
    async fn write(&mut self, gathered: &mut Vec<u8>) -> Result<(), Failure> {
        if gathered.len() >= WRITE {
            let whole = gathered.len() / CHUNK_SIZE * CHUNK_SIZE;
            self.hasher.leaves(&gathered[..whole])?;
            self.output.write(&gathered[..whole])?;
            gathered.drain(..whole);
            self.hasher.settle().await?;
        }
        Ok(())
    }

    async fn finish(mut self, rest: &[u8]) -> Result<(File, HashedFile), Failure> {
        self.hasher.leaves(rest)?;
        self.output.write(rest)?;
        Ok((self.output.finish().await?, self.hasher.finish().await?))
    }
}

async fn split(
    store: &Store,
    mut source: Source,
    surveyed: &Surveyed,
    options: &SplitOptions,
    reporter: Reporter,
) -> Result<Outcome, Failure> {
    let mut split = Split::new(surveyed, options)?;
    let mut train = Published::create(store, "train.csv", source.helper()).await?;
    let mut stored: Vec<Option<Output>> = split.output.buckets.iter().map(|_| None).collect();
    let most = BUCKETS_IN_MEMORY / stored.len();
    let mut piece = Vec::new();
    while let Some(next) = source.next().await? {
        piece.resize(next.length() as usize, 0);
        next.copy_to(&mut piece);
        split.push(&piece)?;
        train.write(&mut split.output.train).await?;
        for (at, bucket) in split.output.buckets.iter_mut().enumerate().filter(|(_, bucket)| bucket.len() > most) {
            let output = match &mut stored[at] {
                Some(output) => output,
                none => none.insert(store.create(&format!("test-{at}")).await?),
            };
            output.write(bucket)?;
            bucket.clear();
        }
        reporter.progress(Stage::Splitting, source.done, source.size());
    }
    drop(piece);
    let (output, mut shuffle) = split.finish()?;
    let (train_file, train_hashed) = train.finish(&output.train).await?;
    drop(output.train);

    let mut test = Published::create(store, "test.csv", source.helper()).await?;
    let mut gathered = shuffle.header();
    let total = stored.len() as u64;
    for (at, (rest, stored)) in output.buckets.into_iter().zip(stored).enumerate() {
        match stored {
            None => shuffle.bucket(&rest, &mut gathered)?,
            Some(mut stored) => {
                stored.write(&rest)?;
                shuffle.bucket(&stored.take().await?, &mut gathered)?;
            }
        }
        test.write(&mut gathered).await?;
        reporter.progress(Stage::Shuffling, at as u64 + 1, total);
    }
    let (test_file, test_hashed) = test.finish(&gathered).await?;
    let (report, truth) = shuffle.finish(train_hashed, test_hashed);
    Ok(Outcome { answer: Answer::Split(report), files: vec![train_file, test_file], truth: Some(truth) })
}
