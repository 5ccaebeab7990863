//! A data set in memory: both passes in one call, for tools and tests.

use crate::{
    DatasetError, LabelsSurvey, Part, ReadOptions, Split, SplitOptions, SplitReport, Survey, SurveyOptions, Surveyed,
    read::format::Format, read::quotes::Marks, read::records::Records, read::row::Cells,
};
use protocol::cid::FileHasher;

/// What a split makes of a data set in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedFiles {
    /// What was written.
    pub report: SplitReport,
    /// Bytes of `train.csv`.
    pub train: Vec<u8>,
    /// Bytes of `test.csv`.
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

/// Reads any CSV: `on_row` sees line, cells, and the text of the row where it stands in the file without quotes.
/// Rows may differ in length.
///
/// # Errors
/// [`DatasetError`] where the file is no CSV.
pub fn read_rows(
    part: Part,
    bytes: &[u8],
    options: ReadOptions,
    mut on_row: impl FnMut(u64, Vec<String>, Option<String>),
) -> Result<(), DatasetError> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let format = Format::tell(part, bytes, true, options)?;
    let marks = Marks { doubled_cr: true, inner_mark: true, ..Marks::default() };
    let mut records = Records::new(part, format.form.separator, false).marked(marks);
    let mut row = |row: crate::read::row::Row<'_>| {
        let raw = match row.cells {
            Cells::Plain { text: raw, .. } => Some(text(raw)),
            Cells::Parsed { .. } => None,
        };
        on_row(row.line, row.cells.iter().map(text).collect(), raw);
        Ok::<(), DatasetError>(())
    };
    records.push(bytes, &mut row)?;
    records.finish(&mut row)
}

/// Appends a row of cells in their canonical form, with its line end: what is read of it is the same row again.
pub fn write_row<'a>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'a str>) {
    crate::prepare::write::texts(out, cells);
}

/// Appends a cell in its canonical form.
pub fn write_cell(out: &mut Vec<u8>, text: &str) {
    crate::prepare::write::cell(out, text.as_bytes());
}
