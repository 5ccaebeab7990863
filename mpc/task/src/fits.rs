//! Whether the file that the seats play is what was published: the chain counts by what was published alone.

use mpc::Seat;
use mpc_run::{
    Spec,
    spec::{Rows, Work, bits_of},
};
use protocol::Digest;
use tasks::{Draft, Kind, Roles, Task};

use crate::seats::roles;

/// Why a task's file is not that of its publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The file of the task and what was published of it do not fit ({what}). Do not take part; ask who published it to do it again."
)]
pub struct Unfit {
    pub what: &'static str,
    /// Where the draft says it.
    pub field: &'static str,
}

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
    let seats = task.seats.iter().map(|seat| (seat.grant, Roles(seat.roles.0 & !Roles::COVERED)));
    let said = Said { draft: &task.draft, seats: seats.collect(), has_helper: task.helper.is_some() };
    said.fits(spec, hash)?;
    if let Work::Predict(_) = spec.work {
        let named = spec.named_model().is_none_or(|named| named.task == task.model_of);
        holds(named && task.model_of != 0, "which model it applies", "model_of")?;
    }
    said.uses(spec, |grant, dataset| dataset_of(grant) == Some(dataset))
}

/// The same of a draft, before anybody pays for a task that no owner would confirm. Which model it applies and which grants are
/// approved the contract says; what is not known here of a grant is left to it.
///
/// # Errors
/// [`Unfit`]: what of it.
pub fn drafted(draft: &Draft, spec: &Spec, hash: Digest, dataset_of: impl Fn(u64) -> Option<u64>) -> Result<(), Unfit> {
    let seats = draft.seats.iter().map(|seat| (seat.grant, seat.roles)).collect();
    let said = Said { draft, seats, has_helper: !draft.helpers.is_empty() };
    said.fits(spec, hash)?;
    // One that waits for its model's training cannot know that task's number yet.
    let named = spec.named_model().is_none_or(|named| named.task == draft.model_of);
    holds(named, "which model it applies", "model_of")?;
    said.uses(spec, |grant, dataset| dataset_of(grant).is_none_or(|found| found == dataset))
}

fn holds(holds: bool, what: &'static str, field: &'static str) -> Result<(), Unfit> {
    if holds { Ok(()) } else { Err(Unfit { what, field }) }
}

/// What is published of a task.
struct Said<'a> {
    draft: &'a Draft,
    /// Grants and roles.
    seats: Vec<(u64, Roles)>,
    has_helper: bool,
}

impl Said<'_> {
    fn fits(&self, spec: &Spec, hash: Digest) -> Result<(), Unfit> {
        let draft = self.draft;
        holds(draft.spec == hash, "its hash", "spec")?;
        holds(draft.kind == kind(spec), "what it computes", "kind")?;
        holds(draft.facts >= spec.fact_count(), "how many numbers it tells", "facts")?;
        // Owners that align learn whom both have, whatever comes of the rest: that costs a use of the grants.
        let is_early = matches!(spec.rows, Rows::Common { .. });
        holds(draft.reveals_early || !is_early, "what it tells before its end", "reveals_early")?;
        holds(self.seats.len() == usize::from(spec.signers()), "its seats", "seats")?;
        holds(self.has_helper == spec.helper().is_some(), "its seats", "helpers")?;
        for (number, (_, said)) in (0_u8..).zip(&self.seats) {
            holds(said.0 == roles(spec, number).0, "who does what", "roles")?;
        }
        let (digits, own) = match &spec.work {
            Work::Intersect(_) => (0, false),
            // Whoever is told all coefficients is told those that are another owner's own.
            Work::Train(train) => (train.digits, train.reveals.own_coefficients || train.reveals.all_coefficients),
            Work::Predict(predict) => (predict.digits, false),
        };
        // Coefficients are told on their own grid, which the tick for them allows.
        let exact = "how exact its results are, or the coefficients that it tells";
        holds(digits <= bits_of(draft.told.digits), exact, "told.digits")?;
        holds(!own || draft.told.own_coefficients, exact, "told.own_coefficients")?;
        let predicts = matches!(spec.work, Work::Predict(_));
        holds(!predicts || draft.rows as usize >= spec.most_rows(), "how many rows it predicts", "rows")
    }

    /// Whether the data sets are those of the file, by what is said of a grant and a data set.
    fn uses(&self, spec: &Spec, is_of: impl Fn(u64, u64) -> bool) -> Result<(), Unfit> {
        let same = |owner: &Seat| {
            let seat = self.seats.get(usize::from(Spec::seat_of(*owner)));
            seat.is_some_and(|(grant, _)| is_of(*grant, spec.owner(*owner).dataset))
        };
        holds(Seat::BOTH.iter().all(same), "whose data it uses", "grant")
    }
}

#[cfg(test)]
mod tests {
    use directory::Disclosure;
    use protocol::{Address, Amount};
    use serde_json::{Value, json};
    use tasks::{Candidate, SeatTerms};

    use super::*;

    fn file(rows: Value, work: Value) -> (Spec, Digest) {
        let spec = json!({
            "version": 1, "owners": [{"dataset": 3, "columns": ["a"]}, {"dataset": 4, "columns": ["b"]}],
            "rows": rows, "work": work,
        });
        Spec::read(&serde_json::to_vec(&spec).unwrap()).unwrap()
    }

    /// Published as it should be, but for what `change` makes of it; held against the file, before and after: what of it does
    /// not fit.
    fn held(work: Value, change: impl Fn(&mut Draft), model_of: u64) -> Option<&'static str> {
        held_on(json!({"common": {"keys": ["id", "key"], "declared": [100, 100]}}), work, change, model_of)
    }

    fn held_on(rows: Value, work: Value, change: impl Fn(&mut Draft), model_of: u64) -> Option<&'static str> {
        let (draft, spec, hash) = published(rows, work, change, model_of);
        let after =
            fits(&on_chain(&draft, model_of), &spec, hash, |grant| Some(grant + 2)).err().map(|unfit| unfit.what);
        let before = drafted(&draft, &spec, hash, |grant| Some(grant + 2)).err().map(|unfit| unfit.what);
        // That there is a model is asked by the contract.
        assert!(before == after || (model_of == 0 && before.is_none()), "{before:?}, then {after:?}");
        after
    }

    /// By an account with fives; owners have the numbers of their grants.
    fn on_chain(draft: &Draft, model_of: u64) -> Task {
        let known = |grant: u64| Some((Address([grant as u8; 20]), Amount::ZERO));
        Task::published_on(Address([5; 20]), (0, model_of), draft, None, known, 0).unwrap()
    }

    fn published(rows: Value, work: Value, change: impl Fn(&mut Draft), model_of: u64) -> (Draft, Spec, Digest) {
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
        (draft, spec, hash)
    }

    #[test]
    fn a_draft_that_no_owner_would_confirm_is_found_with_the_field_that_is_wrong() {
        let train = || json!({"train": {"label": {"owner": 1, "column": "y"}, "receiver": 2}});
        let common = || json!({"common": {"keys": ["id", "key"], "declared": [100, 100]}});
        let field = |change: fn(&mut Draft), dataset_of: fn(u64) -> Option<u64>| {
            let (draft, spec, hash) = published(common(), train(), change, 0);
            drafted(&draft, &spec, hash, dataset_of).err().map(|unfit| unfit.field)
        };
        let known: fn(u64) -> Option<u64> = |grant| Some(grant + 2);
        assert_eq!(field(|_| {}, known), None);
        assert_eq!(field(|draft| draft.reveals_early = false, known), Some("reveals_early"));
        assert_eq!(field(|draft| draft.helpers.clear(), known), Some("helpers"));
        assert_eq!(field(|draft| draft.told.digits = 2, known), Some("told.digits"));
        assert_eq!(field(|_| {}, |_| Some(3)), Some("grant"));
        // The contract says what is wrong with a grant that was not read yet.
        assert_eq!(field(|_| {}, |_| None), None);
    }

    #[test]
    fn a_requester_that_publishes_less_than_the_file_tells_is_found_out() {
        let train = || json!({"train": {"label": {"owner": 1, "column": "y"}, "receiver": 2}});
        assert_eq!(held(train(), |_| {}, 0), None);
        let unfit = |what, change: fn(&mut Draft)| assert_eq!(held(train(), change, 0), Some(what), "{what}");
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
        assert_eq!(held_on(json!({"given": {"count": 100}}), train(), |draft| draft.reveals_early = false, 0), None);
        for reveal in ["own_coefficients", "all_coefficients"] {
            let own = json!({"train": {
                "label": {"owner": 1, "column": "y"}, "receiver": 2, "reveals": {reveal: true},
            }});
            let told = Some("how exact its results are, or the coefficients that it tells");
            assert_eq!(held(own.clone(), |_| {}, 0), told, "{reveal}");
            assert_eq!(held(own, |draft| draft.told.own_coefficients = true, 0), None, "{reveal}");
        }
    }

    #[test]
    fn a_prediction_applies_the_model_that_the_chain_names_and_counts_its_rows() {
        let on_chain = || json!({"predict": {"model": "on_chain", "receiver": 2}});
        assert_eq!(held(on_chain(), |_| {}, 6), None);
        assert_eq!(held(on_chain(), |_| {}, 0), Some("which model it applies"));
        assert_eq!(held(on_chain(), |draft| draft.rows = 99, 6), Some("how many rows it predicts"));
        let learned = json!({
            "rows": 100, "features": [1, 1], "label": "second", "label_exponent": 0, "ridge": 0.0, "order": "given",
            "evaluation": "training", "metrics": [], "reveals": {
                "own_coefficients": false, "all_coefficients": false, "standard_errors": false, "each_part": false,
            }, "digits": 10,
        });
        let trained = json!({"task": 6, "shares": Digest([1; 32]), "learned": learned});
        let named = json!({"predict": {"model": {"trained": trained}, "receiver": 2}});
        assert_eq!(held(named.clone(), |_| {}, 6), None);
        assert_eq!(held(named, |_| {}, 5), Some("which model it applies"));
    }

    #[test]
    fn whoever_receives_the_result_has_a_seat_with_data_or_without() {
        for (receiver, seats) in [(2, [None, None, Some(2)]), (1, [None, Some(1), None]), (0, [Some(0), None, None])] {
            let train = json!({"train": {"label": {"owner": 1, "column": "y"}, "receiver": receiver}});
            let (draft, _, _) = published(json!({"given": {"count": 100}}), train, |_| {}, 0);
            let task = on_chain(&draft, 0);
            assert_eq!([1, 2, 5].map(|account| task.receiving(Address([account; 20]))), seats, "{receiver}");
        }
    }
}
