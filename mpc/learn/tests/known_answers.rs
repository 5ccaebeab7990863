//! The answers that scikit-learn 1.9.1 and numpy give, from two seats and a helper, and in the clear.

mod support;

use mpc_learn::{Evaluation, Metric};
use support::{Data, clear_results, results_of_both};

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
        println!("{:?}", results.parts.iter().map(|(part, numbers)| (part.what, numbers)).collect::<Vec<_>>());
        close("RMSE", results.metric(Metric::Rmse), 53.476129, 1e-6);
        close("R²", results.metric(Metric::R2), 0.517748, 1e-6);
        for (got, wanted) in results.coefficients().into_iter().zip(DIABETES) {
            close("a coefficient", got, wanted, 1e-6);
        }
    }
}
