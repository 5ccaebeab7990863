//! What is wrong with a column in every part of its rows, whichever they are. Which rows are common is known in a run alone, so
//! that before it only this can be said.

use super::{Column, Scale, label_exponent};
use crate::{LearnError, task::MOST_EXPONENT};

impl Column {
    /// Refuses a column that is refused with every part of its rows.
    ///
    /// # Errors
    /// [`LearnError::Constant`].
    pub fn check_any_part(&self) -> Result<(), LearnError> {
        // A part of values that hardly differ may still differ enough, and a part of very large ones have none of them.
        if self.values.windows(2).all(|pair| pair[0] == pair[1]) {
            return Err(LearnError::Constant { column: self.name.clone() });
        }
        Ok(())
    }

    /// The same of a label; see [`Scale::check_label`].
    ///
    /// # Errors
    /// [`LearnError::Constant`], [`LearnError::LabelUnit`], [`LearnError::LabelFar`].
    pub fn check_label_of_any_part(&self) -> Result<(), LearnError> {
        self.check_any_part()?;
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else { return Ok(()) };
        let with = |mean, deviation| Scale { mean, deviation, ends: None };
        // A part whose values are not all the same has one that is a gap away from the rest: of n values the variance is at
        // least gap² · (n − 1) / n², which is at least gap² / 2n.
        let gap = sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0.0).fold(f64::MAX, f64::min);
        let least = gap / (2.0 * sorted.len() as f64).sqrt();
        if label_exponent(&with(0.0, least)) > MOST_EXPONENT as i32 {
            return Err(LearnError::LabelUnit { column: self.name.clone() });
        }
        // The part that comes nearest to being told: values as near to 0, and as far from each other, as any here.
        let nearest = if low > 0.0 { low } else { high.min(0.0) };
        with(nearest, (high - low).min(2_f64.powi(MOST_EXPONENT as i32))).check_label(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: Vec<f64>) -> Column {
        Column { name: "y".into(), values }
    }

    /// The label of every part of these values that has two rows or more.
    fn parts(values: &[f64]) -> Vec<Result<(), LearnError>> {
        let part = |mask: usize| {
            let chosen = (0..values.len()).filter(|row| mask >> row & 1 == 1).map(|row| values[row]);
            Scale::of("y", &chosen.collect::<Vec<_>>(), 0.0)?.check_label("y")
        };
        (0..1_usize << values.len()).filter(|mask| mask.count_ones() > 1).map(part).collect()
    }

    #[test]
    fn a_label_is_refused_before_its_rows_are_known_only_where_each_part_of_them_is_refused() {
        let far = 2_f64.powi(30);
        let base = 4.0 * far + 16.0;
        for (values, is_refused) in [
            (vec![1.0, 2.0, 4.0, 7.0], false),
            // All together are far from 0 for how little they differ; the last two are not.
            (vec![base, base, base, base, base, base - 9.0], false),
            (vec![16.0 * far, 16.0 * far + 1.0, 16.0 * far + 2.0, 16.0 * far + 3.0], true),
            (vec![-16.0 * far, -16.0 * far - 3.0, -16.0 * far - 2.0], true),
            // One value makes the deviation too large; the other rows are fine without it.
            (vec![1.0, 2.0, 3.0, 2_f64.powi(70)], false),
            (vec![0.0, 2_f64.powi(70), 2_f64.powi(71), 2_f64.powi(72)], true),
            (vec![0.0, 2_f64.powi(-70), 2_f64.powi(-65), 2_f64.powi(-64)], true),
            (vec![0.0, 2_f64.powi(-70), 2_f64.powi(-65), 2.0], false),
        ] {
            let found = column(values.clone()).check_label_of_any_part();
            assert_eq!(found.is_err(), is_refused, "{values:?}: {found:?}");
            assert_eq!(parts(&values).iter().all(Result::is_err), is_refused, "{values:?}");
        }
    }

    #[test]
    fn a_column_is_constant_in_every_part_only_where_it_is_the_same_in_all_rows() {
        let constant = Err(LearnError::Constant { column: "y".into() });
        assert_eq!(column(vec![0.1; 50]).check_any_part(), constant);
        assert_eq!(column(vec![0.1; 50]).check_label_of_any_part(), constant);
        // Of a million rows one differs by so little that all of them count as constant; a part of a hundred does not.
        let mut values = vec![1.0; 1_000_000];
        values[7] += 1e-10;
        assert!(Scale::of("y", &values, 0.0).is_err() && Scale::of("y", &values[..100], 0.0).is_ok());
        assert_eq!(column(values).check_any_part(), Ok(()));
    }
}
