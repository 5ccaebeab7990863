//! A fitted model on new rows.

use mpc::{Arithmetic, Form, MatrixName, MpcError, Owned, Plan, PlanError, Planner, Seat, Shape};

use crate::{
    LearnError, Receiver, Scale,
    fit::{Model, at_once},
    gram::Matrices,
    metrics::{self, FACTOR, ROW},
    prepare::{Column, FEATURE, MEAN_BITS},
    sealed::{Half, What},
    task::Task,
};

/// A prediction: which model, and how many new rows.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Prediction {
    pub model: Task,
    pub rows: usize,
}

/// Standardised numbers of new rows may be this large: 2^10 deviations.
const NEW_BITS: u32 = 10;

/// An owner's columns of the new rows, standardised as those of the model were.
#[derive(Clone, Debug)]
pub struct NewRows {
    seat: Seat,
    columns: Vec<Vec<i64>>,
    label: Option<Scale>,
}

impl NewRows {
    /// `scales` as [`crate::Prepared`] has them; `label` at the label owner alone.
    pub fn new(
        prediction: &Prediction,
        seat: Seat,
        columns: &[Column],
        scales: &[Scale],
        label: Option<Scale>,
    ) -> Result<Self, LearnError> {
        let task = &prediction.model;
        let wanted = task.features_of(seat);
        if columns.len() != wanted || scales.len() != wanted || label.is_some() != (seat == task.label) {
            return Err(LearnError::OtherColumns);
        }
        let one = |(column, scale): (&Column, &Scale)| {
            let name = || column.name.clone();
            if column.values.len() != prediction.rows {
                let (rows, wanted) = (column.values.len(), prediction.rows);
                return Err(LearnError::OtherRows { column: name(), rows, wanted });
            }
            if let Some(row) = column.values.iter().position(|value| !value.is_finite()) {
                return Err(LearnError::NotANumber { column: name(), row: row + 1 });
            }
            let most = f64::from(1 << NEW_BITS) * (1.0 - f64::EPSILON);
            let far = |value: &f64| scale.apply(*value).abs() >= most;
            if let Some(row) = column.values.iter().position(far) {
                return Err(LearnError::Far { column: name(), row: row + 1 });
            }
            Ok(column
                .values
                .iter()
                .map(|value| (scale.apply(*value) * f64::from(1 << FEATURE)).round() as i64)
                .collect())
        };
        let columns = columns.iter().zip(scales).map(one).collect::<Result<_, _>>()?;
        Ok(Self { seat, columns, label })
    }
}

/// The plan of a prediction.
pub fn plan_prediction(prediction: &Prediction) -> Result<Plan, MpcError> {
    let mut planner = Planner::<128>::new();
    let task = &prediction.model;
    let model = Model::kept(task, vec![mpc::Blank; task.coefficients()])?;
    at_once(predict(&mut planner, prediction, &model, &[]))?;
    Ok(planner.finish())
}

/// Predictions for the requester, in the label's unit. 5 rounds, that of hiding the rows counted.
pub async fn predict<A: Arithmetic>(
    a: &mut A,
    prediction: &Prediction,
    model: &Model<A::Ring>,
    new_rows: &[&NewRows],
) -> Result<Half, MpcError> {
    let task = &prediction.model;
    if prediction.rows == 0 {
        return Err(PlanError::Task { what: "There are no rows to predict.".into() }.into());
    }
    let of = |seat: Seat| new_rows.iter().find(|rows| rows.seat == seat).copied();
    let (other, labelled) = (
        matrix(prediction, task.label.other(), of(task.label.other()))?,
        matrix(prediction, task.label, of(task.label))?,
    );
    let unit = unit(task, of(task.label))?;
    a.hide(&[&other, &labelled, &unit]).await?;
    let matrices = Matrices { other: &other, labelled: &labelled };
    let rows = metrics::weighted_rows(a, &matrices, &model.coefficients, Form::Product).await?;
    let rows = a.round(&rows, rows.frac() - ROW).await?;
    let across = rows.transposed();
    let scaled = metrics::by_owned(a, Form::Product, &unit.clone(), &across).await?;
    let mean = a.own(&unit, across.shape(), scaled.frac(), scaled.frac() + MEAN_BITS, |_| {
        let mean = of(task.label).and_then(|own| own.label).map_or(0.0, |scale| scale.mean);
        let mean = (mean * 2_f64.powi(scaled.frac() as i32 - task.label_exponent)).round() as i128;
        vec![mean; prediction.rows]
    })?;
    let predictions = a.release(&scaled.plus(&mean)?, task.digits).await?;
    Ok(Half::new(Receiver::Requester, What::Predictions, &predictions, task.label_exponent))
}

fn matrix(prediction: &Prediction, seat: Seat, rows: Option<&NewRows>) -> Result<Owned, MpcError> {
    let task = &prediction.model;
    let labelled = seat == task.label;
    let shape = Shape::matrix(prediction.rows, task.features_of(seat) + usize::from(labelled));
    let name = MatrixName::of(&["new rows", if labelled { "features, 1" } else { "features" }, "z-score, 28 bits"]);
    let bound = FEATURE + NEW_BITS;
    let Some(rows) = rows else { return Ok(Owned::elsewhere(name, seat, shape, FEATURE, bound)) };
    let mut values = Vec::with_capacity(shape.len());
    for row in 0..prediction.rows {
        values.extend(rows.columns.iter().map(|column| column[row]));
        if labelled {
            values.push(1 << FEATURE);
        }
    }
    Owned::here(name, seat, shape, FEATURE, bound, values)
}

fn unit(task: &Task, rows: Option<&NewRows>) -> Result<Owned, MpcError> {
    let (name, shape) = (MatrixName::of(&["label", "deviation"]), Shape::matrix(1, 1));
    let Some(scale) = rows.and_then(|rows| rows.label) else {
        return Ok(Owned::elsewhere(name, task.label, shape, FACTOR, FACTOR + 1));
    };
    let value = (scale.deviation * 2_f64.powi(FACTOR as i32 - task.label_exponent)).round() as i64;
    Owned::here(name, task.label, shape, FACTOR, FACTOR + 1, vec![value])
}
