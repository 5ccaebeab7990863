//! Holding a task against the purpose for which an owner has given its grant. The chain compares hashes; what they say is
//! compared here.

use app_core::{action::Tools, chain::Learning, content};
use directory::Purpose;
use mpc_run::Spec;
use mpc_task::purpose::asked;
use protocol::{Address, Digest, cid::Cid};
use tasks::Task;

/// Who receives what a task computes.
pub fn receiver(task: &Task, spec: &Spec) -> Address {
    let seat = spec.receiver().and_then(|seat| task.seats.get(usize::from(seat)));
    seat.map_or(task.requester, |seat| seat.holder)
}

/// Why a task is not covered by the grant of an owner's seat; nothing where it is, or where the grant is for any purpose.
pub async fn problem(
    tools: Tools,
    learning: &Learning,
    grant: u64,
    spec: &Spec,
    seat: u8,
    receiver: Address,
) -> Option<String> {
    let owner = Spec::owner_of(seat)?;
    let (found, _) = learning.book.registry.grant(grant)?;
    if found.purpose == Digest::ZERO {
        return None;
    }
    let place = seat + 1;
    let cid = Cid::raw(found.purpose).to_string();
    let read = match content::fetch(tools.settings, &cid, directory::MAX_FILE_BYTES as u64).await {
        Ok(bytes) => Purpose::read(&bytes).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match read {
        Err(why) => Some(format!("What grant {grant} of seat {place} is for cannot be read. {why}")),
        Ok(granted) => {
            let receives = spec.receiver().map(|_| receiver);
            lacks(&granted, &asked(spec, owner, receives)).map(|what| {
                format!(
                    "Grant {grant} of seat {place} does not cover {what}. Apply for another one, or change the task."
                )
            })
        }
    }
}

/// What the granted purpose does not have of the asked one.
fn lacks(granted: &Purpose, asked: &Purpose) -> Option<String> {
    if granted.covers(asked) {
        return None;
    }
    let columns: Vec<&str> =
        asked.columns.iter().filter(|one| !granted.columns.contains(one)).map(String::as_str).collect();
    Some(if !columns.is_empty() {
        format!("the columns {}", columns.join(", "))
    } else if asked.work.iter().any(|one| !granted.work.contains(one)) {
        "this kind of task".into()
    } else if asked.reveals.iter().any(|one| !granted.reveals.contains(one)) {
        "all that the task tells".into()
    } else {
        "who receives the result".into()
    })
}
