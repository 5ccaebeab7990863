//! Whether the file that the seats play is what was published: the chain counts by what was published alone.

use mpc::Seat;
use mpc_run::{
    Spec,
    spec::{Work, bits_of},
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
    let seats = usize::from(spec.signers());
    holds(task.seats.len() == seats && task.helper.is_some() == spec.helper().is_some(), "its seats")?;
    for (number, seat) in (0_u8..).zip(&task.seats) {
        holds(seat.roles.0 & !Roles::COVERED == roles(spec, number).0, "who does what")?;
    }
    let (digits, own) = match &spec.work {
        Work::Intersect(_) => (0, false),
        Work::Train(train) => (train.digits, train.reveals.own_coefficients),
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
