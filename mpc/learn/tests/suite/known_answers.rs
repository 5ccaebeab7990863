//! The answers that scikit-learn 1.9.1 and numpy give, from two seats and a helper, and in the clear.

use mpc::Seat;
use mpc_learn::{Evaluation, Fact, Metric, Receiver};

use crate::support::{Data, clear_results, results_of_both};

/// Standardised coefficients of ordinary least squares on all 442 rows, intercept last.
const DIABETES: [f64; 11] =
    [-0.006183, -0.148130, 0.321100, 0.200367, -0.489314, 0.294474, 0.062413, 0.109369, 0.464049, 0.041772, 0.0];

#[track_caller]
fn close(what: &str, got: f64, wanted: f64, within: f64) {
    assert!((got - wanted).abs() <= within, "{what}: {got} where {wanted} is known, more than {within} apart");
}

#[test]
fn diabetes_on_all_rows() {
    let data = Data::diabetes();
    let task = data.task(Evaluation::Training, &[Metric::Rmse, Metric::R2]);
    for results in [clear_results(&task, &data), results_of_both(&task, &data, 1)] {
        println!("{:?}", results.halves.iter().map(|(half, numbers)| (half.what, numbers)).collect::<Vec<_>>());
        close("RMSE", results.metric(Metric::Rmse), 53.476129, 1e-6);
        close("R²", results.metric(Metric::R2), 0.517748, 1e-6);
        for (got, wanted) in results.coefficients().into_iter().zip(DIABETES) {
            close("a coefficient", got, wanted, 1e-6);
        }
    }
}

/// Both ways give the same.
#[track_caller]
fn metric(evaluation: Evaluation, metric: Metric, ridge: f64, wanted: f64) {
    let data = Data::diabetes();
    let mut task = data.task(evaluation, &[metric]);
    task.reveals.all_coefficients = false;
    task.ridge = ridge;
    let within = if metric == Metric::R2 { 2e-8 } else { 1e-6 };
    close("in the clear", clear_results(&task, &data).metric(metric), wanted, within);
    close("by both", results_of_both(&task, &data, 2).metric(metric), wanted, within);
}

#[test]
fn on_the_rows_it_was_fitted_to() {
    metric(Evaluation::Training, Metric::Mae, 0.0, 43.277452);
}

#[test]
fn fitted_to_the_first_353_rows_and_tested_on_the_last_89() {
    metric(Evaluation::Split { test: 89 }, Metric::Rmse, 0.0, 54.128507);
    metric(Evaluation::Split { test: 89 }, Metric::Mae, 0.0, 42.547979);
    metric(Evaluation::Split { test: 89 }, Metric::R2, 0.0, 0.54375580);
}

#[test]
fn in_5_parts() {
    metric(Evaluation::Folds(5), Metric::Rmse, 0.0, 54.691791);
    metric(Evaluation::Folds(5), Metric::Mae, 0.0, 44.276499);
    metric(Evaluation::Folds(5), Metric::R2, 0.0, 0.48231644);
    metric(Evaluation::Folds(5), Metric::Rmse, 10.0, 54.761061);
}

#[test]
fn in_10_parts() {
    metric(Evaluation::Folds(10), Metric::Rmse, 0.0, 54.404681);
    metric(Evaluation::Folds(10), Metric::Mae, 0.0, 44.223084);
    metric(Evaluation::Folds(10), Metric::R2, 0.0, 0.46196024);
}

/// The sum of the errors of all parts is more than any of them may be.
#[test]
fn in_many_parts() {
    let mut data = Data::diabetes();
    data.columns = data.columns.map(|columns| {
        columns.into_iter().filter(|column| matches!(column.name.as_str(), "bmi" | "s5")).collect::<Vec<_>>()
    });
    assert_eq!(data.columns.each_ref().map(Vec::len), [1, 1]);
    // By scikit-learn's KFold and LinearRegression.
    for (folds, wanted) in [(200, 51.47131350), (300, 49.00214915)] {
        let mut task = data.task(Evaluation::Folds(folds), &[Metric::Rmse]);
        task.reveals.all_coefficients = false;
        close("in the clear", clear_results(&task, &data).metric(Metric::Rmse), wanted, 1e-4);
        close("by both", results_of_both(&task, &data, 3).metric(Metric::Rmse), wanted, 1e-4);
    }
}

#[test]
fn leaving_one_out() {
    metric(Evaluation::LeaveOneOut, Metric::Rmse, 0.0, 54.788255);
    metric(Evaluation::LeaveOneOut, Metric::Mae, 0.0, 44.355723);
    metric(Evaluation::LeaveOneOut, Metric::R2, 0.0, 0.49379239);
    metric(Evaluation::LeaveOneOut, Metric::Rmse, 10.0, 54.784656);
}

#[test]
fn with_a_ridge_the_coefficients_are_those_of_the_equations_with_it() {
    let data = Data::diabetes();
    let mut task = data.task(Evaluation::Training, &[]);
    task.ridge = 10.0;
    let wanted = [
        -0.0033497371,
        -0.1420200084,
        0.3194579078,
        0.1960163155,
        -0.1466853953,
        0.0234887377,
        -0.0852118901,
        0.0727270444,
        0.3289637131,
        0.0457486916,
        0.0,
    ];
    for (got, wanted) in results_of_both(&task, &data, 4).coefficients().into_iter().zip(wanted) {
        close("a coefficient", got, wanted, 1e-8);
    }
}

#[test]
fn standard_errors_are_told_as_squares_to_who_gets_the_coefficients() {
    let data = Data::diabetes();
    let mut task = data.task(Evaluation::Training, &[]);
    task.reveals.standard_errors = true;
    let wanted = [0.0369061010, 0.0378160085, 0.0410965858, 0.0404100602, 0.2573761226];
    let results = results_of_both(&task, &data, 5);
    let squares = results.get(Receiver::Requester, Fact::StandardErrors(Seat::First));
    for (square, wanted) in squares.iter().zip(wanted) {
        close("a standard error", square.sqrt(), wanted, 1e-7);
    }
    let squares = results.get(Receiver::Requester, Fact::StandardErrors(Seat::Second));
    close("that of the intercept", squares[5].sqrt(), 0.0334501595, 1e-7);
}

/// What is left is the rounding of the features to 28 bits behind the point.
#[test]
fn coefficients_are_as_close_to_float64_as_the_design_says() {
    let data = Data::diabetes();
    let task = data.task(Evaluation::Training, &[]);
    let float = [
        -0.0061829254532035,
        -0.14813007516061596,
        0.32110005014848736,
        0.20036692011987525,
        -0.48931352051177507,
        0.29447364622288763,
        0.062412721059099355,
        0.1093689731945318,
        0.4640490831932528,
        0.041771866266237204,
    ];
    let got = results_of_both(&task, &data, 6).coefficients();
    let error = got.iter().zip(float).map(|(got, wanted)| (got - wanted).abs()).fold(0.0, f64::max);
    println!("largest coefficient error {error:e}");
    assert!(error < 6.9e-9, "{error:e}");
}

/// Sample deviation of the parts' errors.
#[test]
fn each_part_is_told_where_the_task_says_so() {
    let data = Data::diabetes();
    for (folds, deviation) in [(5, 1.536762), (10, 6.709936)] {
        let mut task = data.task(Evaluation::Folds(folds), &[Metric::Rmse]);
        task.reveals.each_part = true;
        let results = results_of_both(&task, &data, 3);
        let parts = results.get(Receiver::Requester, Fact::EachPart(Metric::Rmse));
        let mean = parts.iter().sum::<f64>() / folds as f64;
        let squares = parts.iter().map(|part| (part - mean).powi(2)).sum::<f64>();
        close("deviation", (squares / (folds - 1) as f64).sqrt(), deviation, 1e-6);
    }
}
