//! What transactions about tasks are called. A title names the seat or the part that is acted on: people tell two apart by it,
//! and what has the title of one that is still open is refused as a repetition.

use std::collections::BTreeSet;

use tasks::{Draft, REQUESTER_PART};

use crate::names;

/// Something that is done about one seat of a task; seats are counted from 1 as everywhere on the page.
pub fn about_seat(what: &str, task: u64, seat: u8) -> String {
    format!("{what} seat {} of task {task}", u16::from(seat) + 1)
}

/// Collecting a part of the money of a task.
pub fn collect(task: u64, part: u8) -> String {
    match part {
        REQUESTER_PART => format!("Collect what comes back to the requester of task {task}"),
        seat => about_seat("Collect bond and fee of", task, seat),
    }
}

/// Publishing tasks, which have no numbers yet: what they do, and on which grants.
pub fn publish(drafts: &[Draft]) -> String {
    let kinds: Vec<&str> = drafts.iter().map(|draft| names::kind(draft.kind)).collect();
    // Who only receives has no grant.
    let grants = drafts.iter().flat_map(|draft| &draft.seats).map(|seat| seat.grant).filter(|grant| *grant > 0);
    let grants: Vec<String> = grants.collect::<BTreeSet<u64>>().iter().map(u64::to_string).collect();
    let many = if drafts.len() == 1 { "a task".to_owned() } else { format!("{} tasks", drafts.len()) };
    let on = match &*grants {
        [] => String::new(),
        [grant] => format!(" on grant {grant}"),
        all => format!(" on grants {}", all.join(", ")),
    };
    format!("Publish {many} ({}){on}", kinds.join(", "))
}

#[cfg(test)]
mod tests {
    use tasks::REQUESTER_PART;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{about_seat, collect};

    #[wasm_bindgen_test]
    fn the_same_for_another_seat_or_part_has_another_title() {
        assert_eq!(about_seat("Confirm", 5, 0), "Confirm seat 1 of task 5");
        assert_eq!(about_seat("Confirm", 5, 1), "Confirm seat 2 of task 5");
        assert_eq!(collect(5, 1), "Collect bond and fee of seat 2 of task 5");
        assert_eq!(collect(5, REQUESTER_PART), "Collect what comes back to the requester of task 5");
    }
}
