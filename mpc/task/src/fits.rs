//! Whether the file that the seats play is what was published: the chain counts by what was published alone.

use mpc::Seat;
use mpc_run::{
    Spec,
    spec::{Rows, Work, bits_of},
};
use protocol::Digest;
use tasks::{Kind, Roles, Task};

use crate::seats::roles;

/// Why a task's file is not that of its publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The file of the task and what was published of it do not fit ({0}). Do not take part; ask who published it to do it again."
)]
pub struct Unfit(pub &'static str);

/// The kind as which a task is published.
pub fn kind(spec: &Spec) -> Kind {
    match spec.work {
        Work::Intersect(_) => Kind::Psi,
        Work::Train(_) => Kind::Train,
        Work::Predict(_) => Kind::Predict,
    }
}

/// Holds the file of a task against what was published. `hash` is that of the file; `dataset_of` gives the data set of a
/// grant that is approved.
///
/// # Errors
/// [`Unfit`]: what of it.
pub fn fits(task: &Task, spec: &Spec, hash: Digest, dataset_of: impl Fn(u64) -> Option<u64>) -> Result<(), Unfit> {
    let draft = &task.draft;
    let holds = |holds: bool, what| if holds { Ok(()) } else { Err(Unfit(what)) };
    holds(draft.spec == hash, "its hash")?;
    holds(draft.kind == kind(spec), "what it computes")?;
    holds(draft.facts >= spec.fact_count(), "how many numbers it tells")?;
    // Owners that align learn whom both have, whatever comes of the rest: that costs a use of the grants.
    let is_early = matches!(spec.rows, Rows::Common { .. });
    holds(draft.reveals_early || !is_early, "what it tells before its end")?;
    let seats = usize::from(spec.signers());
    holds(task.seats.len() == seats && task.helper.is_some() == spec.helper().is_some(), "its seats")?;
    for (number, seat) in (0_u8..).zip(&task.seats) {
        holds(seat.roles.0 & !Roles::COVERED == roles(spec, number).0, "who does what")?;
    }
    let (digits, own) = match &spec.work {
        Work::Intersect(_) => (0, false),
        // Whoever is told all coefficients is told those that are another owner's own.
        Work::Train(train) => (train.digits, train.reveals.own_coefficients || train.reveals.all_coefficients),
        Work::Predict(predict) => (predict.digits, false),
    };
    // Coefficients are told on their own grid, which the tick for them allows.
    let exact = digits <= bits_of(draft.told.digits) && (!own || draft.told.own_coefficients);
    holds(exact, "how exact its results are, or the coefficients that it tells")?;
    if let Work::Predict(_) = spec.work {
        holds(draft.rows as usize >= spec.most_rows(), "how many rows it predicts")?;
        let named = spec.named_model().is_none_or(|named| named.task == task.model_of);
        holds(named && task.model_of != 0, "which model it applies")?;
    }
    let same = |owner: &Seat| {
        let seat = task.seats.get(usize::from(Spec::seat_of(*owner)));
        seat.is_some_and(|seat| dataset_of(seat.grant) == Some(spec.owner(*owner).dataset))
    };
    holds(Seat::BOTH.iter().all(same), "whose data it uses")
}

#[cfg(test)]
mod tests {
    use directory::Disclosure;
    use protocol::{Address, Amount};
    use serde_json::{Value, json};
    use tasks::{Candidate, Draft, SeatTerms};

    use super::*;

    fn file(rows: Value, work: Value) -> (Spec, Digest) {
        let spec = json!({
            "version": 1, "owners": [{"dataset": 3, "columns": ["a"]}, {"dataset": 4, "columns": ["b"]}],
            "rows": rows, "work": work,
        });
        Spec::read(&serde_json::to_vec(&spec).unwrap()).unwrap()
    }

    /// Published as it should be, but for what `change` makes of it; held against the file.
    fn held(work: Value, change: impl Fn(&mut Draft), model_of: u64) -> Result<(), Unfit> {
        held_on(json!({"common": {"keys": ["id", "key"], "declared": [100, 100]}}), work, change, model_of)
    }

    fn held_on(rows: Value, work: Value, change: impl Fn(&mut Draft), model_of: u64) -> Result<(), Unfit> {
        let (spec, hash) = file(rows, work);
        let seat = |number: u8| SeatTerms {
            grant: [1, 2, 0][usize::from(number)],
            roles: roles(&spec, number),
            purpose: Digest::ZERO,
        };
        let mut draft = Draft {
            kind: kind(&spec),
            waits_for: 0,
            reveals_early: true,
            model_of,
            confirm_by: 10,
            start_by: 20,
            max_seconds: 60,
            facts: spec.fact_count(),
            rows: if matches!(spec.work, Work::Predict(_)) { 100 } else { 0 },
            compute_fee: Amount::ZERO,
            bond: Amount::ZERO,
            helper_budget: Amount::ZERO,
            spec: hash,
            told: Disclosure { min_rows: 10, digits: 3, own_coefficients: false },
            seats: (0..spec.signers()).map(seat).collect(),
            helpers: vec![Candidate { helper: Address([9; 20]), per_megabyte: Amount::ZERO }],
        };
        change(&mut draft);
        let known = |grant: u64| Some((Address([grant as u8; 20]), Amount::ZERO));
        let task = Task::published_on(Address([5; 20]), (0, model_of), &draft, None, known, 0).unwrap();
        fits(&task, &spec, hash, |grant| Some(grant + 2))
    }

    #[test]
    fn a_requester_that_publishes_less_than_the_file_tells_is_found_out() {
        let train = || json!({"train": {"label": {"owner": 1, "column": "y"}, "receiver": 2}});
        assert_eq!(held(train(), |_| {}, 0), Ok(()));
        let unfit = |what, change: fn(&mut Draft)| assert_eq!(held(train(), change, 0), Err(Unfit(what)), "{what}");
        unfit("its hash", |draft| draft.spec = Digest([1; 32]));
        unfit("what it computes", |draft| draft.kind = Kind::Psi);
        unfit("how many numbers it tells", |draft| draft.facts -= 1);
        unfit("its seats", |draft| draft.seats.truncate(2));
        unfit("its seats", |draft| draft.helpers.clear());
        unfit("who does what", |draft| draft.seats.swap(0, 1));
        unfit("how exact its results are, or the coefficients that it tells", |draft| draft.told.digits = 2);
        unfit("whose data it uses", |draft| draft.seats[0].grant = 7);
        unfit("what it tells before its end", |draft| draft.reveals_early = false);
        // Rows that are given tell nobody anything.
        assert_eq!(held_on(json!({"given": {"count": 100}}), train(), |draft| draft.reveals_early = false, 0), Ok(()));
        for reveal in ["own_coefficients", "all_coefficients"] {
            let own = json!({"train": {
                "label": {"owner": 1, "column": "y"}, "receiver": 2, "reveals": {reveal: true},
            }});
            let told = Err(Unfit("how exact its results are, or the coefficients that it tells"));
            assert_eq!(held(own.clone(), |_| {}, 0), told, "{reveal}");
            assert_eq!(held(own, |draft| draft.told.own_coefficients = true, 0), Ok(()), "{reveal}");
        }
    }

    #[test]
    fn a_prediction_applies_the_model_that_the_chain_names_and_counts_its_rows() {
        let on_chain = || json!({"predict": {"model": "on_chain", "receiver": 2}});
        assert_eq!(held(on_chain(), |_| {}, 6), Ok(()));
        assert_eq!(held(on_chain(), |_| {}, 0), Err(Unfit("which model it applies")));
        assert_eq!(held(on_chain(), |draft| draft.rows = 99, 6), Err(Unfit("how many rows it predicts")));
        let learned = json!({
            "rows": 100, "features": [1, 1], "label": "second", "label_exponent": 0, "ridge": 0.0, "order": "given",
            "evaluation": "training", "metrics": [], "reveals": {
                "own_coefficients": false, "all_coefficients": false, "standard_errors": false, "each_part": false,
            }, "digits": 10,
        });
        let trained = json!({"task": 6, "shares": Digest([1; 32]), "learned": learned});
        let named = json!({"predict": {"model": {"trained": trained}, "receiver": 2}});
        assert_eq!(held(named.clone(), |_| {}, 6), Ok(()));
        assert_eq!(held(named, |_| {}, 5), Err(Unfit("which model it applies")));
    }
}
