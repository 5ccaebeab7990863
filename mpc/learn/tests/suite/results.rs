//! What leaves the seats: only what the task tells, to whom it tells it, on its grid; and what a kept model is good for.

use mpc::{Seat, draw::Registry};
use mpc_learn::{
    Column, Evaluation, Fact, Fitted, Half, LearnError, Metric, Model, NewRows, Order, Prediction, Prepared, Receiver,
    Reveals, Task, What, join, plan, plan_prediction, predict,
};

use crate::support::{Bytes, Data, by_both, clear_results, fit_by_both, fitted, results_of_both};

/// By scikit-learn, fitted to the first 400 rows, for rows 401 to 406.
const PREDICTIONS: [f64; 6] =
    [185.39410408880443, 90.34025894571904, 152.3268004276328, 250.86596310315548, 198.4579872112362, 281.116083846267];

struct Kept {
    task: Task,
    prepared: [Prepared; 2],
    fitted: [Fitted<u128>; 2],
    new: [Vec<Column>; 2],
}

/// A model of the first 400 rows, and the columns of the others.
fn first_400(digits: u32) -> Kept {
    let whole = Data::diabetes();
    let new = whole.columns.map(|columns| {
        columns.into_iter().map(|column| Column { values: column.values[400..].to_vec(), ..column }).collect()
    });
    let mut data = Data::diabetes();
    data.keep(400);
    let mut task = data.task(Evaluation::Training, &[]);
    task.reveals = Reveals::default();
    task.digits = digits;
    let prepared = data.prepared(&task);
    let fitted = fitted(fit_by_both(&task, &data, Bytes::of(1)));
    Kept { task, prepared, fitted, new }
}

fn predictions(kept: &Kept) -> [Half; 2] {
    let prediction = Prediction { model: kept.task.clone(), rows: 42 };
    let registries = &mut [Registry::default(), Registry::default()];
    let ran = by_both(plan_prediction(&prediction).unwrap(), Bytes::of(2), registries, async |seat, pair| {
        let at = usize::from(seat == Seat::Second);
        let own = &kept.prepared[at];
        let rows = NewRows::new(&prediction, seat, &kept.new[at], &own.scales, own.label_scale).unwrap();
        // As a checkpoint gives it back.
        let words = kept.fitted[at].model.coefficients().words().to_vec();
        let model = Model::kept(&kept.task, words).unwrap();
        predict(pair, &prediction, &model, &[&rows]).await
    });
    ran.seats.map(Result::unwrap)
}

#[test]
fn predictions_are_those_of_scikit_learn_and_only_both_halves_tell_them() {
    for digits in [30, 10] {
        let kept = first_400(digits);
        assert!(kept.fitted.iter().all(|fitted| fitted.halves.is_empty()), "the task tells nothing");
        let [first, second] = predictions(&kept);
        let numbers = join(&[&first, &second]).unwrap();
        assert_eq!(numbers.len(), 42);
        let within = if digits == 30 { 1e-5 } else { 2_f64.powi(kept.task.label_exponent - 10) };
        for (got, wanted) in numbers.iter().zip(PREDICTIONS) {
            assert!((got - wanted).abs() <= within, "{got} where {wanted} is known");
        }
        // A grid of three digits: whole multiples of its step.
        let step = 2_f64.powi(kept.task.label_exponent - digits as i32);
        assert!(numbers.iter().all(|number| (number / step).fract() == 0.0));
        for half in [&first, &second] {
            assert_eq!((half.to, half.what), (Receiver::Requester, What::Predictions));
            let alone = join(&[half]).unwrap();
            assert!(alone.iter().zip(&numbers).all(|(alone, number)| (alone - number).abs() > 1e6), "{alone:?}");
        }
    }
}

/// The model that is told is the one that predicts, to the last bit; its shares are fresh, and committed to with a salt.
#[test]
fn the_model_that_is_kept_is_the_one_that_is_told() {
    let data = Data::diabetes();
    let task = data.task(Evaluation::Training, &[]);
    let [first, second] = fitted(fit_by_both(&task, &data, Bytes::of(1)));
    let words = [&first, &second].map(|fitted| fitted.model.coefficients().words().to_vec());
    let kept: Vec<f64> =
        (0..11).map(|at| words[0][at].wrapping_add(words[1][at]) as i128 as f64 * 2_f64.powi(-30)).collect();
    assert_eq!(crate::support::Results::of(&[&first.halves, &second.halves]).coefficients(), kept);
    let (one, other) = (first.model.commitment(&[1; 32]), first.model.commitment(&[2; 32]));
    assert!(one != other && one == first.model.commitment(&[1; 32]) && one != second.model.commitment(&[1; 32]));
}

#[test]
fn halves_that_do_not_belong_together_are_refused() {
    let [first, second] = predictions(&first_400(10));
    let shorter = Half { bytes: second.bytes[16..].to_vec(), ..second.clone() };
    let other = Half { what: What::Fact(Fact::Solvable), ..second };
    for half in [shorter, other] {
        assert_eq!(join(&[&first, &half]), Err(LearnError::Halves));
    }
    assert_eq!(join(&[]), Err(LearnError::Halves));
}

#[test]
fn new_rows_are_checked_against_the_columns_of_the_model() {
    let kept = first_400(10);
    let prediction = Prediction { model: kept.task.clone(), rows: 42 };
    let scales = &kept.prepared[0].scales;
    let with = |columns: &[Column]| NewRows::new(&prediction, Seat::First, columns, scales, None).unwrap_err();
    assert_eq!(with(&kept.new[0][1..]), LearnError::OtherColumns);
    let mut short = kept.new[0].clone();
    short[2].values.pop();
    assert_eq!(with(&short), LearnError::OtherRows { column: "bmi".into(), rows: 41, wanted: 42 });
    let mut far = kept.new[0].clone();
    far[2].values[7] = 1e9;
    assert_eq!(with(&far), LearnError::Far { column: "bmi".into(), row: 8 });
    far[2].values[7] = f64::INFINITY;
    assert_eq!(with(&far), LearnError::NotANumber { column: "bmi".into(), row: 8 });
}

/// Every combination of what a task may tell: what comes out is what [`Task::facts`] says, to whom it says, and the bits
/// are those of the plan.
#[test]
fn a_run_tells_what_its_facts_say_and_nothing_else() {
    let data = Data::diabetes();
    let metrics: [&[Metric]; 3] = [&[], &[Metric::Rmse], &[Metric::R2, Metric::Mae]];
    for evaluation in
        [Evaluation::Training, Evaluation::Split { test: 50 }, Evaluation::Folds(3), Evaluation::LeaveOneOut]
    {
        for metrics in metrics {
            for ticks in 0..16 {
                let mut task = data.task(evaluation.clone(), metrics);
                task.digits = 10;
                task.reveals = Reveals {
                    own_coefficients: ticks & 1 != 0,
                    all_coefficients: ticks & 2 != 0,
                    standard_errors: ticks & 4 != 0,
                    each_part: ticks & 8 != 0,
                };
                let results = clear_results(&task, &data);
                let told: Vec<(Receiver, What, u32)> =
                    results.halves.iter().map(|(half, numbers)| (half.to, half.what, numbers.len() as u32)).collect();
                let facts: Vec<(Receiver, What, u32)> = task
                    .facts()
                    .into_iter()
                    .filter_map(|facts| Some((facts.to?, What::Fact(facts.fact), facts.count)))
                    .collect();
                assert_eq!(told, facts, "{task:?}");
                let bits = plan(&task).unwrap().opened_bits;
                let opened =
                    task.facts().iter().filter(|facts| facts.to.is_none()).map(|facts| facts.count).sum::<u32>();
                assert_eq!(opened, bits, "{task:?}");
                assert_eq!(task.fact_count(), bits + told.iter().map(|(_, _, count)| count).sum::<u32>());
            }
        }
    }
}

#[test]
fn own_coefficients_go_to_their_owner_with_the_label_owners_tick_and_to_nobody_without() {
    let data = Data::diabetes();
    let mut task = data.task(Evaluation::Training, &[Metric::Rmse]);
    task.reveals = Reveals { own_coefficients: true, ..Reveals::default() };
    let results = results_of_both(&task, &data, 1);
    assert_eq!(results.get(Receiver::Owner(Seat::First), Fact::Coefficients(Seat::First)).len(), 5);
    assert_eq!(results.get(Receiver::Owner(Seat::Second), Fact::Coefficients(Seat::Second)).len(), 6);
    task.reveals = Reveals::default();
    let results = results_of_both(&task, &data, 1);
    assert_eq!(results.halves.len(), 1, "the metric alone");
}

#[test]
fn the_seats_of_a_task_may_be_changed_about() {
    let data = Data::diabetes();
    let mut task = data.task(Evaluation::Folds(4), &[Metric::Rmse]);
    let before = clear_results(&task, &data).metric(Metric::Rmse);
    task.label = Seat::First;
    let after = results_of_both(&task, &data, 1).metric(Metric::Rmse);
    assert!((before - after).abs() < 1e-6, "{before}, {after}");
}

#[test]
fn a_shuffled_order_is_the_same_at_both_owners() {
    let data = Data::diabetes();
    let mut task = data.task(Evaluation::Folds(5), &[Metric::Rmse]);
    let given = clear_results(&task, &data).metric(Metric::Rmse);
    task.order = Order::Shuffled([3; 32]);
    let (clear, both) =
        (clear_results(&task, &data).metric(Metric::Rmse), results_of_both(&task, &data, 1).metric(Metric::Rmse));
    assert!((clear - both).abs() < 1e-6 && (clear - given).abs() > 1e-3, "{given}, {clear}, {both}");
}

/// A metric moves by whole steps of its grid.
#[test]
fn metrics_are_told_on_a_grid_of_three_digits() {
    let data = Data::diabetes();
    let mut task = data.task(Evaluation::Folds(5), &[Metric::Rmse, Metric::R2]);
    task.digits = 10;
    let results = results_of_both(&task, &data, 1);
    let (rmse, r2) = (results.metric(Metric::Rmse), results.metric(Metric::R2));
    let step = 2_f64.powi(task.label_exponent - 10);
    assert!((rmse / step).fract() == 0.0 && (rmse - 54.691791).abs() <= step, "{rmse}");
    assert!((r2 * 1024.0).fract() == 0.0 && (r2 - 0.48231644).abs() <= 1.0 / 1024.0, "{r2}");
}
