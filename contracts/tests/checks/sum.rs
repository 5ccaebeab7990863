//! Gas of shared models against that of the original.

use crate::harness::sum::measure;

/// The bars of the plan, in parts of the original, whose report is one step where ours is two.
///
/// Each step asks the model. Of the sparse perceptron 20 random words lie in 18 storage words: reading these (38,000) and
/// the transaction itself (21,000) are 0.45 of what the original takes, before anything of a report has been done.
fn bar(model: &str, action: &str) -> f64 {
    match (action, model) {
        ("deploy", _) => 0.2,
        ("report" | "take a share" | "take as owner" | "take unclaimed", "sparse perceptron, 1,000") => 0.75,
        (_, dense) if dense.starts_with("dense") => 0.25,
        _ => 0.6,
    }
}

#[test]
fn shared_models_cost_a_fraction_of_the_original() {
    let lines = measure();
    assert_eq!(lines.len(), 5 * 7);
    for line in lines {
        let (ratio, bar) = (line.gas as f64 / line.original as f64, bar(line.model, line.action));
        println!("{:34} {:18} {:>9} {:>9} {ratio:.3} of {bar}", line.model, line.action, line.gas, line.original);
        assert!(ratio <= bar, "{line:?}: {ratio:.3}, the bar is {bar}");
    }
}
