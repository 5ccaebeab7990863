//! Whether the rules of the folder let a seat of a task on chain be taken by itself.

use mpc_run::Spec;
use protocol::Address;
use tasks::Task;

use crate::{
    failure::Failure,
    play::rules::{Data, Rules},
};

/// The data with which an owner takes a seat, and which candidates it accepts.
pub fn admit<'r>(rules: &'r Rules, task: &Task, spec: &Spec, seat: u8) -> Result<(&'r Data, u16), Failure> {
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
