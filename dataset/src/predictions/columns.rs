//! Which column of a prediction file holds the predictions.

use std::collections::HashSet;

use crate::predictions::{PredictionsError, known::Known, lines::Line};

/// Names of columns that hold predictions, those that say it best first.
const EXACT: [&str; 11] = [
    "prediction",
    "predictions",
    "predicted",
    "pred",
    "preds",
    "y_pred",
    "ypred",
    "y_hat",
    "yhat",
    "y_predicted",
    "predict",
];
/// What names begin or end with that say it as well.
const BEGINNINGS: [&str; 4] = ["predicted_", "prediction_", "pred_", "predicted "];
const ENDS: [&str; 4] = ["_pred", "_predicted", "_prediction", "_yhat"];
/// Names that may be of a label that somebody knew before.
const LABELS: [&str; 4] = ["label", "class", "target", "y"];
/// Parts of names of columns that say how sure a prediction is.
const SURENESS: [&str; 5] = ["prob", "score", "conf", "logit", "sure"];

/// Whether a cell is a name of a column of predictions. `label` is what the bounty's label is called.
pub fn is_name(cell: &str, label: Option<&str>) -> bool {
    rank(cell, label).is_some()
}

/// How well a name says that its column holds predictions: the less, the better.
fn rank(cell: &str, label: Option<&str>) -> Option<usize> {
    let name = cell.trim().to_lowercase();
    let is_one = |names: &[&str]| names.contains(&name.as_str());
    if SURENESS.iter().any(|part| name.contains(part)) && label.is_none_or(|label| label.trim().to_lowercase() != name)
    {
        return None;
    }
    let begins_or_ends =
        BEGINNINGS.iter().any(|start| name.starts_with(start)) || ENDS.iter().any(|end| name.ends_with(end));
    let ranks = [
        is_one(&EXACT),
        begins_or_ends,
        label.is_some_and(|label| !name.is_empty() && label.trim().to_lowercase() == name),
        is_one(&LABELS),
    ];
    ranks.iter().position(|is| *is)
}

/// What a column of a prediction file holds below its first row.
struct Column {
    at: usize,
    /// How well its name says what it is.
    rank: Option<usize>,
    /// Rows.
    rows: usize,
    /// Cells that are labels, and those of them that are written as the bounty's labels are.
    labels: usize,
    exact: usize,
    /// Whether nothing stands in it.
    is_empty: bool,
    /// Whether every cell is another number, as those of rows are.
    numbers_rows: bool,
}

impl Column {
    fn of(rows: &[Line], at: usize, known: &Known<'_>, label: Option<&str>) -> Self {
        let (first, rest) = (rows.first(), rows.get(1..).filter(|rest| !rest.is_empty()).unwrap_or(rows));
        let cells = || rest.iter().map(|row| row.cells.get(at).map_or("", String::as_str));
        let numbers: Option<HashSet<u64>> = cells().map(|cell| cell.trim().parse().ok()).collect();
        // The first row counts too where it may be one of data.
        let above = rows.first().and_then(|row| row.cells.get(at)?.trim().parse().ok()).filter(|_| rows.len() > 1);
        let is_other = |numbers: &HashSet<u64>| above.is_none_or(|number: u64| !numbers.contains(&number));
        Self {
            at,
            rank: first.and_then(|row| rank(row.cells.get(at)?, label)),
            rows: rest.len(),
            labels: cells().filter(|cell| known.find(cell).is_some()).count(),
            exact: cells().filter(|cell| known.is_written(cell)).count(),
            is_empty: cells().all(|cell| cell.trim().is_empty()),
            numbers_rows: numbers.is_some_and(|numbers| numbers.len() == rest.len() && is_other(&numbers)),
        }
    }

    /// Whether it holds labels only.
    fn is_labels(&self) -> bool {
        self.labels == self.rows && !self.is_empty
    }
}

/// Where the labels are, from 0: in the column that is called so, else in the only one that holds labels. `label` is what
/// the bounty's label is called.
///
/// # Errors
/// [`PredictionsError::SeveralColumns`] where several hold labels, different ones, and no name tells them apart.
pub fn find(rows: &[Line], known: &Known<'_>, label: Option<&str>) -> Result<usize, PredictionsError> {
    let width = rows.iter().take(2).map(|row| row.cells.len()).max().unwrap_or(1);
    let columns: Vec<Column> = (0..width).map(|at| Column::of(rows, at, known, label)).collect();
    // One that is called so and holds labels mostly is meant, so that its faults are told.
    let named = |rank: usize| {
        let columns: Vec<&Column> = columns.iter().filter(|column| column.rank == Some(rank)).collect();
        let mostly: Vec<&Column> = columns.into_iter().filter(|column| column.labels * 2 > column.rows).collect();
        let wholly: Vec<&Column> = mostly.iter().copied().filter(|column| column.is_labels()).collect();
        let chosen = if wholly.is_empty() { mostly } else { wholly };
        (!chosen.is_empty()).then_some(chosen)
    };
    if let Some(named) = (0..4).find_map(named) {
        return only(rows, &named);
    }
    let holding: Vec<&Column> = columns.iter().filter(|column| column.is_labels()).collect();
    // Numbers in the first column are those of the rows, even where they are labels.
    let filled = columns.iter().filter(|column| !column.is_empty).count();
    let beside = |column: &&Column| column.at > 0 || filled == 1 || !column.numbers_rows;
    let holding: Vec<&Column> = holding.into_iter().filter(beside).collect();
    // What is written as the labels are is one sooner than 1.0 for 1, which may say how sure a prediction is.
    let written: Vec<&Column> = holding.iter().copied().filter(|column| column.exact == column.rows).collect();
    let holding = if written.is_empty() { holding } else { written };
    if !holding.is_empty() {
        return only(rows, &holding);
    }
    // Nothing is right: what is most likely meant, so that the first fault is told.
    let likely = columns.iter().filter(|column| !column.is_empty && beside(column));
    let likely = likely.max_by_key(|column| (column.rank.is_some(), column.labels * 2 > column.rows, column.at));
    Ok(likely.map_or(width - 1, |column| column.at))
}

/// The one of these columns, or the last of several that say the same in every row.
fn only(rows: &[Line], columns: &[&Column]) -> Result<usize, PredictionsError> {
    let cell = |row: &'_ Line, at: usize| row.cells.get(at).map(|cell| cell.trim().to_owned());
    let last = columns.last().map_or(0, |column| column.at);
    let alike = |column: &&Column| {
        rows.iter().skip(usize::from(rows.len() > 1)).all(|row| cell(row, column.at) == cell(row, last))
    };
    match columns.iter().all(alike) {
        true => Ok(last),
        false => Err(PredictionsError::SeveralColumns { columns: columns.iter().map(|c| c.at as u32 + 1).collect() }),
    }
}
