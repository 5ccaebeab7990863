//! Measures of a model on rows, and when to end.

mod stopwatch;

use ml_task::Point;

use stopwatch::Stopwatch;

/// Sums over rows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Totals {
    /// Cross-entropy in nats, each row times its weight.
    pub loss: f64,
    pub weight: f64,
    pub correct: u64,
    pub rows: u64,
}

impl Totals {
    pub fn add(&mut self, other: &Self) {
        self.loss += other.loss;
        self.weight += other.weight;
        self.correct += other.correct;
        self.rows += other.rows;
    }

    pub fn mean_loss(&self) -> f32 {
        if self.weight > 0.0 { (self.loss / self.weight) as f32 } else { 0.0 }
    }

    pub fn accuracy(&self) -> f32 {
        if self.rows > 0 { (self.correct as f64 / self.rows as f64) as f32 } else { 0.0 }
    }
}

/// What a round means for training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The best so far: keep it.
    Best,
    Worse,
    /// Worse for as long as patience lasts: end.
    Enough,
    /// The loss is no number.
    Lost,
}

/// Follows the rounds. With a validation part the round of its lowest loss is the best; without one the last is.
#[derive(Debug)]
pub struct Curve {
    rounds: u32,
    patience: u32,
    since: Stopwatch,
    pub best: Option<Point>,
}

impl Curve {
    pub fn new(rounds: u32, patience: u32) -> Self {
        Self { rounds, patience, since: Stopwatch::start(), best: None }
    }

    /// Adds the point of `round` (from 1), and says what follows from it.
    pub fn record(&mut self, round: u32, training: &Totals, validation: Option<&Totals>) -> (Point, Verdict) {
        let point = Point {
            round,
            rounds: self.rounds,
            train_loss: training.mean_loss(),
            validation_loss: validation.map(Totals::mean_loss),
            train_accuracy: training.accuracy(),
            validation_accuracy: validation.map(Totals::accuracy),
            seconds: self.since.seconds(),
        };
        let verdict = self.verdict(&point);
        if verdict == Verdict::Best {
            self.best = Some(point);
        }
        (point, verdict)
    }

    fn verdict(&self, point: &Point) -> Verdict {
        if !point.train_loss.is_finite() || !point.validation_loss.is_none_or(f32::is_finite) {
            return Verdict::Lost;
        }
        match (&self.best, point.validation_loss) {
            (Some(best), Some(loss)) if best.validation_loss.is_some_and(|before| loss >= before) => {
                let since = point.round - best.round;
                if self.patience > 0 && since >= self.patience { Verdict::Enough } else { Verdict::Worse }
            }
            _ => Verdict::Best,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn totals(loss: f64) -> Totals {
        Totals { loss, weight: 1.0, correct: 1, rows: 2 }
    }

    #[test]
    fn ends_after_patience_and_keeps_the_lowest_validation_loss() {
        let mut curve = Curve::new(10, 2);
        let mut record = |round, loss| curve.record(round, &totals(1.0), Some(&totals(loss))).1;
        let verdicts = [record(1, 3.0), record(2, 2.0), record(3, 2.5), record(4, 1.0), record(5, 1.0), record(6, 1.5)];
        let expected = [Verdict::Best, Verdict::Best, Verdict::Worse, Verdict::Best, Verdict::Worse, Verdict::Enough];
        assert_eq!(verdicts, expected);
        assert_eq!(curve.best.unwrap().round, 4);
    }

    #[test]
    fn without_validation_the_last_is_kept_and_no_number_is_lost() {
        let mut curve = Curve::new(3, 1);
        assert_eq!(curve.record(1, &totals(1.0), None).1, Verdict::Best);
        assert_eq!(curve.record(2, &totals(2.0), None).1, Verdict::Best);
        assert_eq!(curve.record(3, &totals(f64::NAN), None).1, Verdict::Lost);
        assert_eq!(curve.best.unwrap().round, 2);
    }
}
