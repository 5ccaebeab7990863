//! Jobs that ended while the program was down: what is on disk of them goes when it begins.

use compute_provider::{Record, choosing::may_forget};

use super::Context;
use crate::work::{kept::Kept, view::View};

/// Forgets what the chain says to be over, of all jobs of which there is a folder. Of one that the chain does not have, or not
/// yet, nothing is known: it stays.
pub fn sweep(context: &Context, view: &View) {
    for id in context.folder.jobs() {
        let Some(job) = view.book.job(id) else { continue };
        if !job.state.is_final() {
            continue;
        }
        match Kept::open(context.folder.job(id)) {
            Ok(kept) if may_forget(job, context.me, view.now(), kept.record()) => forget(context, id, kept.record()),
            Ok(_) => {}
            Err(failure) => context.printer.job(id, "waits", &failure.to_string()),
        }
    }
}

/// Forgets a job that is over and paid, with the files that it named and those that were put for its client.
pub fn forget(context: &Context, id: u64, record: &Record) {
    // What was put is at the servers by now.
    if !context.is_shared {
        let checkpoints = record.checkpoints.iter().map(|checkpoint| checkpoint.file);
        checkpoints.chain(record.end.map(|end| end.file)).for_each(|file| context.shelf.forget(file));
    }
    Kept::forget(&context.folder.job(id));
}
