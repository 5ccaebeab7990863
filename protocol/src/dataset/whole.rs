//! A data set in memory: both passes in one call, for tools and tests.

use super::{
    DatasetError, LabelsSurvey, Split, SplitOptions, SplitReport, Survey, Surveyed, task::SurveyOptions,
};
use crate::cid::FileHasher;

/// What a split makes of a data set in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedFiles {
    pub report: SplitReport,
    pub train: Vec<u8>,
    pub test: Vec<u8>,
    /// Class index of each test row.
    pub truth: Vec<u8>,
}

/// First pass.
///
/// # Errors
/// [`DatasetError`] at the first thing that is wrong.
pub fn survey(table: &[u8], labels: Option<&[u8]>, options: &SurveyOptions) -> Result<Surveyed, DatasetError> {
    let labels = match labels {
        None => None,
        Some(bytes) => {
            let mut survey = LabelsSurvey::new(options.labels, options.label);
            survey.push(bytes)?;
            Some(survey.finish(FileHasher::hash(bytes))?)
        }
    };
    let mut survey = Survey::new(options.table, options.label, labels);
    survey.push(table)?;
    survey.finish(FileHasher::hash(table))
}

/// Second pass over the table that was surveyed.
///
/// # Errors
/// [`DatasetError`] when the share does not fit or the table is another one.
pub fn split(surveyed: &Surveyed, table: &[u8], options: &SplitOptions) -> Result<PreparedFiles, DatasetError> {
    let mut split = Split::new(surveyed, options)?;
    split.push(table)?;
    let (output, mut shuffle) = split.finish()?;
    let mut test = shuffle.header();
    for bucket in &output.buckets {
        shuffle.bucket(bucket, &mut test)?;
    }
    let (report, truth) = shuffle.finish(FileHasher::hash(&output.train), FileHasher::hash(&test));
    Ok(PreparedFiles { report, train: output.train, test, truth })
}
