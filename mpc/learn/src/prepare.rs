//! What an owner does to its columns before anything is shared: standardise them, cut off extreme values if the task
//! says so, and round.

mod alike;
mod part;

use mpc::{MatrixName, MpcError, Owned, Seat, Shape};

use crate::{
    LearnError,
    task::{MOST_EXPONENT, Task},
};

/// Bits behind the point of a standardised number. At 28 the rounding changes no coefficient of a well-conditioned task by
/// more than some 10^-9; numbers are hidden by 128 bits however many they have.
pub(crate) const FEATURE: u32 = 28;

/// The label's mean is below this, in bits, in units of 2^label_exponent.
pub(crate) const MEAN_BITS: u32 = 30;

/// Larger numbers have squares whose sums no float may hold.
const LARGEST: f64 = 1e150;

/// How a column was standardised: its owner keeps it, and applies it to new rows.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Scale {
    pub mean: f64,
    /// Standard deviation of the population.
    pub deviation: f64,
    /// Values below and above are moved to these ends first.
    pub ends: Option<(f64, f64)>,
}

impl Scale {
    /// The scale of a column, with the outermost `winsorise` of its values on each side moved inwards.
    /// `winsorise`: from 0 (none) to below ½.
    pub fn of(name: &str, column: &[f64], winsorise: f64) -> Result<Self, LearnError> {
        if let Some(row) = column.iter().position(|value| !value.is_finite()) {
            return Err(LearnError::NotANumber { column: name.into(), row: row + 1 });
        }
        if let Some(row) = column.iter().position(|value| value.abs() > LARGEST) {
            return Err(LearnError::TooLarge { column: name.into(), row: row + 1 });
        }
        let ends = (winsorise > 0.0).then(|| (quantile(column, winsorise), quantile(column, 1.0 - winsorise)));
        let count = column.len() as f64;
        let cut = |value: &f64| ends.map_or(*value, |(low, high)| value.clamp(low, high));
        // Twice, so that of a long column the mean is right to the last digit, and what is constant is seen to be.
        let rough = column.iter().map(cut).sum::<f64>() / count;
        let mean = rough + column.iter().map(|value| cut(value) - rough).sum::<f64>() / count;
        let deviation = (column.iter().map(|value| (cut(value) - mean).powi(2)).sum::<f64>() / count).sqrt();
        // A column whose values differ only in what a float cannot hold is constant too.
        if deviation.is_nan() || deviation <= 1e-12 * mean.abs() {
            return Err(LearnError::Constant { column: name.into() });
        }
        Ok(Self { mean, deviation, ends })
    }

    /// Refuses a label of which nothing could be told: its unit is too far from 1, or its mean too far from 0 for its
    /// deviation.
    ///
    /// # Errors
    /// [`LearnError::LabelUnit`], [`LearnError::LabelFar`].
    pub fn check_label(&self, name: &str) -> Result<(), LearnError> {
        let exponent = label_exponent(self);
        if exponent.unsigned_abs() > MOST_EXPONENT {
            return Err(LearnError::LabelUnit { column: name.into() });
        }
        if self.mean.abs() * 2_f64.powi(-exponent) >= 2_f64.powi(MEAN_BITS as i32) {
            return Err(LearnError::LabelFar { column: name.into() });
        }
        Ok(())
    }

    /// The standardised value.
    pub fn apply(&self, value: f64) -> f64 {
        let value = self.ends.map_or(value, |(low, high)| value.clamp(low, high));
        (value - self.mean) / self.deviation
    }
}

/// The value below which this part of the values lies, between neighbours in proportion.
fn quantile(column: &[f64], part: f64) -> f64 {
    let mut sorted = column.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = part * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

/// A named column of an owner, in the order of the aligned rows.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub values: Vec<f64>,
}

/// The columns of one owner as they go into a task, and how they were standardised.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(crate) seat: Seat,
    /// Standardised columns, one after another, rows in the order of the task.
    pub(crate) features: Vec<Vec<i64>>,
    pub(crate) label: Option<Vec<i64>>,
    pub scales: Vec<Scale>,
    /// Of the label, where this is its owner.
    pub label_scale: Option<Scale>,
}

impl Prepared {
    /// `label` is given by its owner alone.
    pub fn new(
        task: &Task,
        seat: Seat,
        columns: &[Column],
        label: Option<&Column>,
        winsorise: f64,
    ) -> Result<Self, LearnError> {
        if columns.len() != task.features_of(seat) || label.is_some() != (seat == task.label) {
            return Err(LearnError::OtherColumns);
        }
        let order = task.order.rows(task.rows);
        let standardised = |column: &Column, winsorise| {
            if column.values.len() != task.rows {
                return Err(LearnError::OtherRows {
                    column: column.name.clone(),
                    rows: column.values.len(),
                    wanted: task.rows,
                });
            }
            let scale = Scale::of(&column.name, &column.values, winsorise)?;
            let rounded = order.iter().map(|&row| rounded(scale.apply(column.values[row]))).collect::<Vec<_>>();
            Ok((scale, rounded))
        };
        let mut prepared = Self { seat, features: Vec::new(), label: None, scales: Vec::new(), label_scale: None };
        for column in columns {
            let (scale, values) = standardised(column, winsorise)?;
            prepared.scales.push(scale);
            prepared.features.push(values);
        }
        if let Some(label) = label {
            let (scale, values) = standardised(label, 0.0)?;
            scale.check_label(&label.name)?;
            let exponent = label_exponent(&scale);
            if exponent != task.label_exponent {
                return Err(LearnError::LabelExponent { is: exponent, said: task.label_exponent });
            }
            prepared.label = Some(values);
            prepared.label_scale = Some(scale);
        }
        Ok(prepared)
    }
}

/// What a task must say as [`Task::label_exponent`].
pub fn label_exponent(scale: &Scale) -> i32 {
    log2_up(scale.deviation)
}

/// The smallest whole number e with `value` ≤ 2^e, for a positive normal number: by its bits, so that every machine says
/// the same.
pub(crate) fn log2_up(value: f64) -> i32 {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32 - 1023, bits & ((1 << 52) - 1));
    exponent + i32::from(fraction != 0)
}

fn rounded(value: f64) -> i64 {
    (value * f64::from(1 << FEATURE)).round() as i64
}

/// The most that a standardised number of `rows` can be, in bits, those behind the point counted: one row has all the
/// variance.
fn feature_bound(rows: usize) -> u32 {
    FEATURE + (log2_up(f64::sqrt(rows as f64)).max(1) as u32) + 1
}

/// The matrix of one owner: its features, and at the label owner a column of ones and the label. `prepared` is given by
/// the owner alone.
pub(crate) fn matrix(task: &Task, seat: Seat, prepared: Option<&Prepared>) -> Result<Owned, MpcError> {
    let labelled = seat == task.label;
    let columns = task.features_of(seat) + if labelled { 2 } else { 0 };
    let shape = Shape::matrix(task.rows, columns);
    let name = MatrixName::of(&["rows", if labelled { "features, 1, label" } else { "features" }, "z-score, 28 bits"]);
    let bound = feature_bound(task.rows);
    let Some(prepared) = prepared else { return Ok(Owned::elsewhere(name, seat, shape, FEATURE, bound)) };
    let mut values = Vec::with_capacity(shape.len());
    for row in 0..task.rows {
        values.extend(prepared.features.iter().map(|column| column[row]));
        if let Some(label) = &prepared.label {
            values.extend([1 << FEATURE, label[row]]);
        }
    }
    Owned::here(name, seat, shape, FEATURE, bound, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standardised_column_has_mean_0_and_deviation_1_and_extremes_are_cut_where_asked() {
        let column: Vec<f64> = (0..100).map(|row| if row == 99 { 1e6 } else { f64::from(row) }).collect();
        let scale = Scale::of("a", &column, 0.0).unwrap();
        let standardised: Vec<f64> = column.iter().map(|value| scale.apply(*value)).collect();
        assert!(standardised.iter().sum::<f64>().abs() < 1e-9);
        assert!((standardised.iter().map(|z| z * z).sum::<f64>() - 100.0).abs() < 1e-9);
        let cut = Scale::of("a", &column, 0.05).unwrap();
        assert_eq!(cut.ends, Some((4.95, 94.05)));
        assert_eq!(cut.apply(1e6), cut.apply(94.05));
    }

    #[test]
    fn logarithms_are_rounded_up() {
        for (value, wanted) in [(1.0, 0), (1.0001, 1), (2.0, 1), (0.5, -1), (0.51, 0), (77.0, 7), (1e-9, -29)] {
            assert_eq!(log2_up(value), wanted, "{value}");
        }
    }

    #[test]
    fn constant_columns_and_what_is_no_number_are_refused_by_name() {
        let constant = Scale::of("a", &[0.1; 50], 0.0);
        assert_eq!(constant, Err(LearnError::Constant { column: "a".into() }));
        // What summing a million rows rounds off is no difference between them.
        for value in [0.1, -1_234.56, 1e-9] {
            let constant = Scale::of("a", &vec![value; 1_000_000], 0.0);
            assert_eq!(constant, Err(LearnError::Constant { column: "a".into() }), "{value}");
        }
        assert_eq!(Scale::of("b", &[1.0, f64::NAN], 0.0), Err(LearnError::NotANumber { column: "b".into(), row: 2 }));
        let large = Scale::of("c", &[1.0, 2.0, 1e160], 0.0);
        assert_eq!(large, Err(LearnError::TooLarge { column: "c".into(), row: 3 }));
    }

    #[test]
    fn a_label_is_refused_where_its_predictions_could_not_be_told() {
        let label = |values: [f64; 2]| Scale::of("y", &values, 0.0).unwrap().check_label("y");
        // A deviation of 1, and a mean on either side of 2^30.
        let far = 2_f64.powi(30);
        assert_eq!(label([far - 3.0, far - 1.0]), Ok(()));
        for mean in [far, -far] {
            assert_eq!(label([mean - 1.0, mean + 1.0]), Err(LearnError::LabelFar { column: "y".into() }));
        }
        let unit = |bits: i32| 2_f64.powi(bits);
        assert_eq!((label([0.0, unit(61)]), label([0.0, unit(-59)])), (Ok(()), Ok(())));
        for bits in [62, -60] {
            assert_eq!(label([0.0, unit(bits)]), Err(LearnError::LabelUnit { column: "y".into() }), "{bits}");
        }
    }
}
