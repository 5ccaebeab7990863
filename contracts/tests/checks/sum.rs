//! Gas of shared models against that of the original.

use crate::harness::sum::measure;

#[test]
fn shared_models_cost_a_fraction_of_the_original() {
    for line in measure() {
        let ratio = line.gas as f64 / line.original as f64;
        println!("{:34} {:18} {:>9} {:>9} {ratio:.3}", line.model, line.action, line.gas, line.original);
    }
}
