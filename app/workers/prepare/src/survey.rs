//! The first pass over a data set: everything is checked, counted and hashed.

use dataset::{
    DatasetError, Labels, LabelsSurvey, Survey, Surveyed,
    task::{Failure, Progress, Stage, SurveyOptions},
};
use protocol::cid::HashedFile;
use web_sys::File;
use work::Job;

use crate::{hash::Hasher, source::Helpers};

/// Reads a file once, for `parse` and for its CID.
pub async fn pass(
    helpers: &mut Helpers,
    file: &File,
    stage: Stage,
    job: &Job<Progress>,
    parse: impl FnMut(&[u8]) -> Result<(), DatasetError>,
) -> Result<HashedFile, Failure> {
    let mut hasher = Hasher::new(None);
    read(helpers, file, stage, job, Some(&mut hasher), parse).await?;
    hasher.finish().await
}

async fn read(
    helpers: &mut Helpers,
    file: &File,
    stage: Stage,
    job: &Job<Progress>,
    mut hasher: Option<&mut Hasher>,
    mut parse: impl FnMut(&[u8]) -> Result<(), DatasetError>,
) -> Result<(), Failure> {
    let mut source = helpers.open(file).await?;
    let mut piece = Vec::new();
    while let Some(next) = source.next().await? {
        piece.resize(next.length() as usize, 0);
        next.copy_to(&mut piece);
        if let Some(hasher) = &mut hasher {
            hasher.update(&piece)?;
        }
        parse(&piece)?;
        if let Some(hasher) = &mut hasher {
            hasher.settle().await?;
        }
        tell(job, stage, source.done, source.size())?;
    }
    Ok(())
}

/// Reads a file once, for `parse` only.
pub async fn look(
    helpers: &mut Helpers,
    file: &File,
    job: &Job<Progress>,
    parse: impl FnMut(&[u8]) -> Result<(), DatasetError>,
) -> Result<(), Failure> {
    read(helpers, file, Stage::Looking, job, None, parse).await
}

pub async fn survey(
    helpers: &mut Helpers,
    table: &File,
    labels: Option<File>,
    options: &SurveyOptions,
    job: &Job<Progress>,
) -> Result<Surveyed, Failure> {
    let labels: Option<Labels> = match labels {
        None => None,
        Some(file) => {
            let mut survey = LabelsSurvey::new(options.labels, options.label);
            let hashed = pass(helpers, &file, Stage::Labels, job, |piece| survey.push(piece)).await?;
            Some(survey.finish(hashed)?)
        }
    };
    let mut survey = Survey::new(options.table, options.label, labels);
    let hashed = pass(helpers, table, Stage::Checking, job, |piece| survey.push(piece)).await?;
    Ok(survey.finish(hashed)?)
}

/// Tells how far a request is, and hears a stop: reading a piece has let messages through.
///
/// # Errors
/// [`Failure::Stopped`]
pub fn tell(job: &Job<Progress>, stage: Stage, done: u64, total: u64) -> Result<(), Failure> {
    job.progress(&Progress { stage, done, total });
    if job.is_stopped() { Err(Failure::Stopped) } else { Ok(()) }
}
