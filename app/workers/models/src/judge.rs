//! How good a way of training is, fold by fold, and what a model loses without a column.

use dataset::Part;
use ml_evaluation::{Importance, Rows, folds as deal, importance::sample, order};
use ml_run::{Gpus, Session};
use ml_task::{Answer, ColumnImportance, EngineChoice, FoldScore, Progress, TrainOptions};
use ml_train::Gpu;
use work::{Ended, Job};

use crate::{
    bytes::Bytes,
    watch::{Told, Yielding},
};

/// Trains without each part of the rows in turn. What each part scored, and true and predicted class of every row.
///
/// # Errors
/// [`Ended`] with what is wrong with table or options; [`Ended::Stopped`] after a stop.
pub async fn folds(
    train: &[u8],
    options: &TrainOptions,
    count: u8,
    gpu: Option<&Gpu>,
    job: &Job<Progress>,
) -> Result<(Vec<FoldScore>, Vec<[u16; 2]>), Ended> {
    let table = Rows::read(train, Part::Training).map_err(Ended::failed)?;
    let labels = table.labels(&options.classes);
    let labels = labels.ok_or_else(|| Ended::failed("A row has a label that is no class; check the classes."))?;
    if count < 2 || labels.len() < usize::from(count) {
        let why =
            format!("{} rows cannot be shared out to {count} parts; choose from 2 parts to one a row.", labels.len());
        return Err(Ended::Failed(why));
    }
    let fold = deal(&labels, count, options.seed);
    let mut said: Vec<[u16; 2]> = labels.iter().map(|truth| [*truth, u16::MAX]).collect();
    let mut scores = Vec::new();
    for aside in 0..count {
        let (out, rest): (Vec<u32>, Vec<u32>) = (0..labels.len() as u32).partition(|row| fold[*row as usize] == aside);
        let mut watch = Yielding::new(job, Told::Fold(aside + 1, count));
        let trained = ml_train::train(&table.part(&rest), &table.part(&out), options, gpu, &mut watch).await;
        let trained = trained.map_err(Ended::failed)?;
        if job.is_stopped() {
            return Err(Ended::Stopped);
        }
        let mut right = 0;
        for (row, class) in out.iter().zip(&trained.predictions) {
            let row = &mut said[*row as usize];
            row[1] = *class;
            right += u64::from(row[0] == row[1]);
        }
        scores.push(FoldScore { right, rows: out.len() as u64 });
    }
    Ok((scores, said))
}

/// Shuffles each column of a table, so many times and by this seed.
///
/// # Errors
/// [`Ended`] with what is wrong with the table; [`Ended::Stopped`] where a stop comes before the first column is done.
pub async fn importance(
    session: &mut Session,
    gpus: &mut Gpus,
    table: &[u8],
    truth: &[u16],
    (repetitions, seed): (u32, u64),
    job: &Job<Progress>,
) -> Result<Answer, Ended> {
    let table = Rows::read(table, Part::Test).map_err(Ended::failed)?;
    if table.count() != truth.len() {
        let why = format!("The table has {} rows, but there are labels for {}.", table.count(), truth.len());
        return Err(Ended::Failed(why));
    }
    let names = table.names();
    let rows = sample(table.count(), names.len(), seed);
    let truth: Vec<u16> = rows.iter().map(|row| truth[*row as usize]).collect();
    let mut right = async |csv: Vec<u8>| {
        // Always the same engine: a tie between two classes must not change between two repetitions.
        let mut watch = Yielding::new(job, Told::Nothing);
        let done = session.table(&Bytes::of(&csv), None, EngineChoice::Cpu, gpus, &mut watch).await;
        let said = done.map_err(Ended::failed)?.ok_or(Ended::Stopped)?.classes;
        if said.len() != truth.len() {
            return Err(Ended::failed("The model gave another number of predictions than there are rows."));
        }
        Ok(said.iter().zip(&truth).filter(|(said, truth)| said == truth).count() as u64)
    };
    let whole = right(table.part(&rows)).await?;
    let mut columns = Vec::new();
    'columns: for (column, name) in names.iter().enumerate() {
        let mut counts = Vec::new();
        for repetition in 0..repetitions {
            match right(table.shuffled(&rows, column, &order(rows.len(), seed, column, repetition))).await {
                Ok(count) => counts.push(count),
                Err(Ended::Stopped) if !columns.is_empty() => break 'columns,
                Err(ended) => return Err(ended),
            }
        }
        let found = Importance::of(column, whole, &counts, rows.len() as u64);
        columns.extend(found.map(|found| ColumnImportance {
            name: name.clone(),
            fall: found.fall.mean,
            deviation: found.fall.deviation,
        }));
        job.progress(&Progress::Columns { columns: columns.len() as u64, total: names.len() as u64 });
    }
    let (total, rows) = (names.len() as u64, rows.len() as u64);
    Ok(Answer::Importance { columns, total, rows, right: whole })
}
