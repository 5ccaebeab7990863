//! What a task does with an owner's data, in the words of the purpose under which its grant was given.

use directory::{Purpose, Reveal, Work as Done};
use mpc::Seat;
use mpc_run::{
    Spec,
    spec::{Rows, Work},
};
use protocol::Address;

/// What a task asks of an owner's grant; `receiver` is who receives what is computed. Held against the purpose of the grant
/// with [`Purpose::covers`].
pub fn asked(spec: &Spec, owner: Seat, receiver: Option<Address>) -> Purpose {
    let mut done = Vec::new();
    let mut reveals = Vec::new();
    let mut columns = spec.owner(owner).columns.clone();
    columns.extend(spec.key_of(owner).map(str::to_owned));
    columns.extend(spec.label_of(owner).map(str::to_owned));
    if matches!(spec.rows, Rows::Common { .. }) {
        done.push(Done::Align);
    }
    match &spec.work {
        Work::Intersect(_) => {}
        Work::Train(train) => {
            done.push(Done::TrainLinear);
            let told = [
                (!train.metrics.is_empty(), Reveal::Metrics),
                (train.reveals.own_coefficients, Reveal::OwnCoefficients),
                (train.reveals.all_coefficients, Reveal::AllCoefficients),
                (train.reveals.standard_errors, Reveal::StandardErrors),
            ];
            reveals.extend(told.into_iter().filter(|(is_told, _)| *is_told).map(|(_, reveal)| reveal));
        }
        Work::Predict(_) => {
            done.push(Done::Predict);
            reveals.push(Reveal::Predictions);
        }
    }
    Purpose::new(done, columns, receiver.into_iter().collect(), reveals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(more: &str) -> Spec {
        let text = format!(
            r#"{{"version": 1, "owners": [{{"columns": ["a"]}}, {{"columns": ["b"]}}],
            "rows": {{"common": {{"keys": ["id", "key"], "declared": [100, 100]}}}},
            "work": {{"train": {{"label": {{"owner": 1, "column": "y"}}, "receiver": 2{more}}}}}}}"#
        );
        Spec::read(text.as_bytes()).unwrap().0
    }

    #[test]
    fn each_owner_is_asked_for_its_own_columns_and_what_is_told_of_them() {
        let receiver = Some(Address([3; 20]));
        let [first, second] = Seat::BOTH.map(|owner| asked(&spec(""), owner, receiver));
        assert_eq!(first.columns, ["a", "id"]);
        assert_eq!(second.columns, ["b", "key", "y"]);
        assert_eq!((&first.work, &first.reveals), (&vec![Done::Align, Done::TrainLinear], &vec![Reveal::Metrics]));
        assert_eq!(first.receivers, [Address([3; 20])]);
    }

    #[test]
    fn a_tick_more_is_not_covered_by_what_was_granted() {
        let granted = asked(&spec(""), Seat::Second, None);
        let more = asked(&spec(r#", "reveals": {"own_coefficients": true}"#), Seat::Second, None);
        assert!(granted.covers(&granted) && more.covers(&granted) && !granted.covers(&more));
    }
}
