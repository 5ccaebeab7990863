//! Whether a seat of a task on chain is taken by itself: the rules of the folder, and that the file says what the draft says.

use mpc::Seat;
use mpc_run::{Spec, spec::Work};
use mpc_task::roles;
use protocol::{Address, Digest};
use tasks::{Kind, Roles, Task};

use crate::{
    failure::Failure,
    play::rules::{Data, Rules},
};

/// Bits behind the point that are at most so many significant digits: a grid of 2^-10 tells three.
fn bits_of(digits: u8) -> u32 {
    u32::from(digits) * 10 / 3
}

/// The data with which an owner takes a seat, and which candidates it accepts.
pub fn admit<'r>(
    rules: &'r Rules,
    task: &Task,
    spec: &Spec,
    hash: Digest,
    seat: u8,
) -> Result<(&'r Data, u16), Failure> {
    fits(task, spec, hash)?;
    let Some(owner) = Spec::owner_of(seat) else {
        return Err(Failure::Refused(format!("Seat {seat} has no data, and the task is another account's.")));
    };
    let mut against = Vec::new();
    let mut rule = |allowed: bool, sentence: String| {
        if !allowed {
            against.push(sentence);
        }
    };
    let requester = task.requester;
    let is_holder = task.seats.get(usize::from(seat)).is_some_and(|seat| seat.holder == requester);
    rule(is_holder || rules.is_partner(requester), format!("The rules name no partner {requester}."));
    let bond = task.draft.bond;
    rule(bond <= rules.most_bond, format!("The task locks a bond of {bond}, and the rules allow {}.", rules.most_bond));
    let purpose = task.draft.seats.get(usize::from(seat)).map(|seat| seat.purpose).unwrap_or_default();
    rule(
        rules.purposes.is_empty() || rules.purposes.contains(&purpose),
        format!("The rules name no purpose {purpose}."),
    );
    let rows = task.draft.rows;
    rule(
        rows <= rules.most_predicted,
        format!("The task predicts up to {rows} rows, and the rules allow {}.", rules.most_predicted),
    );
    let mut accepted = 0;
    if let Some(helper) = &task.helper {
        for (place, candidate) in helper.candidates.iter().enumerate() {
            accepted |= u16::from(rules.helpers.contains(&candidate.helper)) << place;
        }
        rule(accepted != 0, "The rules accept none of the helpers that the task names.".to_string());
    }
    if !against.is_empty() {
        return Err(Failure::Refused(against.join(" ")));
    }
    let seats: Vec<Address> = task.seats.iter().map(|seat| seat.holder).collect();
    Ok((rules.admit(spec, owner, &seats)?, accepted))
}

/// Whether the file that the seats play is what was published: the chain counts by the draft alone.
pub fn fits(task: &Task, spec: &Spec, hash: Digest) -> Result<(), Failure> {
    let draft = &task.draft;
    let refuse = |what: &str| {
        Err(Failure::Refused(format!(
            "The file of the task and what was published of it do not fit ({what}). Ask who published it to do it again."
        )))
    };
    if draft.spec != hash {
        return refuse("its hash");
    }
    let kind = match spec.work {
        Work::Intersect(_) => Kind::Psi,
        Work::Train(_) => Kind::Train,
        Work::Predict(_) => Kind::Predict,
    };
    if draft.kind != kind {
        return refuse("what it computes");
    }
    if draft.facts < spec.fact_count() {
        return refuse("how many numbers it tells");
    }
    if task.seats.len() != usize::from(spec.signers()) || task.helper.is_some() != spec.helper().is_some() {
        return refuse("its seats");
    }
    for (number, seat) in (0_u8..).zip(&task.seats) {
        if seat.roles.0 & !Roles::COVERED != roles(spec, number).0 {
            return refuse("who does what");
        }
    }
    let (digits, own) = match &spec.work {
        Work::Intersect(_) => (0, false),
        Work::Train(train) => (train.digits, train.reveals.own_coefficients),
        Work::Predict(predict) => (predict.digits, false),
    };
    // Coefficients are told on their own grid, which the tick for them allows.
    if digits > bits_of(draft.told.digits) || (own && !draft.told.own_coefficients) {
        return refuse("how exact its results are, or the coefficients that it tells");
    }
    if let Work::Predict(_) = spec.work
        && (draft.rows as usize) < spec.most_rows()
    {
        return refuse("how many rows it predicts");
    }
    Ok(())
}

/// The grants' data sets are those that the file names.
pub fn datasets_fit(task: &Task, spec: &Spec, dataset_of: impl Fn(u64) -> Option<u64>) -> bool {
    Seat::BOTH.into_iter().all(|owner| {
        let seat = task.seats.get(usize::from(Spec::seat_of(owner)));
        let named = spec.owner(owner).dataset;
        seat.is_some_and(|seat| dataset_of(seat.grant) == Some(named))
    })
}
